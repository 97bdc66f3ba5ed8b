"""Billing's tables about people: what they may use, what they bought, what they were told.

The money itself is in `ledger_tables.py`. Every table starts its key with `user_id`, apart from
the three at the end that belong to nobody.
"""

import sqlalchemy as sa

from backend.billing import ledger_tables as ledger_tables
from backend.db import UtcDateTime, metadata


def _person() -> "sa.Column[int]":
    return sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False)


# One row a person: the lock under which their events are applied, and the ledger account that
# stands for them (random, so that the ledger stays pseudonymous once this row is erased).
people = sa.Table(
    "billing_people",
    metadata,
    _person(),
    sa.Column("account", sa.String(80), nullable=False, unique=True),
    sa.Column("muted_notices", sa.Text, nullable=False, server_default=""),
)

# What was ordered. `id` is the invoice's payload: opaque, random, good for one order only.
# `checked_*`: the pre-checkout query that was let through, so that no second one is meanwhile.
orders = sa.Table(
    "billing_orders",
    metadata,
    _person(),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("plan_id", sa.String(40), nullable=False),
    sa.Column("stars", sa.Integer, nullable=False),
    sa.Column("terms", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("device", sa.String(64), nullable=False),
    sa.Column("invoice_link", sa.Text),
    sa.Column("charge_id", sa.String(255)),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("checked_query", sa.String(64)),
    sa.Column("checked_at", UtcDateTime),
    sa.Column("paid_at", UtcDateTime),
    sa.UniqueConstraint("id"),
    sa.CheckConstraint("stars > 0", "price"),
    sa.CheckConstraint("state IN ('open', 'paid', 'refunded')", "state"),
    sa.Index("ix_billing_orders_expires_at", "expires_at"),
)

# Everything Telegram or we ourselves said about a person's money, once each. Plan state is the
# fold of these rows; all other tables about a person's plan can be made from them.
inbox = sa.Table(
    "billing_inbox",
    metadata,
    _person(),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("reference", sa.String(255), primary_key=True),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("refusal", sa.String(40)),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime),
    sa.UniqueConstraint("kind", "reference", name="uq_billing_inbox_reference"),
)

