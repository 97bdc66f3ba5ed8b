"""Receives a form's file as a stream, with no more in memory than the person's plan allows.

It stays in memory, since a temporary file would be unencrypted on the disk. So concurrent uploads
are limited too, in all and per person.
"""

import asyncio
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
from backend.shared_places import NoPlace, SharedPlaces

FIELD: Final = "file"
AT_ONCE: Final = 12
AT_ONCE_EACH: Final = 3
SECONDS: Final = 120.0
"""How long an upload may take."""
STALLED_SECONDS: Final = 5.0
"""An upload that received nothing for this long may be replaced by others."""
WAIT_SECONDS: Final = 10.0
"""How long an upload waits for a slot."""
OVERHEAD: Final = 16 * 1024
"""What a form may add around its file."""
MEGABYTE: Final = 1_000_000


class Part(Struct, frozen=True):
    """A form's file; `name` and `media_type` are claims."""

    data: bytes
    name: str
    media_type: str


class Arrival:
    """An upload in progress; `moved_at` is the loop's time of its last bytes."""

    def __init__(self, user_id: int, deadline: asyncio.Timeout) -> None:
        self.user_id = user_id
        self._deadline = deadline
        self.moved_at = 0.0
        self.move()

    def move(self) -> None:
        """Bytes came."""
        self.moved_at = asyncio.get_running_loop().time()

    def end(self) -> None:
        """Stop waiting for the rest."""
        self._deadline.reschedule(asyncio.get_running_loop().time())


class UploadPlaces:
    """Limits concurrent uploads. If all slots are taken, a new upload replaces a stalled one, or
    one of a person who has several."""

    def __init__(self, at_once: int = AT_ONCE, each: int = AT_ONCE_EACH) -> None:
        self._places = SharedPlaces(at_once, each)
        self._at_once = at_once
        self._each = each
        self._arrivals: set[Arrival] = set()

    @asynccontextmanager
    async def place(self, user_id: int) -> AsyncIterator[Arrival]:
        """A place for one upload.

        Raises:
            RateLimited: the person has too many uploads in progress.
            ServerBusy: all slots are taken, or this upload takes too long.
        """
        if self._places.held(user_id) >= self._each:
            raise RateLimited(retry_after=2)
        self._make_room(user_id)
        try:
            async with self._places.place(user_id, WAIT_SECONDS), asyncio.timeout(SECONDS) as limit:
                arrival = Arrival(user_id, limit)
                self._arrivals.add(arrival)
                try:
                    yield arrival
                finally:
                    self._arrivals.discard(arrival)
        except (TimeoutError, NoPlace):
            raise ServerBusy(retry_after=5) from None

    def _make_room(self, user_id: int) -> None:
        if len(self._arrivals) < self._at_once:
            return
        stalled = asyncio.get_running_loop().time() - STALLED_SECONDS
        fair = self._places.held(user_id) + 1
        able = [one for one in self._arrivals
                if one.moved_at < stalled or self._places.held(one.user_id) > fair]  # fmt: skip
        if able:
            min(able, key=lambda one: one.moved_at).end()


async def receive(request: Request[Any, Any, Any], limit: int, arrival: Arrival) -> Part:
    """The form's one file of at most `limit` bytes.

    Raises:
        UnsupportedMediaType, MalformedBody: it is no form.
        FileTooLarge: it exceeds the limit; the rest is not read.
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
                arrival.move()
                for event in parser.parse(chunk):
                    form.take(event)
    except (MultipartError, ValueError):
        raise MalformedBody(field=FIELD) from None
    return form.part()


class _Form:
    """Collects the file from the parser's events."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._head: MultipartSegment | None = None
        self._data = bytearray()
        self._inside = False
        self._size = 0

    def take(self, event: MultipartSegment | bytearray | None) -> None:
        """A part begins, continues, or ends."""
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
