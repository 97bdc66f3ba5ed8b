"""The Litestar edge: HTTP in, use cases of the rooms, HTTP out."""
