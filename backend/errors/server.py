"""Errors for the operator: settings, storage, ports, Telegram."""

from backend.errors.base import TanyaError, Unavailable

__all__ = [
    "BotSetupFailed",
    "DatabaseUnready",
    "PortBusy",
    "SettingsInvalid",
    "StorageBusy",
    "StorageFull",
    "StorageUnreachable",
    "TelegramUnreachable",
    "TextUnreadable",
]


class StorageFull(Unavailable):
    """The disk or the database has no room left; nothing was written."""

    code, status = "storage_full", 507


class StorageBusy(Unavailable):
    """The database did not become free in time; nothing was written."""

    code = "storage_busy"


class StorageUnreachable(Unavailable):
    """The database server does not answer, or has broken the connection off."""

    code = "storage_unreachable"


class BotSetupFailed(Unavailable):
    """Telegram refused the bot's webhook, commands or menu button; `reason` says why."""

    code = "bot_setup_failed"
    for_operator = True


class TelegramUnreachable(Unavailable):
    """Telegram's Bot API refused or did not answer; `reason` names how."""

    code = "telegram_unreachable"


class DatabaseUnready(Unavailable):
    """The database cannot be reached, or has another version's tables; `reason` says which."""

    code = "database_unready"
    for_operator = True


class PortBusy(Unavailable):
    """Another program listens on the port."""

    code = "port_busy"
    for_operator = True


class TextUnreadable(TanyaError):
    """Stored text cannot be decrypted with this MASTER_KEY, or its bytes were altered."""

    code, status = "text_unreadable", 500
    worth_retrying = False


class SettingsInvalid(TanyaError):
    """A setting is missing or malformed; `name` and `reason` tell which and why."""

    code = "settings_invalid"
    worth_retrying = False
    for_operator = True
