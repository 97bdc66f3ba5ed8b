"""Words of other people: forwarded, quoted or replied to.

Before they are sent to a provider, the person sees them as they would be sent: with placeholders
for names from Telegram's own fields, and for text in well-known forms (`backend/placeholders.py`).
The question waits in the inbox until the person decides, unless they made a general choice.
Placeholders in the answer are replaced again for the person only.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, Literal, TypeAlias
from uuid import UUID

from aiogram import Bot
from aiogram.types import (
    ExternalReplyInfo,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageEntity,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    TextQuote,
    User,
)
from msgspec.structs import replace

from backend.bot.answering.answers import Question
from backend.bot.answering.attached import sent_with
from backend.bot.answering.origins import origin_of
from backend.bot.context import BotContext
from backend.bot.inbox.updates import OTHERS, QuestionHeld
from backend.bot.sending.messages import send_plain
from backend.bot.sending.places import place_of
from backend.i18n import Translator
from backend.placeholders import Kind, Redacted, redact

Source: TypeAlias = Message | ExternalReplyInfo | TextQuote
"""A message, or part of one, that a question's words come from."""
Origin: TypeAlias = (
    MessageOriginUser | MessageOriginHiddenUser | MessageOriginChat | MessageOriginChannel
)
Choice: TypeAlias = Literal["shown", "named", "not", "digest"]
AskApart: TypeAlias = Callable[[str, InlineKeyboardMarkup], Awaitable[object]]
"""Shows one member of a group a text with buttons."""
SHOWN: Final = "shown"
NAMED: Final = "named"
NOT: Final = "not"
DIGEST: Final = "digest"
"""Held for: a channel's post that is stored for the person's digest instead of being asked
about."""

LEAST_PART: Final = 3
"""The shortest part of a name that is replaced: shorter ones are words in too many texts."""
_MARKED: Final[dict[str, Kind]] = {
    "mention": "username",
    "phone_number": "phone",
    "email": "email",
}


async def as_decided(
    question: Question,
    sources: Sequence[Source],
    message: Message,
    choice: str | None,
    bot: Bot,
    t: Translator,
    context: BotContext,
) -> Question:
    """The question as it may be asked; `sources` are the messages that its words come from.

    Raises:
        QuestionHeld: they are somebody else's, and the person must decide first.
    """
    own = {message.chat.id, bot.id}
    others = [source for source in sources if _is_others(source, own)]
    if not others or choice == NAMED:
        return question
    place = place_of(message)
    rules = await context.chats.sharing_rules(place)
    if rules.stays_here:
        return question
    redacted = redact(question.text, _names(others), rules.known, _marked(others))
    if choice == SHOWN or rules.always_redacts:
        return replace(question, text=redacted.text, placeholders=redacted.placeholders)
    has_files = any(isinstance(one, Message) and sent_with(one) is not None for one in others)
    words = _shown(redacted, t, has_files=has_files)
    number = message.message_id
    posts = [channel_post(one) for one in sources if isinstance(one, Message)]
    collects = all(post is not None for post in posts)
    ask = partial(send_plain, bot, place, words, _buttons(redacted, number, t, collects=collects))
    raise QuestionHeld(held_for(number), ask, question.heard)


def redacted_again(text: str, known: Mapping[str, str]) -> Redacted:
    """The text of an edited question, with its earlier placeholders; none if it had none."""
    return redact(text, known.values(), known) if known else Redacted(text, {})


def held_for(message: int | str) -> str:
    """What an update is held for that waits for a decision about a message's words; `message` is
    its number, in a group after the group's id."""
    return f"{OTHERS}{message}"


async def as_decided_apart(
    question: Question,
    message: Message,
    choice: str | None,
    conversation_id: UUID | None,
    ask: AskApart,
    bot: Bot,
    t: Translator,
    context: BotContext,
) -> Question:
    """Like `as_decided`, for a replied-to message in a group: only the asker is shown it, by `ask`,
    and decides.

    Raises:
        QuestionHeld: it is somebody else's, and the asker has to decide first.
    """
    assert message.from_user is not None
    asker = message.from_user.id
    others = [one for one in reply_sources(message) if _is_others(one, {asker, bot.id})]
    if not others or choice == NAMED:
        return question
    known: dict[str, str] = {}
    if conversation_id is not None:
        known = await context.chats.placeholders(asker, conversation_id)
    redacted = redact(question.text, _names(others), known, _marked(others))
    always = (await context.account.profile(asker)).redact_others
    if choice == SHOWN or always:
        return replace(question, text=redacted.text, placeholders=redacted.placeholders)
    where = f"{message.chat.id}:{message.message_id}"
    words, buttons = _shown(redacted, t, has_files=False), _buttons(redacted, where, t)
    raise QuestionHeld(held_for(where), partial(ask, words, buttons))


