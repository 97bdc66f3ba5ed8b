"""Stars from the invoice to the transactions, by aiogram's real Bot: payment, renewal, refund."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import LabeledPrice, Message, PreCheckoutQuery, SuccessfulPayment, Update

from telegram_emulator.actions import (
    AdvanceClock,
    Advanced,
    Chargeback,
    InvoiceClosed,
    InvoiceOpened,
    OpenInvoice,
    PayInvoice,
    SetSubscription,
    SettlePending,
    SetUpdateFault,
    TopUp,
)
from telegram_emulator.testing import ANN, LAYLA, Phone, Refused
from tests.contract.test_aiogram_polling import polling, until

MONTH = 2_592_000
INVOICE: dict[str, Any] = {
    "title": "Premium",
    "description": "A month of premium",
    "payload": "order-1",
    "currency": "XTR",
    "prices": [LabeledPrice(label="Month", amount=300)],
}


class Shop:
    """A bot that sells and records what it gets."""

    def __init__(self) -> None:
        self.dispatcher = Dispatcher()
        self.refuse_with: str | None = None
        self.slow = 0.0
        self.payments: list[SuccessfulPayment] = []
        self.states: list[str] = []
        self.refunds: list[str] = []
        self.dispatcher.pre_checkout_query()(self.check)
        self.dispatcher.message()(self.hear)
        self.dispatcher.subscription()(self.subscription)

    async def check(self, query: PreCheckoutQuery) -> None:
        """Answer a pre-checkout query."""
        await asyncio.sleep(self.slow)
        with contextlib.suppress(TelegramBadRequest):
            await query.answer(ok=self.refuse_with is None, error_message=self.refuse_with)

    async def hear(self, message: Message) -> None:
        """Record payments and refunds."""
        if message.successful_payment:
            self.payments.append(message.successful_payment)
        if message.refunded_payment:
            self.refunds.append(message.refunded_payment.telegram_payment_charge_id)

    async def subscription(self, update: Any) -> None:
        """Record changes of a subscription."""
        self.states.append(update.state)


@pytest.fixture
async def shop(bot: Bot, ann: int) -> AsyncIterator[Shop]:
    """A polling shop."""
    shop = Shop()
    async with polling(bot, shop.dispatcher):
        yield shop


async def pay(phone: Phone, person_id: int, link: str, outcome: Any = "pay") -> InvoiceClosed:
    """Open the payment sheet of a link and close it."""
    opened = await phone.act(OpenInvoice(person_id, link))
    assert isinstance(opened, InvoiceOpened)
    closed = await phone.act(PayInvoice(person_id, opened.sheet.slug, outcome))
    assert isinstance(closed, InvoiceClosed)
    return closed


def balance(phone: Phone, person_id: int) -> int:
    """A person's Stars."""
    return phone.emulator.hub.ledger.wallet(person_id).balance


async def test_a_subscription_from_first_payment_to_its_end(
    phone: Phone, bot: Bot, shop: Shop
) -> None:
    """Paid, renewed by the clock with a new charge id, cancelled in Telegram's settings, resumed,
    failed with too few Stars; the balances agree throughout."""
    link = await bot.create_invoice_link(**INVOICE, subscription_period=MONTH)
    closed = await pay(phone, ANN, link)
    assert closed.status == "paid"
    await until(lambda: len(shop.payments) == 1)
    first = shop.payments[0]
    assert (first.is_recurring, first.is_first_recurring) == (True, True)
    assert (first.total_amount, first.invoice_payload) == (300, "order-1")
    now = phone.emulator.clock()
    ends = datetime.fromtimestamp(first.subscription_expiration_date or 0, UTC)
    assert abs(ends - now - timedelta(days=30)) < timedelta(seconds=5)

    advanced = await phone.act(AdvanceClock(days=31))
    assert isinstance(advanced, Advanced)
    assert advanced.renewals == 1
    await until(lambda: len(shop.payments) == 2)
    second = shop.payments[1]
    assert second.telegram_payment_charge_id != first.telegram_payment_charge_id
    assert (second.is_recurring, second.is_first_recurring) == (True, None)
    assert second.invoice_payload == "order-1"
    assert (second.subscription_expiration_date or 0) - (
        first.subscription_expiration_date or 0
    ) == MONTH

    subscription_id = first.telegram_payment_charge_id
    await phone.act(SetSubscription(ANN, subscription_id, True))
    await phone.act(SetSubscription(ANN, subscription_id, False))
    await until(lambda: shop.states == ["canceled", "active"])

    await phone.act(AdvanceClock(days=60))  # one more renewal fits into 1000 Stars, then none
    await until(lambda: shop.states == ["canceled", "active", "failed"])
    assert len(shop.payments) == 3
    assert balance(phone, ANN) == 100
    assert (await bot.get_my_star_balance()).amount == 900
    transactions = (await bot.get_star_transactions()).transactions
    assert [t.id for t in transactions] == [p.telegram_payment_charge_id for p in shop.payments]
    assert all(t.source is not None and t.receiver is None for t in transactions)

    await phone.act(TopUp(ANN, 500))
    await phone.act(SetSubscription(ANN, subscription_id, False))  # paid late
    await until(lambda: len(shop.payments) == 4)
    [subscription] = (await phone.state())["wallets"][0]["subscriptions"]
    assert (subscription["state"], subscription["payments"]) == ("active", 4)


