"""Contents of files outside of the database."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("files", sa.Column("object_id", sa.Uuid(), nullable=True))
    here = sa.text("content IS NOT NULL")
    op.create_index(
        "ix_files_in_database", "files", ["created_at"], sqlite_where=here, postgresql_where=here
    )
    op.create_table(
        "removed_objects",
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("object_id", name=op.f("pk_removed_objects")),
    )


def downgrade() -> None:
    op.drop_table("removed_objects")
    op.drop_index("ix_files_in_database", "files")
    op.drop_column("files", "object_id")
