"""The server-rendered pages: the Mini App's shell and the public papers."""
