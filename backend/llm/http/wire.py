"""The HTTP interface for adapters: requests whose answers are read at the reader's pace.

It is small, so that a client leaner than aiohttp can implement it, and a fake one in tests
(canned.py).
"""

from collections.abc import Mapping
from typing import Final, Protocol

from msgspec import Struct

ERROR_BODY_BYTES: Final = 64 * 1024


class Budgets(Struct, frozen=True):
    """How long to wait, in seconds.

    `first_event` and `idle` run between parsed events, since keep-alive comments would reset a
    socket's timer indefinitely. They pause while the reader is not waiting.
    """

    connect: float = 10.0
    first_event: float = 60.0
    idle: float = 90.0
    hard: float = 900.0


PATIENT = Budgets(first_event=180.0, idle=180.0, hard=1620.0)
"""For searches and long reasoning: xAI's own client waits 27 minutes, and a search may take one."""


class ConnectFailed(Exception):
    """No connection, or it broke before the answer's headers."""


class ConnectionBroke(Exception):
    """The connection broke in the middle of the answer."""


class BudgetSpent(Exception):
    """A budget ran out; `kind` is first_event, idle or hard."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class HttpAnswer(Protocol):
    """A provider's answer, being read."""

    status: int
    headers: Mapping[str, str]

    @property
    def content_type(self) -> str:
        """The media type in lower case without parameters; empty when none is given."""
        ...

    def begun(self) -> None:
        """Drop the headers, which were read."""
        ...

    def progress(self) -> None:
        """Report that the last read had an event: restarts the idle budget."""
        ...

    def last_words(self) -> None:
        """Report that the answer is complete and only usage may follow: wait briefly."""
        ...

    async def read(self) -> bytes:
        """What has arrived since the last read, waiting for the first byte; b"" at the end.

        Raises:
            ConnectionBroke: the connection was lost.
            BudgetSpent: a budget ran out.
        """
        ...

    async def read_all(self, limit: int = ERROR_BODY_BYTES) -> bytes:
        """The body's first `limit` bytes, or what arrived until the connection or the time
        ended."""
        ...

    async def settle(self) -> None:
        """Read the end that follows the last event, so that the connection can be used again."""
        ...

    async def close(self) -> None:
        """Drop the connection before returning: the only way to cancel at a provider."""
        ...


class HttpClient(Protocol):
    """Makes requests; one for all adapters."""

    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes, budgets: Budgets
    ) -> HttpAnswer:
        """Send `body` and return the answer once its headers have arrived.

        Raises:
            ConnectFailed: no connection, or none in time, or it broke before the headers.
            BudgetSpent: the first-event budget ran out before the headers came.
        """
        ...

    async def get(self, url: str, headers: Mapping[str, str], budgets: Budgets) -> HttpAnswer:
        """As `post`, without a body."""
        ...
