"""A keyed hash of each person's username, so that operators find them by the name they give."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("username_hash", sa.LargeBinary(32), nullable=True))
    op.add_column("users", sa.Column("username_since", UtcDateTime(), nullable=True))
    op.create_index(op.f("ix_users_username_hash"), "users", ["username_hash"])


def downgrade() -> None:
    op.drop_index(op.f("ix_users_username_hash"), table_name="users")
    op.drop_column("users", "username_since")
    op.drop_column("users", "username_hash")
