"""/business: what the owner of a connected account chooses, and the buttons under drafts.

A mode that reads customers' messages is chosen together with the providers that may have them:
Telegram's terms ask for the owner's authorisation (Bot Developer Terms, 5.4).
"""

import re
from contextlib import suppress
from datetime import timedelta
from uuid import UUID
from zoneinfo import available_timezones

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import (
    CallbackQuery,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    WebAppInfo,
)

from backend.bot.answering.business_replies import BUTTON, customer_buttons
from backend.bot.answering.words import replied_to, words_of
from backend.bot.context import BotContext
from backend.bot.sending.buttons import acknowledge, use_up
from backend.bot.sending.views import Links
from backend.business import (
    MAX_HANDOVER,
    MAX_HANDOVER_WORD,
    MAX_KNOWLEDGE,
    AccountChange,
    BusinessAccount,
    Mode,
    ReplyDraft,
)
from backend.i18n import Translator

COMMANDS = ((66, "business"),)
MODES: tuple[Mode, ...] = ("draft", "away", "auto", "off")
PAUSED_FOR = timedelta(days=7)
HOW = ("bot.business.how", "bot.business.how.files")
CUSTOMER_LINK = "bizChat"
"""The prefix that Telegram's "Manage bot" sends after /start, before the customer's id."""
_COMMA = re.compile("[,،，、]")
_AWAY = re.compile(r"away\s+(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})(?:\s+(\S+))?")


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="business_owner")
    deep_link = CommandStart(deep_link=True, magic=F.args.startswith(CUSTOMER_LINK))
    router.message.register(manage, deep_link)
    router.message.register(business, Command("business", ignore_case=True))
    router.message.register(send_own_words, F.reply_to_message, F.text, is_for_draft)
    router.callback_query.register(press, F.data.startswith(BUTTON))
    return router


async def business(
    message: Message, command: CommandObject, t: Translator, context: BotContext
) -> None:
    """Show the settings; `text`, `handover` and `away` after the command change them."""
    owner, args = message.chat.id, (command.args or "").strip()
    account = await context.business.of_owner(owner)
    if account is None or not account.enabled:
        await message.answer(t("app.business.connect"), parse_mode=None)
        return
    if args.lower().startswith("text"):
        text = args[len("text") :].strip() or replied_to(message).strip()
        if not text or len(text) > MAX_KNOWLEDGE:
            await message.answer(t("bot.business.text.how", most=MAX_KNOWLEDGE), parse_mode=None)
            return
        await context.business.change(owner, AccountChange(knowledge=text))
    elif args.lower().startswith("handover"):
        asked = read_handover(args[len("handover") :])
        await context.business.change(owner, AccountChange(handover=asked))
    elif args:
        zone = next((one.when.time_zone for one in await context.schedules.list_all(owner)), None)
        if (away := read_away(args, zone)) is None:
            await message.answer(t("bot.business.away.how"), parse_mode=None)
            return
        await context.business.change(owner, AccountChange(away=away))
    account = await context.business.of_owner(owner)
    words = await panel_words(account, t, context)
    keyboard = panel_keyboard(account, t, context.links)
    await message.answer(words, parse_mode=None, reply_markup=keyboard)


def read_away(args: str, zone: str | None) -> tuple[int, int, str] | None:
    """Parse hours such as `away 18:00-09:00 Europe/Lisbon`; without a zone, the known one is
    used."""
    found = _AWAY.fullmatch(args)
    if found is None:
        return None
    hour, minute, until, past, named = found.groups()
    zone = named or zone
    if zone not in available_timezones() or int(hour) > 23 or int(until) > 23:
        return None
    if int(minute) > 59 or int(past) > 59:
        return None
    return int(hour) * 60 + int(minute), int(until) * 60 + int(past), zone


def read_handover(text: str) -> tuple[str, ...]:
    """Parse hand-over phrases, separated by commas; an empty text removes all."""
    words = dict.fromkeys(one.strip()[:MAX_HANDOVER_WORD] for one in _COMMA.split(text))
    return tuple(one for one in words if one)[:MAX_HANDOVER]


async def manage(
    message: Message, command: CommandObject, t: Translator, context: BotContext
) -> None:
    """Show what the owner can do about a customer, from "Manage bot" in that customer's chat."""
    account = await context.business.of_owner(message.chat.id)
    customer = (command.args or "").removeprefix(CUSTOMER_LINK)
    if account is None or not customer.isdecimal():
        await message.answer(t("app.business.connect"), parse_mode=None)
        return
    keyboard = InlineKeyboardMarkup(inline_keyboard=[customer_buttons(int(customer), t)])
    await message.answer(t("bot.business.customer"), reply_markup=keyboard)


async def panel_words(account: BusinessAccount | None, t: Translator, context: BotContext) -> str:
    """The settings, and what is in the inbox."""
    if account is None:
        return t("app.business.connect")
    figures = await context.business.figures(account.user_id)
    files = await context.business.knowledge.list_all(account.user_id)
    lines = [
        t("bot.business.mode", mode=t(f"app.business.mode.{account.mode}")),
        t.plural("bot.business.text", len(account.knowledge)),
        t(
            "bot.business.files",
            count=len(files),
        ),
        t("app.business.handover") + ": " + (", ".join(account.handover) or "–"),
        t(
            "bot.business.figures",
            customers=figures.customers,
            open=figures.open,
            sent=figures.sent,
            skipped=figures.skipped,
        ),
    ]
    if not account.can_reply:
        lines.append(t("app.business.cannot_reply"))
    how = "\n".join(t(one) for one in HOW)
    return "\n\n".join((t("bot.business.intro"), "\n".join(lines), how))


