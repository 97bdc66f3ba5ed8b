"""The table of entitlements, read on every prompt."""

import sqlalchemy as sa

from backend.db import UtcDateTime, keep_whole, metadata


def _person() -> "sa.Column[int]":
    return sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False)


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
    sa.Column("renews_at", UtcDateTime),
    sa.CheckConstraint("grace_until >= until", "grace"),
    sa.Index("ix_billing_entitlements_grace_until", "grace_until"),
)

keep_whole(entitlements)
