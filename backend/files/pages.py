"""Web pages that a message links to: fetched, parsed in the sandboxed process, stored with the
message.

A page is stored because it was sent to a model: it can be shown as long as the conversation exists,
and later turns do not fetch it again.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import structlog
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Vault
from backend.errors import PageNotRead, PageUnsupported, ServerBusy
from backend.files import store
from backend.files.attaching import attach
from backend.files.schemas import Details, FetchedPage, File
from backend.reading.process import ReadingProcess
from backend.reading.schemas import Found, ReadingJob, Unread
from backend.shared_places import NoPlace, SharedPlaces
from backend.uuid7 import uuid7

if TYPE_CHECKING:
    from backend.files.fetch import Fetcher

FETCHES: Final = 32
FETCHES_EACH: Final = 4
FETCH_WAIT_SECONDS: Final = 10.0

log = structlog.get_logger("tanya.files")


class ReadPage(Struct, frozen=True):
    """A page's text. `asked` is the address that the person wrote."""

    asked: str
    page: FetchedPage
    found: Found


class WebPages:
    """Reads web pages for models that cannot."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        fetcher: "Fetcher | None" = None,
        reader: ReadingProcess,
    ) -> None:
        self._clock = clock
        self._fetcher = fetcher
        self._reader = reader
        self._fetches = SharedPlaces(FETCHES, FETCHES_EACH)

    async def read(self, user_id: int, address: str, language: str = "") -> ReadPage:
        """The page's text; `language` is the person's.

        Raises:
            PageNotRead: the subclass says why.
            ServerBusy: too much is being read.
        """
        try:
            async with self._fetches.place(user_id, FETCH_WAIT_SECONDS):
                page = await self._fetch(address)
            job = ReadingJob(
                page=True, media_type=page.media_type, charset=page.charset, language=language
            )
            found, _ = await self._reader.read(user_id, page.content, job)
            if isinstance(found, Unread) or not found.text:
                raise PageUnsupported
        except NoPlace:
            raise ServerBusy(retry_after=FETCH_WAIT_SECONDS) from None
        except PageNotRead as error:
            log.info("page_not_read", code=error.code, reason=error.details.get("reason"))
            raise
        return ReadPage(address, page, found)

    async def _fetch(self, address: str) -> FetchedPage:
        if self._fetcher is None:
            from backend.files.fetch import Fetcher  # imports aiohttp: only when a page is read

            self._fetcher = Fetcher()
        return await self._fetcher.fetch(address)

    async def attach_pages(
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
