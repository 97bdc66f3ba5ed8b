"""Moderation of a group by its own written rules: /rules, /report on a post, /log.

A model proposes an act, if admins allow other people's words to be sent; otherwise the report has
no proposal. An admin decides with a button (`group_decisions.py`).
"""

import re

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message, User

from backend.bot.answering.answers import question_id
from backend.bot.answering.closed_questions import ask_closed, closed_turn
from backend.bot.answering.group_answers import whisper
from backend.bot.answering.group_decisions import decision_buttons, decision_words
from backend.bot.answering.group_words import without_names
from backend.bot.answering.placed import greet_asker
from backend.bot.answering.words import words_of
from backend.bot.chats.group_acts import ACTS, Act, GroupAct
from backend.bot.context import BotContext
from backend.bot.handlers.group_ask import asker_of_message
from backend.bot.handlers.groups import BY_PEOPLE, IN_GROUP, is_written_by_admin
from backend.bot.sending.messages import send_plain
from backend.bot.sending.places import ChatPlace, place_of
from backend.errors import ServerDraining, TanyaError
from backend.i18n import Translator
from backend.llm.prompts import prompting

GROUPS = True
GROUP_COMMANDS = ("rules", "report", "log")
TASK = "group_verdict"
LONGEST_RULES = 3_000
LONGEST_REASON = 200
OFF = "-"
"""Written after /rules to remove them."""
_ACT = re.compile(r"^\W*ACT\W+(\w+)", re.IGNORECASE | re.MULTILINE)
_REASON = re.compile(r"^\W*REASON\W+(.+)", re.IGNORECASE | re.MULTILINE)


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="group_rules")
    router.message.register(rules, IN_GROUP, Command("rules", ignore_case=True))
    router.message.register(report, *BY_PEOPLE, Command("report", ignore_case=True))
    router.message.register(show_log, IN_GROUP, Command("log", ignore_case=True))
    return router


async def rules(
    message: Message, command: CommandObject, bot: Bot, t: Translator, context: BotContext
) -> None:
    """Show the rules, or set them if an admin writes them after the command."""
    chat_id, written = message.chat.id, (command.args or "").strip()
    if await context.groups.rules(chat_id) is None:
        await message.reply(t("bot.group.hello"))
    elif not written:
        known = await context.groups.written_rules(chat_id)
        await send_plain(bot, place_of(message), known or t("bot.rules.none"))
    elif not await is_written_by_admin(message, bot):
        await message.reply(t("bot.group.admins_only"))
    elif len(written) > LONGEST_RULES:
        await message.reply(t("bot.rules.long", most=LONGEST_RULES))
    else:
        await context.groups.write_rules(chat_id, "" if written == OFF else written)
        await message.reply(t("bot.rules.off" if written == OFF else "bot.rules.on"))


async def report(message: Message, bot: Bot, t: Translator, context: BotContext) -> None:
    """Report a post to the admins, with a model's proposal.

    Raises:
        ServerDraining: another process is to do it.
    """
    allowed = await context.groups.rules(message.chat.id)
    post = message.reply_to_message
    if allowed is None or not allowed.moderates:
        await message.reply(t("bot.group.hello" if allowed is None else "bot.rules.none"))
        return
    if (reporter := await asker_of_message(message, t)) is None:
        return
    if post is None or post.from_user is None or post.sender_chat or post.from_user.id == bot.id:
        await message.reply(t("bot.rules.usage"))
        return
    proposed: tuple[Act, str] = ("none", "")
    if allowed.quotes:
        proposed = await _proposal(message, post, reporter, t, context)
    chat_id, number = message.chat.id, post.message_id
    act = await context.group_acts.report(chat_id, post.from_user.id, number, *proposed)
    await bot.send_message(
        chat_id,
        decision_words(act, t),
        parse_mode=None,
        reply_markup=decision_buttons(act, t),
        **ChatPlace(chat_id, place_of(message).thread_id, number).answering(),
    )


async def _proposal(
    message: Message, post: Message, reporter: User, t: Translator, context: BotContext
) -> tuple[Act, str]:
    """A model's proposal; none if it cannot be asked on behalf of the reporter."""
    written = await context.groups.written_rules(message.chat.id)
    said = without_names(words_of(post), t)
    if not said:
        return "none", ""
    text = "\n\n".join(
        (
            prompting.material(written, kind="rules of the group").text,
            prompting.material(said, kind="reported post", number=2).text,
        )
    )
    key = question_id(message.chat.id, message.message_id, message.date)
    try:
        await greet_asker(reporter.id, t, context)
        turn = closed_turn(key, TASK, text, context, group_id=message.chat.id)
        return read_verdict((await ask_closed(reporter.id, turn, t, context)).text)
    except ServerDraining:
        raise
    except TanyaError:
        return "none", ""


def read_verdict(answer: str) -> tuple[Act, str]:
    """Parse the act and the reason from a model's answer; none if the answer is malformed."""
    named, why = _ACT.search(answer), _REASON.search(answer)
    act: Act = next((one for one in ACTS if named and named[1].lower() == one), "none")
    reason = " ".join(why[1].split())[:LONGEST_REASON] if why else ""
    return act, re.sub(r"https?://\S+|@\w+", "…", reason)


async def show_log(message: Message, bot: Bot, t: Translator, context: BotContext) -> None:
    """Show an admin the newest reports and decisions, privately where possible."""
    if not await is_written_by_admin(message, bot):
        await message.reply(t("bot.group.admins_only"))
        return
    found = await context.group_acts.newest(message.chat.id)
    words = "\n\n".join(_entry(one, t) for one in found) or t("bot.log.empty")
    if message.from_user is None or message.sender_chat is not None:
        await send_plain(bot, place_of(message), words)
    else:
        await whisper(place_of(message), message.from_user.id, words, bot)


def _entry(one: GroupAct, t: Translator) -> str:
    when = (one.decided_at or one.reported_at).strftime("%Y-%m-%d %H:%M UTC")
    act = t(f"bot.act.{one.act}") if one.act else t("bot.log.open")
    if one.kind is not None:
        act = f"{act} · {t('bot.log.by_itself', kind=t(f'bot.auto.kind.{one.kind}'))}"
    lines = [f"{when} · {act}", t("bot.log.post", number=one.number, person=one.user_id)]
    lines += [one.reason] if one.reason else []
    lines += [t(f"bot.log.{one.state}")] if one.state not in ("open", "done") else []
    return "\n".join(lines)
