"""Measurements of the whole server, beside nginx and the direct path: `make bench`.

Nothing here is a test: times are of the machine they were taken on, and ratios taken side by
side in one run are what counts. Results and how they are read: docs/performance.md.
"""
