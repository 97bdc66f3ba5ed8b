"""What groups let the bot do by itself about which kinds of posts."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bot_groups", sa.Column("automatic", sa.Text()))
    op.add_column("bot_groups", sa.Column("automatic_by", sa.BigInteger()))
    op.add_column("bot_group_acts", sa.Column("kind", sa.String(8)))


def downgrade() -> None:
    op.drop_column("bot_group_acts", "kind")
    op.drop_column("bot_groups", "automatic_by")
    op.drop_column("bot_groups", "automatic")
