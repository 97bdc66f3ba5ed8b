"""The business inbox on real databases."""
