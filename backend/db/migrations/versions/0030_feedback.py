"""What people think of answers, and answers that they reported."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

FEEDBACK, REPORTS = "answer_feedback", "answer_reports"


def upgrade() -> None:
    op.create_table(
        FEEDBACK,
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("thumb", sa.String(4), nullable=False),
        sa.Column("model_id", sa.String(200), nullable=True),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "message_id", name=op.f(f"pk_{FEEDBACK}")),
        sa.ForeignKeyConstraint(
            ["user_id", "message_id"],
            ["messages.user_id", "messages.id"],
            name=op.f(f"fk_{FEEDBACK}_user_id_message_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("thumb IN ('up', 'down')", name=op.f(f"ck_{FEEDBACK}_thumb")),
    )
    op.create_index(op.f(f"ix_{FEEDBACK}_given_at"), FEEDBACK, ["given_at"])
    op.create_table(
        REPORTS,
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("model_id", sa.String(200), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("reported_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f(f"pk_{REPORTS}")),
        sa.CheckConstraint(
            "reason IN ('wrong', 'harmful', 'offensive', 'private', 'rights', 'other')",
            name=op.f(f"ck_{REPORTS}_reason"),
        ),
    )
    op.create_index(op.f(f"ix_{REPORTS}_reported_at"), REPORTS, ["reported_at"])


def downgrade() -> None:
    op.drop_table(REPORTS)
    op.drop_table(FEEDBACK)
