"""Generation: the run log, the run, its start and its end."""
