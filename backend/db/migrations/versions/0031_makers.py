"""Whose model answered, which is another than who served it behind a router."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("billing_reservations", sa.Column("maker", sa.String(40)))


def downgrade() -> None:
    op.drop_column("billing_reservations", "maker")
