"""Scheduled questions over real databases."""
