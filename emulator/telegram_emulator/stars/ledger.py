"""Stars on both sides: people's wallets and the bot's balance with its transactions.

Every movement is written to the disk at once, and nothing that could fail follows it.
"""

import secrets
from collections.abc import Callable

from telegram_emulator.changes import Changes
from telegram_emulator.chats import Chats
from telegram_emulator.clock import Clock
from telegram_emulator.errors import ActionRefused
from telegram_emulator.events import WalletEvent
from telegram_emulator.profile import Profile
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi, Subscription, Wallet, WalletEntry
from telegram_emulator.store import Store
from telegram_emulator.world import (
    ChargeRecord,
    SubscriptionRecord,
    TransactionRecord,
    WalletEntryRecord,
    WalletRecord,
)


class Ledger:
    """Moves Stars between people and the bot."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        changes: Changes,
        chats: Chats,
        profile: Profile,
        new_id: Callable[[], str] = lambda: secrets.token_urlsafe(24),
    ) -> None:
        self._store = store
        self._world = store.world
        self._clock = clock
        self._changes = changes
        self._chats = chats
        self._profile = profile
        self._new_id = new_id

    def wallet(self, person_id: int) -> WalletRecord:
        """A person's wallet."""
        self._chats.person(person_id)
        return self._world.wallets.setdefault(person_id, WalletRecord())

    def top_up(self, person_id: int, stars: int) -> None:
        """A person buys Stars."""
        self._move(person_id, self._new_id(), "topUp", stars, "Stars")
        self._settled(person_id)

    def charge(
        self,
        person_id: int,
        *,
        amount: int,
        payload: str,
        title: str,
        period: int | None,
        subscription: str | None = None,
        renewal: bool = False,
    ) -> ChargeRecord:
        """Take a payment. The first of a subscription only has a `period`; a renewal names its
        `subscription`.

        Raises:
            ActionRefused: BALANCE_TOO_LOW.
        """
        if self.wallet(person_id).balance < amount:
            raise ActionRefused("BALANCE_TOO_LOW")
        charge = ChargeRecord(
            id=f"stx{self._new_id()}",
            provider_id=f"{person_id}_{self._new_id()[:8]}",
            person_id=person_id,
            amount=amount,
            payload=payload,
            title=title,
            at=self._clock.now(),
        )
        if period is not None:
            charge.subscription = subscription or charge.id
        self._world.charges[charge.id] = charge
        self._move(person_id, charge.id, "renewal" if renewal else "payment", -amount, title)
        self._book(charge, charge.id, amount, period, outgoing=False)
        self._settled(person_id)
        return charge

    def pay(self, person_id: int, amount: int, title: str, partner: BotApi) -> None:
        """A person pays for something without an invoice; `partner` are the fields that describe it
        in the bot's transaction.

        Raises:
            ActionRefused: BALANCE_TOO_LOW.
        """
        if self.wallet(person_id).balance < amount:
            raise ActionRefused("BALANCE_TOO_LOW")
        number = f"stx{self._new_id()}"
        self._move(person_id, number, "payment", -amount, title)
        self._enter(number, person_id, amount, partner, outgoing=False)
        self._settled(person_id)

    def leave(self, person_id: int, amount: int, title: str) -> None:
        """A person's Stars go to somebody other than the bot.

        Raises:
            ActionRefused: BALANCE_TOO_LOW.
        """
        if self.wallet(person_id).balance < amount:
            raise ActionRefused("BALANCE_TOO_LOW")
        self._move(person_id, f"stx{self._new_id()}", "payment", -amount, title)
        self._settled(person_id)

    def spend(self, person_id: int, amount: int, partner: BotApi) -> None:
        """The bot spends its own Stars on something for a person.

        Raises:
            ApiError: BALANCE_TOO_LOW.
        """
        if self._world.bot_stars < amount:
            raise ApiError("BALANCE_TOO_LOW")
        self._enter(f"stx{self._new_id()}", person_id, amount, partner, outgoing=True)
        self._settled(person_id)

    def _enter(
        self, number: str, person_id: int, amount: int, partner: BotApi, *, outgoing: bool
    ) -> None:
        self._world.bot_stars += -amount if outgoing else amount
        record = TransactionRecord(
            id=number,
            amount=amount,
            at=self._clock.now(),
            outgoing=outgoing,
            person_id=person_id,
            person=self._profile.user(person_id),
            partner=partner,
        )
        self._world.transactions.append(record)

    def refund(self, person_id: int, charge_id: str) -> None:
        """refundStarPayment: the Stars go back, and both sides get `refunded_payment`.

        Raises:
            ApiError: for an unknown charge or person, or the second time.
        """
        if person_id not in self._world.people:
            raise ApiError("user not found")
        charge = self._world.charges.get(charge_id)
        if charge is None or charge.person_id != person_id:
            raise ApiError("CHARGE_NOT_FOUND")
        if charge.refunded or charge.charged_back:
            raise ApiError("CHARGE_ALREADY_REFUNDED")
        if self._world.bot_stars < charge.amount:
            raise ApiError("BALANCE_TOO_LOW")
        charge.refunded = True
        self._move(person_id, charge.id, "refund", charge.amount, charge.title)
        self._book(charge, charge.id, charge.amount, None, outgoing=True)
        self._settled(person_id)
        payment = {
            "currency": "XTR",
            "total_amount": charge.amount,
            "invoice_payload": charge.payload,
            "telegram_payment_charge_id": charge.id,
            "provider_payment_charge_id": charge.provider_id,
        }
        self._chats.say(person_id, {"refunded_payment": payment})

    def charge_back(self, person_id: int, charge_id: str) -> None:
        """The store takes a payment back; the bot only sees it in its transactions.

        Raises:
            ActionRefused: for an unknown or returned charge.
        """
        charge = self._world.charges.get(charge_id)
        if charge is None or charge.person_id != person_id or charge.refunded:
            raise ActionRefused("CHARGE_NOT_FOUND")
        if charge.charged_back:
            raise ActionRefused("CHARGE_ALREADY_REFUNDED")
        charge.charged_back = True
        # The store has returned the money, so the wallet does not change.
        self._move(person_id, charge.id, "chargeback", 0, charge.title)
        self._book(charge, charge.id, charge.amount, None, outgoing=True)
        self._settled(person_id)

    def _move(self, person_id: int, entry_id: str, kind: str, amount: int, title: str) -> None:
        wallet = self.wallet(person_id)
        wallet.balance += amount
        entry = WalletEntryRecord(
            id=entry_id,
            kind=kind,  # type: ignore[arg-type]
            amount=amount,
            at=self._clock.now(),
            title=title,
        )
        wallet.entries.append(entry)

    def _book(
        self,
        charge: ChargeRecord,
        transaction_id: str,
        amount: int,
        period: int | None,
        *,
        outgoing: bool,
    ) -> None:
        self._world.bot_stars += -amount if outgoing else amount
        self._world.transactions.append(
            TransactionRecord(
                id=transaction_id,
                amount=amount,
                at=self._clock.now(),
                outgoing=outgoing,
                person_id=charge.person_id,
                person=self._profile.user(charge.person_id),
                payload=charge.payload,
                subscription_period=period,
            )
        )

    def _settled(self, person_id: int) -> None:
        self._store.flush()
        self.tell(person_id)
        self._profile.tell()

    def transactions(self, offset: int, limit: int) -> list[BotApi]:
        """The bot's transactions, oldest first, as getStarTransactions lists them."""
        return [_transaction(t) for t in self._world.transactions[offset : offset + limit]]

    def view(self, person_id: int) -> Wallet:
        """A person's Stars for the page."""
        record = self.wallet(person_id)
        subscriptions = self._world.subscriptions.values()
        return Wallet(
            person_id=person_id,
            balance=record.balance,
            entries=[
                WalletEntry(id=e.id, kind=e.kind, amount=e.amount, at=e.at, title=e.title)
                for e in reversed(record.entries)
            ],
            subscriptions=[listed(s) for s in subscriptions if s.person_id == person_id],
        )

    def tell(self, person_id: int) -> None:
        """Tell the page that a wallet or subscription changed."""
        self._store.changed()
        self._changes.emit(WalletEvent(self.view(person_id)))


def listed(record: SubscriptionRecord) -> Subscription:
    """A subscription as Telegram's settings show it."""
    return Subscription(
        id=record.id,
        person_id=record.person_id,
        title=record.title,
        amount=record.amount,
        state=record.state,
        expires_at=record.expires_at,
        can_reenable=record.state != "active" and not record.canceled_by_bot,
        payments=record.payments,
    )


def _transaction(record: TransactionRecord) -> BotApi:
    partner: BotApi = {"type": "user", "transaction_type": "invoice_payment", "user": record.person}
    partner |= record.partner
    if record.payload:
        partner["invoice_payload"] = record.payload
    if record.subscription_period:
        partner["subscription_period"] = record.subscription_period
    return {
        "id": record.id,
        "amount": record.amount,
        "date": int(record.at.timestamp()),
        "receiver" if record.outgoing else "source": partner,
    }
