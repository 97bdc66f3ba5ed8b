"""Reading: opens untrusted files in a separate, locked process.

`process.py` is the server's side. Everything else runs in the child process, which has no settings,
keys or database and imports nothing else of the backend.
"""
