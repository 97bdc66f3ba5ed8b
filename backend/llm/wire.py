"""What adapters need of HTTP: one POST, its answer read as it arrives, at the reader's own pace.

Small on purpose, so that a leaner client than aiohttp can take its place, and a canned one in
tests (canned.py).
"""

from collections.abc import Mapping
from typing import Final, Protocol

from msgspec import Struct

ERROR_BODY_BYTES: Final = 64 * 1024


class Budgets(Struct, frozen=True):
    """How long to wait, in seconds.

    `first_event` and `idle` run between parsed events, since keep-alive comments would reset a
    socket's timer for ever. None of them runs while the reader is not waiting.
    """

    connect: float = 10.0
    first_event: float = 60.0
    idle: float = 90.0
    hard: float = 900.0


PATIENT = Budgets(first_event=180.0, idle=180.0, hard=1620.0)
"""For searches and deep thought: xAI's own client waits 27 minutes, a search may take one."""


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
        """Tell that the headers were read: they are let go."""
        ...

    def progress(self) -> None:
        """Tell that the last read brought an event: the idle budget starts anew."""
        ...

    def last_words(self) -> None:
        """Tell that the answer is whole and only trailing facts may come: wait briefly."""
        ...

    async def read(self) -> bytes:
        """What has arrived since the last read, waiting for the first byte; b"" at the end.

        Raises:
            ConnectionBroke: the connection was lost.
            BudgetSpent: a budget ran out.
        """
        ...

    async def read_all(self, limit: int = ERROR_BODY_BYTES) -> bytes:
        """The body's first `limit` bytes; what came when the connection or the time ends."""
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
        """Send `body` and return the answer when its headers are there.

        Raises:
            ConnectFailed: no connection, or none in time, or it broke before the headers.
            BudgetSpent: the first-event budget ran out before the headers came.
        """
        ...

    async def get(self, url: str, headers: Mapping[str, str], budgets: Budgets) -> HttpAnswer:
        """As `post`, without a body."""
        ...
