"""What the database keeps of a run: checkpoints, its end, and runs whose process died."""
