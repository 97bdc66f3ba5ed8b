"""Which providers a person has agreed to."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("agreed_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "provider", name=op.f("pk_consents")),
    )


def downgrade() -> None:
    op.drop_table("consents")
