"""Alembic's entry: the connection and its transaction are the caller's (see backend/db/migrate.py)."""

from alembic import context

from backend.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    compare_server_default=False,
)
context.run_migrations()
