"""Files: where sealed contents are kept."""
