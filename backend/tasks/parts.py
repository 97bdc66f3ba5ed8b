"""The parts that jobs use; lifecycle.py fills it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from backend.billing import Billing, Notifier
from backend.checks import Checks
from backend.console import BroadcastSender
from backend.db import Database, Vault
from backend.privacy import Receipts
from backend.privacy.erasure import ErasureChat, Erasures
from backend.schedules import ScheduleRunner


class Clearable(Protocol):
    """Something that deletes its old entries (the bot's inbox)."""

    async def clear_old(self) -> None:
        """Forget it."""
        ...


class RemindsPeople(Protocol):
    """Sends reminders (the bot)."""

    async def work(self) -> int:
        """Send those that are due; returns how many that were."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that jobs work on."""

    database: Database
    vault: Vault
    clock: Callable[[], datetime]
    billing: Billing
    notifier: Notifier
    inbox: Clearable
    receipts: Receipts
    erasures: Erasures
    erasure_chat: ErasureChat
    checks: Checks
    schedules: ScheduleRunner
    reminders: RemindsPeople
    broadcasts: BroadcastSender
