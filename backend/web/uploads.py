"""Receiving a form's file as it streams in: never more in memory than the person's plan allows.

It stays in memory: a temporary file would be the one place where it lay unsealed on the disk. So
how many arrive at once is bounded too, for everybody and for each person.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from litestar import Request
from msgspec import Struct
from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from backend.errors import (
    FileTooLarge,
    InvalidField,
    MalformedBody,
    RateLimited,
    ServerBusy,
    UnsupportedMediaType,
)

FIELD: Final = "file"
AT_ONCE: Final = 12
AT_ONCE_EACH: Final = 3
SECONDS: Final = 120.0
"""How long an upload may take."""
OVERHEAD: Final = 16 * 1024
"""What a form may add around its file."""
MEGABYTE: Final = 1_000_000


class Part(Struct, frozen=True):
    """A form's file; `name` and `media_type` are claims."""

    data: bytes
    name: str
    media_type: str


class Gate:
    """Bounds how many uploads arrive at once."""

    def __init__(self, at_once: int = AT_ONCE, each: int = AT_ONCE_EACH) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._each = each
        self._of: Counter[int] = Counter()

    @asynccontextmanager
    async def place(self, user_id: int) -> AsyncIterator[None]:
        """A place for one upload.

        Raises:
            RateLimited: the person has as many under way as they may.
            ServerBusy: everybody together has, or this one takes too long.
        """
        if self._of[user_id] >= self._each:
            raise RateLimited(retry_after=2)
        self._of[user_id] += 1
        try:
            async with asyncio.timeout(SECONDS), self._places:
                yield
        except TimeoutError:
            raise ServerBusy(retry_after=5) from None
        finally:
            self._of[user_id] -= 1
            if not self._of[user_id]:
                del self._of[user_id]


async def receive(request: Request[Any, Any, Any], limit: int) -> Part:
    """The form's one file of at most `limit` bytes.

    Raises:
        UnsupportedMediaType, MalformedBody: it is no form.
        FileTooLarge: read no further than that.
        InvalidField: there is no file in it.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get("boundary", "")
    if kind != "multipart/form-data" or not boundary:
        raise UnsupportedMediaType
    if int(request.headers.get("content-length") or 0) > limit + OVERHEAD:
        raise FileTooLarge(limit=limit // MEGABYTE)
    form = _Form(limit)
    try:
        with PushMultipartParser(
            boundary, max_segment_count=8, max_header_count=8, max_header_size=2_000
        ) as parser:
            async for chunk in request.stream():
                for event in parser.parse(chunk):
                    form.take(event)
    except (MultipartError, ValueError):
        raise MalformedBody(field=FIELD) from None
    return form.part()


class _Form:
    """Gathers the file out of the parser's events."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._head: MultipartSegment | None = None
        self._data = bytearray()
        self._inside = False
        self._size = 0

    def take(self, event: MultipartSegment | bytearray | None) -> None:
        """A part begins, goes on, or ends."""
        if isinstance(event, MultipartSegment):
            self._inside = self._head is None and event.name == FIELD
            if self._inside:
                self._head = event
        elif event is None:
            self._inside = False
        else:
            self._size += len(event)
            if self._size > self._limit + OVERHEAD or len(self._data) > self._limit:
                raise FileTooLarge(limit=self._limit // MEGABYTE)
            if self._inside:
                self._data += event

    def part(self) -> Part:
        """The file."""
        if self._head is None:
            raise InvalidField(field=FIELD)
        if len(self._data) > self._limit:
            raise FileTooLarge(limit=self._limit // MEGABYTE)
        media_type = self._head.header("Content-Type") or ""
        return Part(bytes(self._data), self._head.filename or "", media_type)
