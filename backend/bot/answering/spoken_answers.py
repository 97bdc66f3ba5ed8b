"""Speaks an answer: a voice message that replies to it (core.telegram.org/bots/api#sendvoice)."""

import asyncio

from aiogram import Bot
from aiogram.types import BufferedInputFile

from backend.bot.answering.answers import refusal
from backend.bot.answering.consent import ask_consent
from backend.bot.context import BotContext
from backend.bot.formatting import to_text
from backend.bot.sending.messages import answer_messages, send_plain
from backend.bot.sending.places import ChatPlace
from backend.bot.sending.retries import with_retries
from backend.bot.sending.views import open_app_keyboard
from backend.conversations import Message as Kept
from backend.errors import ConsentNeeded, ServerDraining, SpeechNotAvailable, TanyaError
from backend.files import ToSpeak
from backend.i18n import Translator


async def speak_answer(
    place: ChatPlace, person: int, answer: Kept, bot: Bot, t: Translator, context: BotContext
) -> None:
    """Send the answer as a voice message; an error is sent as its text. Placeholders for names are
    read out as they are, since the names are sent to no provider.

    Raises:
        QuestionHeld: the person is asked for consent first.
    """
    wanted = ToSpeak(
        user_id=person,
        conversation_id=answer.conversation_id,
        message_id=answer.id,
        stored=answer.text,
        text=await asyncio.to_thread(_read_aloud, answer.text),
        language=t.language,
        server_only=await context.account.stays_here(person, answer.conversation_id),
    )
    try:
        data = await context.file_service.speaker.speak(wanted)
    except ServerDraining:
        raise
    except ConsentNeeded as error:
        await ask_consent(bot, place, error, t, context)
    except SpeechNotAvailable:
        keyboard = open_app_keyboard(t, context.links, answer.conversation_id)
        await send_plain(bot, place, t("bot.answer.listen.none"), keyboard)
    except TanyaError as error:
        await send_plain(bot, place, refusal(error, t))
    else:
        name = "answer.ogg" if data.startswith(b"OggS") else "answer.mp3"
        voice = BufferedInputFile(data, name)
        await with_retries(bot.send_voice, place.chat_id, voice, **place.answering())


def _read_aloud(markdown: str) -> str:
    """The text without its formatting."""
    return "\n\n".join(to_text(document)[0] for document in answer_messages(markdown))
