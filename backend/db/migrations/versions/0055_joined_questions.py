"""Questions in a row that are joined: the choice, which updates are one, and where each begins."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bot_question_parts",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id"],
            ["conversations.user_id", "conversations.id"],
            name=op.f("fk_bot_question_parts_user_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "number", name=op.f("pk_bot_question_parts")),
    )
    op.create_index(
        op.f("ix_bot_question_parts_user_id_conversation_id"),
        "bot_question_parts",
        ["user_id", "conversation_id"],
    )
    op.add_column("bot_updates", sa.Column("part_of", sa.BigInteger(), nullable=True))
    op.add_column(
        "users",
        sa.Column("join_questions", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("users", "join_questions")
    op.drop_column("bot_updates", "part_of")
    op.drop_table("bot_question_parts")
