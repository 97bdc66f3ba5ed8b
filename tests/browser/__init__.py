"""Tests that drive the Mini App and the emulator's page in Chromium."""
