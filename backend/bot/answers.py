"""From a question in the chat to its answer there: a draft while it is written, then a message.

The inbox keeps the update until this has ended, and the question's id is made of the update, so
after a crash the same question joins the same run and the answer is still sent. A crash between
sending and the inbox's note sends it twice: Telegram has no key to prevent that.
"""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec
from aiogram import Bot
from aiogram.types import BufferedInputFile

from backend.bot.chats import Place
from backend.bot.context import BotContext
from backend.bot.drafts import Draft, draft_id_of
from backend.bot.messages import send_answer
from backend.errors import IdempotencyConflict, TanyaError
from backend.generation import Run, SendMessage
from backend.i18n import Translator


class EventFile(msgspec.Struct, frozen=True, rename="camel"):
    """A file that an event tells of."""

    id: UUID
    kind: str
    name: str


class StreamEvent(msgspec.Struct, frozen=True, rename="camel"):
    """What the bot needs of a stream's event."""

    type: str
    text: str = ""
    message: msgspec.Raw = msgspec.Raw(b"")
    message_id: UUID | None = None
    file: EventFile | None = None
    code: str = ""
    url: str = ""
    state: str = ""
    error_title: str = ""
    error_detail: str = ""


class Answered(msgspec.Struct):
    """An answer as far as it has come."""

    text: str = ""
    pictures: list[EventFile] = msgspec.field(default_factory=list)
    unread: list[StreamEvent] = msgspec.field(default_factory=list)
    state: str = "interrupted"
    error_title: str = ""
    error_detail: str = ""


class _Start(msgspec.Struct):
    text: str = ""


_decode = msgspec.json.Decoder(StreamEvent).decode
_decode_start = msgspec.json.Decoder(_Start).decode


def question_id(chat_id: int, message_number: int, at: datetime) -> UUID:
    """A UUIDv7 that the same message always gets: the key by which a repeat is known."""
    random = sha256(f"{chat_id}:{message_number}".encode()).digest()[:10]
    value = int(at.timestamp() * 1000) << 80 | int.from_bytes(random)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


async def answer(
    bot: Bot,
    chat_id: int,
    key: UUID,
    text: str,
    t: Translator,
    context: BotContext,
    *,
    files: tuple[UUID, ...] = (),
    task: str | None = None,
    options: dict[str, str] | None = None,
) -> None:
    """Ask, show the draft, send the answer; a refusal is sent in its own words."""
    place = await context.chats.place(chat_id)
    message = SendMessage(
        id=key,
        conversation_id=place.conversation_id,
        parent_id=place.leaf_id,
        text=text,
        task=task,
        options=options or {},
        create=place.leaf_id is None,
        files=files,
    )
    try:
        run = await context.generation.send(chat_id, t.language, message)
    except IdempotencyConflict:
        return  # answered before a crash, and the conversation has gone on since
    except TanyaError as error:
        await bot.send_message(chat_id, refusal(error, t), parse_mode=None)
        return
    await _relay(bot, run, t, context)
    await context.chats.remember(chat_id, Place(run.conversation_id, run.message_id))


async def _relay(bot: Bot, run: Run, t: Translator, context: BotContext) -> None:
    draft = Draft(bot, run.user_id, run.id, t)
    answered = Answered()
    await draft.show("")
    with context.drafts.writing(run.user_id, draft_id_of(run.id), run.id):
        async for block in await context.generation.follow(run.user_id, run.id, 0):
            for event in events(block):
                _apply(answered, event)
            await draft.show(answered.text)
    await _send(bot, run, answered, t, context)


def _apply(answered: Answered, event: StreamEvent) -> None:
    match event.type:
        case "start":
            answered.text = _decode_start(event.message).text
        case "text":
            answered.text += event.text
        case "attachment" if event.file is not None and event.file.kind == "image":
            answered.pictures.append(event.file)
        case "notice" if event.url:
            answered.unread.append(event)
        case "end":
            answered.state = event.state
            answered.error_title, answered.error_detail = event.error_title, event.error_detail


async def _send(bot: Bot, run: Run, answered: Answered, t: Translator, context: BotContext) -> None:
    for notice in answered.unread:
        words = t("bot.ask.failed", title=t(f"error.{notice.code}.title"), detail=notice.url)
        await bot.send_message(run.user_id, words, parse_mode=None)
    for picture in answered.pictures:
        _, content = await context.sources.get(run.user_id, picture.id)
        await bot.send_photo(run.user_id, BufferedInputFile(content, picture.name))
    if answered.text.strip():
        await send_answer(bot, run.user_id, t, context.links, answered.text, run.conversation_id)
    if answered.state == "interrupted":
        await bot.send_message(run.user_id, t("bot.ask.interrupted"))
    elif answered.state == "failed":
        words = t("bot.ask.failed", title=answered.error_title, detail=answered.error_detail)
        await bot.send_message(run.user_id, words, parse_mode=None)


def refusal(error: TanyaError, t: Translator) -> str:
    """A refusal's title and detail, as the app would show them."""
    values = {name: value for name, value in error.details.items() if value is not None}
    title, detail = (t(f"error.{error.code}.{part}", **values) for part in ("title", "detail"))
    return t("bot.ask.failed", title=title, detail=detail)


def events(block: bytes) -> list[StreamEvent]:
    """The events of some frames; comments are passed over."""
    lines = block.split(b"\n")
    return [_decode(line[6:]) for line in lines if line.startswith(b"data: ")]
