"""People and sessions on real databases."""
