"""Periodic jobs, one file each."""
