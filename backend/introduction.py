"""The summary that a process prints at start: five lines for people."""

from collections import Counter
from urllib.parse import urlsplit

from backend import __version__
from backend.db.migrate import newest
from backend.llm.catalog import Catalog
from backend.settings import Settings


def introduction(settings: Settings, role: str) -> list[str]:
    """Version and role, address, stores, models by provider, bot. They contain no secrets.

    `role` is what the process is, such as "web process".
    """
    listens = f"{settings.host}:{settings.port}, reached at {settings.public_url}"
    return [
        f"Tanya {__version__}, {role}, {settings.mode} mode",
        f"Address:  {listens if role != WORKER else 'none, it serves nobody'}",
        f"Stores:   {_database(settings)}; {_valkey(settings)}",
        f"Models:   {_models(settings)}",
        f"Bot:      {_bot(settings)}; operators: {len(settings.admin_ids) or 'none'}",
    ]


WEB = "web process"
WORKER = "worker"


def _database(settings: Settings) -> str:
    """Where the database is, without user and password; it is at the newest revision."""
    if not settings.database.startswith("postgres"):
        return f"SQLite in {settings.data_dir}, revision {newest()}"
    return f"PostgreSQL at {_place(settings.database)}, revision {newest()}"


def _valkey(settings: Settings) -> str:
    return f"Valkey at {_place(settings.valkey_url)}" if settings.valkey_url else "no Valkey"


def _place(address: str) -> str:
    parts = urlsplit(address)
    return parts.netloc.rpartition("@")[2] or parts.path


def _models(settings: Settings) -> str:
    catalog = Catalog.load(settings)
    counted = Counter(model.provider for model in catalog.active(settings).active)
    shown = [
        f"{one.name} {counted[one.id] or '(its own list)'}"
        for one in catalog.active_providers(settings)
    ]
    return ", ".join(shown) or "none: nobody can be answered, see `tanya doctor`"


def _bot(settings: Settings) -> str:
    name = f"@{settings.bot_username}" if settings.bot_username else "id "
    shown = name if settings.bot_username else name + settings.bot_token.partition(":")[0]
    if settings.local:
        return f"{shown}, played by the emulator"
    return f"{shown} at {_place(settings.telegram_api_url)}" if settings.telegram_api_url else shown