def panel_keyboard(
    account: BusinessAccount | None, t: Translator, links: Links
) -> InlineKeyboardMarkup | None:
    """A button for each mode, and one that opens the inbox in the app."""
    if account is None:
        return None
    buttons = [
        _button(("✓ " if one == account.mode else "") + t(f"app.business.mode.{one}"), "mode", one)
        for one in MODES
    ]
    app = WebAppInfo(url=links.app(page="business"))
    buttons.append(InlineKeyboardButton(text=t("app.business.title"), web_app=app))
    return InlineKeyboardMarkup(inline_keyboard=[[one] for one in buttons])


async def press(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Apply a choice of the owner's, or their decision about a draft or a customer; only their
    own."""
    action, _, what = (query.data or "").removeprefix(BUTTON).partition(":")
    account = await context.business.of_owner(query.from_user.id)
    if account is None:
        await acknowledge(query, t("error.draft_over.title"), alert=True)
    elif action == "mode" and what in MODES:
        await _choose(query, account, what, bot, t, context)
    elif action in ("authorise", "here") and what in MODES:
        here = action == "here"
        agreed = await context.consents.agreed_names(account.user_id)
        allowed = frozenset() if here else frozenset(agreed)
        change = AccountChange(mode=what, stays_here=here, authorised=allowed)
        await context.business.change(account.user_id, change)
        await acknowledge(query, t("bot.business.chosen"), alert=True)
        await use_up(query)
    elif action in ("pause", "erase") and what.isdecimal():
        await _about_customer(query, account, int(what), action, t, context)
    else:
        await _about_draft(query, account, action, what, bot, t, context)


async def _choose(
    query: CallbackQuery,
    account: BusinessAccount,
    mode: Mode,
    bot: Bot,
    t: Translator,
    context: BotContext,
) -> None:
    """A mode that reads messages is chosen together with the providers that may get them."""
    owner = account.user_id
    if mode == "off":
        await context.business.change(owner, AccountChange(mode="off"))
        await acknowledge(query, t("bot.business.chosen"), alert=True)
        await use_up(query)
        return
    await acknowledge(query)
    names = ", ".join((await context.consents.agreed_names(owner)).values())
    rows = [[_button(t("app.business.authorise.yes"), "authorise", mode)]] if names else []
    if context.account.has_model_here:
        rows.append([_button(t("app.business.authorise.here"), "here", mode)])
    keyboard = InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
    words = t("app.business.authorise", names=names) if names else t("app.business.authorise.none")
    await bot.send_message(owner, words, parse_mode=None, reply_markup=keyboard)


async def _about_customer(
    query: CallbackQuery,
    account: BusinessAccount,
    customer: int,
    action: str,
    t: Translator,
    context: BotContext,
) -> None:
    if action == "erase":
        await context.business.erase_customer(account.user_id, customer)
    else:
        until = context.clock() + PAUSED_FOR
        await context.business.pause(account.user_id, customer, until)
    await acknowledge(query, t(f"bot.business.done.{action}"), alert=True)
    await use_up(query)


async def _about_draft(
    query: CallbackQuery,
    account: BusinessAccount,
    action: str,
    what: str,
    bot: Bot,
    t: Translator,
    context: BotContext,
) -> None:
    draft = None
    with suppress(ValueError):
        draft = await context.business.draft(account.user_id, UUID(hex=what))
    if draft is None or draft.state != "open":
        await acknowledge(query, t("error.draft_over.title"), alert=True)
        await use_up(query)
    elif action == "edit":
        await acknowledge(query)
        asked = await bot.send_message(
            account.user_id, t("bot.business.edit.how"), reply_markup=ForceReply()
        )
        await context.business.shown_at(account.user_id, draft.id, asked.message_id)
    elif action == "skip":
        await context.business.end_draft(account.user_id, draft.id, "skipped")
        await acknowledge(query)
        await use_up(query)
    elif action == "send":
        sent = await context.business_replies.send_draft(account, draft.id)
        await acknowledge(query, None if sent else t("bot.business.refused"), alert=not sent)
        if sent:
            await use_up(query)


async def is_for_draft(message: Message, context: BotContext) -> bool | dict[str, ReplyDraft]:
    """Whether the message replies to a draft, or to the request for another text."""
    replied = message.reply_to_message
    if replied is None or (message.text or "").startswith("/"):
        return False
    draft = await context.business.draft_at(message.chat.id, replied.message_id)
    return {"draft": draft} if draft is not None and draft.state == "open" else False


async def send_own_words(
    message: Message, draft: ReplyDraft, t: Translator, context: BotContext
) -> None:
    """Send the owner's text to the customer instead of the draft."""
    account = await context.business.of_owner(message.chat.id)
    words = words_of(message)
    sent = account is not None and await context.business_replies.send_draft(
        account, draft.id, words
    )
    with suppress(TelegramBadRequest):
        await message.reply(t("bot.business.sent" if sent else "bot.business.refused"))


def _button(text: str, action: str, what: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=f"{BUTTON}{action}:{what}")
