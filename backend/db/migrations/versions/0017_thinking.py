"""What a model thought and did before it answered, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("thinking", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("messages", "thinking")
