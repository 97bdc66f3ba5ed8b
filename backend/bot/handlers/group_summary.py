"""/summary in a group: what was said since a message or in the last hours, from the messages that
admins let the bot store (`backend/bot/chats/group_memory.py`).

The asker's model gets the messages of members who agreed, others are only counted; or a model of
this server reads all. The conversation in which it is asked is closed with the answer.
"""

import re
from datetime import timedelta

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from backend.bot.answering.answers import question_id
from backend.bot.answering.closed_questions import closed_turn
from backend.bot.answering.group_answers import answer_in_group
from backend.bot.answering.group_words import transcript
from backend.bot.chats.group_memory import KEPT_FOR, LOCAL
from backend.bot.context import BotContext
from backend.bot.handlers.group_ask import asker_of_message
from backend.bot.handlers.groups import BY_PEOPLE
from backend.bot.sending.places import place_of
from backend.i18n import Translator
from backend.llm.prompts import prompting

GROUPS = True
GROUP_COMMANDS = ("summary",)
TASK = "group_summary"
LEAST = 3
"""Fewer messages are read faster than their summary."""
_HOURS = re.compile(r"\s*(\d{1,2})")


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="group_summary")
    router.message.register(summarise, *BY_PEOPLE, Command("summary", ignore_case=True))
    return router


async def summarise(
    message: Message, command: CommandObject, bot: Bot, t: Translator, context: BotContext
) -> None:
    """Summarise since the replied-to message, over some hours, or everything that is stored.

    Raises:
        ServerDraining: another process is to answer.
        QuestionHeld: the asker is asked for consent first.
    """
    rules = await context.groups.rules(message.chat.id)
    if rules is None or rules.keeps is None:
        await message.reply(t("bot.group.hello" if rules is None else "bot.summary.off"))
        return
    if (asker := await asker_of_message(message, t)) is None:
        return
    place = place_of(message)
    since = _since(command.args)
    after = place.replies_to or 0
    lines = await context.group_memory.lines(place.chat_id, place.thread_id, since, after)
    shared = [line for line in lines if line.text is not None]
    if len(shared) < LEAST:
        await message.reply(t("bot.summary.little", count=len(shared), all=len(lines)))
        return
    said = transcript(lines, t)
    words = prompting.material(said.text, kind="messages of a group").text
    key = question_id(place.chat_id, message.message_id, message.date)
    turn = closed_turn(
        key,
        TASK,
        words,
        context,
        here=rules.keeps == LOCAL,
        placeholders=said.placeholders,
        group_id=place.chat_id,
    )
    await answer_in_group(place, asker, turn, bot, t, context)


def _since(args: str | None) -> timedelta:
    found = _HOURS.match(args or "")
    hours = int(found[1]) if found else 0
    return min(timedelta(hours=hours), KEPT_FOR) if hours else KEPT_FOR
