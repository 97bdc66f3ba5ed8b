"""Faults tried on purpose: providers, storage, processes and readers that fail."""
