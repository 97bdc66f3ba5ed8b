"""Telegram's updates about Stars: parsed and passed to billing, which decides what follows."""

from datetime import UTC, datetime

import structlog
from aiogram import F, Router
from aiogram.types import (
    BotSubscriptionUpdated,
    Message,
    PreCheckoutQuery,
    RefundedPayment,
    SuccessfulPayment,
    Update,
)

from backend.billing import Payment, Refund, refusal_text
from backend.bot.context import BotContext
from backend.errors import StarsRefused
from backend.i18n import Translator

log = structlog.get_logger("tanya.bot")


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="payments")
    router.pre_checkout_query.register(pre_checkout)
    router.message.register(paid, F.successful_payment)
    router.message.register(refunded, F.refunded_payment)
    router.subscription.register(subscription)
    return router


async def pre_checkout(query: PreCheckoutQuery, t: Translator, context: BotContext) -> None:
    """Answer a pre-checkout query, within ten seconds, in the person's language.

    After an outage a query may be too old: Telegram then accepts no answer and charges nothing.
    """
    refusal = await context.billing.pre_checkout(
        query.invoice_payload, query.from_user.id, query.currency, query.total_amount, query.id
    )
    words = refusal_text(refusal, t) if refusal is not None else None
    try:
        await context.billing.stars.answer_pre_checkout(query.id, words)
    except StarsRefused:
        log.info("pre_checkout_too_late")


async def paid(message: Message, event_update: Update, context: BotContext) -> None:
    """Book a payment: the first one or a renewal."""
    payment = message.successful_payment
    assert isinstance(payment, SuccessfulPayment)
    await context.billing.paid(
        message.chat.id,
        Payment(
            charge_id=payment.telegram_payment_charge_id,
            payload=payment.invoice_payload,
            currency=payment.currency,
            stars=payment.total_amount,
            at=message.date,
            expires_at=_moment(payment.subscription_expiration_date),
            update_id=event_update.update_id,
            first=bool(payment.is_first_recurring),
        ),
    )


async def refunded(message: Message, context: BotContext) -> None:
    """Book a refund, also one whose payment is not known yet."""
    refund = message.refunded_payment
    assert isinstance(refund, RefundedPayment)
    await context.billing.refunded(
        message.chat.id,
        Refund(
            charge_id=refund.telegram_payment_charge_id,
            payload=refund.invoice_payload,
            stars=refund.total_amount,
            at=message.date,
        ),
    )


async def subscription(
    event: BotSubscriptionUpdated, event_update: Update, context: BotContext
) -> None:
    """A subscription was cancelled or resumed, or a renewal failed."""
    await context.billing.subscription_update(
        event.user.id, event.invoice_payload, event.state, event_update.update_id
    )


def _moment(stamp: datetime | int | None) -> datetime | None:
    """aiogram gives Telegram's dates as numbers in some places and as datetimes in others."""
    return datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, int) else stamp
