"""Where a run goes: Telegram itself, its test environment, or something that plays it."""

from typing import Final
from urllib.parse import urlsplit

import aiohttp
from msgspec import Struct

from backend.llm import Provider
from backend.settings import Settings
from backend.settings_checks import is_loopback

LOOK: Final = aiohttp.ClientTimeout(total=5)


class ProvingPlace(Struct, frozen=True):
    """A place as text, and whether it is the real one."""

    name: str
    real: bool


async def telegram_place(settings: Settings) -> ProvingPlace:
    """Where the bot's calls go."""
    if settings.local:
        return ProvingPlace("the emulator, in place of Telegram", real=False)
    if settings.telegram_api_url:
        if await _is_emulator(settings.telegram_api_url):
            return ProvingPlace("an emulator, in place of Telegram", real=False)
        return ProvingPlace("Telegram, by a Bot API server of one's own", real=True)
    if settings.telegram_test_env:
        return ProvingPlace("Telegram's test environment", real=True)
    return ProvingPlace("Telegram", real=True)


def provider_place(provider: Provider) -> ProvingPlace:
    """Where a question to a provider goes."""
    host = urlsplit(provider.base_url).hostname or ""
    if provider.id == "simulation" or is_loopback(host):
        return ProvingPlace(f"a simulation, in place of {provider.name}", real=False)
    return ProvingPlace(f"{provider.name} at {host}", real=True)


async def _is_emulator(api_url: str) -> bool:
    """Whether the Bot API server also has the emulator's own control API."""
    url = api_url.rstrip("/") + "/emulator/state"
    try:
        async with aiohttp.ClientSession(timeout=LOOK) as http, http.get(url) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False
