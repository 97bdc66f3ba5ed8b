"""Looks at one conversation that people grant to support."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "granted_looks",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id"],
            ["conversations.user_id", "conversations.id"],
            name=op.f("fk_granted_looks_user_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_granted_looks")),
    )
    op.create_index(
        "ix_granted_looks_user_id_conversation_id",
        "granted_looks",
        ["user_id", "conversation_id"],
    )


def downgrade() -> None:
    op.drop_index("ix_granted_looks_user_id_conversation_id", "granted_looks")
    op.drop_table("granted_looks")
