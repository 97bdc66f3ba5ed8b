"""Renewals that must stop, credits by pack, payment requests, who had a trial, coming charges."""

from collections import defaultdict
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _person() -> "sa.Column[int]":
    return sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False)


def upgrade() -> None:
    with op.batch_alter_table("billing_entitlements") as entitlements:
        entitlements.add_column(sa.Column("renews_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("billing_mismatches") as mismatches:
        mismatches.add_column(sa.Column("user_id", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("billing_reservations") as reservations:
        reservations.add_column(sa.Column("pack_id", sa.String(length=255), nullable=True))
    _create_credit_packs()
    op.create_table(
        "billing_stops",
        _person(),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("charge_id", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('replaced', 'refunded')", name=op.f("ck_billing_stops_reason")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'refused')", name=op.f("ck_billing_stops_state")
        ),
        sa.PrimaryKeyConstraint("user_id", "order_id", name=op.f("pk_billing_stops")),
    )
    op.create_index("ix_billing_stops_state", "billing_stops", ["state", "due_at"])
    op.create_table(
        "billing_requests",
        _person(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_billing_requests")),
    )
    op.create_index(
        "ix_billing_requests_answered_at", "billing_requests", ["answered_at", "sent_at"]
    )
    op.create_table(
        "billing_trials",
        sa.Column("person_hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("person_hash", name=op.f("pk_billing_trials")),
    )


def downgrade() -> None:
    op.drop_table("billing_trials")
    op.drop_index("ix_billing_requests_answered_at", "billing_requests")
    op.drop_table("billing_requests")
    op.drop_index("ix_billing_stops_state", "billing_stops")
    op.drop_table("billing_stops")
    op.drop_table("billing_credit_packs")
    with op.batch_alter_table("billing_reservations") as reservations:
        reservations.drop_column("pack_id")
    with op.batch_alter_table("billing_mismatches") as mismatches:
        mismatches.drop_column("user_id")
    with op.batch_alter_table("billing_entitlements") as entitlements:
        entitlements.drop_column("renews_at")


def _create_credit_packs() -> None:
    packs = op.create_table(
        "billing_credit_packs",
        _person(),
        sa.Column("charge_id", sa.String(length=255), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("paid_at", UtcDateTime(), nullable=False),
        sa.Column("is_valid", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "used >= 0 AND used <= credits", name=op.f("ck_billing_credit_packs_used")
        ),
        sa.PrimaryKeyConstraint("user_id", "charge_id", name=op.f("pk_billing_credit_packs")),
    )
    if rows := _bought_packs():
        op.bulk_insert(packs, rows)


def _bought_packs() -> list[dict[str, Any]]:
    """The packs in the inbox. What is left is taken to be of the newest: the oldest go first."""
    inbox = sa.table(
        "billing_inbox",
        sa.column("user_id"),
        sa.column("kind"),
        sa.column("reference"),
        sa.column("event"),
        sa.column("refusal"),
        sa.column("received_at", UtcDateTime()),
    )
    quotas = sa.table("billing_quotas", sa.column("user_id"), sa.column("credits"))
    connection = op.get_bind()
    back = set(
        connection.execute(sa.select(inbox.c.reference).where(inbox.c.kind == "reversal")).scalars()
    )
    rows = connection.execute(sa.select(quotas.c.user_id, quotas.c.credits))
    left = {row.user_id: row.credits for row in rows}
    by_person: dict[int, list[dict[str, Any]]] = defaultdict(list)
    paid = sa.select(inbox).where(inbox.c.kind == "payment", inbox.c.refusal.is_(None))
    for row in connection.execute(paid.order_by(inbox.c.received_at.desc())):
        credits = msgspec.json.decode(row.event)["terms"]["credits"]
        if credits:
            pack = {"charge_id": row.reference, "credits": credits, "paid_at": row.received_at}
            is_valid = row.reference not in back
            by_person[row.user_id].append({**pack, "is_valid": is_valid, "user_id": row.user_id})
    for user_id, packs in by_person.items():
        rest = left.get(user_id, 0)
        for pack in packs:
            unused = min(rest, pack["credits"]) if pack["is_valid"] else 0
            rest -= unused
            pack["used"] = pack["credits"] - unused
    return [pack for packs in by_person.values() for pack in packs]
