"""Groups of commands that are only loaded when they are called, since the bot's library is slow to
import."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from backend.settings import Settings

if TYPE_CHECKING:
    from backend.bot.ports.stars import TelegramStars

MONEY = (
    "close-month",
    "ledger-check",
    "mismatches",
    "payments",
    "payout",
    "reconcile",
    "refund",
    "requests",
    "statement",
)
CONSOLE = ("answer", "ban", "broadcast", "figures", "give", "limit", "person", "switch", "take")
PRIVACY = ("receipts", "regulator-bundle")
SAFETY = ("appeals", "reports")
PROVE = ("prove",)
SYSTEM = ("system",)


def _money_commands() -> list[click.Command]:
    from backend.billing.commands import commands
    from backend.privacy.operator_access import record_with

    record_access = record_with(lambda: click.get_current_context().ensure_object(Settings), now)
    return commands(_open_stars, now, record_access)


@asynccontextmanager
async def _open_stars(settings: Settings) -> AsyncIterator[TelegramStars]:
    """Load the bot's library once a command asks Telegram: the books are read without it."""
    from backend.bot.ports.stars import open_stars

    async with open_stars(settings) as stars:
        yield stars


def _console_commands() -> list[click.Command]:
    from backend.console.commands import console_commands
    from backend.wiring.operator_console import open_console

    return console_commands(open_console, now)


def _privacy_commands() -> list[click.Command]:
    from backend.privacy.receipts_command import receipts
    from backend.privacy.regulator_command import regulator_bundle

    return [receipts, regulator_bundle(now)]


def _safety_commands() -> list[click.Command]:
    from backend.privacy.operator_access import record_with
    from backend.safety.commands import commands

    record_access = record_with(lambda: click.get_current_context().ensure_object(Settings), now)
    return commands(now, record_access)


def _prove_commands() -> list[click.Command]:
    from backend.prove.command import prove_command

    return [prove_command(now)]


def _system_commands() -> list[click.Command]:
    from backend.doctor import system

    return [system]


def now() -> datetime:
    """The time for bookings: in local mode the emulator's, which may have been advanced."""
    settings = click.get_current_context().find_object(Settings)
    if settings is None or not settings.local:
        return datetime.now(UTC)
    from backend.data_dir import prepare
    from backend.local_mode import build_emulator

    return build_emulator(prepare(settings)).clock()


GROUPS: tuple[tuple[tuple[str, ...], Callable[[], list[click.Command]]], ...] = (
    (MONEY, _money_commands),
    (CONSOLE, _console_commands),
    (PRIVACY, _privacy_commands),
    (SAFETY, _safety_commands),
    (PROVE, _prove_commands),
    (SYSTEM, _system_commands),
)
"""The names of commands, and the factory of each group."""
