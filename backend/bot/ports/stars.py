"""Telegram Stars through aiogram: implements billing's port `Stars`."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramRetryAfter,
)
from aiogram.types import LabeledPrice
from aiogram.types import StarTransaction as TelegramTransaction

from backend.billing import Invoice, StarBalance, StarTransaction
from backend.bot.account.client import make_bot
from backend.data_dir import prepare
from backend.errors import ChargeAlreadyRefunded, StarsRefused, StarsUnavailable
from backend.settings import Settings

CURRENCY = "XTR"
ALREADY_REFUNDED = "CHARGE_ALREADY_REFUNDED"

# Billing calls these while a person waits, so they give up long before Telegram would.
SECONDS = 8


class TelegramStars:
    """Telegram's methods about Stars, their errors turned into billing's."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def create_invoice_link(self, invoice: Invoice) -> str:
        """See billing's port."""
        async with _as_billing_errors():
            return await self._bot.create_invoice_link(
                title=invoice.title,
                description=invoice.description,
                payload=invoice.payload,
                provider_token="",
                currency=CURRENCY,
                prices=[LabeledPrice(label=invoice.title, amount=invoice.stars)],
                subscription_period=invoice.subscription_seconds,
                request_timeout=SECONDS,
            )

    async def answer_pre_checkout(self, query_id: str, error: str | None) -> None:
        """See billing's port."""
        async with _as_billing_errors():
            await self._bot.answer_pre_checkout_query(
                query_id, ok=error is None, error_message=error, request_timeout=SECONDS
            )

    async def refund(self, user_id: int, charge_id: str) -> None:
        """See billing's port."""
        async with _as_billing_errors():
            await self._bot.refund_star_payment(user_id, charge_id, request_timeout=SECONDS)

    async def edit_subscription(self, user_id: int, charge_id: str, *, canceled: bool) -> None:
        """See billing's port."""
        async with _as_billing_errors():
            await self._bot.edit_user_star_subscription(
                user_id, charge_id, is_canceled=canceled, request_timeout=SECONDS
            )

    async def transactions(self, offset: int, limit: int) -> Sequence[StarTransaction]:
        """See billing's port."""
        async with _as_billing_errors():
            page = await self._bot.get_star_transactions(offset=offset, limit=limit)
        return [_transaction(row) for row in page.transactions]

    async def balance(self) -> StarBalance:
        """See billing's port."""
        async with _as_billing_errors():
            amount = await self._bot.get_my_star_balance()
        return StarBalance(amount.amount, amount.nanostar_amount or 0)


@asynccontextmanager
async def open_stars(settings: Settings) -> AsyncIterator[TelegramStars]:
    """Stars for a command line: closes its connection at the end.

    In local mode the bot's token is the data directory's own.
    """
    async with make_bot(prepare(settings)) as bot:
        yield TelegramStars(bot)


@asynccontextmanager
async def _as_billing_errors() -> AsyncIterator[None]:
    """Turn aiogram's errors into billing's."""
    try:
        yield
    except TelegramRetryAfter as error:
        raise StarsUnavailable(retry_after=error.retry_after) from error
    except TelegramBadRequest as error:
        if ALREADY_REFUNDED in error.message:
            raise ChargeAlreadyRefunded() from error
        raise StarsRefused(reason=error.message) from error
    except (TelegramForbiddenError, TelegramNotFound) as error:
        raise StarsRefused(reason=error.message) from error
    except AiogramError as error:
        raise StarsUnavailable(retry_after=2) from error


def _transaction(row: TelegramTransaction) -> StarTransaction:
    partner = row.source or row.receiver
    user = getattr(partner, "user", None)
    affiliate = getattr(partner, "affiliate", None)
    return StarTransaction(
        id=row.id,
        stars=row.amount,
        nanostars=row.nanostar_amount or 0,
        at=row.date,
        incoming=row.source is not None,
        partner=partner.type if partner is not None else "other",
        user_id=user.id if user is not None else None,
        transaction_type=getattr(partner, "transaction_type", None),
        payload=getattr(partner, "invoice_payload", None),
        subscription_seconds=_seconds(getattr(partner, "subscription_period", None)),
        commission_stars=affiliate.amount if affiliate is not None else 0,
        commission_nanostars=(affiliate.nanostar_amount or 0) if affiliate is not None else 0,
    )


def _seconds(period: object) -> int | None:
    """aiogram gives a period as a number or as a span of time."""
    if period is None or isinstance(period, int):
        return period
    return int(period.total_seconds())  # type: ignore[attr-defined]
