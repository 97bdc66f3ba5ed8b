"""Shared code of the steps of a run, and waiting for a person to act."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from backend.billing import Billing
from backend.bot.ports.proving import ProvingChat
from backend.db import Database
from backend.prove.report import ProofLine
from backend.settings import Settings

Found = TypeVar("Found")
LOOK_SECONDS: Final = 0.5


class NotProven(Exception):
    """A failed step; its text says what was seen instead."""


class Skipped(Exception):
    """A step that cannot be taken here; its text says why."""


@dataclass(frozen=True, kw_only=True)
class ProofParts:
    """`person` is the Telegram id of who acts; `wait` how long each of their acts may take."""

    settings: Settings
    database: Database
    chat: ProvingChat
    billing: Billing
    clock: Callable[[], datetime]
    person: int
    wait: float
    say: Callable[[str], None]

    async def until(self, what: str, look: Callable[[], Awaitable[Found | None]]) -> Found:
        """What `look` finds, once it finds something.

        Raises:
            NotProven: not in time.
        """
        try:
            async with asyncio.timeout(self.wait):
                while (found := await look()) is None:  # noqa: ASYNC110 - other processes' doing
                    await asyncio.sleep(LOOK_SECONDS)
                return found
        except TimeoutError:
            raise NotProven(f"{what} did not happen within {self.wait:.0f} s") from None


Step = Callable[[ProofParts], Awaitable[ProofLine]]
"""Gives its line with the state `proven`; the run says `played` where the place is not real."""
