"""Updates wait in lanes, each handled by one process; questions wait for consent."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bot_lanes",
        sa.Column("lane", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_bot_lanes")),
    )
    op.add_column("bot_updates", sa.Column("lane", sa.String(length=32), nullable=True))
    op.add_column("bot_updates", sa.Column("held_for", sa.String(length=64), nullable=True))
    op.drop_column("bot_updates", "owner")
    op.drop_index("ix_bot_updates_waiting", "bot_updates")
    op.create_index("ix_bot_updates_lane", "bot_updates", ["lane", "update_id"])
    op.create_index("ix_bot_updates_done_at", "bot_updates", ["done_at"])
    # Whose they are is sealed: those that wait now are handled one after the other.
    op.execute("UPDATE bot_updates SET lane = 'before lanes' WHERE done_at IS NULL")


def downgrade() -> None:
    op.drop_index("ix_bot_updates_done_at", "bot_updates")
    op.drop_index("ix_bot_updates_lane", "bot_updates")
    op.create_index("ix_bot_updates_waiting", "bot_updates", ["done_at", "update_id"])
    op.add_column("bot_updates", sa.Column("owner", sa.String(length=64), nullable=True))
    op.drop_column("bot_updates", "held_for")
    op.drop_column("bot_updates", "lane")
    op.drop_table("bot_lanes")
