"""The inbox of Telegram's updates: stored before they are acknowledged to Telegram."""

import sqlalchemy as sa

from backend.db import UtcDateTime, metadata

bot_updates = sa.Table(
    "bot_updates",
    metadata,
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    # Sealed, since it holds what a person wrote; emptied once the update is done.
    sa.Column("body", sa.LargeBinary),
    # What it is handled in turn with; NULL once it is done.
    sa.Column("lane", sa.String(32)),
    # The provider that the person has to agree to before it can be handled, or the message whose
    # words, somebody else's, they have to decide about.
    sa.Column("held_for", sa.String(64)),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("done_at", UtcDateTime),
    # The number of the first update of those that are one question.
    sa.Column("part_of", sa.BigInteger),
    sa.Index("ix_bot_updates_lane", "lane", "update_id"),
    sa.Index("ix_bot_updates_done_at", "done_at"),
)

# Lanes with something to do, and the process that does it, by its name among the owners of runs.
bot_lanes = sa.Table(
    "bot_lanes",
    metadata,
    sa.Column("lane", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(64), nullable=False),
)

# Which conversation a person's chat with the bot goes on in, for each topic of it (0: outside
# topics). /new moves it: what was written before, by its message's number, still goes into the
# previous one. NULL: the next question begins one, a temporary one if that was asked for.
# `buttons_at` is the newest answer's number, whose buttons go once there is a newer one.
bot_chats = sa.Table(
    "bot_chats",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("thread_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("conversation_id", sa.Uuid),
    sa.Column("previous_id", sa.Uuid),
    sa.Column("new_from", sa.BigInteger),
    sa.Column("temporary", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("buttons_at", sa.BigInteger),
)

# Which answer, in which conversation, a message of the chat is, by its number there: a reply to it
# goes on in that conversation.
bot_answers = sa.Table(
    "bot_answers",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("conversation_id", sa.Uuid, nullable=False),
    sa.Column("message_id", sa.Uuid),
    sa.ForeignKeyConstraint(
        ["user_id", "conversation_id"],
        ["conversations.user_id", "conversations.id"],
        ondelete="CASCADE",
    ),
    sa.Index("ix_bot_answers_user_id_conversation_id", "user_id", "conversation_id"),
)

# Which question a message of the chat was joined into with others, by its number there, and where
# its words are in it, in characters.
bot_question_parts = sa.Table(
    "bot_question_parts",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("conversation_id", sa.Uuid, nullable=False),
    sa.Column("question_id", sa.Uuid, nullable=False),
    sa.Column("begins", sa.Integer, nullable=False),
    sa.Column("length", sa.Integer, nullable=False),
    sa.ForeignKeyConstraint(
        ["user_id", "conversation_id"],
        ["conversations.user_id", "conversations.id"],
        ondelete="CASCADE",
    ),
    sa.Index("ix_bot_question_parts_user_id_conversation_id", "user_id", "conversation_id"),
)

# What a person ticked in an answer's checklist, or answered in its quiz: one character for each
# place (`cards/`).
bot_cards = sa.Table(
    "bot_cards",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("message_id", sa.Uuid, primary_key=True),
    sa.Column("conversation_id", sa.Uuid, nullable=False),
    sa.Column("marks", sa.String(64), nullable=False),
    sa.ForeignKeyConstraint(
        ["user_id", "conversation_id"],
        ["conversations.user_id", "conversations.id"],
        ondelete="CASCADE",
    ),
    sa.Index("ix_bot_cards_user_id_conversation_id", "user_id", "conversation_id"),
)

# Groups in which an admin has turned the bot on; `quotes`: what others said may be sent along;
# `keeps`: whose messages are kept for summaries, `shared` or `local`, NULL for nobody's; `rules`:
# the group's own, sealed under the group's key.
bot_groups = sa.Table(
    "bot_groups",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("quotes", sa.Boolean, nullable=False),
    sa.Column("enabled_at", UtcDateTime, nullable=False),
    sa.Column("keeps", sa.String(8)),
    sa.Column("rules", sa.LargeBinary),
    # What is done by itself about which kinds of posts, as JSON; in whose name a model is asked.
    sa.Column("automatic", sa.Text),
    sa.Column("automatic_by", sa.BigInteger),
)

# Which answer of the asker's a message in a group is, by its number there.
bot_group_answers = sa.Table(
    "bot_group_answers",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("conversation_id", sa.Uuid, nullable=False),
    sa.Column("message_id", sa.Uuid, nullable=False),
    sa.ForeignKeyConstraint(
        ["user_id", "conversation_id"],
        ["conversations.user_id", "conversations.id"],
        ondelete="CASCADE",
    ),
    sa.Index("ix_bot_group_answers_user_id_conversation_id", "user_id", "conversation_id"),
)

# Messages that admins let the bot keep for a day at most. `user_id` and `body` are NULL of people
# who have not agreed: that they wrote is all there is. Sealed under the group's own key.
bot_group_messages = sa.Table(
    "bot_group_messages",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("thread_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("user_id", sa.BigInteger),
    sa.Column("body", sa.LargeBinary),
    sa.Column("sent_at", UtcDateTime, nullable=False),
    sa.Index("ix_bot_group_messages_sent_at", "sent_at"),
    sa.Index("ix_bot_group_messages_user_id", "user_id"),
)

# Members whose messages may be sent to a provider for summaries of their group.
bot_group_sharers = sa.Table(
    "bot_group_sharers",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("since", UtcDateTime, nullable=False),
)

# Reported posts: what was proposed, what an admin did, why, and whether the person appeals.
# `user_id` is who wrote the post. `reason` is sealed under the group's own key.
bot_group_acts = sa.Table(
    "bot_group_acts",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("proposed", sa.String(8), nullable=False),
    sa.Column("act", sa.String(8)),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("admin_id", sa.BigInteger),
    sa.Column("reason", sa.LargeBinary, nullable=False),
    sa.Column("reported_at", UtcDateTime, nullable=False),
    sa.Column("decided_at", UtcDateTime),
    # Of what was done by itself: why.
    sa.Column("kind", sa.String(8)),
    sa.Index("ix_bot_group_acts_user_id", "user_id"),
)

# Questions that a person keeps to ask again, anywhere in Telegram.
bot_saved_prompts = sa.Table(
    "bot_saved_prompts",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("saved_at", UtcDateTime, nullable=False),
)

# What a person wants to be reminded of, and of which message (`number`, NULL for none).
bot_reminders = sa.Table(
    "bot_reminders",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("thread_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("number", sa.BigInteger),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    # When a process took it to send it; it is deleted once sent.
    sa.Column("tried_at", UtcDateTime),
    sa.Index("ix_bot_reminders_due_at", "due_at"),
)
