"""Temporary conversations, those that stay on this server, and deleting that can be undone."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_FEW = (
    ("conversations", "expires_at"),
    ("conversations", "removed_at"),
    ("messages", "removed_at"),
)


def upgrade() -> None:
    op.add_column(
        "conversations",
        sa.Column("server_only", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    for table, column in _FEW:
        op.add_column(table, sa.Column(column, UtcDateTime()))
        few = sa.column(column).is_not(None)
        op.create_index(
            f"ix_{table}_{column}", table, [column], sqlite_where=few, postgresql_where=few
        )


def downgrade() -> None:
    for table, column in reversed(_FEW):
        op.drop_index(f"ix_{table}_{column}", table)
        op.drop_column(table, column)
    op.drop_column("conversations", "server_only")
