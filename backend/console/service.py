"""The console's use cases. Each checks the role, and records the action in the access log in the
same transaction.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import (
    Billing,
    SupportRequest,
    answer_request,
    open_request,
    open_requests,
    operator_grants,
    payer_of,
)
from backend.console.books import BookDesk
from backend.console.broadcast_sender import BroadcastSender
from backend.console.broadcasts import Broadcasts
from backend.console.confirmations import (
    BanWanted,
    BroadcastWanted,
    ClosingWanted,
    Confirmations,
    CreditsWanted,
    PayoutWanted,
    PlanWanted,
    RefundWanted,
    TakingWanted,
    Wanted,
)
from backend.console.figures import Figures, sum_up
from backend.console.moderation_desk import ModerationDesk
from backend.console.person_card import PersonCard, person_card
from backend.console.ports import SupportChat
from backend.console.roles import Operator
from backend.console.switchboard import switch, switched
from backend.conversations import Message
from backend.db import Database, Vault
from backend.errors import InvalidField, RequestNotFound
from backend.identity import Usernames, require_known
from backend.metering import restrictions
from backend.privacy import AccessLog, GrantedLook, GrantedLooks, OperatorAction

MOST_MESSAGES = 100_000


class Console:
    """Operators' actions. `reason` is their text, which the person can read."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
        billing: Billing,
        accesses: AccessLog,
        chat: SupportChat,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._billing = billing
        self._accesses = accesses
        self._chat = chat
        self._usernames = Usernames(database, vault)
        self.broadcasts = Broadcasts(database, clock, accesses, chat)
        self.granted_looks = GrantedLooks(database, vault, clock, accesses)
        self.moderation = ModerationDesk(database, vault, clock, accesses, chat)
        self.books = BookDesk(database, clock, accesses, chat)
        self.broadcast_sender = BroadcastSender(database, clock, chat)
        self.confirmations = Confirmations(database, vault, clock, chat, self.perform)

    async def person(self, operator: Operator, user_id: int, reason: str = "") -> PersonCard:
        """A person's account.

        Raises:
            PersonNotKnown, RoleForbids.
        """
        operator.require("look")
        async with self._database.unit_of_work() as db:
            card = await person_card(db, self._vault, user_id, self._clock())
            await self._note(db, operator, user_id, "person_read", reason)
        return card

    async def find_person(self, operator: Operator, words: str) -> int:
        """The id of the person named by id, @name or a link to their profile.

        Raises:
            InvalidField, UsernameNotKnown, RoleForbids.
        """
        operator.require("look")
        return await self._usernames.find(words)

    async def figures(self, operator: Operator, days: int) -> Figures:
        """The sums of the last days, including today."""
        operator.require("figures")
        async with self._database.unit_of_work() as db:
            found = await sum_up(db, days, self._clock())
            await self._accesses.record_operating(db, "figures_read", operator.user_id)
        return found

    async def give_plan(
        self, operator: Operator, user_id: int, plan_id: str, days: int, act: UUID, reason: str = ""
    ) -> None:
        """Grant a plan for some days. `act` is the caller's own id, which makes repeats
        idempotent.

        Raises:
            PlanNotFound, InvalidField, PersonNotKnown, PersonBanned, RoleForbids.
        """
        operator.require("give")
        now = self._clock()
        async with self._database.unit_of_work() as db:
            await require_known(db, user_id)
            await operator_grants.give_time(db, user_id, plan_id, days, act, now)
            await self._note(db, operator, user_id, "plan_given", reason)

    async def give_credits(
        self, operator: Operator, user_id: int, credits: int, act: UUID, reason: str = ""
    ) -> None:
        """Grant messages. Raises as `give_plan`."""
        operator.require("give")
        now = self._clock()
        async with self._database.unit_of_work() as db:
            await require_known(db, user_id)
            await operator_grants.give_credits(db, user_id, credits, act, now)
            await self._note(db, operator, user_id, "credits_given", reason)

    async def revoke_grants(
        self, operator: Operator, user_id: int, plan_id: str | None, reason: str = ""
    ) -> int:
        """Revoke what operators granted towards a plan, or (None) as messages; returns how many
        grants that were. Payments are refunded instead.

        Raises:
            PersonNotKnown, RoleForbids.
        """
        operator.require("give")
        async with self._database.unit_of_work() as db:
            await require_known(db, user_id)
            taken = await operator_grants.take_back(db, user_id, plan_id, self._clock())
            action: OperatorAction = "credits_taken" if plan_id is None else "plan_taken"
            await self._note(db, operator, user_id, action, reason)
        return taken

    async def ban(
        self, operator: Operator, user_id: int, days: int | None, reason: str = ""
    ) -> None:
        """Ban a person from asking and buying: for some days, permanently (0), or (None) lift the
        ban. They can still read, export and erase their data.

        Raises:
            InvalidField, PersonNotKnown, RoleForbids.
        """
        operator.require("restrict")
        now = self._clock()
        if days is not None and not 0 <= days <= operator_grants.MOST_DAYS:
            raise InvalidField(field="days", limit=operator_grants.MOST_DAYS)
        until = now + timedelta(days=days) if days else restrictions.FOR_GOOD
        async with self._database.unit_of_work() as db:
            await require_known(db, user_id)
            await restrictions.ban(db, user_id, None if days is None else until, now)
            await self._note(
                db, operator, user_id, "unbanned" if days is None else "banned", reason
            )

    async def limit(
        self, operator: Operator, user_id: int, messages: int | None, reason: str = ""
    ) -> None:
        """Limit a person's messages per day; None: as their plan says.

        Raises as `ban`.
        """
        operator.require("restrict")
        if messages is not None and not 0 <= messages <= MOST_MESSAGES:
            raise InvalidField(field="messages", limit=MOST_MESSAGES)
        async with self._database.unit_of_work() as db:
            await require_known(db, user_id)
            await restrictions.limit(db, user_id, messages, self._clock())
            await self._note(db, operator, user_id, "limited", reason)

    async def refund(self, operator: Operator, charge_id: str, reason: str = "") -> None:
        """Refund a payment, stop its renewal and end what it granted. Safe to repeat.

        Raises:
            PaymentNotFound, StarsUnavailable, StarsRefused, RoleForbids.
        """
        operator.require("refund")
        async with self._database.unit_of_work() as db:
            payer, _ = await payer_of(db, charge_id, None)
            await self._note(db, operator, payer, "refund", reason)
        await self._billing.refund(charge_id)

    async def requests(self, operator: Operator) -> tuple[SupportRequest, ...]:
        """The open requests to /paysupport, which were written for operators."""
        operator.require("answer")
        async with self._database.unit_of_work() as db:
            found = await open_requests(db, self._vault)
            for user_id in {one.user_id for one in found}:
                await self._note(db, operator, user_id, "request_read", "")
        return found

    async def answer(self, operator: Operator, request_id: UUID, text: str) -> None:
        """Send an answer to a support request. It is marked after sending: if the process dies in
        between, it can be answered twice rather than not at all.

        Raises:
            RequestNotFound: there is no such open request.
            ChatClosed: the person has closed the chat; the request stays open.
            InvalidField: the text is empty or too long for a message.
            RoleForbids.
        """
        operator.require("answer")
        if not text.strip() or len(text) > 3500:
            raise InvalidField(field="text", limit=3500)
        async with self._database.snapshot() as db:
            user_id = await open_request(db, request_id)
        if user_id is None:
            raise RequestNotFound
        await self._chat.answer(user_id, text)
        async with self._database.unit_of_work() as db:
            await answer_request(db, request_id, self._clock())
            await self._note(db, operator, user_id, "request_answered", "")

    async def looks(self, operator: Operator, user_id: int) -> list[GrantedLook]:
        """The conversations that a person lets support read now. Raises RoleForbids."""
        operator.require("answer")
        return await self.granted_looks.of_person(user_id)

    async def read_look(
        self, operator: Operator, user_id: int, look_id: UUID, reason: str = ""
    ) -> tuple[Message, ...]:
        """Read a conversation that its person lets support read; each reading is in their access
        log.

        Raises:
            LookNotGranted, ConversationNotFound, RoleForbids.
        """
        operator.require("answer")
        return await self.granted_looks.read(user_id, look_id, operator.user_id, reason)

    async def switch(self, operator: Operator, name: str, *, on: bool) -> None:
        """Switch maintenance, or a model off (`model:<id>`); every process follows within
        seconds.

        Raises:
            InvalidField: there is no such switch.
            RoleForbids.
        """
        operator.require("switch")
        async with self._database.unit_of_work() as db:
            await switch(db, name, self._clock(), on=on)
            await self._accesses.record_operating(db, "switched", operator.user_id)

    async def switched(self, operator: Operator) -> list[str]:
        """The names of all active switches."""
        operator.require("look")
        async with self._database.snapshot() as db:
            return await switched(db)

    async def perform(self, operator: Operator, wanted: Wanted) -> None:
        """Perform a confirmed act. Raises what the act itself raises."""
        match wanted:
            case RefundWanted():
                await self.refund(operator, wanted.charge_id, wanted.reason)
            case BanWanted():
                await self.ban(operator, wanted.user_id, wanted.days, wanted.reason)
            case PlanWanted():
                given = wanted.plan_id, wanted.days, wanted.id, wanted.reason
                await self.give_plan(operator, wanted.user_id, *given)
            case CreditsWanted():
                more = wanted.credits, wanted.id, wanted.reason
                await self.give_credits(operator, wanted.user_id, *more)
            case TakingWanted():
                await self.revoke_grants(operator, wanted.user_id, wanted.plan_id, wanted.reason)
            case BroadcastWanted():
                await self.broadcasts.begin(operator, wanted.broadcast_id)
            case ClosingWanted():
                await self.books.close(operator, wanted.month)
            case PayoutWanted():
                paid = wanted.partner, wanted.currency, wanted.amount, wanted.reference
                await self.books.pay_out(operator, *paid)
            case _:
                assert_never(wanted)

    async def _note(
        self, db: AsyncConnection, operator: Operator, user_id: int, action: OperatorAction,
        reason: str,
    ) -> None:  # fmt: skip
        await self._accesses.record(
            db, user_id, action, actor="operator", reason=reason, operator=operator.user_id
        )
