"""Scheduled questions: pure parts."""
