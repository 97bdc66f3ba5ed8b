"""Acts that cost money or delete something are confirmed in the operator's own chat with the bot,
so that a stolen session of the app cannot perform them. The command line, which has access to the
database, asks at its prompt."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias, assert_never
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.console.ports import SupportChat
from backend.console.roles import Act, Operator
from backend.console.tables import operator_confirmations
from backend.db import Database, Vault
from backend.errors import ConfirmationNotFound, TanyaError
from backend.uuid7 import uuid7

GOOD_FOR: Final = timedelta(minutes=10)
KEPT_FOR: Final = timedelta(days=1)

ConfirmationState: TypeAlias = Literal["waiting", "begun", "done", "declined", "failed", "expired"]


class RefundWanted(Struct, frozen=True, tag="refund"):
    """Refund a payment."""

    charge_id: str
    reason: str = ""


class BanWanted(Struct, frozen=True, tag="ban"):
    """Ban a person for some days, or permanently (0)."""

    user_id: int
    days: int
    reason: str = ""


class PlanWanted(Struct, frozen=True, tag="give_plan"):
    """Grant a person a plan; `id` makes repeats idempotent."""

    id: UUID
    user_id: int
    plan_id: str
    days: int
    reason: str = ""


class CreditsWanted(Struct, frozen=True, tag="give_credits"):
    """Grant a person messages."""

    id: UUID
    user_id: int
    credits: int
    reason: str = ""


class TakingWanted(Struct, frozen=True, tag="take"):
    """Revoke what operators granted."""

    user_id: int
    plan_id: str | None
    reason: str = ""


class BroadcastWanted(Struct, frozen=True, tag="broadcast"):
    """Start or resume a broadcast. `people` is shown in the question."""

    broadcast_id: UUID
    people: int


class ClosingWanted(Struct, frozen=True, tag="close_month"):
    """Close the books through a month, permanently."""

    month: str


class PayoutWanted(Struct, frozen=True, tag="payout"):
    """Book what was paid to a partner, in Stars or micro-dollars."""

    partner: str
    currency: str
    amount: int
    reference: str


Wanted: TypeAlias = (
    RefundWanted
    | BanWanted
    | PlanWanted
    | CreditsWanted
    | TakingWanted
    | BroadcastWanted
    | ClosingWanted
    | PayoutWanted
)

NEEDS: Final[dict[type, Act]] = {
    RefundWanted: "refund",
    BanWanted: "restrict",
    PlanWanted: "give",
    CreditsWanted: "give",
    TakingWanted: "give",
    BroadcastWanted: "broadcast",
    ClosingWanted: "books",
    PayoutWanted: "books",
}


class Confirmation(Struct, frozen=True, rename="camel"):
    """The state of a confirmation; `error_code` if it failed."""

    id: UUID
    state: ConfirmationState
    error_code: str | None = None


class Confirmations:
    """Asks, and performs what is confirmed: once, within ten minutes."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
        chat: SupportChat,
        perform: Callable[[Operator, Wanted], Awaitable[None]],
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._chat = chat
        self._perform = perform

    async def ask(self, operator: Operator, wanted: Wanted) -> Confirmation:
        """Ask in the operator's chat.

        Raises:
            ChatClosed: the bot cannot write to them; nothing waits.
            RoleForbids.
        """
        operator.require(NEEDS[type(wanted)])
        assert operator.user_id is not None, "the command line asks at its prompt"
        now = self._clock()
        one = Confirmation(uuid7(now), "waiting")
        async with self._database.unit_of_work() as db:
            old = operator_confirmations.c.asked_at < now - KEPT_FOR
            await db.execute(sa.delete(operator_confirmations).where(old))
            cipher = await self._vault.cipher(db, operator.user_id)
            row = {
                "user_id": operator.user_id,
                "id": one.id,
                "state": one.state,
                "asked_at": now,
                "act": cipher.seal_bytes(msgspec.json.encode(wanted), _context(one.id)),
            }
            await db.execute(sa.insert(operator_confirmations).values(row))
        try:
            about = about_of(wanted)
            await self._chat.confirm(operator.user_id, one.id, kind_of(wanted), about)
        except TanyaError:
            async with self._database.unit_of_work() as db:
                await self._end(db, operator, one.id, "failed", "chat_closed")
            raise
        return one

    async def state(self, operator: Operator, confirmation_id: UUID) -> Confirmation:
        """The state of one of the operator's own confirmations. Raises ConfirmationNotFound."""
        mine = _this(operator, confirmation_id)
        async with self._database.snapshot() as db:
            row = (await db.execute(sa.select(operator_confirmations).where(*mine))).one_or_none()
        if row is None:
            raise ConfirmationNotFound
        late = row.state == "waiting" and row.asked_at < self._clock() - GOOD_FOR
        return Confirmation(row.id, "expired" if late else row.state, row.error_code)

    async def decide(self, operator: Operator, confirmation_id: UUID, *, yes: bool) -> Confirmation:
        """Perform the act or drop it. Pressing twice performs it once.

        Raises:
            ConfirmationNotFound: it was decided, is too old, or is another operator's.
        """
        wanted = await self._claim(operator, confirmation_id, "begun" if yes else "declined")
        if not yes:
            return Confirmation(confirmation_id, "declined")
        state: ConfirmationState = "done"
        code = None
        try:
            await self._perform(operator, wanted)
        except TanyaError as error:
            state, code = "failed", error.code
        async with self._database.unit_of_work() as db:
            await self._end(db, operator, confirmation_id, state, code)
        return Confirmation(confirmation_id, state, code)

    async def _claim(
        self, operator: Operator, confirmation_id: UUID, state: ConfirmationState
    ) -> Wanted:
        """Claim a waiting act for this call."""
        fresh = (
            *_this(operator, confirmation_id),
            operator_confirmations.c.state == "waiting",
            operator_confirmations.c.asked_at >= self._clock() - GOOD_FOR,
        )
        async with self._database.unit_of_work() as db:
            row = (await db.execute(sa.select(operator_confirmations).where(*fresh))).one_or_none()
            claim = sa.update(operator_confirmations).where(*fresh).values(state=state, act=None)
            if row is None or not (await db.execute(claim)).rowcount:
                raise ConfirmationNotFound
            cipher = await self._vault.cipher(db, row.user_id)
            opened = cipher.open_bytes(row.act, _context(row.id))
        wanted: Wanted = msgspec.json.decode(opened, type=Wanted)
        return wanted

    async def _end(
        self,
        db: AsyncConnection,
        operator: Operator,
        confirmation_id: UUID,
        state: ConfirmationState,
        code: str | None,
    ) -> None:
        mine = _this(operator, confirmation_id)
        values = {"state": state, "error_code": code, "act": None}
        await db.execute(sa.update(operator_confirmations).where(*mine).values(values))


