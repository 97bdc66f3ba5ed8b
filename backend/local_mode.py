"""Local mode: the emulator, a separate project (emulator/README.md), replaces Telegram.

The only file that imports it, and only when local mode is asked for: a production installation
does not contain it.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from backend.errors import SettingsInvalid
from backend.settings import EMULATOR_API_PATH, Settings
from backend.settings_checks import is_loopback

if TYPE_CHECKING:
    from telegram_emulator import Emulator
    from telegram_emulator.browser_guard import App

BOT_NAME = "Tanya"
BOT_USERNAME = "tanya_local_bot"


def require_emulator() -> None:
    """Do nothing where the emulator is installed.

    Raises:
        SettingsInvalid: where it is not, as in production.
    """
    if not is_installed():
        raise SettingsInvalid(
            name="TANYA_MODE",
            reason="is `local`, which needs the Telegram emulator, and that is not installed here: "
            "run `pip install --editable emulator` in the repository, or set TANYA_MODE=production",
        )


def build_emulator(settings: Settings) -> Emulator:
    """The emulator of these settings' data directory.

    Raises:
        SettingsInvalid: as `require_emulator`; or a newer emulator wrote the directory, which is
            left as it is.
    """
    require_emulator()
    # First: both put off building aiogram's models, and only the bot's way gives them all names.
    import backend.bot  # noqa: F401
    import telegram_emulator

    config = telegram_emulator.Config(
        token=settings.bot_token,
        state_dir=settings.data_dir / "emulator",
        bot_name=BOT_NAME,
        bot_username=settings.bot_username or BOT_USERNAME,
        api_path=EMULATOR_API_PATH,
    )
    try:
        return telegram_emulator.Emulator(config)
    except telegram_emulator.StateFromLater as error:
        reason = f"cannot be used: {error}"
        raise SettingsInvalid(name="DATA_DIR", reason=reason) from None


def claim_state(emulator: Emulator) -> None:
    """Claim the data directory for this process's emulator.

    Raises:
        SettingsInvalid: when another process does.
    """
    from telegram_emulator import StateInUse

    try:
        emulator.claim()
    except StateInUse:
        raise SettingsInvalid(
            name="DATA_DIR", reason="is in use by another server; stop it or choose another"
        ) from None


def guard(app: App, settings: Settings) -> App:
    """The application, refusing pages of other sites and host names that are not this server's."""
    from telegram_emulator import BrowserGuard

    return BrowserGuard(app, hosts_of(settings), any_address=not is_loopback(settings.host))


def hosts_of(settings: Settings) -> set[str]:
    """The names that the settings give this server."""
    names = {urlsplit(settings.public_url).hostname or "", settings.host}
    return names - {"", "0.0.0.0", "::"}


def is_installed() -> bool:
    """Whether local mode can run here."""
    return find_spec("telegram_emulator") is not None
