"""The steps of an erasure: large tables in pages, then all others in one transaction."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import checks
from backend.billing import copies as billing
from backend.conversations import copies as conversations
from backend.db import ErasedPage, metadata
from backend.files import copies as files
from backend.generation import copies as generation
from backend.privacy import consent, receipts
from backend.privacy.access_log import forget_name
from backend.privacy.erasure.certificate import BEGINNING, ErasedRows, HeldElsewhere, add_to_hash
from backend.privacy.tables import export_links

ErasePage = Callable[[AsyncConnection, int], Awaitable[ErasedPage | None]]

PAGED: Final[tuple[ErasePage, ...]] = (
    receipts.erase_some,
    generation.erase_some,
    checks.erase_some,
    conversations.erase_some,
    files.erase_some,
)
"""In this order: what refers to something goes before it."""

KEPT_BY_THE_ERASURE: Final = frozenset({"erasures", "destroyed_keys"})
"""Tables that name the person until the erasure is over, or for a day: so that it can go on, and
that every process drops the key."""


class EraseRest(Protocol):
    """The erasure in a room that this one cannot import."""

    def __call__(self, db: AsyncConnection, user_id: int) -> Awaitable[None]:
        """Forget them."""
        ...


class ErasureProgress(Struct, kw_only=True):
    """How far an erasure is; kept as JSON. `total` counts what it will take away in pages."""

    total: int = 0
    erased: dict[str, ErasedRows] = {}
    providers: list[HeldElsewhere] = []

    @property
    def done(self) -> int:
        """Rows that went in pages."""
        return sum(one.count for one in self.erased.values() if one.hash is not None)

    def add(self, page: ErasedPage) -> None:
        """Count a page that went."""
        before = self.erased.get(page.what, ErasedRows(what=page.what, count=0, hash=BEGINNING))
        self.erased[page.what] = ErasedRows(
            what=page.what,
            count=before.count + len(page.ids),
            hash=add_to_hash(before.hash or BEGINNING, page.ids),
        )


async def next_page(db: AsyncConnection, user_id: int) -> ErasedPage | None:
    """Erase the next page; None: the large tables are empty of the person."""
    for erase in PAGED:
        if (page := await erase(db, user_id)) is not None:
            return page
    return None


async def begun(db: AsyncConnection, user_id: int, held: list[HeldElsewhere]) -> ErasureProgress:
    """An erasure that begins: how many rows the pages will take, and what goes at once."""
    paged = ("receipts", "outbox", "runs", "checks", "messages", "conversations", "files")
    counted = [await _count(db, metadata.tables[name], user_id) for name in paged]
    at_once = {
        name: ErasedRows(what=name, count=await _count(db, metadata.tables[name], user_id))
        for name in ("users", "sessions")
    }
    return ErasureProgress(total=sum(counted), erased=at_once, providers=held)


async def erase_rest(
    db: AsyncConnection, user_id: int, extras: Sequence[EraseRest]
) -> list[ErasedRows]:
    """Erase what is left in all other tables; how many rows there were."""
    counted = [
        ErasedRows(what=str(table.name), count=count)
        for table in tables_of_people()
        if table.name not in KEPT_BY_THE_ERASURE and (count := await _count(db, table, user_id)) > 0
    ]
    await billing.erase(db, user_id)
    await consent.erase(db, user_id)
    await receipts.erase_receipts(db, user_id)
    await forget_name(db, user_id)
    for erase in extras:
        await erase(db, user_id)
    await db.execute(sa.delete(export_links).where(export_links.c.user_id == user_id))
    return counted


def tables_of_people() -> list[sa.Table]:
    """Every table whose rows name a person."""
    return [table for table in metadata.sorted_tables if "user_id" in table.c]


async def _count(db: AsyncConnection, table: sa.Table, user_id: int) -> int:
    found = sa.select(sa.func.count()).select_from(table).where(table.c.user_id == user_id)
    return int((await db.execute(found)).scalar_one())
