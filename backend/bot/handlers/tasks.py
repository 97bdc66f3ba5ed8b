"""/translate, /summarise, /explain, /rewrite, /write, /reply: a text after the command, or the one
replied to."""

from collections.abc import Callable
from functools import cache, partial

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message
from babel import Locale
from msgspec import Struct

from backend.bot.answers import Question, answer, refusal
from backend.bot.attached import keep, sent_with
from backend.bot.context import BotContext
from backend.bot.words import joined, replied_to, words_of
from backend.errors import TanyaError
from backend.i18n import Translator

COMMANDS = (
    (11, "translate"),
    (12, "summarise"),
    (13, "explain"),
    (14, "rewrite"),
    (14, "reply"),
    (14, "write"),
)

STYLES = ("shorter", "friendlier", "formal")
LONGEST_NAME = 40
"""What stands before a colon and is longer is no language's name."""


class Wanted(Struct, frozen=True):
    """A task with its options, and the text that it is for; an empty one is still to be named."""

    task: str
    text: str
    options: dict[str, str] = {}


Reading = Callable[[str, Translator], Wanted]


def translate(said: str, t: Translator) -> Wanted:
    """`French: text`, else into the person's own language; the text may be what is replied to."""
    name, colon, rest = said.partition(":")
    if colon and (target := language_named(name, t)):
        return Wanted("translate", rest.strip(), {"target": target})
    if target := language_named(said, t):
        return Wanted("translate", "", {"target": target})
    return Wanted("translate", said, {"target": _english_name(t.language)})


def rewrite(said: str, t: Translator) -> Wanted:
    """`formal text`, in the person's language or English; shorter, if nothing is said."""
    first, _, rest = said.partition(" ")
    word = first.strip(":,.").casefold()
    for style in STYLES:
        if word in (style, t(f"bot.rewrite.{style}").casefold()):
            return Wanted(f"rewrite_{style}", rest.strip())
    return Wanted("rewrite_shorter", said)


def plain(task: str, said: str, t: Translator) -> Wanted:
    """A task without options."""
    return Wanted(task, said)


READINGS: dict[str, Reading] = {
    "translate": translate,
    "summarise": partial(plain, "summarise"),
    "explain": partial(plain, "explain"),
    "rewrite": rewrite,
    "write": partial(plain, "write"),
    "reply": partial(plain, "reply_suggestions"),
}


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="tasks")
    router.message.register(perform, Command(*READINGS))
    return router


async def perform(
    message: Message,
    parts: list[Message],
    bot: Bot,
    t: Translator,
    context: BotContext,
    command: CommandObject,
) -> None:
    """Ask for it, or say how it is asked for. A file that came with the command is the text."""
    rest = (words_of(part) for part in parts[1:])
    wanted = READINGS[command.command](joined([command.args, *rest]), t)
    names = [sent.name for part in parts if (sent := sent_with(part)) is not None]
    text = wanted.text or replied_to(message) or ", ".join(names)
    if not text:
        await message.answer(t(f"bot.{command.command}.usage"))
        return
    try:
        files = await keep(parts, bot, context)
    except TanyaError as error:
        await message.answer(refusal(error, t), parse_mode=None)
        return
    question = Question(text, files, wanted.task, wanted.options)
    await answer(message, question, bot, t, context)


def language_named(name: str, t: Translator) -> str:
    """The English name of a language, named in English, in the person's language or by its
    code; empty for what names none."""
    name = name.strip().casefold()
    if not name or len(name) > LONGEST_NAME:
        return ""
    return _names(t.language).get(name) or _names("en").get(name, "")


@cache
def _names(language: str) -> dict[str, str]:
    """English names by code and by name in that language."""
    english, own = Locale("en").languages, Locale.parse(language).languages
    known = {code: name for code, name in english.items() if len(code) == 2}
    named = {own[code].casefold(): name for code, name in known.items() if code in own}
    return known | named


def _english_name(language: str) -> str:
    return str(Locale("en").languages.get(language.split("-")[0], language))
