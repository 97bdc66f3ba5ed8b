"""Any text, photo, document, voice message or video note is a question. Also handles Telegram's
Stop button."""

from difflib import get_close_matches

from aiogram import Bot, F, Router
from aiogram.enums import ContentType
from aiogram.types import Message, MessageGenerationStopped
from msgspec.structs import replace

from backend.bot.answering.answers import Question, answer, refusal, with_its_quotation
from backend.bot.answering.attached import fetch, keep, sent_with
from backend.bot.answering.consent import ask_consent
from backend.bot.answering.digest_posts import collect_post
from backend.bot.answering.joining import files_replied_to
from backend.bot.answering.others import DIGEST, SHOWN, as_decided, reply_sources
from backend.bot.answering.words import as_forwarded, joined, words_of
from backend.bot.context import BotContext
from backend.bot.formatting.split import PLAIN_LIMIT
from backend.bot.handlers import command_list
from backend.bot.sending.drafts import draft_id_of
from backend.bot.sending.places import place_of
from backend.errors import ConsentNeeded, FileRefused, TanyaError
from backend.i18n import Translator

LAST = True  # anything that is not a command is a question

UNSUPPORTED = {
    ContentType.UNKNOWN,
    ContentType.ANIMATION,
    ContentType.GAME,
    ContentType.GIVEAWAY,
    ContentType.INVOICE,
    ContentType.LIVE_PHOTO,
    ContentType.PAID_MEDIA,
    ContentType.STICKER,
    ContentType.STORY,
    ContentType.VIDEO,
}
"""Messages that people send, as opposed to Telegram's service messages."""


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="ask")
    router.message.register(unknown, is_command)
    router.message.register(ask, F.text | F.rich_message)
    router.message.register(ask, F.venue | F.location | F.poll | F.checklist)
    router.message.register(ask_aloud, F.voice | F.video_note)
    router.message.register(ask_about_file, F.photo | F.document | F.audio)
    router.message.register(decline_contact, F.contact)
    router.message.register(decline_dice, F.dice)
    router.message.register(unsupported, F.content_type.in_(UNSUPPORTED))
    router.stopped_message_generation.register(stop)
    return router


def is_command(message: Message) -> bool:
    """Whether a message is only a command that no other file handled."""
    entities = message.entities or []
    text = message.text or ""
    return any(e.type == "bot_command" and e.length == len(text) for e in entities)


async def unknown(message: Message, t: Translator, context: BotContext) -> None:
    """Say that the command is unknown, and suggest a similar one; a mistyped command is not a
    question for a model."""
    said = (message.text or "").removeprefix("/").partition("@")[0].lower()
    names = [one.command for one in command_list(t, context.features.handlers_off)]
    meant = get_close_matches(said, names, n=1)
    words = t("bot.ask.meant_command", command=meant[0]) if meant else t("bot.ask.unknown_command")
    await message.answer(words)


async def ask(
    message: Message,
    parts: list[Message],
    choice: str | None,
    bot: Bot,
    t: Translator,
    context: BotContext,
) -> None:
    """Answer in the chat; a file that the message replies to is part of the question."""
    if choice == DIGEST:
        await collect_post(message, parts, t, context)
        return
    question = Question(joined(map(words_of, parts)), last=parts[-1].message_id)
    question = await _decided(question, parts, message, choice, bot, t, context)
    try:
        files = await keep(files_replied_to(message, bot.id), bot, context)
    except TanyaError as error:
        await message.reply(refusal(error, t), parse_mode=None)
        return
    await answer(message, replace(question, files=files), bot, t, context)


async def _decided(
    question: Question,
    parts: list[Message],
    message: Message,
    choice: str | None,
    bot: Bot,
    t: Translator,
    context: BotContext,
) -> Question:
    """The question with the message that it replies to and where it was forwarded from, redacted
    as the person decided.

    Raises:
        See `as_decided`.
    """
    question = replace(question, text=as_forwarded(message, question.text, bot.id, t))
    quoting = await with_its_quotation(message, question, bot, t, context)
    sources = [*parts, *reply_sources(message)]
    return await as_decided(quoting, sources, message, choice, bot, t, context)


async def ask_aloud(
    message: Message, choice: str | None, bot: Bot, t: Translator, context: BotContext
) -> None:
    """Transcribe a voice message, or the sound of a video note, and ask it. The transcript is
    shown, so errors can be seen."""
    if (sent := sent_with(message)) is None:
        return
    # Checked before transcription, which a provider may do.
    await _decided(Question(""), [message], message, choice, bot, t, context)
    try:
        upload = await fetch(message, sent, bot, context)
        heard = await context.file_service.listen(message.chat.id, upload)
    except ConsentNeeded as error:
        await ask_consent(bot, place_of(message), error, t, context)
    except FileRefused as error:
        words = t("bot.ask.video_note") if message.video_note else refusal(error, t)
        await message.answer(words, parse_mode=None)
        return
    except TanyaError as error:
        await message.answer(refusal(error, t), parse_mode=None)
        return
    shown = heard if len(heard) < PLAIN_LIMIT // 2 else heard[: PLAIN_LIMIT // 2] + "…"
    await message.reply(t("bot.ask.heard", text=shown), parse_mode=None)
    question = Question(heard, heard=heard)
    question = await _decided(question, [message], message, choice or SHOWN, bot, t, context)
    await answer(message, question, bot, t, context)


async def ask_about_file(
    message: Message,
    parts: list[Message],
    choice: str | None,
    bot: Bot,
    t: Translator,
    context: BotContext,
) -> None:
    """The caption is the question; an album is one question."""
    if choice == DIGEST:
        await collect_post(message, parts, t, context)
        return
    text, last = joined(part.caption for part in parts), parts[-1].message_id
    question = Question(text, last=last)
    question = await _decided(question, parts, message, choice, bot, t, context)
    try:
        files = await keep(parts, bot, context)
    except TanyaError as error:
        await message.answer(refusal(error, t), parse_mode=None)
        return
    await answer(message, replace(question, files=files), bot, t, context)


async def decline_contact(message: Message, t: Translator) -> None:
    """Somebody's number goes to nobody."""
    await message.answer(t("bot.ask.contact"))


async def decline_dice(message: Message, t: Translator) -> None:
    """Take note of the throw; no model is asked."""
    assert message.dice is not None
    throw = {"emoji": message.dice.emoji, "value": t.number(message.dice.value)}
    await message.answer(t("bot.ask.dice", **throw))


async def unsupported(message: Message, t: Translator) -> None:
    """Say that this kind of message is not supported."""
    await message.answer(t("bot.ask.unsupported"))


async def stop(event: MessageGenerationStopped, context: BotContext) -> None:
    """End the run; the text so far becomes the message."""
    for run in await context.chats.running(event.chat.id):
        if draft_id_of(run.message_id) == event.draft_id:
            await context.generation.stop(event.chat.id, run.id)
