"""A fake HTTP client: it answers with prepared bytes, split where the test wants.

It replaces only the network; adapters and parsers are the real ones.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from backend.llm.http.wire import ERROR_BODY_BYTES, Budgets


class Canned(Struct, frozen=True):
    """One prepared answer. `error` is raised by the read after the last chunk."""

    chunks: Sequence[bytes] = ()
    status: int = 200
    headers: Mapping[str, str] = MappingProxyType({"content-type": "text/event-stream"})
    error: Exception | None = None


class ReceivedRequest(Struct, frozen=True):
    """One request as a provider would receive it."""

    url: str
    headers: Mapping[str, str]
    body: bytes


class CannedAnswer:
    """See HttpAnswer."""

    def __init__(self, canned: Canned) -> None:
        self.status = canned.status
        self.headers: Mapping[str, str] = {k.lower(): v for k, v in canned.headers.items()}
        self.closed = False
        self._chunks = iter([chunk for chunk in canned.chunks if chunk])
        self._error = canned.error

    @property
    def content_type(self) -> str:
        """See HttpAnswer."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    def begun(self) -> None:
        """See HttpAnswer."""
        self.headers = {}

    def progress(self) -> None:
        """No budgets here."""

    def last_words(self) -> None:
        """Nothing to wait for."""

    async def read(self) -> bytes:
        """The next chunk."""
        chunk = next(self._chunks, b"")
        if not chunk and self._error is not None:
            raise self._error
        return chunk

    async def read_all(self, limit: int = ERROR_BODY_BYTES) -> bytes:
        """All chunks."""
        return b"".join(self._chunks)[:limit]

    async def settle(self) -> None:
        """There is no connection to keep."""

    async def close(self) -> None:
        """Record that it was closed."""
        self.closed = True


class CannedHttp:
    """Gives each request the next answer, the last one again for further requests."""

    def __init__(self, *answers: Canned | Exception) -> None:
        self._answers = answers
        self.received: list[ReceivedRequest] = []
        self.given: list[CannedAnswer] = []

    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes, budgets: Budgets
    ) -> CannedAnswer:
        """Keep the request and give the next answer."""
        canned = self._answers[min(len(self.received), len(self._answers) - 1)]
        self.received.append(ReceivedRequest(url, headers, body))
        if isinstance(canned, Exception):
            raise canned
        self.given.append(CannedAnswer(canned))
        return self.given[-1]

    async def get(self, url: str, headers: Mapping[str, str], budgets: Budgets) -> CannedAnswer:
        """As `post`."""
        return await self.post(url, headers, b"", budgets)
