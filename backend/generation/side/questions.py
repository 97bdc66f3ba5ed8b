"""Asks models for titles, suggested replies and checks.

Like all requests to providers they leave receipts and are metered, also when they fail.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

from msgspec import Struct, field
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Database
from backend.errors import ProviderError
from backend.generation.ports import ModelRouter, ReceiptWriter
from backend.generation.run.attempts import AttemptReceipts
from backend.llm import (
    ChatRequest,
    Event,
    Failed,
    Model,
    PromptTurn,
    ReceiptEntry,
    ReceiptSource,
    Search,
    Sent,
    Text,
    TextPart,
    Usage,
    WasThinking,
    ceiling,
    estimated,
    fields_of,
    utf8_bytes,
)
from backend.llm.prompts import prompting
from backend.metering import FailedAttempt, Meter, ProviderCall, Purpose
from backend.safety import JudgedText, ModerationGuard
from backend.uuid7 import uuid7


class SideQuestion(Struct, frozen=True, kw_only=True):
    """A request to one model, with its run and answer; a pasted text that is checked belongs to no
    conversation. `message_ids` and `sources` are what the prompt was made of, `redacted` the
    placeholders in it, `capped` whether the person has a cap on spending, where it is known."""

    user_id: int
    run_id: UUID
    conversation_id: UUID | None
    purpose: Purpose
    model: Model
    prompt: prompting.Rendered
    answer_id: UUID | None
    message_ids: tuple[UUID, ...]
    sources: tuple[ReceiptSource, ...]
    max_tokens: int
    at: datetime
    search: Search | None = None
    redacted: tuple[str, ...] = ()
    server_only: bool = False
    capped: bool | None = None


class QuestionCosts(Struct):
    """The running cost of questions that share a reservation."""

    cost_micro_dollars: int = 0
    guessed: bool = False
    failed: list[FailedAttempt] = field(default_factory=list)

    def add(self, more: "QuestionCosts") -> None:
        """Add another question's."""
        self.cost_micro_dollars += more.cost_micro_dollars
        self.guessed |= more.guessed
        self.failed += more.failed


class _Told(Struct):
    """What the model returned."""

    sent: list[Sent] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    usage: Usage | None = None

    def take(self, batch: Sequence[Event]) -> None:
        for event in batch:
            match event:
                case Sent():
                    self.sent.append(event)
                case Text(text):
                    self.pieces.append(text)
                case WasThinking():
                    self.pieces.clear()
                case Failed():
                    self.failed.append(event)
                case Usage():
                    self.usage = event


_WHOLE: Final = frozenset({"title", "suggest"})
"""Purposes whose answer is asked for in one piece: a few lines, which nobody watches grow."""

Keep: TypeAlias = Callable[[AsyncConnection, str], Awaitable[None]]
"""Stores the result of a question. It must only raise errors of the database: the transaction also
settles the question's cost."""

_Settle: TypeAlias = Callable[[AsyncConnection, QuestionCosts], Awaitable[None]]


