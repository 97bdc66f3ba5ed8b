"""Picks the router of a run's order: for text or for pictures."""

from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import datetime

from backend.db import Database
from backend.generation.ports import ImageModels, ModelRouter, ReceiptWriter
from backend.generation.run.attempts import AttemptReceipts
from backend.generation.run.running import ActiveRun
from backend.generation.schemas import RunOrder
from backend.llm import ChatRequest, Event, ReceiptEntry, Sent, fields_of


class ModelStream:
    """Opens the stream of events that answers an order."""

    def __init__(
        self,
        router: ModelRouter,
        image_models: ImageModels,
        database: Database,
        receipts: ReceiptWriter,
        clock: Callable[[], datetime],
    ) -> None:
        self._router = router
        self._image_models = image_models
        self._database = database
        self._receipts = receipts
        self._clock = clock

    def open(self, running: ActiveRun) -> AsyncGenerator[Sequence[Event], None]:
        """The events of the first model of the order that answers; every attempt leaves a
        receipt, which the run's end closes."""
        order = running.order

        def describe(sent: Sent, request: ChatRequest) -> ReceiptEntry:
            return _entry(order, sent, request, self._clock())

        running.receipts = AttemptReceipts(
            self._database, self._receipts, order.run.user_id, describe, recipes_later=True
        )
        router = self._image_models.painter_router if order.paints else self._router
        return router.stream(order.request, order.choices, order.budget, running.receipts)


def _entry(order: RunOrder, sent: Sent, request: ChatRequest, now: datetime) -> ReceiptEntry:
    run, materials = order.run, order.lacking.materials if order.lacking else ()
    return ReceiptEntry(
        user_id=run.user_id,
        purpose=order.kind,
        sent=sent,
        sent_at=now,
        run_id=run.id,
        conversation_id=run.conversation_id,
        message_id=run.message_id,
        message_ids=order.message_ids,
        file_ids=tuple(one.file.id for one in materials),
        fields=fields_of(request),
        prompts=order.prompts,
        sources=order.sources,
        redacted=tuple(order.placeholders),
    )