async def test_the_bot_cancels_and_allows_resuming(phone: Phone, bot: Bot, shop: Shop) -> None:
    """editUserStarSubscription needs the first charge; only the bot can allow what it cancelled."""
    link = await bot.create_invoice_link(**INVOICE, subscription_period=MONTH)
    await pay(phone, ANN, link)
    await phone.act(AdvanceClock(days=30))
    await until(lambda: len(shop.payments) == 2)
    first, renewal = (payment.telegram_payment_charge_id for payment in shop.payments)
    with pytest.raises(TelegramBadRequest, match="CHARGE_ID_INVALID"):
        await bot.edit_user_star_subscription(ANN, renewal, is_canceled=True)
    await bot.edit_user_star_subscription(ANN, first, is_canceled=True)
    with pytest.raises(Refused):
        await phone.act(SetSubscription(ANN, first, False))
    await bot.edit_user_star_subscription(ANN, first, is_canceled=False)
    await phone.act(SetSubscription(ANN, first, False))
    await until(lambda: shop.states == ["active"])
    await phone.act(SetSubscription(ANN, first, True))
    await phone.act(AdvanceClock(days=31))
    [subscription] = (await phone.state())["wallets"][0]["subscriptions"]
    assert subscription["state"] == "expired"
    assert len(shop.payments) == 2


async def test_a_refund_happens_once(phone: Phone, bot: Bot, shop: Shop) -> None:
    """The Stars go back, both sides are told, and the transaction repeats the payment's id; a
    second refund, a stranger's and an unknown one are refused."""
    link = await bot.create_invoice_link(**INVOICE)
    await pay(phone, ANN, link)
    await until(lambda: len(shop.payments) == 1)
    charge = shop.payments[0].telegram_payment_charge_id
    with pytest.raises(TelegramBadRequest, match="CHARGE_NOT_FOUND"):
        await bot.refund_star_payment(LAYLA, charge)
    with pytest.raises(TelegramBadRequest, match="CHARGE_NOT_FOUND"):
        await bot.refund_star_payment(ANN, "stx-unknown")
    assert await bot.refund_star_payment(ANN, charge)
    await until(lambda: shop.refunds == [charge])
    with pytest.raises(TelegramBadRequest, match="CHARGE_ALREADY_REFUNDED"):
        await bot.refund_star_payment(ANN, charge)
    assert balance(phone, ANN) == 1000
    into, out = (await bot.get_star_transactions()).transactions
    assert into.id == out.id == charge
    assert out.receiver is not None
    assert (await bot.get_star_transactions(offset=1, limit=1)).transactions == [out]


async def test_a_chargeback_sends_no_update(phone: Phone, bot: Bot, shop: Shop) -> None:
    """The balance falls without an update: only reconciliation can find it."""
    link = await bot.create_invoice_link(**INVOICE)
    await pay(phone, ANN, link)
    await until(lambda: len(shop.payments) == 1)
    charge = shop.payments[0].telegram_payment_charge_id
    await phone.act(Chargeback(ANN, charge))
    assert (await bot.get_my_star_balance()).amount == 0
    await asyncio.sleep(0.2)
    assert shop.refunds == []
    with pytest.raises(Refused):
        await phone.act(Chargeback(ANN, charge))


async def test_other_results_of_the_payment_sheet(phone: Phone, bot: Bot, shop: Shop) -> None:
    """Cancelled, failed, pending and settled, too few Stars, refused by the bot: Stars only move if
    it says paid."""
    link = await bot.create_invoice_link(**INVOICE)
    assert (await pay(phone, ANN, link, "cancel")).status == "cancelled"
    assert (await pay(phone, ANN, link, "fail")).status == "failed"
    poor = await pay(phone, LAYLA, link)
    assert (poor.status, poor.error) == ("failed", "BALANCE_TOO_LOW")
    shop.refuse_with = "Sold out"
    refused = await pay(phone, ANN, link)
    assert (refused.status, refused.error) == ("failed", "Sold out")
    shop.refuse_with = None
    assert balance(phone, ANN) == 1000
    pending = await pay(phone, ANN, link, "pending")
    assert pending.status == "pending"
    settled = await phone.act(SettlePending(pending.checkout_id, True))
    assert isinstance(settled, InvoiceClosed)
    assert settled.status == "paid"
    with pytest.raises(Refused):
        await phone.act(SettlePending(pending.checkout_id, True))
    assert balance(phone, ANN) == 700
    with pytest.raises(Refused):
        await phone.act(OpenInvoice(ANN, "https://t.me/$unknown"))


