"""The emulator's configuration."""

import re
from pathlib import Path

import msgspec

from telegram_emulator.errors import ConfigInvalid

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """One emulated Telegram and its bot.

    Raises:
        ConfigInvalid: the token has no form of Telegram's, or the name is no bot's.
    """

    token: str
    """The bot's token. Anything in the form of a token: digits, a colon, letters."""
    state_dir: Path
    """The directory for people, chats, files and Stars."""
    bot_name: str = "Bot"
    """The bot's name until it sets one (setMyName)."""
    bot_username: str = "local_bot"
    app_url: str = ""
    """The Mini App behind the bot's menu button, as set in BotFather; empty for none."""
    app_port: int = 0
    """The first port that serves Mini Apps of other origins to the page; 0 takes free ones."""
    api_path: str = ""
    """Where the Bot API is: `<origin><api_path>/bot<token>/METHOD`; empty means at the root."""

    record: Path | None = None
    """A file to record the session in, for `telegram_emulator.client.replay`."""

    def __post_init__(self) -> None:
        if not _TOKEN.fullmatch(self.token):
            raise ConfigInvalid("a bot's token is digits, a colon and letters, such as 123:ABC")
        if not _USERNAME.fullmatch(self.bot_username):
            raise ConfigInvalid(f"{self.bot_username!r} is no username of Telegram's")
        if self.app_url and not self.app_url.startswith(("http://", "https://")):
            raise ConfigInvalid(f"{self.app_url!r} is no address of a Mini App")

    @property
    def bot_id(self) -> int:
        """The bot's Telegram id: the part of the token before the colon."""
        return int(self.token.partition(":")[0])
