"""Web pages that a message links to: fetched, read in the locked process, kept with the message.

A page is kept because it was sent to a model: what went out can be shown as long as the
conversation is there, and later turns need not fetch it again.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

import structlog
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Vault
from backend.errors import PageNotRead, PageUnsupported
from backend.reading.process import Reader
from backend.reading.schemas import Found, Job, Unread
from backend.sources import store
from backend.sources.attaching import attach
from backend.sources.fetch import Fetcher, Page
from backend.sources.schemas import Details, File
from backend.uuid7 import uuid7

log = structlog.get_logger("tanya.sources")


class ReadPage(Struct, frozen=True):
    """A page's words. `asked` is the address that the person wrote."""

    asked: str
    page: Page
    found: Found


class WebPages:
    """Reads web pages for models that cannot."""

    def __init__(
        self, clock: Callable[[], datetime], *, fetcher: Fetcher | None = None, reader: Reader
    ) -> None:
        self._clock = clock
        self._fetcher = fetcher or Fetcher()
        self._reader = reader

    async def read(self, address: str) -> ReadPage:
        """The page's words.

        Raises:
            PageNotRead: the subclass says why.
        """
        try:
            page = await self._fetcher.fetch(address)
            job = Job(page=True, media_type=page.media_type, charset=page.charset)
            found, _ = await self._reader.read(page.content, job)
            if isinstance(found, Unread) or not found.text:
                raise PageUnsupported
        except PageNotRead as error:
            log.info("page_not_read", code=error.code, reason=error.details.get("reason"))
            raise
        return ReadPage(address, page, found)

    async def keep(
        self,
        db: AsyncConnection,
        vault: Vault,
        user_id: int,
        conversation_id: UUID,
        message_id: UUID,
        pages: Iterable[ReadPage],
    ) -> tuple[File, ...]:
        """Make pages part of the message that links to them."""
        now = self._clock()
        kept = [
            await store.add(
                db,
                vault,
                user_id,
                uuid7(now),
                kind="page",
                media_type=read.page.media_type,
                text=read.found.text,
                content=b"",
                details=_details(read),
                now=now,
                sent=True,
            )
            for read in pages
        ]
        ids = [file.id for file in kept]
        await attach(db, user_id, conversation_id, message_id, ids, now)
        return tuple(kept)


def _details(read: ReadPage) -> Details:
    text = read.found.text
    return Details(
        name=read.found.title or read.page.url,
        url=read.asked,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        truncated=read.found.truncated,
        pages=read.found.pages,
    )
