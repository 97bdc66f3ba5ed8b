"""Tests of the emulator's parts."""
