"""What the bot shows: keyboards and links, made of prepared values."""

import re
from uuid import UUID

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, InputRichMessage, WebAppInfo

from backend.i18n import Translator

_IMAGE = re.compile(r"!\[([^\]\n]*)\]\(([^)\n]*)\)")


class Links:
    """Addresses that buttons lead to, all below the public one."""

    def __init__(self, public_url: str) -> None:
        self._base = public_url

    def app(self, conversation_id: UUID | None = None) -> str:
        """The Mini App, at a conversation if one is given."""
        at = f"?conversation={conversation_id}" if conversation_id else ""
        return f"{self._base}/app{at}"

    def page(self, name: str) -> str:
        """A public page such as `privacy`."""
        return f"{self._base}/{name}"


def open_app_keyboard(
    t: Translator, links: Links, conversation_id: UUID | None = None
) -> InlineKeyboardMarkup:
    """One button that opens the Mini App."""
    label = t("bot.button.open_conversation" if conversation_id else "bot.button.open_app")
    button = InlineKeyboardButton(text=label, web_app=WebAppInfo(url=links.app(conversation_id)))
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def rich(t: Translator, markdown: str) -> InputRichMessage:
    """A model's Markdown as a rich message; nothing in it is turned into a link or a mention."""
    return InputRichMessage(
        markdown=markdown, is_rtl=t.direction == "rtl" or None, skip_entity_detection=True
    )


def without_images(markdown: str) -> str:
    """Images as links: fetching one would tell its server what was asked."""
    return _IMAGE.sub(r"[\1](\2)", markdown)
