"""The folder of a conversation, sealed like its title."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("folder", sa.LargeBinary(), nullable=True))
    few = sa.text("folder IS NOT NULL")
    op.create_index(
        "ix_conversations_in_folders",
        "conversations",
        ["user_id"],
        sqlite_where=few,
        postgresql_where=few,
    )


def downgrade() -> None:
    op.drop_index("ix_conversations_in_folders", "conversations")
    op.drop_column("conversations", "folder")
