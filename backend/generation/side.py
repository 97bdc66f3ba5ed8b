"""Questions of the house's own, beside the answers: for titles and for suggested replies.

They take no message of the quota, but they leave receipts and are metered like everything else
that goes to a provider, also when they fail.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from msgspec import Struct, field
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing.charges import Charge, Purpose
from backend.billing.metering import Meter
from backend.db import Database
from backend.errors import ProviderError
from backend.generation.ports import ReceiptEntry, Receipts, Router
from backend.llm import (
    ChatRequest,
    Event,
    Failed,
    Model,
    Retention,
    Sent,
    Text,
    TextPart,
    Turn,
    Usage,
    prompting,
)
from backend.llm.cost import ceiling, estimated
from backend.llm.tokens import size
from backend.uuid7 import uuid7


class SideQuestion(Struct, frozen=True, kw_only=True):
    """What is asked of one model, and for which run's sake. `message_ids` are those that the
    prompt was made of."""

    user_id: int
    run_id: UUID
    conversation_id: UUID
    purpose: Purpose
    model: Model
    prompt: prompting.Rendered
    message_ids: tuple[UUID, ...]
    max_tokens: int
    at: datetime


class _Told(Struct):
    """What came back."""

    sent: list[Sent] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    usage: Usage | None = None
    retention: Retention | None = None

    def take(self, batch: Sequence[Event]) -> None:
        for event in batch:
            match event:
                case Sent():
                    self.sent.append(event)
                case Text(text):
                    self.pieces.append(text)
                case Failed():
                    self.failed.append(event)
                case Usage():
                    self.usage = event
                case Retention():
                    self.retention = event


class Side:
    """Asks them."""

    def __init__(
        self, database: Database, router: Router, receipts: Receipts, meter: Meter
    ) -> None:
        self._database = database
        self._router = router
        self._receipts = receipts
        self._meter = meter

    async def ask(self, question: SideQuestion) -> str:
        """What the model writes.

        Raises:
            SpendingCapReached, OperatorCapReached, ModelPriceUnknown: there is a cap, and it
                does not fit.
            ProviderError: it failed.
        """
        request = ChatRequest(
            model=question.model,
            system="",
            turns=(Turn("user", (TextPart(question.prompt.text),)),),
            max_output_tokens=question.max_tokens,
        )
        charge, most = _charge(question, uuid7(question.at)), ceiling(request)
        await self._meter.hold(charge, most)
        told, failure = _Told(), None
        try:
            async for batch in self._router.stream(request, (question.model,), most):
                told.take(batch)
        except ProviderError as error:
            failure = error
            raise
        finally:
            async with self._database.unit_of_work() as db:
                await self._receipts.record(db, _entries(question, request, told))
                await self._settle(db, charge, request, told, failure)
        return "".join(told.pieces)

    async def _settle(
        self,
        db: AsyncConnection,
        charge: Charge,
        request: ChatRequest,
        told: _Told,
        failure: ProviderError | None,
    ) -> None:
        """What it has cost; the attempts that failed before it are the operator's alone."""
        usage = told.usage
        if usage is None and told.sent and (failure is None or told.pieces):
            usage = estimated(request, size("".join(told.pieces)))
        guessed = usage is not None and usage.estimated
        cost = usage.cost_micro_dollars if usage is not None else 0
        await self._meter.settle(db, charge, cost, guessed=guessed)
        for number, lost in enumerate(told.failed):
            attempt = Charge(
                user_id=charge.user_id,
                id=uuid5(charge.id, str(number)),
                purpose="attempt",
                provider=lost.provider,
                model_id=lost.model_id,
                conversation_id=charge.conversation_id,
            )
            used = lost.usage
            await self._meter.settle(db, attempt, used.cost_micro_dollars, guessed=used.estimated)


def _charge(question: SideQuestion, charge_id: UUID) -> Charge:
    return Charge(
        user_id=question.user_id,
        id=charge_id,
        purpose=question.purpose,
        provider=question.model.provider,
        model_id=question.model.id,
        conversation_id=question.conversation_id,
    )


def _entries(question: SideQuestion, request: ChatRequest, told: _Told) -> list[ReceiptEntry]:
    return [
        ReceiptEntry(
            user_id=question.user_id,
            run_id=question.run_id,
            conversation_id=question.conversation_id,
            purpose="suggestions" if question.purpose == "suggest" else question.purpose,
            sent=sent,
            retention=told.retention,
            message_ids=question.message_ids,
            request=request,
            prompts=(question.prompt.version,),
            sent_at=question.at,
        )
        for sent in told.sent
    ]