async def test_a_late_answer_is_too_late(
    phone: Phone, bot: Bot, ann: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After 10 s (shortened here) the payment has failed and the bot's answer is refused."""
    monkeypatch.setattr("telegram_emulator.stars.checkout.ANSWER_WITHIN", 0.2)
    link = await bot.create_invoice_link(**INVOICE)
    closed = await pay(phone, ann, link)
    assert (closed.status, closed.error) == ("failed", "BOT_PRECHECKOUT_TIMEOUT")
    [update] = await bot.get_updates()
    assert update.pre_checkout_query is not None
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_pre_checkout_query(update.pre_checkout_query.id, ok=True)
    assert balance(phone, ann) == 1000
    await phone.act(AdvanceClock(seconds=151))  # an old query is dropped after 150 s
    assert await bot.get_updates() == []


async def test_a_payment_delivered_twice_is_one_charge(
    phone: Phone, bot: Bot, ann: int, shop: Shop
) -> None:
    """The bot gets the update twice; the charge is booked once."""
    await phone.act(SetUpdateFault("twice", update_types=("message",)))
    await pay(phone, ann, await bot.create_invoice_link(**INVOICE))
    await until(lambda: len(shop.payments) == 2)
    one, two = shop.payments
    assert one.telegram_payment_charge_id == two.telegram_payment_charge_id
    assert (await bot.get_my_star_balance()).amount == 300


async def test_an_invoice_in_the_chat_is_paid_once(
    phone: Phone, bot: Bot, ann: int, shop: Shop
) -> None:
    """sendInvoice adds a pay button; a second payment of the same message is refused."""
    sent = await bot.send_invoice(ann, **INVOICE)
    assert sent.invoice is not None
    assert sent.reply_markup is not None
    assert sent.reply_markup.inline_keyboard[0][0].pay
    opened = await phone.act(OpenInvoice(ann, message_id=sent.message_id))
    assert isinstance(opened, InvoiceOpened)
    for expected in ("paid", "failed"):
        closed = await phone.act(PayInvoice(ann, opened.sheet.slug, "pay"))
        assert isinstance(closed, InvoiceClosed)
        assert closed.status == expected


async def test_a_paid_invoice_has_a_receipt(phone: Phone, bot: Bot, ann: int, shop: Shop) -> None:
    """The page is told which invoice was paid; the bot's message is unchanged."""
    first, second = [await bot.send_invoice(ann, **INVOICE) for _ in range(2)]
    opened = await phone.act(OpenInvoice(ann, message_id=first.message_id))
    assert isinstance(opened, InvoiceOpened)
    await phone.act(PayInvoice(ann, opened.sheet.slug, "pay"))
    chats = (await phone.state())["chats"]
    (chat,) = [one for one in chats if one["head"]["personId"] == ann]
    paid = {one["id"]: one["paid"] for one in chat["messages"]}
    assert (paid[first.message_id], paid[second.message_id]) == (True, False)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": "x" * 33}, "INVOICE_TITLE_TOO_LONG"),
        ({"title": ""}, 'parameter "title" is required'),
        ({"description": "x" * 256}, "INVOICE_DESCRIPTION_TOO_LONG"),
        ({"payload": "ж" * 65}, "INVOICE_PAYLOAD_INVALID"),
        ({"prices": []}, "there must be at least one price"),
        ({"prices": [LabeledPrice(label="a", amount=1)] * 2}, "STARS_INVOICE_INVALID"),
        ({"prices": [LabeledPrice(label="a", amount=10_001)]}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({"prices": [LabeledPrice(label="a", amount=0)]}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({"provider_token": "1:TEST:x"}, "STARS_INVOICE_INVALID"),
        ({"need_email": True}, "STARS_INVOICE_INVALID"),
        ({"currency": "USD"}, "PAYMENT_PROVIDER_INVALID"),
        ({"subscription_period": 86_400}, "SUBSCRIPTION_PERIOD_INVALID"),
    ],
)
async def test_invalid_invoices_are_refused(
    phone: Phone, bot: Bot, change: dict[str, Any], words: str
) -> None:
    """Every rule of Stars invoices is checked."""
    with pytest.raises(TelegramBadRequest, match=words):
        await bot.create_invoice_link(**{**INVOICE, **change})


async def test_updates_expire_while_a_bot_is_away(
    phone: Phone, bot: Bot, ann: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Updates live for 24 emulated hours; the transactions still show what happened."""
    monkeypatch.setattr("telegram_emulator.control.clock_and_faults.PATIENCE", 0.1)
    link = await bot.create_invoice_link(**INVOICE, subscription_period=MONTH)
    paying = asyncio.ensure_future(pay(phone, ann, link))
    [update] = await bot.get_updates(timeout=5)
    assert isinstance(update, Update)
    assert update.pre_checkout_query is not None
    await bot.answer_pre_checkout_query(update.pre_checkout_query.id, ok=True)
    await paying
    await phone.act(AdvanceClock(days=65))
    assert await bot.get_updates(offset=update.update_id + 1) == []
    assert len((await bot.get_star_transactions()).transactions) == 3
