"""Posts of public channels that people forward for their digest."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "schedules",
        sa.Column("collects", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "collected_posts",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_collected_posts")),
    )
    op.create_index("ix_collected_posts_added_at", "collected_posts", ["added_at"])


def downgrade() -> None:
    op.drop_table("collected_posts")
    op.drop_column("schedules", "collects")
