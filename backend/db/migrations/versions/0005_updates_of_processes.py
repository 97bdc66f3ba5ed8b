"""Updates belong to a process; a chat goes on where its conversation is."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bot_updates", sa.Column("owner", sa.String(length=64), nullable=True))
    op.drop_column("bot_chats", "leaf_id")


def downgrade() -> None:
    op.add_column("bot_chats", sa.Column("leaf_id", sa.Uuid(), nullable=True))
    op.drop_column("bot_updates", "owner")
