"""What of a group reaches a model: the question, and what it replies to, with people as A and B."""

import re

from aiogram.types import Message

from backend.bot.answering.words import replied_to, words_of
from backend.i18n import Translator

LONGEST = 4_000
"""Characters of what is replied to."""
_MENTION = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}")


def is_own(message: Message, bot_id: int) -> bool:
    """Whether what a message replies to is its sender's own, or the bot's."""
    replied, sender = message.reply_to_message, message.from_user
    if replied is None or replied.from_user is None or replied.forward_origin is not None:
        return False
    if replied.sender_chat is not None:
        return False
    return replied.from_user.id == bot_id or (
        sender is not None and replied.from_user.id == sender.id
    )


def quotation(message: Message, bot_id: int, t: Translator) -> str:
    """What a message replies to, with whose words they are; empty if it replies to nothing. Names
    that are mentioned in it become letters too."""
    quoted = replied_to(message).strip() or (message.quote.text.strip() if message.quote else "")
    if not quoted:
        return ""
    replied = message.reply_to_message
    if replied is not None and is_own(message, bot_id):
        from_bot = replied.from_user is not None and replied.from_user.id == bot_id
        speaker = t("bot.quoted.answer" if from_bot else "bot.quoted.own")
    else:
        speaker = t("bot.group.quoted", letter="A")
    lines = without_names(quoted[:LONGEST], t).splitlines()
    return "\n".join([speaker, *(f"> {line}".rstrip() for line in lines)])


def without_names(text: str, t: Translator) -> str:
    """The text with a letter in place of each name that is mentioned, from B on."""
    letters: dict[str, str] = {}

    def letter(found: re.Match[str]) -> str:
        name = found[0].lower()
        return letters.setdefault(
            name, t("bot.group.person", letter=chr(ord("B") + len(letters) % 25))
        )

    return _MENTION.sub(letter, text)


def asked(message: Message, username: str) -> str:
    """The words without the bot's name, and without a command before them."""
    said = re.sub(r"\A/ask(@\w+)?\b", "", words_of(message), flags=re.IGNORECASE)
    return re.sub(rf"@{re.escape(username)}\b", "", said, flags=re.IGNORECASE).strip()


def is_mentioned(message: Message, username: str) -> bool:
    """Whether the bot's name is in it."""
    return bool(re.search(rf"@{re.escape(username)}\b", words_of(message), re.IGNORECASE))