subscriptions = sa.Table(
    "billing_subscriptions",
    metadata,
    _person(),
    sa.Column("order_id", sa.String(64), primary_key=True),
    sa.Column("plan_id", sa.String(40), nullable=False),
    sa.Column("opens", sa.String(40), nullable=False),
    sa.Column("stars", sa.Integer, nullable=False),
    sa.Column("first_charge_id", sa.String(255), nullable=False),
    sa.Column("last_charge_id", sa.String(255), nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("renewal", sa.String(10), nullable=False),
    sa.CheckConstraint("renewal IN ('on', 'off', 'failed')", "renewal"),
    sa.Index("ix_billing_subscriptions_expires_at", "expires_at"),
)

periods = sa.Table(
    "billing_periods",
    metadata,
    _person(),
    sa.Column("source_id", sa.String(255), primary_key=True),
    sa.Column("source", sa.String(12), nullable=False),
    sa.Column("plan_id", sa.String(40), nullable=False),
    sa.Column("starts_at", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False),
)

# What a person may use, per plan opened: read on every prompt.
entitlements = sa.Table(
    "billing_entitlements",
    metadata,
    _person(),
    sa.Column("plan_id", sa.String(40), primary_key=True),
    sa.Column("until", UtcDateTime, nullable=False),
    sa.Column("grace_until", UtcDateTime, nullable=False),
    sa.Column("source", sa.String(12), nullable=False),
    sa.Column("renewal", sa.String(10)),
    sa.CheckConstraint("grace_until >= until", "grace"),
    sa.Index("ix_billing_entitlements_grace_until", "grace_until"),
)

gifts = sa.Table(
    "billing_gifts",
    metadata,
    _person(),
    sa.Column("charge_id", sa.String(255), primary_key=True),
    sa.Column("code", sa.String(64), nullable=False),
    sa.Column("terms", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("recipient_id", sa.BigInteger),
    sa.Column("paid_at", UtcDateTime, nullable=False),
    sa.Column("redeemed_at", UtcDateTime),
    sa.UniqueConstraint("code"),
    sa.CheckConstraint("state IN ('waiting', 'redeemed', 'void')", "state"),
)

# Daily use, credits and runs under way in one row, so that one statement decides; and with them
# what the month's answers have cost, may still cost (`held_`), and may cost at most (`cap_`).
# The month is that of `day`: both begin anew with it.
quotas = sa.Table(
    "billing_quotas",
    metadata,
    _person(),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("used", sa.Integer, nullable=False),
    sa.Column("held", sa.Integer, nullable=False),
    sa.Column("credits", sa.Integer, nullable=False),
    sa.Column("last_source", sa.String(6), nullable=False),
    sa.Column("cap_micro_dollars", sa.BigInteger),
    sa.Column("spent_micro_dollars", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("held_micro_dollars", sa.BigInteger, nullable=False, server_default="0"),
    sa.CheckConstraint("used >= 0", "used"),
    sa.CheckConstraint("held >= 0", "held"),
    sa.CheckConstraint("credits >= 0", "credits"),
)

# Quota held for a run. It leaves `held` once: settled (the answer counted) or released.
# An ended one keeps what the provider charged until the day's cost is booked.
# `held_micro_dollars` is the most that it may cost, held from the person's month and, if
# `operator_held`, from the operator's `day`.
reservations = sa.Table(
    "billing_reservations",
    metadata,
    _person(),
    sa.Column("run_id", sa.Uuid, primary_key=True),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("source", sa.String(6), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("model_class", sa.String(10), nullable=False),
    sa.Column("reserved_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("provider", sa.String(40)),
    sa.Column("cost_micro_dollars", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("cost_booked", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("held_micro_dollars", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("operator_held", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.CheckConstraint("state IN ('held', 'settled', 'released')", "state"),
    sa.CheckConstraint("source IN ('daily', 'credit')", "source"),
    sa.CheckConstraint("cost_micro_dollars >= 0", "cost"),
    sa.Index("ix_billing_reservations_state", "state", "ended_at"),
)

# What providers charge besides answers: titles, suggestions, speech, and attempts that failed
# before another model answered (those are the operator's alone). Held and ended as reservations.
charges = sa.Table(
    "billing_charges",
    metadata,
    _person(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("purpose", sa.String(8), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("conversation_id", sa.Uuid),
    sa.Column("provider", sa.String(40), nullable=False),
    sa.Column("model_id", sa.String(100), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("held_micro_dollars", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("operator_held", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("cost_micro_dollars", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("cost_estimated", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("cost_booked", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("begun_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.CheckConstraint("purpose IN ('attempt', 'title', 'suggest', 'speech')", "purpose"),
    sa.CheckConstraint("state IN ('held', 'settled', 'released')", "state"),
    sa.CheckConstraint("cost_micro_dollars >= 0", "cost"),
    sa.Index("ix_billing_charges_state", "state", "ended_at"),
)

notices = sa.Table(
    "billing_notices",
    metadata,
    _person(),
    sa.Column("kind", sa.String(24), primary_key=True),
    sa.Column("reference", sa.String(255), primary_key=True),
    sa.Column("values", sa.Text, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("sent_at", UtcDateTime),
    sa.CheckConstraint("state IN ('waiting', 'sending', 'sent', 'muted', 'lost')", "state"),
    sa.Index("ix_billing_notices_state", "state", "due_at"),
)

# What did not match, for the operator: no name, no text, only codes and references.
mismatches = sa.Table(
    "billing_mismatches",
    metadata,
    sa.Column("code", sa.String(40), primary_key=True),
    sa.Column("reference", sa.String(255), primary_key=True),
    sa.Column("stars", sa.BigInteger, nullable=False),
    sa.Column("found_at", UtcDateTime, nullable=False),
    sa.Column("resolved_at", UtcDateTime),
)

# Where reconciliation goes on: how many of Telegram's transactions it has read.
reconciliation = sa.Table(
    "billing_reconciliation",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("offset", sa.BigInteger, nullable=False),
    sa.Column("balanced_at", UtcDateTime),
    sa.CheckConstraint("id = 1", "single"),
)

# What an operator's days have cost and may still cost; kept while there is a cap on them.
days = sa.Table(
    "billing_days",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("spent_micro_dollars", sa.BigInteger, nullable=False),
    sa.Column("held_micro_dollars", sa.BigInteger, nullable=False),
    sa.CheckConstraint("held_micro_dollars >= 0", "held"),
)
