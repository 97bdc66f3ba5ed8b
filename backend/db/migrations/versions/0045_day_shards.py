"""What an operator's day cost, in shards."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

TABLE = "billing_day_shards"
FIGURES = ("spent", "held", "share", "cap")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(f"{name}_micro_dollars", sa.BigInteger(), nullable=False) for name in FIGURES),
        sa.CheckConstraint("held_micro_dollars >= 0", name=op.f("ck_billing_day_shards_held")),
        sa.PrimaryKeyConstraint("day", "shard", name=op.f("pk_billing_day_shards")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in arming():
            op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)


def arming() -> list[str]:
    """The triggers that refuse what is no whole number, as 0025 made them for other tables."""
    names = ("shard", *(f"{name}_micro_dollars" for name in FIGURES))
    wrong = " OR ".join(f"""typeof(NEW."{name}") NOT IN ('integer', 'null')""" for name in names)
    return [
        f"CREATE TRIGGER {TABLE}_whole_{verb.lower()} BEFORE {verb} ON {TABLE} WHEN {wrong} "
        f"BEGIN SELECT RAISE(ABORT, '{TABLE}: a value is no whole number'); END"
        for verb in ("INSERT", "UPDATE")
    ]
