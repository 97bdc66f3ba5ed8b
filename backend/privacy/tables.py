"""Privacy's tables."""

import sqlalchemy as sa

from backend.db import UtcDateTime, metadata

# Who agreed that what they write may be sent to which provider. Taking it back keeps the row,
# so that it can be told what was agreed when.
consents = sa.Table(
    "consents",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("provider", sa.String(64), primary_key=True),
    sa.Column("agreed_at", UtcDateTime, nullable=False),
    sa.Column("revoked_at", UtcDateTime),
    # Of what was said when they agreed; NULL is from before that was noted.
    sa.Column("version", sa.String(32)),
)

# Links to a person's copy, one at a time; `used_at` is when a whole copy was taken by it.
export_links = sa.Table(
    "export_links",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("used_at", UtcDateTime),
    sa.Index(None, "expires_at"),
)

# One attempt at a provider each, numbered for each person from 1. `record` (sealed) is what was
# known before anything left, as the exact JSON that `hash` is of; it names the hash before it, and
# holds a random salt, so that the hash tells nothing of what was said. The columns after it are
# what became of the attempt; `outcome` is NULL while it is under way.
receipts = sa.Table(
    "receipts",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("run_id", sa.Uuid),
    sa.Column("message_id", sa.Uuid),
    sa.Column("purpose", sa.String(16), nullable=False),
    sa.Column("provider", sa.String(64), nullable=False),
    sa.Column("model_id", sa.String(200), nullable=False),
    sa.Column("sent_at", UtcDateTime, nullable=False),
    sa.Column("record", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.Column("outcome", sa.String(64)),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("input_tokens", sa.BigInteger),
    sa.Column("cached_tokens", sa.BigInteger),
    sa.Column("output_tokens", sa.BigInteger),
    sa.Column("reasoning_tokens", sa.BigInteger),
    sa.Column("cost_micro_dollars", sa.BigInteger),
    sa.Column("cost_estimated", sa.Boolean),
    sa.Column("zero_data_retention", sa.Boolean),
    sa.UniqueConstraint("user_id", "id"),
    sa.Index("ix_receipts_user_id_message_id", "user_id", "message_id"),
    # Only the few that are under way are in it.
    sa.Index(
        "ix_receipts_sent_at",
        "sent_at",
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    ),
)

# Where each person's chain ends. Appending locks the row, so that processes append in turn.
receipt_heads = sa.Table(
    "receipt_heads",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)

# How to make the body again, sealed. It holds what was said about a conversation besides its
# messages, and so goes with the conversation.
receipt_recipes = sa.Table(
    "receipt_recipes",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("receipt_id", sa.Uuid, primary_key=True),
    sa.Column("conversation_id", sa.Uuid),
    sa.Column("recipe", sa.LargeBinary, nullable=False),
    sa.ForeignKeyConstraint(
        ["user_id", "conversation_id"],
        ["conversations.user_id", "conversations.id"],
        ondelete="CASCADE",
    ),
    sa.Index("ix_receipt_recipes_user_id_conversation_id", "user_id", "conversation_id"),
)

# The public keys that receipts and certificates of erasure have been signed with. No person is in
# here.
signing_keys = sa.Table(
    "signing_keys",
    metadata,
    sa.Column("public_key", sa.LargeBinary, primary_key=True),
    sa.Column("signs", sa.String(16), nullable=False),
    sa.Column("first_used_at", UtcDateTime, nullable=False),
)

# Erasures that were asked for or go on. `progress` counts what went so far; `certificate` waits
# to be delivered, then the row goes too. Nothing of what was said is in here.
erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("confirmed_at", UtcDateTime),
    sa.Column("progress", sa.Text, nullable=False),
    sa.Column("certificate", sa.Text),
    sa.CheckConstraint("state IN ('asked', 'erasing', 'done')", "state"),
    sa.Index(None, "state", "asked_at"),
)

# Who opened whose data. A person is named by a random name (`access_names`); NULL is everybody.
# Triggers let rows only be added.
access_log = sa.Table(
    "access_log",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("name", sa.Uuid),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("actor", sa.String(16), nullable=False),
    sa.Column("reason", sa.LargeBinary),
    # Which operator it was, by the same kind of name; NULL: at the command line.
    sa.Column("operator", sa.Uuid),
    sa.Index(None, "name", "id"),
)

# Which random name of the access log is whose; goes with the person.
access_names = sa.Table(
    "access_names",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Uuid, nullable=False),
)

_APPEND_ONLY = {
    "sqlite": tuple(
        f"CREATE TRIGGER access_log_no_{change.lower()} BEFORE {change} ON access_log "
        "BEGIN SELECT RAISE(ABORT, 'access_log is append-only'); END"
        for change in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION access_log_refuse_change() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RAISE EXCEPTION 'access_log is append-only'; END $$",
        "CREATE TRIGGER access_log_no_change BEFORE UPDATE OR DELETE ON access_log "
        "FOR EACH ROW EXECUTE FUNCTION access_log_refuse_change()",
        "CREATE TRIGGER access_log_no_truncate BEFORE TRUNCATE ON access_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION access_log_refuse_change()",
    ),
}


@sa.event.listens_for(access_log, "after_create")
def _let_rows_only_be_added(_: sa.Table, connection: sa.Connection, **__: object) -> None:
    for statement in _APPEND_ONLY[connection.dialect.name]:
        connection.execute(sa.text(statement))


# A look at one conversation that a person grants to support, for a set time. It goes with the
# conversation; what was looked at stays in the access log.
granted_looks = sa.Table(
    "granted_looks",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("conversation_id", sa.Uuid, nullable=False),
    sa.Column("granted_at", UtcDateTime, nullable=False),
    sa.Column("until", UtcDateTime, nullable=False),
    sa.ForeignKeyConstraint(
        ["user_id", "conversation_id"],
        ["conversations.user_id", "conversations.id"],
        ondelete="CASCADE",
    ),
    sa.Index("ix_granted_looks_user_id_conversation_id", "user_id", "conversation_id"),
)