def as_placeholders(question: Question, message: Message, bot_id: int) -> Question:
    """A guest's question, always with placeholders for other people's names and the like, since
    guests cannot be asked."""
    own = {bot_id, *((message.from_user.id,) if message.from_user else ())}
    others = [one for one in reply_sources(message) if _is_others(one, own)]
    if not others:
        return question
    redacted = redact(question.text, _names(others), {}, _marked(others))
    return replace(question, text=redacted.text, placeholders=redacted.placeholders)


def reply_sources(message: Message) -> list[Source]:
    """The messages that a person's reply is about (`words.replied_to`)."""
    found = (message.reply_to_message, message.external_reply, message.quote)
    return [source for source in found if source is not None]


def channel_post(message: Message) -> MessageOriginChannel | None:
    """The public channel of a forwarded post; None if it is none."""
    origin = message.forward_origin
    return origin if isinstance(origin, MessageOriginChannel) and origin.chat.username else None


def _is_others(source: Source, own: set[int]) -> bool:
    origin = _origin(source)
    if origin is not None:
        return not (isinstance(origin, MessageOriginUser) and origin.sender_user.id in own)
    if isinstance(source, Message):
        return source.from_user is None or source.from_user.id not in own
    return False  # a quote, whose author is named by the message or the reply


def _origin(source: Source) -> Origin | None:
    match source:
        case Message():
            return source.forward_origin
        case ExternalReplyInfo():
            return source.origin
    return None


def _names(sources: Iterable[Source]) -> set[str]:
    """The names in Telegram's fields, whole and in parts."""
    return {name for source in sources for name in _names_of(source) if name}


def _names_of(source: Source) -> Iterator[str]:
    if isinstance(source, Message) and (where := origin_of(source)) is not None:
        yield where.name  # as it stands before the words
    match _origin(source):
        case MessageOriginUser(sender_user=user):
            yield from _user_names(user)
        case MessageOriginHiddenUser(sender_user_name=name):
            yield from _parts(name)
        case MessageOriginChat(sender_chat=chat, author_signature=author):
            yield from (chat.title or "", chat.username or "", *_parts(author or ""))
        case MessageOriginChannel(chat=chat, author_signature=author):
            yield from (chat.title or "", chat.username or "", *_parts(author or ""))
    # A forwarded message is sent by the person; any other by its author.
    if isinstance(source, Message) and source.from_user and source.forward_origin is None:
        yield from _user_names(source.from_user)
    for entity, text in _entities(source):
        if entity.type == "text_mention":
            yield text
            yield from _user_names(entity.user) if entity.user else ()


def _user_names(user: User) -> Iterator[str]:
    yield from (user.full_name, user.username or "")
    yield from _parts(user.full_name)


def _parts(name: str) -> Iterator[str]:
    yield name
    yield from (part for part in name.split() if len(part) >= LEAST_PART)


def _marked(sources: Iterable[Source]) -> dict[str, Kind]:
    """What Telegram marks as a phone number and the like."""
    return {
        text: _MARKED[entity.type]
        for source in sources
        for entity, text in _entities(source)
        if entity.type in _MARKED
    }


def _entities(source: Source) -> list[tuple[MessageEntity, str]]:
    text = getattr(source, "text", None) or getattr(source, "caption", None) or ""
    found = getattr(source, "entities", None) or getattr(source, "caption_entities", None) or []
    return [(entity, entity.extract_from(text)) for entity in found]


def _shown(redacted: Redacted, t: Translator, *, has_files: bool) -> str:
    """What the person is asked."""
    lines = [t("bot.others.ask"), redacted.text]
    if redacted.placeholders:
        lines.append(t("bot.others.replaced"))
    lines.append(t("bot.others.look"))
    if has_files:
        lines.append(t("bot.others.files"))
    return "\n\n".join(filter(None, lines))


def _buttons(
    redacted: Redacted, number: int | str, t: Translator, *, collects: bool = False
) -> InlineKeyboardMarkup:
    choices: list[Choice] = [SHOWN, NAMED, NOT] if redacted.placeholders else [NAMED, NOT]
    if collects:
        choices.insert(-1, DIGEST)
    named = "named" if redacted.placeholders else "send"
    wording = {SHOWN: "shown", NAMED: named, NOT: "not", DIGEST: "digest"}
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(
                    text=t(f"bot.others.{wording[choice]}"),
                    callback_data=f"{OTHERS}{choice}:{number}",
                )
            ]
            for choice in choices
        ]
    )
