"""Which words a person agreed to, so that they are asked again when those change."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consents", sa.Column("version", sa.String(32)))


def downgrade() -> None:
    with op.batch_alter_table("consents") as table:
        table.drop_column("version")
