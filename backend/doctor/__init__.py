"""`tanya doctor`: checks each part and says in one line how to fix what is wrong."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime

from backend.data_dir import prepare
from backend.doctor.environment import check_addresses, check_admins, check_names, check_settings
from backend.doctor.finding import Finding
from backend.doctor.parts import PARTS, check_provider
from backend.doctor.policies import check_help_lines, check_policy
from backend.doctor.processes import check_processes
from backend.doctor.system_state import system
from backend.doctor.telegram import check_clock, check_telegram
from backend.errors import TanyaError
from backend.llm.catalog import Catalog, key_of
from backend.logs import set_up_logs
from backend.settings import Settings

__all__ = ["examine", "findings", "system"]


def examine(environ: Mapping[str, str], now: datetime, say: Callable[[str], None]) -> bool:
    """Print a line for each part; returns whether all is well. Where settings cannot be used, they
    alone are told: with others in their place, other parts would be examined."""
    if wrong := check_settings(environ):
        for finding in [*wrong, *check_names(environ)]:
            say(finding.line)
        return False
    settings = Settings.from_environment(environ)
    set_up_logs(settings)

    async def run() -> bool:
        well = True
        async for finding in findings(settings, environ, now):
            well &= not finding.mend
            say(finding.line)
        return well

    return asyncio.run(run())


async def findings(
    settings: Settings, environ: Mapping[str, str], now: datetime
) -> AsyncIterator[Finding]:
    """All checks, one after the other."""
    try:
        settings = prepare(settings)
    except TanyaError as error:
        name, reason = error.details["name"], error.details["reason"]
        yield Finding("settings", f"{name} {reason}", f"set {name}")
        return
    for finding in check_names(environ):
        yield finding
    for check in PARTS:
        yield await check(settings)
    for finding in [*check_addresses(settings), check_admins(settings)]:
        yield finding
    async for finding in check_processes(settings, now):
        yield finding
    yield check_help_lines(now)
    yield await check_telegram(settings, now)
    if not settings.local:
        yield await check_clock(settings, now)
    for provider in Catalog.load(settings).active_providers(settings):
        if provider.key and provider.id not in ("local", "simulation"):
            yield check_policy(provider, now)
            yield await check_provider(provider, key_of(provider, settings), settings.https_proxy)
