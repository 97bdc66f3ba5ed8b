"""A payment, from the sheet over the bot's pre-checkout answer to its result.

The bot has 10 seconds to answer a pre-checkout query
(core.telegram.org/bots/api#answerprecheckoutquery); a later answer is refused.
"""

import asyncio
import secrets

import msgspec

from telegram_emulator.changes import Changes
from telegram_emulator.chats import Chats
from telegram_emulator.errors import ActionRefused
from telegram_emulator.events import CheckoutEvent
from telegram_emulator.profile import Profile
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import Checkout, CheckoutStatus
from telegram_emulator.stars.invoices import Invoices
from telegram_emulator.stars.ledger import Ledger
from telegram_emulator.stars.subscriptions import Subscriptions, pay_message
from telegram_emulator.store import Store
from telegram_emulator.updates import Updates
from telegram_emulator.world import CheckoutRecord, InvoiceRecord

ANSWER_WITHIN = 10.0
"""In seconds."""


class Answer(msgspec.Struct, frozen=True):
    """The bot's answer to a pre-checkout query; `error` is set if it refuses."""

    error: str | None = None


class Checkouts:
    """Pending payments."""

    def __init__(
        self,
        store: Store,
        changes: Changes,
        chats: Chats,
        updates: Updates,
        profile: Profile,
        invoices: Invoices,
        ledger: Ledger,
        subscriptions: Subscriptions,
    ) -> None:
        self._store = store
        self._world = store.world
        self._changes = changes
        self._chats = chats
        self._updates = updates
        self._profile = profile
        self._invoices = invoices
        self._ledger = ledger
        self._subscriptions = subscriptions
        self._waiting: dict[str, asyncio.Future[Answer]] = {}

    def open(self, person_id: int, slug: str, status: CheckoutStatus) -> CheckoutRecord:
        """Begin a payment, or end it at once.

        Raises:
            ActionRefused: for an unknown invoice.
        """
        self._chats.person(person_id)
        invoice = self._invoices.find(slug)
        record = CheckoutRecord(
            id=secrets.token_hex(8), person_id=person_id, slug=invoice.slug, status="waiting"
        )
        self._world.checkouts[record.id] = record
        self._set(record, status)
        return record

    def find(self, checkout_id: str) -> CheckoutRecord:
        """A pending payment.

        Raises:
            ActionRefused: when it is not pending.
        """
        record = self._world.checkouts.get(checkout_id)
        if record is None or record.status != "pending":
            raise ActionRefused("CHECKOUT_NOT_PENDING")
        return record

    def fail(self, record: CheckoutRecord, error: str) -> None:
        """End the payment without success."""
        self._set(record, "failed", error)

    def _set(
        self, record: CheckoutRecord, status: CheckoutStatus, error: str | None = None
    ) -> None:
        record.status = status
        record.error = error
        self._store.changed()
        self._changes.emit(CheckoutEvent(checkout_view(record)))

    async def pay(self, record: CheckoutRecord) -> None:
        """Ask the bot and take the Stars; the record has the outcome."""
        invoice = self._invoices.find(record.slug)
        self._set(record, "waiting")
        try:
            self._check(record, invoice)
            await self._ask(record, invoice)
            self._take(record, invoice)
        except ActionRefused as refusal:
            self.fail(record, refusal.reason)

    def _check(self, record: CheckoutRecord, invoice: InvoiceRecord) -> None:
        if invoice.message is not None and invoice.paid_by is not None:
            raise ActionRefused("INVOICE_ALREADY_PAID")
        if self._ledger.wallet(record.person_id).balance < invoice.amount:
            raise ActionRefused("BALANCE_TOO_LOW")

    async def _ask(self, record: CheckoutRecord, invoice: InvoiceRecord) -> None:
        query_id = str(secrets.randbits(62))
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[query_id] = answered
        query = {
            "id": query_id,
            "from": self._profile.user(record.person_id),
            "currency": "XTR",
            "total_amount": invoice.amount,
            "invoice_payload": invoice.payload,
        }
        self._updates.push("pre_checkout_query", query, record.person_id)
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                answer = await answered
        except TimeoutError:
            raise ActionRefused("BOT_PRECHECKOUT_TIMEOUT") from None
        finally:
            del self._waiting[query_id]
        if answer.error is not None:
            raise ActionRefused(answer.error)

    def _take(self, record: CheckoutRecord, invoice: InvoiceRecord) -> None:
        """In one step without an await: a payment happens as a whole or not at all."""
        charge = self._ledger.charge(
            record.person_id,
            amount=invoice.amount,
            payload=invoice.payload,
            title=invoice.title,
            period=invoice.subscription_period,
        )
        invoice.paid_by = record.person_id
        if invoice.message is not None:
            self._chats.mark_paid(*invoice.message)
        subscription = None
        if invoice.subscription_period is not None:
            subscription = self._subscriptions.begin(charge, invoice)
        self._chats.record(record.person_id).started = True
        pay_message(self._chats, charge, subscription, first=True)
        self._set(record, "paid")
        self._store.flush()

    def answer(self, query_id: str, error: str | None) -> None:
        """answerPreCheckoutQuery.

        Raises:
            ApiError: when it is unknown, already answered or later than 10 s.
        """
        answered = self._waiting.get(query_id)
        if answered is None or answered.done():
            raise ApiError("query is too old and response timeout expired or query ID is invalid")
        answered.set_result(Answer(error))


def checkout_view(record: CheckoutRecord) -> Checkout:
    """A payment for the page."""
    return Checkout(
        id=record.id,
        person_id=record.person_id,
        slug=record.slug,
        status=record.status,
        error=record.error,
    )
