"""Billing's tables about people: entitlements, purchases, notices.

The money itself is in the ledger. Every table starts its key with `user_id`, apart from
the one at the end that belongs to nobody.
"""

import sqlalchemy as sa

from backend.db import UtcDateTime, keep_whole, metadata


def _person() -> "sa.Column[int]":
    return sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False)


# One row a person: the lock under which their events are applied, and the ledger account that
# identifies them (random, so that the ledger stays pseudonymous once this row is erased).
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
    # The group that it is for.
    sa.Column("chat_id", sa.BigInteger),
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

# Who was invited by whom. `charge_id`: the payment for which days were given.
referrals = sa.Table(
    "billing_referrals",
    metadata,
    _person(),
    sa.Column("referrer_id", sa.BigInteger),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("charge_id", sa.String(255)),
    sa.Column("joined_at", UtcDateTime, nullable=False),
    sa.Column("given_at", UtcDateTime),
    sa.Index("ix_billing_referrals_referrer_id", "referrer_id"),
    sa.Index("ix_billing_referrals_charge_id", "charge_id"),
)

promo_uses = sa.Table(
    "billing_promo_uses",
    metadata,
    _person(),
    sa.Column("code", sa.String(24), primary_key=True),
    sa.Column("used_at", UtcDateTime, nullable=False),
)

promo_codes = sa.Table(
    "billing_promo_codes",
    metadata,
    sa.Column("code", sa.String(24), primary_key=True),
    sa.Column("plan_id", sa.String(40), nullable=False),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("most", sa.Integer, nullable=False),
    sa.Column("used", sa.Integer, nullable=False, server_default="0"),
    sa.Column("until", UtcDateTime),
    sa.Column("made_at", UtcDateTime, nullable=False),
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

# What did not match, for the operator: no name, no text, only codes, references and whose it is.
mismatches = sa.Table(
    "billing_mismatches",
    metadata,
    sa.Column("code", sa.String(40), primary_key=True),
    sa.Column("reference", sa.String(255), primary_key=True),
    sa.Column("stars", sa.BigInteger, nullable=False),
    sa.Column("found_at", UtcDateTime, nullable=False),
    sa.Column("resolved_at", UtcDateTime),
    sa.Column("user_id", sa.BigInteger),
)

# What people wrote to /paysupport, sealed under their own keys.
requests = sa.Table(
    "billing_requests",
    metadata,
    _person(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("sealed_text", sa.LargeBinary, nullable=False),
    sa.Column("sent_at", UtcDateTime, nullable=False),
    sa.Column("answered_at", UtcDateTime),
    sa.Index("ix_billing_requests_answered_at", "answered_at", "sent_at"),
)

# Who had a trial, as keyed hashes of their ids: they outlive the person's other rows.
trials = sa.Table(
    "billing_trials",
    metadata,
    sa.Column("person_hash", sa.LargeBinary(32), primary_key=True),
)

# Subscriptions that must not renew any more: asked of Telegram until it agrees.
stops = sa.Table(
    "billing_stops",
    metadata,
    _person(),
    sa.Column("order_id", sa.String(64), primary_key=True),
    sa.Column("charge_id", sa.String(255), nullable=False),
    sa.Column("reason", sa.String(10), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.CheckConstraint("reason IN ('replaced', 'refunded')", "reason"),
    sa.CheckConstraint("state IN ('waiting', 'done', 'refused')", "state"),
    sa.Index("ix_billing_stops_state", "state", "due_at"),
)

keep_whole(
    people,
    orders,
    inbox,
    subscriptions,
    periods,
    gifts,
    referrals,
    promo_uses,
    promo_codes,
    notices,
    mismatches,
    requests,
    stops,
)
