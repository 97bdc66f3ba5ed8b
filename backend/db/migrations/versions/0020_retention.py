"""How long conversations are kept, and which kind of device a session is on."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("retention_days", sa.Integer()))
    op.add_column("sessions", sa.Column("device", sa.String(16)))


def downgrade() -> None:
    op.drop_column("sessions", "device")
    op.drop_column("users", "retention_days")