class SideQuestions:
    """Asks models."""

    def __init__(
        self,
        database: Database,
        router: ModelRouter,
        receipts: ReceiptWriter,
        meter: Meter,
        clock: Callable[[], datetime],
        guard: ModerationGuard,
    ) -> None:
        self._guard = guard
        self._clock = clock
        self._database = database
        self._router = router
        self._receipts = receipts
        self._meter = meter

    async def ask(self, question: SideQuestion, keep: Keep | None = None) -> str:
        """Ask, and return the model's text; `keep` stores it in the transaction that ends the
        question.

        Raises:
            SpendingCapReached, OperatorCapReached, ModelPriceUnknown: there is a cap, and it
                does not fit.
            ProviderError: it failed.
            AnswerWithheld, ModerationUnavailable: what the model wrote must not be shown.
        """
        request = request_of(question)
        charge, most = _charge(question, uuid7(question.at)), ceiling(request)
        reserved = await self._meter.reserve_cost(charge, most, capped=question.capped)

        async def settle(db: AsyncConnection, cost: QuestionCosts) -> None:
            spent, guessed = cost.cost_micro_dollars, cost.guessed
            await self._meter.settle_cost(db, charge, spent, guessed=guessed, reserved=reserved)
            await self._meter.record_failed(db, charge, cost.failed)

        return await self._ask(question, request, most, settle, keep)

    async def ask_reserved(self, question: SideQuestion, costs: QuestionCosts) -> str:
        """Like `ask`, but its cost was reserved before: `costs` grows by it, also if it fails."""
        request = request_of(question)

        return await self._ask(question, request, ceiling(request), costs)

    async def _ask(
        self,
        question: SideQuestion,
        request: ChatRequest,
        most: int | None,
        settle: _Settle | QuestionCosts,
        keep: Keep | None = None,
    ) -> str:
        """`settle` stores the cost, or is the sum that it is added to."""
        told, failure, answer = _Told(), None, None
        attempts = AttemptReceipts(
            self._database,
            self._receipts,
            question.user_id,
            lambda sent, asked: _entry(question, sent, asked, self._clock()),
        )
        try:
            async for batch in self._router.stream(request, (question.model,), most, attempts):
                told.take(batch)
            written = "".join(told.pieces)
            await self._guard.check(_written(question, written))
            answer = written
        except ProviderError as error:
            failure = error
            raise
        finally:
            cost = _cost(request, told, failure)
            if isinstance(settle, QuestionCosts):
                settle.add(cost)

            async def store(db: AsyncConnection) -> None:
                # In the order of locks of a run's end, so that no two wait for each other.
                if keep is not None and answer is not None:
                    await keep(db, answer)
                await attempts.close(db, "interrupted", told.usage)
                if not isinstance(settle, QuestionCosts):
                    await settle(db, cost)

            await self._database.write(store)
        return written


def _written(question: SideQuestion, text: str) -> JudgedText:
    """A model's text, to be judged. A refused title or suggestion is dropped, without an appeal;
    for a check the person is told."""
    is_check = question.purpose in ("claims", "check")
    return JudgedText(
        user_id=question.user_id,
        side="answer",
        text=text,
        subject_id=question.run_id if is_check else None,
        server_only=question.server_only,
        run_id=question.run_id,
        conversation_id=question.conversation_id,
    )


def request_of(question: SideQuestion) -> ChatRequest:
    """The request for the provider."""
    return ChatRequest(
        model=question.model,
        system="",
        turns=(PromptTurn("user", (TextPart(question.prompt.text),)),),
        max_output_tokens=question.max_tokens,
        search=question.search,
        whole=question.purpose in _WHOLE,
    )


def _cost(request: ChatRequest, told: _Told, failure: ProviderError | None) -> QuestionCosts:
    """The question's cost; the operator pays for failed attempts before it."""
    usage = told.usage
    if usage is None and told.sent and (failure is None or told.pieces):
        usage = estimated(request, utf8_bytes("".join(told.pieces)))
    failed = [
        FailedAttempt(
            one.provider, one.model_id, one.usage.cost_micro_dollars or 0, one.usage.estimated
        )
        for one in told.failed
    ]
    if usage is None:
        return QuestionCosts(failed=failed)
    return QuestionCosts(usage.cost_micro_dollars or 0, usage.estimated, failed)


def _charge(question: SideQuestion, charge_id: UUID) -> ProviderCall:
    return ProviderCall(
        user_id=question.user_id,
        id=charge_id,
        purpose=question.purpose,
        provider=question.model.provider,
        model_id=question.model.id,
        conversation_id=question.conversation_id,
    )


def _entry(question: SideQuestion, sent: Sent, request: ChatRequest, now: datetime) -> ReceiptEntry:
    return ReceiptEntry(
        user_id=question.user_id,
        purpose="suggestions" if question.purpose == "suggest" else question.purpose,
        sent=sent,
        sent_at=now,
        run_id=question.run_id,
        conversation_id=question.conversation_id,
        message_id=question.answer_id,
        message_ids=question.message_ids,
        fields=fields_of(request),
        prompts=(question.prompt.version,),
        sources=question.sources,
        redacted=question.redacted,
    )
