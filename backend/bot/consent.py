"""Asking for consent in the chat: who would be asked, and what becomes of the words there."""

from collections.abc import Awaitable, Callable

from aiogram import Bot
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from backend.bot.context import BotContext
from backend.bot.updates import AGREE
from backend.i18n import Translator
from backend.llm.model import DataPolicy

DECLINE = "consent:decline"


async def ask_consent(
    bot: Bot,
    chat_id: int,
    provider_id: str,
    again: Callable[[], Awaitable[None]],
    t: Translator,
    context: BotContext,
) -> None:
    """Ask, and hold the question until there is an answer."""
    found = [one.provider for one in await context.consents.of(chat_id)]
    provider = next((one for one in found if one.id == provider_id), None)
    if provider is None:
        return
    context.held[chat_id] = again
    lines = [t("bot.consent.ask", name=provider.name), "", *policy_lines(provider.policy, t)]
    await bot.send_message(chat_id, "\n".join(lines), reply_markup=_buttons(provider_id, t))


def policy_lines(policy: DataPolicy, t: Translator) -> list[str]:
    """What the provider says of requests, a line each; what we do not know is said, too."""
    region = t("app.consent.region", region=policy.region) if policy.region else ""
    days = policy.retention_days
    kept = t("app.consent.kept.unknown") if days is None else t.plural("app.consent.kept", days)
    if days == 0:
        kept = t("app.consent.kept.none")
    known = {None: "unknown", True: "yes", False: "no"}[policy.trains]
    return [f"• {line}" for line in (region, kept, t(f"app.consent.trains.{known}")) if line]


def _buttons(provider_id: str, t: Translator) -> InlineKeyboardMarkup:
    agree = InlineKeyboardButton(text=t("bot.consent.agree"), callback_data=AGREE + provider_id)
    decline = InlineKeyboardButton(text=t("bot.consent.decline"), callback_data=DECLINE)
    return InlineKeyboardMarkup(inline_keyboard=[[agree, decline]])
