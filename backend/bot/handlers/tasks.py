"""The commands of tasks, such as /translate: for the text after the command or the replied-to one.

The tasks are declared in the headers of the prompts (backend/llm/prompts).
"""

import re
from collections.abc import Sequence
from functools import cache

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message
from msgspec import Struct
from msgspec.structs import replace

from backend.bot.answering.answers import Question, answer, refusal
from backend.bot.answering.attached import keep, sent_with
from backend.bot.answering.others import as_decided, reply_sources
from backend.bot.answering.words import joined, replied_to, words_of
from backend.bot.context import BotContext
from backend.errors import TanyaError
from backend.i18n import Translator, locale_of
from backend.llm.prompts import Task, all_tasks

LONGEST_NAME = 40
"""A text before a colon that is longer than this is not the name of a language."""


TARGET = "target"
"""The option that is a language; it is written before the text."""


class TaskWanted(Struct, frozen=True):
    """A task with its options and its text; an empty text is still to be given."""

    task: str
    text: str
    options: dict[str, str] = {}


def task_commands() -> dict[str, tuple[Task, ...]]:
    """The commands with their tasks; the first task is the default."""
    listed = [task for task in all_tasks() if task.command is not None]
    commands = dict.fromkeys(task.command for task in listed if task.command is not None)
    return {
        command: tuple(task for task in listed if task.command == command) for command in commands
    }


def task_name(task: Task, t: Translator) -> str:
    """A task's name for people."""
    return t.find(task.name_key) or task.default_name


def default_options(task: Task, t: Translator) -> dict[str, str]:
    """A task's default options: a translation is into the person's language."""
    return {TARGET: t.locale.get_display_name("en") or t.language} if TARGET in task.options else {}


def read_task(command: str, said: str, t: Translator) -> TaskWanted:
    """The task that a command and its text ask for."""
    tasks = task_commands()[command]
    if len(tasks) > 1:
        return _read_style(command, tasks, said, t)
    if TARGET in tasks[0].options:
        return _read_target(tasks[0], said, t)
    return TaskWanted(tasks[0].name, said)


def _read_target(task: Task, said: str, t: Translator) -> TaskWanted:
    """`French: text`, otherwise into the person's language; the text may be the replied-to one."""
    name, colon, rest = said.partition(":")
    if colon and (target := language_named(name, t)):
        return TaskWanted(task.name, rest.strip(), {TARGET: target})
    if target := language_named(said, t):
        return TaskWanted(task.name, "", {TARGET: target})
    return TaskWanted(task.name, said, default_options(task, t))


def _read_style(command: str, tasks: Sequence[Task], said: str, t: Translator) -> TaskWanted:
    """`formal text`, in the person's language or English; without an option, the first task."""
    for task in tasks:
        style = task.name.removeprefix(f"{command}_")
        named = "|".join(map(re.escape, (t(f"bot.{command}.{style}"), style)))
        if found := re.match(rf"(?:{named})(?:[\s:,.]+|$)", said, re.IGNORECASE):
            return TaskWanted(task.name, said[found.end() :])
    return TaskWanted(tasks[0].name, said)


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="tasks")
    router.message.register(perform, Command(*task_commands(), ignore_case=True))
    return router


async def perform(
    message: Message,
    parts: list[Message],
    choice: str | None,
    bot: Bot,
    t: Translator,
    context: BotContext,
    command: CommandObject,
) -> None:
    """Ask for the task, or explain how. A file sent with the command is the text."""
    rest = (words_of(part) for part in parts[1:])
    name = command.command.lower()
    wanted = read_task(name, joined([command.args, *rest]), t)
    names = [sent.name for part in parts if (sent := sent_with(part)) is not None]
    text = wanted.text or replied_to(message) or ", ".join(names)
    if not text:
        await message.answer(_usage(name, t))
        return
    last = parts[-1].message_id
    question = Question(text, (), wanted.task, wanted.options, last=last)
    sources = parts if wanted.text else [*parts, *reply_sources(message)]
    question = await as_decided(question, sources, message, choice, bot, t, context)
    try:
        files = await keep(parts, bot, context)
    except TanyaError as error:
        await message.answer(refusal(error, t), parse_mode=None)
        return
    await answer(message, replace(question, files=files), bot, t, context)


def _usage(command: str, t: Translator) -> str:
    return t.find(f"bot.{command}.usage") or t("bot.task.usage", command=command)


def language_named(name: str, t: Translator) -> str:
    """The English name of a language given in English, in the person's language or by code; else
    empty."""
    name = name.strip().casefold()
    if not name or len(name) > LONGEST_NAME:
        return ""
    return _names(t.language).get(name) or _names("en").get(name, "")


@cache
def _names(language: str) -> dict[str, str]:
    """English names of languages, by code and by their name in the person's language."""
    english, own = locale_of("en").languages, locale_of(language).languages
    known = {code: name for code, name in english.items() if len(code) == 2}
    named = {own[code].casefold(): name for code, name in known.items() if code in own}
    return known | named
