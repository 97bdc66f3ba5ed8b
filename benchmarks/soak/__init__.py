"""A soak: a whole installation under people and faults, and whether anything was lost."""
