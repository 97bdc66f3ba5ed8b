"""Generation on real databases: the run log, starting, running and ending a run."""
