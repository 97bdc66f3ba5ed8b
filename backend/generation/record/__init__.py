"""What the database stores of a run: checkpoints, its end, and cleaning up after dead processes."""
