"""Tests of models and their adapters."""
