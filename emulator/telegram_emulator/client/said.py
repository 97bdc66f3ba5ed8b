"""What the bot said, as a test looks at it."""

from typing import Any, NamedTuple

from telegram_emulator.text import plain_text


class Silence(AssertionError):
    """The bot did not say it in time; the message names what it said instead."""


class Said(NamedTuple):
    """A message of the bot's, new or edited; `message` is the Bot API's `Message`."""

    message: dict[str, Any]

    @property
    def id(self) -> int:
        """Its id in the chat."""
        return int(self.message["message_id"])

    @property
    def text(self) -> str:
        """What can be read in it: text, caption, or all of a rich message."""
        rich = self.message.get("rich_message")
        words = self.message.get("text") or self.message.get("caption")
        return str(words or (plain_text(rich) if rich else ""))

    @property
    def keys(self) -> list[dict[str, Any]]:
        """The `InlineKeyboardButton`s under it."""
        rows = self.message.get("reply_markup", {}).get("inline_keyboard", [])
        return [key for row in rows for key in row]

    @property
    def buttons(self) -> list[str]:
        """What is written on them."""
        return [str(key["text"]) for key in self.keys]


class Pressed(NamedTuple):
    """What came of a pressed button: the bot's toast or alert, or the address that it opens."""

    text: str | None = None
    alert: bool = False
    url: str | None = None
