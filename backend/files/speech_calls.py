"""A call to a provider of speech, heard or spoken: with consent and a receipt, its cost reserved
before and settled after."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Database
from backend.errors import ConsentNeeded, ProviderError
from backend.llm import ReceiptEnd, ReceiptEntry, Sent, Usage
from backend.llm.adapters import BeforeSend
from backend.metering import Meter, ProviderCall

Answer = TypeVar("Answer")


class SpeechConsents(Protocol):
    """People's consents (privacy's room)."""

    async def agreed(self, db: AsyncConnection, user_id: int) -> frozenset[str]:
        """The ids of the providers that the person has agreed to."""
        ...


class SpeechReceipts(Protocol):
    """Where receipts are kept (privacy's room)."""

    async def open_with_recipe(self, db: AsyncConnection, entry: ReceiptEntry) -> UUID:
        """Keep an attempt's receipt, and how to make its body again, in the caller's transaction;
        returns its id."""
        ...

    async def close(self, db: AsyncConnection, ends: Sequence[ReceiptEnd]) -> None:
        """Record how attempts ended; repeats change nothing."""
        ...


class SpeechCost(Struct, frozen=True):
    """Who bears a call: the person `cost`, the operator what was `lost`, in micro-dollars;
    `guessed` if the provider does not tell it."""

    cost: int = 0
    lost: int = 0
    guessed: bool = False


class MeteredCalls(Struct, frozen=True):
    """Asks providers of speech in a person's name."""

    database: Database
    clock: Callable[[], datetime]
    consents: SpeechConsents
    receipts: SpeechReceipts
    meter: Meter

    async def check_consent(self, user_id: int, provider: str, name: str) -> None:
        """Raises ConsentNeeded unless the person has agreed to the provider."""
        async with self.database.snapshot() as db:
            agreed = await self.consents.agreed(db, user_id)
        if provider not in agreed:
            raise ConsentNeeded(provider=provider, model=name)

    async def ask(
        self,
        call: ProviderCall,
        most: int,
        entry: Callable[[Sent], ReceiptEntry],
        send: Callable[[BeforeSend], Awaitable[Answer]],
        cost_of: Callable[[Answer], SpeechCost],
    ) -> Answer:
        """What `send` gives; it is told what to call before anything leaves. `most` is the most
        that it may cost, `cost_of` what it did.

        Raises:
            SpendingCapReached, OperatorCapReached: it could cost too much.
            ProviderError: one of its subclasses.
        """
        await self.meter.reserve_cost(call, most)
        cost, outcome = SpeechCost(), "interrupted"
        opened: list[UUID] = []

        async def before_send(sent: Sent) -> None:
            made = entry(sent)
            opened.append(
                await self.database.write(lambda db: self.receipts.open_with_recipe(db, made))
            )

        try:
            answer = await send(before_send)
            cost, outcome = cost_of(answer), "stop"
        except ProviderError as error:
            cost = SpeechCost(lost=most if error.billable else 0, guessed=error.billable)
            outcome = error.code
            raise
        except asyncio.CancelledError:
            cost = SpeechCost(lost=most, guessed=True)  # they went on without us
            raise
        finally:
            await self._settle(call, cost, opened, outcome)
        return answer

    async def _settle(
        self, call: ProviderCall, cost: SpeechCost, opened: Sequence[UUID], outcome: str
    ) -> None:
        attempt = replace(call, id=uuid5(call.id, "lost"), purpose="attempt")
        usage = Usage(cost_micro_dollars=cost.cost + cost.lost, estimated=True)
        ends = [
            ReceiptEnd(user_id=call.user_id, receipt_id=one, outcome=outcome, usage=usage)
            for one in opened
        ]
        async with self.database.unit_of_work() as db:
            await self.receipts.close(db, ends)
            await self.meter.settle_cost(db, call, cost.cost, guessed=cost.guessed)
            if cost.lost:
                await self.meter.settle_cost(db, attempt, cost.lost, guessed=cost.guessed)
