"""When a person signed out everywhere."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("signed_out_at", UtcDateTime))


def downgrade() -> None:
    op.drop_column("users", "signed_out_at")
