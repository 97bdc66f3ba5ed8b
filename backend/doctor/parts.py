"""Checks of single parts: directory, database, Valkey, Telegram, client, models, providers."""

import asyncio
import os
import shutil
import sys
from pathlib import Path
from uuid import uuid4

from backend.db import Database, KeyRing, open_objects
from backend.db.migrate import current, is_known, is_newer_and_fits, newest
from backend.doctor.finding import REACH_SECONDS, Check, Finding, kind_of
from backend.llm import Provider
from backend.llm.catalog import Catalog, list_models
from backend.llm.http import Http
from backend.llm.local import is_fetched
from backend.reading.process import held_lock
from backend.settings import Settings
from backend.web import Assets

LEAST_FREE_BYTES = 2 * 1024**3
"""A busy week writes this much; at 64 MB the server accepts no new work."""


async def _mode(settings: Settings) -> Finding:
    KeyRing.from_settings(settings)
    return Finding("settings", f"{settings.mode} mode, {settings.public_url}")


async def _data_dir(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data_dir).free
    if not os.access(settings.data_dir, os.W_OK):
        return Finding(
            "data directory", "cannot be written", f"check the owner of {settings.data_dir}"
        )
    if free < LEAST_FREE_BYTES:
        state = f"{settings.data_dir}, only {free // 2**20} MB free"
        return Finding("data directory", state, "make room on that disk, or choose a larger one")
    return Finding("data directory", f"{settings.data_dir}, {free // 2**30} GB free")


async def _database(settings: Settings) -> Finding:
    database = Database.open(settings.database, pool_size=settings.database_pool_size)
    try:
        async with asyncio.timeout(REACH_SECONDS):
            now = await current(database)
            fits = await is_newer_and_fits(database, now)
    except Exception as error:
        return Finding(
            "database", f"cannot be reached ({kind_of(error)})", "check DATABASE_URL and the server"
        )
    finally:
        await database.close()
    if fits:
        return Finding(
            "database", f"revision {now}, a newer version's, beside which this one works"
        )
    if not is_known(now):
        state = f"revision {now} is a newer version's, beside which this one cannot work"
        return Finding("database", state, "start that version again")
    if now != newest() and not settings.local:
        return Finding("database", f"at revision {now}, newest is {newest()}", "run tanya migrate")
    return Finding("database", f"{database.dialect}, revision {now or 'none yet'}")


async def _files(settings: Settings) -> Finding:
    """Whether the store of files takes, gives back and deletes."""
    if not settings.files_url:
        return Finding("files", "kept in the database")
    object_id, sealed = uuid4(), os.urandom(1_000)
    try:
        store = open_objects(settings.files_url)
        async with asyncio.timeout(REACH_SECONDS * 2):
            await store.put(object_id, sealed)
            kept = await store.get(object_id)
            await store.delete(object_id)
    except Exception as error:
        mend = "check FILES_URL, the AWS_… variables, and that it may be written, read and deleted"
        return Finding("files", f"cannot be kept there ({kind_of(error)})", mend)
    if kept != sealed:
        return Finding("files", "come back as others than they were", "use another store")
    return Finding("files", f"moved to {settings.files_url}")


async def _client(settings: Settings) -> Finding:
    if not Assets().built:
        return Finding("client", "not built", f"run {sys.executable} hatch_build.py")
    return Finding("client", "built")


async def _reading(settings: Settings) -> Finding:
    """Which lock the process has that opens uploaded files."""
    lock = await held_lock()
    if lock == "seccomp":
        return Finding("reading", "locked by the kernel's filter of system calls")
    if lock == "audit":
        return Finding("reading", "locked by Python's audit hooks only: this platform has no "
                       "filter that is known here")  # fmt: skip
    return Finding("reading", "cannot be locked: files and pages are not read",
                   "allow seccomp filters in this container (prctl, no_new_privs)")  # fmt: skip


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


async def _models(settings: Settings) -> Finding:
    """A production server needs a model to answer."""
    models = Catalog.load(settings).active(settings).active
    usable = [model for model in models if model.provider != "local" or _has_local_model(settings)]
    if not usable and not _asks_for_its_models(settings):
        return Finding("models", "none at all: nobody can be answered",
                       "set a provider's key, such as XAI_API_KEY")  # fmt: skip
    return Finding("models", f"{len(usable)} known" if usable else "those of the servers below")


def _has_local_model(settings: Settings) -> bool:
    if not settings.local_model_enabled:
        return False
    if settings.local_model_path:
        return Path(settings.local_model_path).is_file()
    return is_fetched(settings.data_dir)


def _asks_for_its_models(settings: Settings) -> bool:
    """Whether a server is set whose models are not in the catalog but listed by itself."""
    providers = Catalog.load(settings).active_providers(settings)
    return any(one.id not in ("local", "simulation") for one in providers)


async def check_provider(provider: Provider, key: str, proxy: str = "") -> Finding:
    """Whether a provider takes the key that is set for it."""
    async with Http(proxy) as http:
        try:
            models = await list_models(http, provider, key)
        except Exception as error:
            return Finding(provider.name, f"refused or unreachable ({kind_of(error)})",
                           f"check {provider.key} and the network")  # fmt: skip
    return Finding(provider.name, f"answers, {len(models)} models listed")


PARTS: tuple[Check, ...] = (
    _mode,
    _data_dir,
    _database,
    _files,
    _client,
    _reading,
    _local_model,
    _models,
    _daily_cap,
)
