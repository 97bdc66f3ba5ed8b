"""A conversation for each topic of the chat, what /new leaves, and which answer a message is; the
language that a person chose."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE bot_chats_before AS SELECT user_id, conversation_id FROM bot_chats")
    op.drop_table("bot_chats")
    op.create_table(
        "bot_chats",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("thread_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("new_from", sa.BigInteger(), nullable=True),
        sa.Column("temporary", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("buttons_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "thread_id", name=op.f("pk_bot_chats")),
    )
    op.execute(
        "INSERT INTO bot_chats (user_id, thread_id, conversation_id) "
        "SELECT user_id, 0, conversation_id FROM bot_chats_before"
    )
    op.drop_table("bot_chats_before")
    op.add_column("bot_answers", sa.Column("message_id", sa.Uuid(), nullable=True))
    op.add_column("users", sa.Column("chosen_language", sa.String(16), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "chosen_language")
    op.drop_column("bot_answers", "message_id")
    op.execute(
        "CREATE TABLE bot_chats_before AS SELECT user_id, conversation_id FROM bot_chats "
        "WHERE thread_id = 0 AND conversation_id IS NOT NULL"
    )
    op.drop_table("bot_chats")
    op.create_table(
        "bot_chats",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_bot_chats")),
    )
    op.execute("INSERT INTO bot_chats SELECT user_id, conversation_id FROM bot_chats_before")
    op.drop_table("bot_chats_before")
