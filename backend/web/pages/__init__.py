"""The server-rendered pages: the Mini App's shell and the public documents."""

from backend.web.pages import app, papers, picture, shared
from backend.web.pages.render import Pages
from backend.web.pages.unknown import unknown_address

__all__ = [
    "Pages",
    "app",
    "papers",
    "picture",
    "shared",
    "unknown_address",
]
