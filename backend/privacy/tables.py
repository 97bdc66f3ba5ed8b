"""Privacy's tables."""

import sqlalchemy as sa

from backend.db import UtcDateTime, metadata

# Who agreed that what they write may be sent to which provider. Taking it back keeps the row,
# so that it can be told what was agreed when.
consents = sa.Table(
    "consents",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("provider", sa.String(64), primary_key=True),
    sa.Column("agreed_at", UtcDateTime, nullable=False),
    sa.Column("revoked_at", UtcDateTime),
)
