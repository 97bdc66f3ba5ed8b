"""The access log, to which rows can only be added, the random names of people in it, and what each
signing key signs.
"""

import sqlalchemy as sa
from alembic import op

from backend.db import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

SQLITE = tuple(
    f"CREATE TRIGGER access_log_no_{change.lower()} BEFORE {change} ON access_log "
    "BEGIN SELECT RAISE(ABORT, 'access_log is append-only'); END"
    for change in ("UPDATE", "DELETE")
)

POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION access_log_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'access_log is append-only';
    END $$""",
    "CREATE TRIGGER access_log_no_change BEFORE UPDATE OR DELETE ON access_log "
    "FOR EACH ROW EXECUTE FUNCTION access_log_refuse_change()",
    "CREATE TRIGGER access_log_no_truncate BEFORE TRUNCATE ON access_log "
    "FOR EACH STATEMENT EXECUTE FUNCTION access_log_refuse_change()",
)


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("name", sa.Uuid()),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(16), nullable=False),
        sa.Column("reason", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
    )
    op.create_index(op.f("ix_access_log_name_id"), "access_log", ["name", "id"])
    op.create_table(
        "access_names",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_access_names")),
    )
    op.create_table(
        "signing_keys",
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("signs", sa.String(16), nullable=False),
        sa.Column("first_used_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("public_key", name=op.f("pk_signing_keys")),
    )
    op.execute(
        "INSERT INTO signing_keys (public_key, signs, first_used_at) "
        "SELECT public_key, 'receipts', first_used_at FROM receipt_keys"
    )
    op.drop_table("receipt_keys")
    postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL if postgresql else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    op.create_table(
        "receipt_keys",
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("first_used_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("public_key", name=op.f("pk_receipt_keys")),
    )
    op.execute(
        "INSERT INTO receipt_keys (public_key, first_used_at) "
        "SELECT public_key, first_used_at FROM signing_keys WHERE signs = 'receipts'"
    )
    op.drop_table("signing_keys")
    op.drop_table("access_names")
    op.drop_table("access_log")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION access_log_refuse_change()")
