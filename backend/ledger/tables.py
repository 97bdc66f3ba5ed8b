"""The ledger's tables: movements of money that are only ever added to.

A movement's entries are written first and the movement row last: that row is the seal. Its
trigger refuses it unless its entries sum to zero, and entries without their movement cannot
be committed (a deferred foreign key). `rules.py` holds the triggers;
docs/decisions/0010-ledger.md says why it is built this way.
"""

import sqlalchemy as sa

from backend.db import UtcDateTime, keep_whole, metadata
from backend.ledger import rules

CURRENCIES = "currency IN ('XTR', 'XTR/1e9', 'USD/1e6')"

# The one row says through which month (YYYY-MM) the books are closed.
books = sa.Table(
    "ledger_books",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("closed_through", sa.String(7), nullable=False),
    sa.CheckConstraint("id = 1", "single"),
)

accounts = sa.Table(
    "ledger_accounts",
    metadata,
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("opened_at", UtcDateTime, nullable=False),
)

# `kind` and `reference` (a charge id, a day, a month) name what happened: once only.
# `period` is the month it is settled in: a closed month's late news fall into the next.
movements = sa.Table(
    "ledger_movements",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("reference", sa.String(255), nullable=False),
    sa.Column("period", sa.String(7), nullable=False),
    sa.Column("occurred_at", UtcDateTime, nullable=False),
    sa.Column("booked_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("kind", "reference", name="uq_ledger_movements_reference"),
    sa.Index("ix_ledger_movements_period", "period"),
)

entries = sa.Table(
    "ledger_entries",
    metadata,
    sa.Column(
        "movement_id",
        sa.Uuid,
        sa.ForeignKey("ledger_movements.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
    ),
    sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("account", sa.String(80), sa.ForeignKey("ledger_accounts.id"), nullable=False),
    sa.Column("currency", sa.String(8), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.CheckConstraint("amount <> 0", "amount"),
    sa.CheckConstraint(CURRENCIES, "currency"),
    sa.Index("ix_ledger_entries_account", "account"),
)

# The rate is stored with each conversion, so that yesterday's books never follow today's rate.
conversions = sa.Table(
    "ledger_conversions",
    metadata,
    sa.Column("movement_id", sa.Uuid, sa.ForeignKey("ledger_movements.id"), primary_key=True),
    sa.Column("stars", sa.BigInteger, nullable=False),
    sa.Column("micro_dollars", sa.BigInteger, nullable=False),
    sa.Column("micro_dollars_per_star", sa.BigInteger, nullable=False),
    sa.CheckConstraint("micro_dollars = stars * micro_dollars_per_star", "rate"),
)

# Kept for speed; replaying the entries must give the same.
balances = sa.Table(
    "ledger_balances",
    metadata,
    sa.Column("account", sa.String(80), sa.ForeignKey("ledger_accounts.id"), primary_key=True),
    sa.Column("currency", sa.String(8), primary_key=True),
    sa.Column("balance", sa.BigInteger, nullable=False),
    sa.CheckConstraint(CURRENCIES, "currency"),
)

# A closed month's settlement with a partner, as it was told; its terms are inside. `number` is
# what it is called by; statements of before there were numbers have none.
statements = sa.Table(
    "ledger_statements",
    metadata,
    sa.Column("partner", sa.String(40), primary_key=True),
    sa.Column("month", sa.String(7), primary_key=True),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("closed_at", UtcDateTime, nullable=False),
    sa.Column("number", sa.Integer),
    sa.Index("uq_ledger_statements_number", "number", unique=True),
)

# How many answers each provider's models gave on a day: some shares go by them.
answers = sa.Table(
    "ledger_answers",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("provider", sa.String(40), primary_key=True),
    sa.Column("answers", sa.BigInteger, nullable=False),
    sa.CheckConstraint("answers > 0", "answers"),
)


@sa.event.listens_for(metadata, "after_create")
def _arm(
    target: sa.MetaData, connection: sa.Connection, tables: list[sa.Table], **_: object
) -> None:
    """Create the triggers along with the tables, and only then."""
    if answers in tables:
        for statement in rules.create(connection.dialect.name):
            connection.exec_driver_sql(statement)


# Where reconciliation resumes: how many of Telegram's transactions it has read.
reconciliation = sa.Table(
    "billing_reconciliation",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("offset", sa.BigInteger, nullable=False),
    sa.Column("balanced_at", UtcDateTime),
    sa.CheckConstraint("id = 1", "single"),
)

keep_whole(answers, reconciliation)
