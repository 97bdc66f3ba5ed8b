"""Asks a moderation endpoint, with its receipt, its cost and a breaker around the call.

Its cost is booked as a title's is, but never reserved: what a cap does not let be judged would be
unjudged, and people set their caps themselves.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from time import monotonic
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Database
from backend.errors import ModerationUnavailable, ProviderError
from backend.llm import (
    Breaker,
    ContentSource,
    ImagePart,
    ReceiptEnd,
    ReceiptEntry,
    ReceiptSource,
    Sent,
    Usage,
)
from backend.llm.adapters import Flagged
from backend.metering import Meter, ProviderCall
from backend.safety.ports import JudgedPicture, JudgedText, ModerationReceipts
from backend.uuid7 import uuid7

FAILURES: Final = 3
"""After this many failures in a row the endpoint is not used for a while, so that nobody waits for
it."""


class Classifier(Protocol):
    """A provider's endpoint (`llm/adapters/moderation.py`)."""

    provider: str
    name: str
    model: str
    sees: bool

    async def classify(
        self, content: str | ImagePart, before_send: Callable[[Sent], Awaitable[None]]
    ) -> Flagged:
        """What a text or picture is flagged for. Raises ProviderError."""
        ...

    def estimate(self, content: str | ImagePart) -> Usage:
        """An estimate of the usage, if the endpoint does not report it."""
        ...


class MeteredClassifier:
    """One endpoint."""

    def __init__(
        self,
        database: Database,
        receipts: ModerationReceipts,
        meter: Meter,
        clock: Callable[[], datetime],
        classifier: Classifier,
    ) -> None:
        self._database = database
        self._receipts = receipts
        self._meter = meter
        self._clock = clock
        self._classifier = classifier
        self._breaker = Breaker(monotonic, threshold=FAILURES)

    @property
    def provider(self) -> str:
        """The provider's id."""
        return self._classifier.provider

    @property
    def name(self) -> str:
        """The provider's name for people."""
        return self._classifier.name

    async def ask(self, judged: JudgedText, picture: JudgedPicture | None) -> tuple[str, ...]:
        """What the text, or this picture of it, is flagged for. The receipt is kept before
        anything leaves, and closed together with the booking of the cost.

        Raises:
            ModerationUnavailable: it cannot be asked now, or takes no pictures.
            ProviderError: it failed.
        """
        if (picture is not None and not self._classifier.sees) or not self._breaker.allow():
            raise ModerationUnavailable
        content = judged.text if picture is None else picture.part
        opened: list[UUID] = []

        async def before_send(sent: Sent) -> None:
            entry = _entry(judged, picture, sent, self._clock())
            opened.append(
                await self._database.write(lambda db: self._receipts.open_with_recipe(db, entry))
            )

        outcome, usage = "interrupted", None
        try:
            flagged = await self._classifier.classify(content, before_send)
            outcome, usage = "stop", flagged.usage
            self._breaker.succeeded()
        except ProviderError as error:
            outcome = error.code
            usage = self._classifier.estimate(content) if error.billable else None
            self._breaker.failed(error)
            raise
        except asyncio.CancelledError:
            usage = self._classifier.estimate(content)  # the endpoint continues without us
            raise
        finally:
            if opened:
                await self._close(judged, opened[0], outcome, usage)
        return flagged.categories

    async def _close(
        self, judged: JudgedText, receipt_id: UUID, outcome: str, usage: Usage | None
    ) -> None:
        end = ReceiptEnd(
            user_id=judged.user_id, receipt_id=receipt_id, outcome=outcome, usage=usage
        )
        call = ProviderCall(
            user_id=judged.user_id,
            id=uuid7(self._clock()),
            purpose="moderate",
            provider=self._classifier.provider,
            model_id=self._classifier.model,
            conversation_id=judged.conversation_id,
        )

        async def store(db: AsyncConnection) -> None:
            await self._receipts.close(db, [end])
            if usage is not None and usage.cost_micro_dollars:
                cost, guessed = usage.cost_micro_dollars, usage.estimated
                await self._meter.settle_cost(db, call, cost, guessed=guessed, reserved=False)

        await self._database.write(store)


def _entry(
    judged: JudgedText, picture: JudgedPicture | None, sent: Sent, now: datetime
) -> ReceiptEntry:
    sources: tuple[ReceiptSource, ...] = judged.sources
    file_ids = judged.file_ids
    if picture is not None:
        sources = (ContentSource(picture.file_id, picture.part.data),)
        file_ids = () if picture.file_id is None else (picture.file_id,)
    return ReceiptEntry(
        user_id=judged.user_id,
        purpose="moderation",
        sent=sent,
        sent_at=now,
        run_id=judged.run_id,
        conversation_id=judged.conversation_id,
        message_id=judged.subject_id if judged.run_id else None,
        message_ids=judged.message_ids,
        file_ids=file_ids,
        fields=("text",) if picture is None else ("picture",),
        sources=sources,
    )
