"""Interactive cards: the choice, and what was ticked or answered on them."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bot_cards",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("marks", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id"],
            ["conversations.user_id", "conversations.id"],
            name=op.f("fk_bot_cards_user_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "message_id", name=op.f("pk_bot_cards")),
    )
    op.create_index(
        op.f("ix_bot_cards_user_id_conversation_id"), "bot_cards", ["user_id", "conversation_id"]
    )
    op.add_column(
        "users",
        sa.Column("interactive_cards", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("users", "interactive_cards")
    op.drop_table("bot_cards")
