"""Whether others' words go out with placeholders without asking."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    off = sa.false()
    op.add_column(
        "users", sa.Column("redact_others", sa.Boolean(), nullable=False, server_default=off)
    )


def downgrade() -> None:
    op.drop_column("users", "redact_others")
