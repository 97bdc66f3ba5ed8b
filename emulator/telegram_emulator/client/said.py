"""The bot's messages, as a test sees them."""

from typing import Any, NamedTuple

from telegram_emulator.text import plain_text


class Silence(AssertionError):
    """The bot did not send the expected message in time; the error names what it sent instead."""


class Said(NamedTuple):
    """A message of the bot's, new or edited; `message` is the Bot API's `Message`."""

    message: dict[str, Any]

    @property
    def id(self) -> int:
        """The message's id in the chat."""
        return int(self.message["message_id"])

    @property
    def text(self) -> str:
        """Its readable text: text, caption, or all of a rich message."""
        rich = self.message.get("rich_message")
        words = self.message.get("text") or self.message.get("caption")
        return str(words or (plain_text(rich) if rich else ""))

    @property
    def keys(self) -> list[dict[str, Any]]:
        """The `InlineKeyboardButton`s below it."""
        rows = self.message.get("reply_markup", {}).get("inline_keyboard", [])
        return [key for row in rows for key in row]

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons."""
        return [str(key["text"]) for key in self.keys]


class Pressed(NamedTuple):
    """The result of pressing a button: the bot's toast or alert, or the address that it opens."""

    text: str | None = None
    alert: bool = False
    url: str | None = None
