"""How a question is to be answered: its task and whether to search."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("asked", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    # Not in a batch, which would make the table anew and take what refers to it along.
    op.drop_column("messages", "asked")