def kind_of(wanted: Wanted) -> str:
    """The act's name, which selects its question's text."""
    return str(msgspec.inspect.type_info(type(wanted)).tag)  # type: ignore[attr-defined]


def about_of(wanted: Wanted) -> str:
    """What the question names: a person's id, a charge, how many people."""
    match wanted:
        case RefundWanted():
            return wanted.charge_id
        case PlanWanted():
            return f"{wanted.user_id}: {wanted.plan_id}, {wanted.days}"
        case CreditsWanted():
            return f"{wanted.user_id}: {wanted.credits}"
        case BroadcastWanted():
            return str(wanted.people)
        case BanWanted():
            return f"{wanted.user_id}: {wanted.days or '∞'}"
        case TakingWanted():
            return f"{wanted.user_id}: {wanted.plan_id or 'credits'}"
        case ClosingWanted():
            return wanted.month
        case PayoutWanted():
            return f"{wanted.partner}: {wanted.amount} {wanted.currency}, {wanted.reference}"
        case _:
            assert_never(wanted)


def _context(confirmation_id: UUID) -> str:
    return f"confirmation:{confirmation_id.hex}"


def _this(operator: Operator, confirmation_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        operator_confirmations.c.user_id == operator.user_id,
        operator_confirmations.c.id == confirmation_id,
    )
