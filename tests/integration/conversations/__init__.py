"""The conversations room on real databases."""
