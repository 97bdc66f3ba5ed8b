"""Whether people said that they are old enough."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "age_answers",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("minimum_age", sa.Integer(), nullable=False),
        sa.Column("old_enough", sa.Boolean(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_age_answers")),
    )


def downgrade() -> None:
    op.drop_table("age_answers")
