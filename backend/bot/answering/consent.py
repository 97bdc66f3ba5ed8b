"""Asks for consent in the chat: the provider, and its data policy.

The question is held in the inbox meanwhile, with all later ones.
"""

from functools import partial
from typing import NoReturn

from aiogram import Bot
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from backend.bot.context import BotContext
from backend.bot.inbox.updates import AGREE, QuestionHeld
from backend.bot.sending.places import ChatPlace
from backend.errors import ConsentNeeded
from backend.i18n import Translator
from backend.privacy import policy_lines

DECLINE = "consent:decline"


async def ask_consent(
    bot: Bot,
    place: ChatPlace,
    error: ConsentNeeded,
    t: Translator,
    context: BotContext,
    heard: str | None = None,
) -> NoReturn:
    """Hold the question and ask for consent; `heard` is a voice message's text.

    Raises:
        QuestionHeld: always, unless consent is impossible.
        ConsentNeeded: the provider does not take consents.
    """
    provider_id, text, buttons = await consent_question(place.chat_id, error, t, context)
    ask = partial(bot.send_message, place.chat_id, text, reply_markup=buttons, **place.in_thread)
    raise QuestionHeld(provider_id, ask, heard)


async def consent_question(
    person_id: int, error: ConsentNeeded, t: Translator, context: BotContext
) -> tuple[str, str, InlineKeyboardMarkup]:
    """The provider's id, what is asked of a person, and the buttons that answer it.

    Raises:
        ConsentNeeded: the provider is not one that can be agreed to.
    """
    provider_id = str(error.details["provider"])
    found = [one.provider for one in await context.consents.of(person_id)]
    provider = next((one for one in found if one.id == provider_id), None)
    if provider is None:
        raise error
    lines = [
        t("bot.consent.ask", name=provider.name),
        "",
        *(f"• {line}" for line in policy_lines(provider.policy, t)),
    ]
    return provider_id, "\n".join(lines), _buttons(provider_id, t)


def _buttons(provider_id: str, t: Translator) -> InlineKeyboardMarkup:
    agree = InlineKeyboardButton(text=t("bot.consent.agree"), callback_data=AGREE + provider_id)
    decline = InlineKeyboardButton(text=t("bot.consent.decline"), callback_data=DECLINE)
    return InlineKeyboardMarkup(inline_keyboard=[[agree, decline]])
