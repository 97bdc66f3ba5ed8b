"""Erasures that go on, and marks of people who were erased."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime()),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text()),
        sa.CheckConstraint("state IN ('asked', 'erasing', 'done')", name="ck_erasures_state"),
        sa.PrimaryKeyConstraint("user_id", name="pk_erasures"),
    )
    op.create_index("ix_erasures_state_asked_at", "erasures", ["state", "asked_at"])
    op.create_table(
        "erased_people",
        sa.Column("person_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("erased_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("person_hash", name="pk_erased_people"),
    )
    op.create_index("ix_erased_people_done_at", "erased_people", ["done_at"])


def downgrade() -> None:
    op.drop_table("erased_people")
    op.drop_table("erasures")
