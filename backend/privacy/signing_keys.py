"""The public keys of this server's signatures, each listed permanently before it is used.

The private keys are derived from the master key, and so change when that is rotated.
"""

import base64
from datetime import datetime
from typing import Literal, TypeAlias

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import insert_new
from backend.privacy.tables import signing_keys

Signs: TypeAlias = Literal["receipts", "erasures"]


class PublicKey(Struct, frozen=True, rename="camel"):
    """A key that signatures verify with, 32 bytes in base64, and when it was first used."""

    public_key: str
    first_used_at: datetime
    current: bool


async def list_key(db: AsyncConnection, signs: Signs, public_key: bytes, now: datetime) -> None:
    """List a key before it is used; one that is listed stays as it is."""
    row = {"public_key": public_key, "signs": signs, "first_used_at": now}
    await db.execute(insert_new(db, signing_keys), row)


async def listed_keys(db: AsyncConnection, signs: Signs, current: bytes) -> list[PublicKey]:
    """Every key that was ever used for these signatures, oldest first."""
    ordered = (
        sa.select(signing_keys)
        .where(signing_keys.c.signs == signs)
        .order_by(signing_keys.c.first_used_at)
    )
    return [
        PublicKey(as_base64(row.public_key), row.first_used_at, row.public_key == current)
        for row in await db.execute(ordered)
    ]


def as_base64(data: bytes) -> str:
    """Keys and signatures as JSON carries them."""
    return base64.b64encode(data).decode()
