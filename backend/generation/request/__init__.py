"""Requests: starting a run, choosing its model, and building what is sent."""
