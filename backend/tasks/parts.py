"""What jobs may need of the house; app.py fills it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from backend.billing.ports import Notifier
from backend.billing.service import Billing
from backend.db import Database


class Clearable(Protocol):
    """Something that forgets what is too old to matter (the bot's inbox)."""

    async def clear_old(self) -> None:
        """Forget it."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the house that jobs work on."""

    database: Database
    clock: Callable[[], datetime]
    billing: Billing
    notifier: Notifier
    inbox: Clearable
