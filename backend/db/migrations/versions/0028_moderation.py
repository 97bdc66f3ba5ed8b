"""What moderation refused, and appeals."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TABLE = "moderation_refusals"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(8), nullable=False),
        sa.Column("judge", sa.String(64), nullable=False),
        sa.Column("category", sa.String(64), nullable=False),
        sa.Column("refused_at", UtcDateTime(), nullable=False),
        sa.Column("appeal", sa.LargeBinary(), nullable=True),
        sa.Column("appealed_at", UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(10), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f(f"pk_{TABLE}")),
        sa.CheckConstraint("side IN ('question', 'answer')", name=op.f(f"ck_{TABLE}_side")),
        sa.CheckConstraint(
            "decision IN ('upheld', 'overturned')", name=op.f(f"ck_{TABLE}_decision")
        ),
    )
    op.create_index(op.f(f"ix_{TABLE}_refused_at"), TABLE, ["refused_at"])


def downgrade() -> None:
    op.drop_table(TABLE)
