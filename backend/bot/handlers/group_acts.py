"""The buttons under a report: an admin decides, the person appeals, an admin keeps or undoes it.

The presser's current role in the group of the report decides what they may do.
"""

from contextlib import suppress

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import CallbackQuery, Message

from backend.bot.answering.group_decisions import (
    APPEAL_ACT,
    DECIDE,
    JUDGE,
    appeal_button,
    carry_out,
    done_words,
    judge_buttons,
    read_decision,
    undo,
    what_was_done,
)
from backend.bot.chats.admins import is_admin
from backend.bot.chats.group_acts import ACTS, Act, GroupAct
from backend.bot.context import BotContext
from backend.bot.sending.buttons import acknowledge
from backend.i18n import Translator

GROUPS = True
GROUP_COMMANDS = ()


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="group_acts")
    router.callback_query.register(decide, F.data.startswith(DECIDE))
    router.callback_query.register(appeal, F.data.startswith(APPEAL_ACT))
    router.callback_query.register(judge, F.data.startswith(JUDGE))
    return router


async def decide(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Carry out what an admin chose, once, and announce what was done and why."""
    name, act = await _found(query, bot, t, context)
    chosen: Act | None = next((one for one in ACTS if one == name), None)
    if act is None or chosen is None:
        return
    if not await context.group_acts.decide(act, query.from_user.id, chosen):
        await acknowledge(query, t("bot.report.decided"), alert=True)
        return
    try:
        await carry_out(act, chosen, bot)
    except TelegramBadRequest:
        await context.group_acts.reopen(act)
        await acknowledge(query, t("bot.report.no_right"), alert=True)
        return
    await acknowledge(query)
    words = done_words(act, chosen, t)
    keyboard = None if chosen == "none" else appeal_button(act, t)
    if isinstance(query.message, Message):
        with suppress(TelegramBadRequest):
            await query.message.edit_text(words, parse_mode=None, reply_markup=keyboard)
    if chosen == "ban":  # they no longer see the group
        with suppress(TelegramAPIError):
            await bot.send_message(act.user_id, words, parse_mode=None, reply_markup=keyboard)


async def appeal(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """The person concerned asks the admins to look again, once."""
    found = read_decision(query.data or "")
    act = await context.group_acts.find(*found[1:]) if found else None
    if act is None or act.user_id != query.from_user.id:
        await acknowledge(query, t("bot.appeal.not_yours"), alert=True)
        return
    if not await context.group_acts.move(act, "done", "appealed"):
        await acknowledge(query, t("bot.appeal.made_before"), alert=True)
        return
    await acknowledge(query, t("bot.appeal.made"), alert=True)
    done = what_was_done(act, act.act or "none", t)
    words = "\n\n".join((t("bot.appeal.new", done=done), t("bot.report.decide")))
    with suppress(TelegramAPIError):
        await bot.send_message(
            act.chat_id, words, parse_mode=None, reply_markup=judge_buttons(act, t)
        )


async def judge(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """An admin decides about an appeal."""
    name, act = await _found(query, bot, t, context)
    if act is None:
        return
    undone = name == "undo"
    if not await context.group_acts.move(act, "appealed", "undone" if undone else "upheld"):
        await acknowledge(query, t("bot.report.decided"), alert=True)
        return
    if undone:
        await undo(act, bot)
    await acknowledge(query)
    words = t("bot.judge.undone" if undone else "bot.judge.upheld")
    if isinstance(query.message, Message):
        with suppress(TelegramBadRequest):
            await query.message.edit_text(words, parse_mode=None, reply_markup=None)
    with suppress(TelegramAPIError):
        await bot.send_message(act.user_id, words, parse_mode=None)


async def _found(
    query: CallbackQuery, bot: Bot, t: Translator, context: BotContext
) -> tuple[str, GroupAct | None]:
    """The action in a button's data and its report, if an admin of that group pressed it."""
    found = read_decision(query.data or "")
    act = await context.group_acts.find(*found[1:]) if found else None
    if found is None or act is None:
        await acknowledge(query, t("bot.report.gone"), alert=True)
        return "", None
    if not await is_admin(act.chat_id, query.from_user.id, bot):
        await acknowledge(query, t("bot.group.admins_only"), alert=True)
        return "", None
    return found[0], act
