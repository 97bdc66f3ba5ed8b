"""Metering's tables: what people have used of their plans, and what providers charge."""

import sqlalchemy as sa

from backend.db import UtcDateTime, keep_whole, metadata


def _person() -> "sa.Column[int]":
    return sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False)


# Daily use, credits and runs under way in one row, so that one statement decides; and with them
# what the month's answers have cost, may still cost (`held_`), and may cost at most (`cap_`). The
# month is that of `day`: both are reset with it. `banned_until` and `daily_limit` are the
# operator's: no questions at all until then, and no more of them a day than that.
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
    sa.Column("banned_until", UtcDateTime),
    sa.Column("daily_limit", sa.Integer),
    sa.CheckConstraint("used >= 0", "used"),
    sa.CheckConstraint("held >= 0", "held"),
    sa.CheckConstraint("credits >= 0", "credits"),
)

# The packs of messages that a person bought, by their payment's charge, with the number used.
credit_packs = sa.Table(
    "billing_credit_packs",
    metadata,
    _person(),
    sa.Column("charge_id", sa.String(255), primary_key=True),
    sa.Column("credits", sa.Integer, nullable=False),
    sa.Column("used", sa.Integer, nullable=False),
    sa.Column("paid_at", UtcDateTime, nullable=False),
    sa.Column("is_valid", sa.Boolean, nullable=False),
    sa.CheckConstraint("used >= 0 AND used <= credits", "used"),
)

# What one member paid for, for everybody in a group. `user_id` is who paid, 0 once they are erased.
group_passes = sa.Table(
    "billing_group_passes",
    metadata,
    _person(),
    sa.Column("charge_id", sa.String(255), primary_key=True),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("messages", sa.Integer, nullable=False),
    sa.Column("used", sa.Integer, nullable=False),
    sa.Column("paid_at", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False),
    sa.Column("is_valid", sa.Boolean, nullable=False),
    sa.CheckConstraint("used >= 0 AND used <= messages", "used"),
    sa.Index("ix_billing_group_passes_chat_id", "chat_id"),
    sa.Index("ix_billing_group_passes_charge_id", "charge_id"),
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
    sa.Column("pack_id", sa.String(255)),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("model_class", sa.String(10), nullable=False),
    sa.Column("reserved_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("provider", sa.String(40)),
    sa.Column("maker", sa.String(40)),
    sa.Column("cost_micro_dollars", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("cost_booked", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("held_micro_dollars", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("operator_held", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.CheckConstraint("state IN ('held', 'settled', 'released')", "state"),
    sa.CheckConstraint("source IN ('daily', 'credit', 'group')", "source"),
    sa.CheckConstraint("cost_micro_dollars >= 0", "cost"),
    sa.Index("ix_billing_reservations_state", "state", "ended_at"),
)

# What providers charge besides answers: titles, suggestions, speech, checks, moderation, and
# attempts that failed before another model answered (the operator's alone). Held and ended as
# reservations.
provider_calls = sa.Table(
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
    sa.CheckConstraint(
        "purpose IN ('attempt', 'title', 'suggest', 'speech', 'claims', 'check', 'moderate')",
        "purpose",
    ),
    sa.CheckConstraint("state IN ('held', 'settled', 'released')", "state"),
    sa.CheckConstraint("cost_micro_dollars >= 0", "cost"),
    sa.Index("ix_billing_charges_state", "state", "ended_at"),
)

# What an operator's days have cost and may still cost, kept while there is a cap on them: the sum
# over the day's shards. A shard may use up its `share_` of the `cap_` that was shared out.
day_shards = sa.Table(
    "billing_day_shards",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("shard", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("spent_micro_dollars", sa.BigInteger, nullable=False),
    sa.Column("held_micro_dollars", sa.BigInteger, nullable=False),
    sa.Column("share_micro_dollars", sa.BigInteger, nullable=False),
    sa.Column("cap_micro_dollars", sa.BigInteger, nullable=False),
    sa.CheckConstraint("held_micro_dollars >= 0", "held"),
)

# The same in one row a day: of versions before there were shards.
days = sa.Table(
    "billing_days",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("spent_micro_dollars", sa.BigInteger, nullable=False),
    sa.Column("held_micro_dollars", sa.BigInteger, nullable=False),
    sa.CheckConstraint("held_micro_dollars >= 0", "held"),
)

keep_whole(
    quotas,
    credit_packs,
    group_passes,
    reservations,
    provider_calls,
    day_shards,
    days,
)
