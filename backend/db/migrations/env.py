"""Alembic's entry: the connection and its transaction are the caller's (backend/db/migrate.py)."""

from typing import Any, Literal

from alembic import context

from backend.db import UtcDateTime
from backend.tables import metadata


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Our column type under its short name, which script.py.mako imports."""
    return "UtcDateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    compare_type=True,
    compare_server_default=False,
)
context.run_migrations()
