"""A message's text as Markdown: its own, in all its parts, or that of the message it replies to.

Answers are sent as rich messages, which Telegram returns as blocks without a text
(core.telegram.org/bots/api#richmessage). They are converted back to Markdown, so that formatting is
kept.
"""

from collections.abc import Callable, Iterable
from typing import Any

from aiogram import types as t
from aiogram.types import Message

from backend.bot.answering.origins import ForwardedFrom, origin_of
from backend.bot.answering.things import words_of_things
from backend.i18n import Translator

LONGEST_QUOTATION = 4_000
"""Characters."""


def joined(parts: Iterable[str | None]) -> str:
    """Join a text that an app has split into several messages. It cuts at line ends or spaces,
    which are lost."""
    return "\n".join(filter(None, parts))


def words_of(message: Message) -> str:
    """All text of a message, with the addresses of hidden links."""
    if message.rich_message is not None:
        return blocks_text(message.rich_message.blocks)
    if message.text:
        return _with_addresses(message.text, message.entities or ())
    if message.caption:
        return _with_addresses(message.caption, message.caption_entities or ())
    return words_of_things(message)


def _with_addresses(text: str, entities: Iterable[t.MessageEntity]) -> str:
    """The text with each hidden link's address after its words; Telegram counts in UTF-16."""
    links = [one for one in entities if one.type == "text_link" and one.url]
    if not links:
        return text
    units = text.encode("utf-16-le")
    for link in sorted(links, key=lambda one: one.offset, reverse=True):
        end = 2 * (link.offset + link.length)
        units = units[:end] + f" ({link.url})".encode("utf-16-le") + units[end:]
    return units.decode("utf-16-le", errors="replace")


def replied_to(message: Message) -> str:
    """The text that a person's reply is about; empty if there is none."""
    if message.quote is not None and message.quote.is_manual:
        return message.quote.text
    return words_of(message.reply_to_message) if message.reply_to_message else ""


def with_quotation(message: Message, text: str, bot_id: int, t: Translator) -> str:
    """A question preceded by the replied-to text and its author: the assistant, the person, or
    somebody else, who is not named."""
    quoted = replied_to(message).strip()
    if not quoted and message.quote is not None:
        quoted = message.quote.text.strip()  # from another chat
    if not quoted:
        return text
    if len(quoted) > LONGEST_QUOTATION:
        quoted = quoted[:LONGEST_QUOTATION].rstrip() + " …"
    replied = message.reply_to_message
    where = origin_of(replied) if replied is not None else None
    if where is not None and not where.is_of({bot_id, _asker(message)}):
        return f"{_forwarded(where, quoted, t)}\n\n{text}".strip()
    head = t(f"bot.quoted.{_speaker(message, bot_id)}")
    return f"{head}\n{_as_quotation(quoted)}\n\n{text}".strip()


def as_forwarded(message: Message, text: str, bot_id: int, t: Translator) -> str:
    """The words of a message; of a forwarded one as a quotation, with where they are from. All
    that others chose, their names too, is part of the quotation. What the person forwards of their
    own is their own."""
    where = origin_of(message)
    if where is None or where.is_of({_asker(message)}):
        return text
    if where.is_of({bot_id}):
        return f"{t('bot.quoted.answer')}\n{_as_quotation(text)}".strip()
    return _forwarded(where, text, t)


def _forwarded(where: ForwardedFrom, text: str, t: Translator) -> str:
    said = ":\n".join(filter(None, (where.name, text)))
    return f"{t(f'bot.forwarded.{where.kind}')}\n{_as_quotation(said)}".strip()


def _as_quotation(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _asker(message: Message) -> int:
    """Who asks: in a private chat its other side."""
    return message.from_user.id if message.from_user is not None else message.chat.id


def _speaker(message: Message, bot_id: int) -> str:
    """The author of the replied-to text: `answer`, `own` or `other`."""
    replied, sender = message.reply_to_message, message.from_user
    if replied is None or replied.forward_origin is not None or replied.from_user is None:
        return "other"
    if replied.from_user.id == bot_id:
        return "answer"
    return "own" if sender is not None and replied.from_user.id == sender.id else "other"


def blocks_text(blocks: Iterable[Any]) -> str:
    """Blocks of a rich message, an empty line between each two."""
    return "\n\n".join(filter(None, map(_block, blocks)))


def _block(block: Any) -> str:
    match block:
        case t.RichBlockSectionHeading():
            return f"{'#' * block.size} {_inline(block.text)}"
        case t.RichBlockPreformatted():
            return f"```{block.language or ''}\n{_inline(block.text)}\n```"
        case t.RichBlockMathematicalExpression():
            return f"$${block.expression}$$"
        case t.RichBlockList():
            return "\n".join(map(_item, block.items))
        case t.RichBlockTable():
            return _table(block)
        case t.RichBlockBlockQuotation():
            return _behind("> ", "> ", blocks_text(block.blocks))
        case t.RichBlockDetails():
            return f"{_inline(block.summary)}\n\n{blocks_text(block.blocks)}"
    inner: Iterable[Any] = getattr(block, "blocks", ())
    return _inline(getattr(block, "text", "")) or blocks_text(inner)


def _item(item: t.RichBlockListItem) -> str:
    marker = f"{item.value}. " if item.value else "- "
    if item.has_checkbox:
        marker += "[x] " if item.is_checked else "[ ] "
    return _behind(marker, "  ", blocks_text(item.blocks).replace("\n\n", "\n"))


def _behind(first: str, others: str, text: str) -> str:
    return first + text.replace("\n", "\n" + others)


def _table(block: t.RichBlockTable) -> str:
    rows = [[_inline(cell.text or "") for cell in row] for row in block.cells]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([*lines[:1], "|---" * len(rows[0]) + "|", *lines[1:]]) if rows else ""


_MARKS: dict[type[Any], Callable[[Any, str], str]] = {
    t.RichTextBold: lambda _, text: f"**{text}**",
    t.RichTextItalic: lambda _, text: f"*{text}*",
    t.RichTextStrikethrough: lambda _, text: f"~~{text}~~",
    t.RichTextCode: lambda _, text: f"`{text}`",
    t.RichTextUrl: lambda link, text: f"[{text}]({link.url})",
    t.RichTextMathematicalExpression: lambda formula, _: f"${formula.expression}$",
    t.RichTextCustomEmoji: lambda emoji, _: str(emoji.alternative_text),
}


def _inline(text: Any) -> str:
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        return "".join(map(_inline, text))
    inner = _inline(getattr(text, "text", ""))
    mark = _MARKS.get(type(text))
    return mark(text, inner) if mark else inner
