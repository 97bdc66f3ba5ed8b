"""Connected accounts, their chats with customers, and drafts. All text is sealed under the owner's
key."""

import sqlalchemy as sa

from backend.db import UtcDateTime, metadata

# `authorised`: the providers that may get customers' messages, as the owner has agreed; NULL until
# they have chosen. `away_from`, `away_to`: local minutes between which mode `away` answers.
# `handover`: phrases with which a customer asks for a person.
business_accounts = sa.Table(
    "business_accounts",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("connection_id", sa.String(128), nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("can_reply", sa.Boolean, nullable=False),
    sa.Column("mode", sa.String(8), nullable=False, server_default="off"),
    sa.Column("stays_here", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("authorised", sa.String(400)),
    sa.Column("knowledge", sa.LargeBinary),
    sa.Column("handover", sa.LargeBinary),
    sa.Column("away_from", sa.Integer),
    sa.Column("away_to", sa.Integer),
    sa.Column("time_zone", sa.String(64)),
    sa.Column("daily_limit", sa.Integer, nullable=False, server_default="20"),
    sa.Column("connected_at", UtcDateTime, nullable=False),
    sa.Index("ix_business_accounts_connection_id", "connection_id"),
)

# `history`: the newest messages, as JSON; `answered_on` and `answered`: how many drafts or answers
# were made on that day. `name`: the customer's name, only shown in the owner's list.
business_chats = sa.Table(
    "business_chats",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("customer_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.LargeBinary),
    sa.Column("history", sa.LargeBinary, nullable=False),
    sa.Column("heard_at", UtcDateTime),
    sa.Column("paused_until", UtcDateTime),
    sa.Column("answered_on", sa.Date),
    sa.Column("answered", sa.Integer, nullable=False, server_default="0"),
    sa.Column("introduced", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Index("ix_business_chats_customer_id", "customer_id"),
    sa.Index("ix_business_chats_changed_at", "changed_at"),
)

# `number`: the message in the owner's chat with the bot that shows it.
business_drafts = sa.Table(
    "business_drafts",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("customer_id", sa.BigInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("number", sa.BigInteger),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.ForeignKeyConstraint(
        ["user_id", "customer_id"],
        ["business_chats.user_id", "business_chats.customer_id"],
        ondelete="CASCADE",
    ),
    sa.Index("ix_business_drafts_user_id_number", "user_id", "number"),
)

# The text of the owner's files. `size` counts characters; `cut`: the file has more.
business_files = sa.Table(
    "business_files",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.LargeBinary, nullable=False),
    sa.Column("text", sa.LargeBinary, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("cut", sa.Boolean, nullable=False),
    sa.Column("added_at", UtcDateTime, nullable=False),
)

# Figures of an inbox by day (UTC), without any customer.
business_days = sa.Table(
    "business_days",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("day", sa.Date, primary_key=True),
    *(
        sa.Column(name, sa.Integer, nullable=False, server_default="0")
        for name in ("received", "drafted", "sent", "skipped", "answered")
    ),
    sa.Column("cost_micro_dollars", sa.BigInteger, nullable=False, server_default="0"),
    sa.Index("ix_business_days_day", "day"),
)
