"""The bench measures rightly what it is shown."""
