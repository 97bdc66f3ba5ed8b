"""The operator's console for a command line, which has only the settings."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from backend.billing import Billing
from backend.bot.ports.stars import open_stars
from backend.bot.ports.support_chat import open_support
from backend.console import Console
from backend.data_dir import prepare
from backend.db import Database, KeyRing, Vault
from backend.privacy import AccessLog
from backend.settings import Settings
from backend.wiring.languages import PersonLanguages


@asynccontextmanager
async def open_console(settings: Settings, clock: Callable[[], datetime]) -> AsyncIterator[Console]:
    """The console; closes the database and the connections to Telegram at the end."""
    settings = prepare(settings)
    database = Database.open(settings.database)
    vault = Vault(KeyRing.from_settings(settings))
    languages = PersonLanguages(database, vault)
    try:
        async with (
            open_stars(settings) as stars,
            open_support(settings, languages.language_of) as chat,
        ):
            billing = Billing(database, vault, stars, clock)
            yield Console(database, vault, clock, billing, AccessLog(vault, clock), chat)
    finally:
        await database.close()
