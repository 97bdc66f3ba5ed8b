"""Replies to customers of a connected account: made from the owner's own text and that one chat,
shown to the owner as a draft or sent in the owner's name.

Each is asked in a temporary conversation that contains nothing else and is closed at once; quota,
caps and receipts are the owner's. A customer's text is material, never an instruction, and there
are no other chats that it could ask for.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Final
from uuid import UUID

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, User

from backend.bot.answering.closed_questions import ask_closed, closed_turn
from backend.bot.context import BotContext
from backend.bot.sending.messages import NO_PREVIEW
from backend.business import MAX_REPLY, BusinessAccount, CustomerChat, choose_excerpts
from backend.i18n import Translator, translator
from backend.llm.prompts import prompting
from backend.placeholders import redact, restore

TASK: Final = "business_reply"
BUTTON: Final = "business:"
HANDOVER: Final = "HANDOVER"
HANDOVER_PAUSE: Final = timedelta(hours=12)
FROM_FILES: Final = 12_000
"""The most characters of the owner's files in a request."""
ASKED_LINES: Final = 4
"""How many of the customer's newest messages decide which passages are used."""
SHOWN: Final = 600
"""How many characters of the customer's text are shown above a draft."""


async def compose(
    account: BusinessAccount,
    chat: CustomerChat,
    customer: User,
    key: UUID,
    t: Translator,
    context: BotContext,
) -> str:
    """Compose a reply; empty if a person has to answer. The provider gets placeholders for the
    customer's name and for what looks like a number or an address.

    Raises:
        ServerDraining, TanyaError: as `ask_closed`.
    """
    lines = "\n".join(
        f"{'Customer' if one.customer else 'Owner'}: {one.text}" for one in chat.history
    )
    redacted = redact(lines, (customer.full_name, customer.username or ""), {})
    known = "\n\n".join([account.knowledge, *await _excerpts(account, chat, context)]).strip()
    text = "\n\n".join(
        (
            prompting.material(known or "-", kind="what the owner has written").text,
            prompting.material(redacted.text, kind="chat with the customer", number=2).text,
        )
    )
    turn = closed_turn(
        key, TASK, text, context, here=account.stays_here, placeholders=redacted.placeholders
    )
    asked = await ask_closed(account.user_id, turn, t, context)
    if asked.cost_micro_dollars:
        cost = asked.cost_micro_dollars
        await context.business.overview.count(account.user_id, cost_micro_dollars=cost)
    if HANDOVER in asked.text:
        return ""
    return restore(asked.text, redacted.placeholders)[:MAX_REPLY].strip()


async def _excerpts(account: BusinessAccount, chat: CustomerChat, context: BotContext) -> list[str]:
    """The passages of the owner's files that match the customer's last messages."""
    texts = await context.business.knowledge.texts(account.user_id)
    wrote = [one.text for one in chat.history if one.customer][-ASKED_LINES:]
    return await asyncio.to_thread(choose_excerpts, texts, "\n".join(wrote), FROM_FILES)


async def show_draft(
    account: BusinessAccount,
    customer: User,
    words: str,
    draft_id: UUID,
    reply: str,
    bot: Bot,
    t: Translator,
    context: BotContext,
) -> None:
    """Store a draft and show it to the owner, with its buttons."""
    owner = account.user_id
    await context.business.propose(owner, customer.id, draft_id, reply)
    shown = t("bot.business.wrote", name=customer.first_name, words=words[:SHOWN])
    rows = [
        [
            _button(t(f"app.business.{name}"), name, draft_id.hex)
            for name in ("send", "edit", "skip")
        ],
        customer_buttons(customer.id, t),
    ]
    sent = await bot.send_message(
        owner,
        f"{shown}\n\n{t('bot.business.draft')}\n{reply}",
        parse_mode=None,
        link_preview_options=NO_PREVIEW,
        reply_markup=InlineKeyboardMarkup(inline_keyboard=rows),
    )
    await context.business.shown_at(owner, draft_id, sent.message_id)


async def hand_over(
    account: BusinessAccount, customer: User, words: str, bot: Bot, t: Translator
) -> None:
    """Tell the owner that a customer waits for a person's answer."""
    shown = t("bot.business.wrote", name=customer.first_name, words=words[:SHOWN])
    with suppress(TelegramAPIError):
        await bot.send_message(
            account.user_id,
            f"{shown}\n\n{t('bot.business.yours')}",
            parse_mode=None,
            link_preview_options=NO_PREVIEW,
            reply_markup=InlineKeyboardMarkup(inline_keyboard=[customer_buttons(customer.id, t)]),
        )


async def answer_customer(
    account: BusinessAccount,
    chat: CustomerChat,
    customer: User,
    reply: str,
    context: BotContext,
) -> bool:
    """Send a reply in the owner's name; the first one says that an assistant writes. Returns False
    if Telegram refuses."""
    theirs = translator(customer.language_code or "en")
    first = "" if chat.introduced else theirs("bot.business.assistant") + "\n\n"
    if not await context.business_replies.send(account, customer.id, first + reply):
        return False
    await context.business.overview.count(account.user_id, answered=1)
    return True


def customer_buttons(customer_id: int, t: Translator) -> list[InlineKeyboardButton]:
    """Buttons for what the owner can do about a customer."""
    return [
        _button(t(f"app.business.{name}"), name, str(customer_id)) for name in ("pause", "erase")
    ]


def _button(text: str, action: str, what: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=f"{BUTTON}{action}:{what}")
