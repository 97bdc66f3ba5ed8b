"""An answer as an inline result: what a person sends to another chat as it is."""

from typing import Final

from aiogram.types import (
    InlineQueryResultArticle,
    InputRichMessageContent,
    InputTextMessageContent,
)

from backend.bot.formatting import Document, is_short, to_text
from backend.bot.sending.messages import NO_PREVIEW, answer_messages
from backend.bot.sending.views import is_rtl, rich
from backend.i18n import Translator

TITLE: Final = 60
DESCRIPTION: Final = 120
"""Characters of the text that stand for it in a list."""


def answer_result(result_id: str, markdown: str, t: Translator) -> InlineQueryResultArticle:
    """An answer with its form; of one that is too long for one message the first part."""
    document = answer_messages(markdown)[0]
    words = " ".join(to_text(document)[0].split())
    return InlineQueryResultArticle(
        id=result_id,
        title=shortened(words, TITLE) or "Tanya",
        description=shortened(words[TITLE:].strip(), DESCRIPTION) or None,
        input_message_content=_content(document, rtl=is_rtl(markdown, t)),
    )


def shortened(text: str, most: int) -> str:
    """The beginning of a text, in one line."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[:most].rstrip() + "…"


def _content(document: Document, *, rtl: bool) -> InputTextMessageContent | InputRichMessageContent:
    if not is_short(document) or rtl:
        return InputRichMessageContent(rich_message=rich(document, rtl=rtl))
    text, entities = to_text(document)
    return InputTextMessageContent(
        message_text=text,
        entities=entities or None,
        parse_mode=None,
        link_preview_options=NO_PREVIEW,
    )
