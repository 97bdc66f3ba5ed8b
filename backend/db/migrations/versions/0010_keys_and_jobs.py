"""Which master keys are in use, keys that processes share or have to drop, and when each job last ran."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "master_keys",
        sa.Column("fingerprint", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_master_keys"),
    )
    op.create_table(
        "shared_keys",
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", name="pk_shared_keys"),
    )
    op.create_table(
        "destroyed_keys",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("destroyed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_destroyed_keys"),
    )
    op.create_index("ix_destroyed_keys_destroyed_at", "destroyed_keys", ["destroyed_at"])
    op.create_table(
        "job_runs",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("ran_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_job_runs"),
    )


def downgrade() -> None:
    op.drop_table("job_runs")
    op.drop_table("destroyed_keys")
    op.drop_table("shared_keys")
    op.drop_table("master_keys")
