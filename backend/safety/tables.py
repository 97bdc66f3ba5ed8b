"""Safety's tables. What was asked or answered is in none of them, but for what its person chose to
send to the operator, which is sealed."""

import sqlalchemy as sa

from backend.db import UtcDateTime, metadata

# What was refused: `id` is the answer that it would have been, or the check. `appeal` (sealed) is
# what the person sent to the operator with their appeal.
refusals = sa.Table(
    "moderation_refusals",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("side", sa.String(8), nullable=False),
    sa.Column("judge", sa.String(64), nullable=False),
    sa.Column("category", sa.String(64), nullable=False),
    sa.Column("refused_at", UtcDateTime, nullable=False),
    sa.Column("appeal", sa.LargeBinary),
    sa.Column("appealed_at", UtcDateTime),
    sa.Column("decision", sa.String(10)),
    sa.Column("decided_at", UtcDateTime),
    sa.CheckConstraint("side IN ('question', 'answer')", "side"),
    sa.CheckConstraint("decision IN ('upheld', 'overturned')", "decision"),
    sa.Index(None, "refused_at"),
)

# A person's thumb for an answer, without text.
feedback = sa.Table(
    "answer_feedback",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("message_id", sa.Uuid, primary_key=True),
    sa.Column("thumb", sa.String(4), nullable=False),
    sa.Column("model_id", sa.String(200)),
    sa.Column("given_at", UtcDateTime, nullable=False),
    sa.ForeignKeyConstraint(
        ["user_id", "message_id"], ["messages.user_id", "messages.id"], ondelete="CASCADE"
    ),
    sa.CheckConstraint("thumb IN ('up', 'down')", "thumb"),
    sa.Index(None, "given_at"),
)

# An answer that a person reported. `content` (sealed) is what they wrote to it, and the answer's
# text where they chose to send it. It stays when the answer is deleted: it was sent.
reports = sa.Table(
    "answer_reports",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("message_id", sa.Uuid, nullable=False),
    sa.Column("reason", sa.String(16), nullable=False),
    sa.Column("model_id", sa.String(200)),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("reported_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime),
    sa.CheckConstraint(
        "reason IN ('wrong', 'harmful', 'offensive', 'private', 'rights', 'other')", "reason"
    ),
    sa.Index(None, "reported_at"),
)

# Whether a person said that they are as old as the operator requires; never how old they are.
age_answers = sa.Table(
    "age_answers",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("minimum_age", sa.Integer, nullable=False),
    sa.Column("old_enough", sa.Boolean, nullable=False),
    sa.Column("answered_at", UtcDateTime, nullable=False),
)
