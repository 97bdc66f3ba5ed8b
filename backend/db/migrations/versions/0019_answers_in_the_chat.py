"""Which conversation an answer in the chat with the bot belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bot_answers",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id"],
            ["conversations.user_id", "conversations.id"],
            name=op.f("fk_bot_answers_user_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "number", name=op.f("pk_bot_answers")),
    )
    op.create_index(
        "ix_bot_answers_user_id_conversation_id", "bot_answers", ["user_id", "conversation_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_bot_answers_user_id_conversation_id", "bot_answers")
    op.drop_table("bot_answers")
