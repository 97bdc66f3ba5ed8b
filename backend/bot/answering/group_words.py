"""What a model gets from a group: the question and the replied-to message, with people as A and
B."""

import re
from collections.abc import Iterable

from aiogram.types import Message

from backend.bot.answering.words import replied_to, words_of
from backend.bot.chats.group_memory import GroupLine
from backend.i18n import Translator
from backend.placeholders import Redacted, redact

LONGEST = 4_000
"""The most characters of a replied-to message."""
LONGEST_TRANSCRIPT = 24_000
"""The most characters of a transcript; the newest are kept."""
_MENTION = re.compile(r"(?<![\w@/.+-])@[A-Za-z][A-Za-z0-9_]{3,31}")


def is_own(message: Message, bot_id: int) -> bool:
    """Whether the replied-to message is the sender's own or the bot's."""
    replied, sender = message.reply_to_message, message.from_user
    if replied is None or replied.from_user is None or replied.forward_origin is not None:
        return False
    if replied.sender_chat is not None:
        return False
    return replied.from_user.id == bot_id or (
        sender is not None and replied.from_user.id == sender.id
    )


def quotation(message: Message, bot_id: int, t: Translator) -> str:
    """The replied-to text, with its author as a letter; empty if there is none. Mentioned names
    become letters too."""
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
    """The text with a letter in place of each mentioned name, from B on."""
    letters: dict[str, str] = {}

    def letter(found: re.Match[str]) -> str:
        name = found[0].lower()
        return letters.setdefault(
            name, t("bot.group.person", letter=chr(ord("B") + len(letters) % 25))
        )

    return _MENTION.sub(letter, text)


def transcript(lines: Iterable[GroupLine], t: Translator) -> Redacted:
    """Stored messages with a letter for each person, and consistent placeholders for numbers,
    addresses and usernames. Messages of people who do not share them are only counted."""
    known: dict[str, str] = {}
    letters: dict[int, str] = {}
    written: list[str] = []
    hidden = 0
    for line in lines:
        if line.text is None:
            hidden += 1
            continue
        written += _not_shared(hidden, t)
        hidden = 0
        letter = letters.setdefault(line.user_id or 0, letter_of(len(letters)))
        words = redact(line.text, (), known)
        known |= words.placeholders
        written.append(f"{t('bot.group.person', letter=letter)}: {words.text}")
    text = "\n".join([*written, *_not_shared(hidden, t)])[-LONGEST_TRANSCRIPT:]
    return Redacted(text, {name: stood for name, stood in known.items() if name in text})


def _not_shared(count: int, t: Translator) -> list[str]:
    if not count:
        return []
    return [t("bot.summary.not_shared") + (f" ×{count}" if count > 1 else "")]


def letter_of(number: int) -> str:
    """A, B … Z, then A2, B2 and so on."""
    times, place = divmod(number, 26)
    return chr(ord("A") + place) + (str(times + 1) if times else "")


def asked(message: Message, username: str) -> str:
    """The text without the bot's name, and without a leading command."""
    said = re.sub(r"\A/ask(@\w+)?\b", "", words_of(message), flags=re.IGNORECASE)
    return re.sub(rf"@{re.escape(username)}\b", "", said, flags=re.IGNORECASE).strip()


def is_mentioned(message: Message, username: str) -> bool:
    """Whether the text contains the bot's name."""
    return bool(re.search(rf"@{re.escape(username)}\b", words_of(message), re.IGNORECASE))
