"""Benchmarks of the whole server, compared with nginx and the direct path: `make bench`.

Nothing here is a test: absolute times depend on the machine; only ratios within one run are
comparable. Results and how they are read: docs/performance.md.
"""
