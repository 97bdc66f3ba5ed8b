"""Moderation, refusals and appeals."""
