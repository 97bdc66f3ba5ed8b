"""What the bot shows: keyboards and links, made of prepared values."""

from unicodedata import bidirectional
from uuid import UUID

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, InputRichMessage, WebAppInfo

from backend.bot.formatting import Document, to_rich_blocks
from backend.i18n import Translator

_SAMPLE = 1000

APPEAL = "appeal:"
"""A button's data, before the id of what was refused."""


class Links:
    """Addresses that buttons lead to, all below the public one."""

    def __init__(self, public_url: str) -> None:
        self._base = public_url

    def app(self, conversation_id: UUID | None = None, *, page: str | None = None) -> str:
        """The Mini App, at a conversation or a page of the settings if one is given."""
        at = f"?page={page}" if page else ""
        at = f"?conversation={conversation_id}" if conversation_id else at
        return f"{self._base}/app{at}"

    def page(self, name: str) -> str:
        """A public page such as `privacy`."""
        return f"{self._base}/{name}"


def appeal_keyboard(refusal_id: UUID, t: Translator) -> InlineKeyboardMarkup:
    """A button that appeals against a refusal."""
    button = InlineKeyboardButton(
        text=t("bot.appeal.button"), callback_data=APPEAL + refusal_id.hex
    )
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def open_app_keyboard(
    t: Translator, links: Links, conversation_id: UUID | None = None
) -> InlineKeyboardMarkup:
    """One button that opens the Mini App."""
    label = t("bot.button.open_conversation" if conversation_id else "bot.button.open_app")
    button = InlineKeyboardButton(text=label, web_app=WebAppInfo(url=links.app(conversation_id)))
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def rich(document: Document, *, rtl: bool) -> InputRichMessage:
    """A document as a rich message. Its links are our own: Telegram is not to look for others, nor
    for mentions and commands."""
    return InputRichMessage(
        blocks=to_rich_blocks(document), is_rtl=rtl or None, skip_entity_detection=True
    )


def is_rtl(text: str, t: Translator) -> bool:
    """Whether most of a text's letters read from right to left; without letters, whether the
    person's language does."""
    kinds = [bidirectional(character) for character in text[:_SAMPLE]]
    right, left = sum(kind in ("R", "AL") for kind in kinds), kinds.count("L")
    if right + left == 0:
        return t.direction == "rtl"
    return right > left
