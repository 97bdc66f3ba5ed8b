"""An admin's decision about a reported post: its texts, its buttons, and carrying it out in
Telegram."""

from contextlib import suppress
from datetime import timedelta
from typing import Final
from uuid import UUID

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import ChatPermissions, InlineKeyboardButton, InlineKeyboardMarkup

from backend.bot.chats.group_acts import ACTS, Act, GroupAct
from backend.i18n import Translator

DECIDE: Final = "act:"
"""Prefix of a decision's button data, before the act, the group's id and the report's id."""
APPEAL_ACT: Final = "appeal-act:"
JUDGE: Final = "judge:"
"""Prefix of an appeal's button data, with `keep` or `undo` in place of the act."""
MUTED_FOR: Final = timedelta(days=1)
_RIGHTS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
)
SILENT = ChatPermissions(**dict.fromkeys(_RIGHTS, False))
SPEAKING = ChatPermissions(**dict.fromkeys(_RIGHTS, True))
"""Permissions that unmuting requests; Telegram reduces them to the group's own."""


def decision_words(act: GroupAct, t: Translator) -> str:
    """The text of a report for the admins."""
    lines = [t("bot.report.new")]
    if act.reason:
        lines.append(t("bot.report.proposed", act=t(f"bot.act.{act.proposed}"), why=act.reason))
    return "\n\n".join([*lines, t("bot.report.decide")])


def decision_buttons(act: GroupAct, t: Translator) -> InlineKeyboardMarkup:
    """A button for each act; the proposed one is ticked."""
    buttons = [
        _button(("✓ " if one == act.proposed else "") + t(f"bot.act.{one}"), DECIDE, one, act)
        for one in ACTS
    ]
    return InlineKeyboardMarkup(inline_keyboard=[buttons[:1], buttons[1:3], buttons[3:]])


def what_was_done(act: GroupAct, chosen: Act, t: Translator) -> str:
    """One sentence: done by an admin, or automatically because of its kind."""
    if act.kind is None:
        return t(f"bot.act.done.{chosen}")
    return t(f"bot.auto.done.{chosen}", kind=t(f"bot.auto.kind.{act.kind}"))


def done_words(act: GroupAct, chosen: Act, t: Translator) -> str:
    """What was done, with the reason."""
    done = what_was_done(act, chosen, t)
    return f"{done}\n\n{t('bot.report.reason', why=act.reason)}" if act.reason else done


def appeal_button(act: GroupAct, t: Translator) -> InlineKeyboardMarkup:
    """The appeal button for the person concerned."""
    button = _button(t("bot.appeal.button"), APPEAL_ACT, "", act)
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def judge_buttons(act: GroupAct, t: Translator) -> InlineKeyboardMarkup:
    """The admins' buttons for an appeal."""
    names = ("keep", "undo")
    row = [_button(t(f"bot.judge.{name}"), JUDGE, name, act) for name in names]
    return InlineKeyboardMarkup(inline_keyboard=[row])


def read_decision(data: str) -> tuple[str, int, UUID] | None:
    """The act, the group and the report from a button's data; None for other data."""
    try:
        _, name, chat, act_id = data.split(":")
        return name, int(chat), UUID(hex=act_id)
    except ValueError:
        return None


def _button(text: str, kind: str, name: str, act: GroupAct) -> InlineKeyboardButton:
    data = f"{kind}{name}:{act.chat_id}:{act.id.hex}"
    return InlineKeyboardButton(text=text, callback_data=data)


async def carry_out(act: GroupAct, chosen: Act, bot: Bot) -> None:
    """Carry out an act in Telegram.

    Raises:
        TelegramBadRequest: Telegram refuses: the bot lacks the right, or the person is an admin.
    """
    match chosen:
        case "delete":
            await bot.delete_message(act.chat_id, act.number)
        case "mute":
            await bot.restrict_chat_member(act.chat_id, act.user_id, SILENT, until_date=MUTED_FOR)
        case "ban":
            await bot.ban_chat_member(act.chat_id, act.user_id)
            with suppress(TelegramBadRequest):  # it may be gone already
                await bot.delete_message(act.chat_id, act.number)


async def undo(act: GroupAct, bot: Bot) -> None:
    """Undo an act as far as possible: a deleted post stays deleted."""
    with suppress(TelegramAPIError):
        if act.act == "mute":
            await bot.restrict_chat_member(act.chat_id, act.user_id, SPEAKING)
        elif act.act == "ban":
            await bot.unban_chat_member(act.chat_id, act.user_id, only_if_banned=True)
