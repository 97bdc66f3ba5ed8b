"""First tables."""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "billing_entitlements",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("plan_id", sa.String(length=40), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("grace_until", UtcDateTime(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("renewal", sa.String(length=10), nullable=True),
        sa.CheckConstraint("grace_until >= until", name=op.f("ck_billing_entitlements_grace")),
        sa.PrimaryKeyConstraint("user_id", "plan_id", name=op.f("pk_billing_entitlements")),
    )
    with op.batch_alter_table("billing_entitlements", schema=None) as batch_op:
        batch_op.create_index("ix_billing_entitlements_grace_until", ["grace_until"], unique=False)

    op.create_table(
        "billing_gifts",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("charge_id", sa.String(length=255), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("recipient_id", sa.BigInteger(), nullable=True),
        sa.Column("paid_at", UtcDateTime(), nullable=False),
        sa.Column("redeemed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'redeemed', 'void')", name=op.f("ck_billing_gifts_state")
        ),
        sa.PrimaryKeyConstraint("user_id", "charge_id", name=op.f("pk_billing_gifts")),
        sa.UniqueConstraint("code", name=op.f("uq_billing_gifts_code")),
    )
    op.create_table(
        "billing_inbox",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "kind", "reference", name=op.f("pk_billing_inbox")),
        sa.UniqueConstraint("kind", "reference", name="uq_billing_inbox_reference"),
    )
    op.create_table(
        "billing_mismatches",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("stars", sa.BigInteger(), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("code", "reference", name=op.f("pk_billing_mismatches")),
    )
    op.create_table(
        "billing_notices",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'muted', 'lost')",
            name=op.f("ck_billing_notices_state"),
        ),
        sa.PrimaryKeyConstraint("user_id", "kind", "reference", name=op.f("pk_billing_notices")),
    )
    with op.batch_alter_table("billing_notices", schema=None) as batch_op:
        batch_op.create_index("ix_billing_notices_state", ["state", "due_at"], unique=False)

    op.create_table(
        "billing_orders",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("plan_id", sa.String(length=40), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("invoice_link", sa.Text(), nullable=True),
        sa.Column("charge_id", sa.String(length=255), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("checked_query", sa.String(length=64), nullable=True),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("paid_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'paid', 'refunded')", name=op.f("ck_billing_orders_state")
        ),
        sa.CheckConstraint("stars > 0", name=op.f("ck_billing_orders_price")),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_billing_orders")),
        sa.UniqueConstraint("id", name=op.f("uq_billing_orders_id")),
    )
    with op.batch_alter_table("billing_orders", schema=None) as batch_op:
        batch_op.create_index("ix_billing_orders_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "billing_people",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("muted_notices", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_billing_people")),
        sa.UniqueConstraint("account", name=op.f("uq_billing_people_account")),
    )
    op.create_table(
        "billing_periods",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source_id", sa.String(length=255), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("plan_id", sa.String(length=40), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "source_id", name=op.f("pk_billing_periods")),
    )
    op.create_table(
        "billing_quotas",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("last_source", sa.String(length=6), nullable=False),
        sa.CheckConstraint("credits >= 0", name=op.f("ck_billing_quotas_credits")),
        sa.CheckConstraint("held >= 0", name=op.f("ck_billing_quotas_held")),
        sa.CheckConstraint("used >= 0", name=op.f("ck_billing_quotas_used")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_billing_quotas")),
    )
    op.create_table(
        "billing_reconciliation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("balanced_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_billing_reconciliation_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_reconciliation")),
    )
    op.create_table(
        "billing_reservations",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=6), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("model_class", sa.String(length=10), nullable=False),
        sa.Column("reserved_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("provider", sa.String(length=40), nullable=True),
        sa.Column("cost_micro_dollars", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cost_booked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "source IN ('daily', 'credit')", name=op.f("ck_billing_reservations_source")
        ),
        sa.CheckConstraint(
            "state IN ('held', 'settled', 'released')", name=op.f("ck_billing_reservations_state")
        ),
        sa.CheckConstraint("cost_micro_dollars >= 0", name=op.f("ck_billing_reservations_cost")),
        sa.PrimaryKeyConstraint("user_id", "run_id", name=op.f("pk_billing_reservations")),
    )
    with op.batch_alter_table("billing_reservations", schema=None) as batch_op:
        batch_op.create_index("ix_billing_reservations_state", ["state", "ended_at"], unique=False)

    op.create_table(
        "billing_subscriptions",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("plan_id", sa.String(length=40), nullable=False),
        sa.Column("opens", sa.String(length=40), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("first_charge_id", sa.String(length=255), nullable=False),
        sa.Column("last_charge_id", sa.String(length=255), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("renewal", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "renewal IN ('on', 'off', 'failed')", name=op.f("ck_billing_subscriptions_renewal")
        ),
        sa.PrimaryKeyConstraint("user_id", "order_id", name=op.f("pk_billing_subscriptions")),
    )
    with op.batch_alter_table("billing_subscriptions", schema=None) as batch_op:
        batch_op.create_index("ix_billing_subscriptions_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "bot_chats",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("leaf_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_bot_chats")),
    )
    op.create_table(
        "bot_updates",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_bot_updates")),
    )
    with op.batch_alter_table("bot_updates", schema=None) as batch_op:
        batch_op.create_index("ix_bot_updates_waiting", ["done_at", "update_id"], unique=False)

    op.create_table(
        "conversations",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=True),
        sa.Column("title_edited", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("pinned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("leaf_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_conversations")),
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_conversations_user_id_pinned_updated_at_id"),
            ["user_id", "pinned", "updated_at", "id"],
            unique=False,
        )

    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_accounts")),
    )
    op.create_table(
        "ledger_books",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("closed_through", sa.String(length=7), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_books_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_books")),
    )
    op.create_table(
        "ledger_movements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("occurred_at", UtcDateTime(), nullable=False),
        sa.Column("booked_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_movements")),
        sa.UniqueConstraint("kind", "reference", name="uq_ledger_movements_reference"),
    )
    with op.batch_alter_table("ledger_movements", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_movements_period", ["period"], unique=False)

    op.create_table(
        "ledger_statements",
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("partner", "month", name=op.f("pk_ledger_statements")),
    )
    op.create_table(
        "revoked_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revoked_sessions")),
    )
    with op.batch_alter_table("revoked_sessions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_revoked_sessions_revoked_at"), ["revoked_at"], unique=False
        )

    op.create_table(
        "run_owners",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("beats", sa.BigInteger(), nullable=False),
        sa.Column("beat_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_owners")),
    )
    op.create_table(
        "sessions",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "user_keys",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_user_keys")),
    )
    op.create_table(
        "users",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("hand_off", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("model_id", sa.String(length=100), nullable=True),
        sa.Column("custom_instructions", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_users")),
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_users_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "ledger_balances",
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("currency", sa.String(length=8), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "currency IN ('XTR', 'XTR/1e9', 'USD/1e6')", name=op.f("ck_ledger_balances_currency")
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["ledger_accounts.id"], name=op.f("fk_ledger_balances_account")
        ),
        sa.PrimaryKeyConstraint("account", "currency", name=op.f("pk_ledger_balances")),
    )
    op.create_table(
        "ledger_conversions",
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("stars", sa.BigInteger(), nullable=False),
        sa.Column("micro_dollars", sa.BigInteger(), nullable=False),
        sa.Column("micro_dollars_per_star", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "micro_dollars = stars * micro_dollars_per_star",
            name=op.f("ck_ledger_conversions_rate"),
        ),
        sa.ForeignKeyConstraint(
            ["movement_id"], ["ledger_movements.id"], name=op.f("fk_ledger_conversions_movement_id")
        ),
        sa.PrimaryKeyConstraint("movement_id", name=op.f("pk_ledger_conversions")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("currency", sa.String(length=8), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "currency IN ('XTR', 'XTR/1e9', 'USD/1e6')", name=op.f("ck_ledger_entries_currency")
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_ledger_entries_amount")),
        sa.ForeignKeyConstraint(
            ["account"], ["ledger_accounts.id"], name=op.f("fk_ledger_entries_account")
        ),
        sa.ForeignKeyConstraint(
            ["movement_id"],
            ["ledger_movements.id"],
            name=op.f("fk_ledger_entries_movement_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("movement_id", "line", name=op.f("pk_ledger_entries")),
    )
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_entries_account", ["account"], unique=False)

    op.create_table(
        "messages",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("citations", sa.LargeBinary(), nullable=True),
        sa.Column("model_id", sa.String(length=100), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id"],
            ["conversations.user_id", "conversations.id"],
            name=op.f("fk_messages_user_id_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_messages")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_messages_user_id_conversation_id"),
            ["user_id", "conversation_id"],
            unique=False,
        )

    op.create_table(
        "outbox",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'gone', 'failed')", name=op.f("ck_outbox_state")
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id"],
            ["conversations.user_id", "conversations.id"],
            name=op.f("fk_outbox_user_id_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("user_id", "run_id", name=op.f("uq_outbox_user_id_run_id")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_next_attempt_at",
            ["next_attempt_at"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index(
            "ix_outbox_user_id_conversation_id", ["user_id", "conversation_id"], unique=False
        )

    op.create_table(
        "runs",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("user_message_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("client_key", sa.Uuid(), nullable=False),
        sa.Column("request_seal", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("model_id", sa.String(length=100), nullable=False),
        sa.Column("answered_by", sa.String(length=100), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("base_length", sa.Integer(), server_default="0", nullable=False),
        sa.Column("length", sa.Integer(), server_default="0", nullable=False),
        sa.Column("shape", sa.LargeBinary(), nullable=True),
        sa.Column("finish_reason", sa.String(length=16), nullable=True),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("input_tokens", sa.Integer(), nullable=True),
        sa.Column("cached_tokens", sa.Integer(), nullable=True),
        sa.Column("output_tokens", sa.Integer(), nullable=True),
        sa.Column("reasoning_tokens", sa.Integer(), nullable=True),
        sa.Column("cost_micro_dollars", sa.BigInteger(), nullable=True),
        sa.Column("cost_estimated", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "state IN ('running', 'complete', 'stopped', 'interrupted', 'limited', 'failed')",
            name=op.f("ck_runs_state"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id"],
            ["conversations.user_id", "conversations.id"],
            name=op.f("fk_runs_user_id_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_runs")),
        sa.UniqueConstraint("user_id", "client_key", name=op.f("uq_runs_user_id_client_key")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index(
            "ix_runs_owner",
            ["owner"],
            unique=False,
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        )
        batch_op.create_index(
            "ix_runs_user_id_conversation_id", ["user_id", "conversation_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index("ix_runs_user_id_conversation_id")
        batch_op.drop_index(
            "ix_runs_owner",
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        )

    op.drop_table("runs")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_user_id_conversation_id")
        batch_op.drop_index(
            "ix_outbox_next_attempt_at",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.drop_table("outbox")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_user_id_conversation_id"))

    op.drop_table("messages")
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_entries_account")

    op.drop_table("ledger_entries")
    op.drop_table("ledger_conversions")
    op.drop_table("ledger_balances")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_users_seen_at"))

    op.drop_table("users")
    op.drop_table("user_keys")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_expires_at"))

    op.drop_table("sessions")
    op.drop_table("run_owners")
    with op.batch_alter_table("revoked_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revoked_sessions_revoked_at"))

    op.drop_table("revoked_sessions")
    op.drop_table("ledger_statements")
    with op.batch_alter_table("ledger_movements", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_movements_period")

    op.drop_table("ledger_movements")
    op.drop_table("ledger_books")
    op.drop_table("ledger_accounts")
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conversations_user_id_pinned_updated_at_id"))

    op.drop_table("conversations")
    with op.batch_alter_table("bot_updates", schema=None) as batch_op:
        batch_op.drop_index("ix_bot_updates_waiting")

    op.drop_table("bot_updates")
    op.drop_table("bot_chats")
    with op.batch_alter_table("billing_subscriptions", schema=None) as batch_op:
        batch_op.drop_index("ix_billing_subscriptions_expires_at")

    op.drop_table("billing_subscriptions")
    with op.batch_alter_table("billing_reservations", schema=None) as batch_op:
        batch_op.drop_index("ix_billing_reservations_state")

    op.drop_table("billing_reservations")
    op.drop_table("billing_reconciliation")
    op.drop_table("billing_quotas")
    op.drop_table("billing_periods")
    op.drop_table("billing_people")
    with op.batch_alter_table("billing_orders", schema=None) as batch_op:
        batch_op.drop_index("ix_billing_orders_expires_at")

    op.drop_table("billing_orders")
    with op.batch_alter_table("billing_notices", schema=None) as batch_op:
        batch_op.drop_index("ix_billing_notices_state")

    op.drop_table("billing_notices")
    op.drop_table("billing_mismatches")
    op.drop_table("billing_inbox")
    op.drop_table("billing_gifts")
    with op.batch_alter_table("billing_entitlements", schema=None) as batch_op:
        batch_op.drop_index("ix_billing_entitlements_grace_until")

    op.drop_table("billing_entitlements")
