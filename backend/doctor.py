"""`tanya doctor`: looks at each part and says in one line how to mend what is wrong."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import msgspec
from valkey.asyncio import Valkey

from backend.bot.client import make_bot
from backend.data_dir import prepare
from backend.db import Database, decode_master_key
from backend.db.migrate import current, newest
from backend.errors import TanyaError
from backend.llm.catalog import Catalog, key_of
from backend.llm.discovery import list_models
from backend.llm.http import Http
from backend.llm.model import Provider
from backend.llm.model_file import is_fetched
from backend.settings import Settings
from backend.web.assets import Assets

REACH_SECONDS = 10
LEAST_FREE_BYTES = 500 * 1024 * 1024


class Finding(msgspec.Struct, frozen=True):
    """What was found of one part; `mend` is empty when it is well."""

    part: str
    state: str
    mend: str = ""


Check = Callable[[Settings], Awaitable[Finding]]


def examine(settings: Settings, say: Callable[[str], None]) -> bool:
    """Say a line for each part; whether all is well."""

    async def run() -> bool:
        well = True
        async for finding in findings(settings):
            well &= not finding.mend
            say(_line(finding))
        return well

    return asyncio.run(run())


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """All checks, one after the other."""
    try:
        settings = prepare(settings)
    except TanyaError as error:
        name, reason = error.details["name"], error.details["reason"]
        yield Finding("settings", f"{name} {reason}", f"set {name}")
        return
    for check in CHECKS:
        yield await check(settings)
    catalog = Catalog.load(settings)
    for provider in catalog.active_providers(settings):
        if provider.key and provider.id not in ("local", "simulation"):
            yield await _provider(provider, key_of(provider, settings))


async def _mode(settings: Settings) -> Finding:
    decode_master_key(settings.master_key)
    return Finding("settings", f"{settings.mode} mode, {settings.public_url}")


async def _data_dir(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data_dir).free
    if not os.access(settings.data_dir, os.W_OK):
        return Finding(
            "data directory", "cannot be written", f"check the owner of {settings.data_dir}"
        )
    if free < LEAST_FREE_BYTES:
        return Finding("data directory", f"{free // 2**20} MB free", "make room on that disk")
    return Finding("data directory", f"{settings.data_dir}, {free // 2**30} GB free")


async def _database(settings: Settings) -> Finding:
    database = Database.open(settings.database)
    try:
        async with asyncio.timeout(REACH_SECONDS):
            now = await current(database)
    except Exception as error:
        return Finding(
            "database", f"cannot be reached ({_kind(error)})", "check DATABASE_URL and the server"
        )
    finally:
        await database.close()
    if now != newest() and not settings.local:
        return Finding("database", f"at revision {now}, newest is {newest()}", "run tanya migrate")
    return Finding("database", f"{database.dialect}, revision {now or 'none yet'}")


async def _valkey(settings: Settings) -> Finding:
    if not settings.valkey_url:
        return Finding("valkey", "not used: one process only")
    client = Valkey.from_url(settings.valkey_url, socket_connect_timeout=REACH_SECONDS)
    try:
        await client.ping()
    except Exception as error:
        return Finding(
            "valkey", f"cannot be reached ({_kind(error)})", "check VALKEY_URL and the server"
        )
    finally:
        await client.aclose()
    return Finding("valkey", "answers")


async def _telegram(settings: Settings) -> Finding:
    if settings.local:
        return Finding("telegram", "played by the emulator")
    async with make_bot(settings) as bot:
        try:
            me = await bot.get_me(request_timeout=REACH_SECONDS)
            hook = await bot.get_webhook_info(request_timeout=REACH_SECONDS)
        except Exception as error:
            return Finding(
                "telegram", f"getMe failed ({_kind(error)})", "check BOT_TOKEN and the network"
            )
    if not hook.url.startswith(settings.public_url):
        return Finding("telegram", f"@{me.username}, no webhook here", "run tanya telegram setup")
    if hook.last_error_message:
        return Finding(
            "telegram",
            f"@{me.username}, last webhook error: {hook.last_error_message}",
            "see that PUBLIC_URL reaches this server",
        )
    return Finding("telegram", f"@{me.username}, webhook set, {hook.pending_update_count} waiting")


async def _client(settings: Settings) -> Finding:
    if not Assets().built:
        return Finding("client", "not built", f"run {sys.executable} hatch_build.py")
    return Finding("client", "built")


async def _local_model(settings: Settings) -> Finding:
    if not settings.local_model_enabled:
        return Finding("local model", "switched off")
    if settings.local_model_path:
        if not Path(settings.local_model_path).is_file():
            return Finding(
                "local model", f"no file at {settings.local_model_path}", "correct LOCAL_MODEL_PATH"
            )
        return Finding("local model", settings.local_model_path)
    if not is_fetched(settings.data_dir):
        return Finding("local model", "not fetched", "run tanya model fetch")
    return Finding("local model", "fetched and checked")


async def _daily_cap(settings: Settings) -> Finding:
    cap = settings.operator_daily_cap_dollars
    if cap is None:
        return Finding("daily cap", "none: what a day may cost is not limited here")
    models = Catalog.load(settings).active(settings).active
    vague = [model.id for model in models if not model.price_known]
    if vague:
        return Finding("daily cap", f"${cap:.2f}; refused, having no price: {', '.join(vague)}",
                       "name their prices in MODELS_FILE")  # fmt: skip
    return Finding("daily cap", f"${cap:.2f} a day (UTC)")


async def _provider(provider: Provider, key: str) -> Finding:
    async with Http() as http:
        try:
            models = await list_models(http, provider, key)
        except Exception as error:
            return Finding(provider.name, f"refused or unreachable ({_kind(error)})",
                           f"check {provider.key} and the network")  # fmt: skip
    return Finding(provider.name, f"answers, {len(models)} models listed")


CHECKS: tuple[Check, ...] = (
    _mode,
    _data_dir,
    _database,
    _valkey,
    _telegram,
    _client,
    _local_model,
    _daily_cap,
)


def _kind(error: Exception) -> str:
    return error.code if isinstance(error, TanyaError) else type(error).__name__


def _line(finding: Finding) -> str:
    mark = "✗" if finding.mend else "✓"
    mend = f" → {finding.mend}" if finding.mend else ""
    return f"{mark} {finding.part}: {finding.state}{mend}"
