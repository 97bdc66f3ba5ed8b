"""The JSON API below /api: one file a resource, each a thin layer over one room."""
