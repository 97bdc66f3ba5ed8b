"""Transcribes recordings, with consent, receipts and metering around the provider's call."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid5

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Database
from backend.errors import (
    ConsentNeeded,
    ConversationStaysHere,
    ProviderError,
    VoiceNotAvailable,
    VoiceUnclear,
)
from backend.features import Features
from backend.files.schemas import Upload
from backend.llm import ContentSource, ReceiptEnd, ReceiptEntry, Sent, Usage
from backend.llm.adapters import Recording, Transcriber, Transcript
from backend.metering import Meter, ProviderCall
from backend.reading.schemas import Found
from backend.uuid7 import uuid7


class SpeechConsents(Protocol):
    """People's consents (privacy's room)."""

    async def agreed(self, db: AsyncConnection, user_id: int) -> frozenset[str]:
        """The ids of the providers that the person has agreed to."""
        ...


class SpeechReceipts(Protocol):
    """Where receipts are kept (privacy's room)."""

    async def open(self, db: AsyncConnection, entry: ReceiptEntry) -> UUID:
        """Keep an attempt's receipt in the caller's transaction; returns its id."""
        ...

    async def keep_recipe(self, db: AsyncConnection, entry: ReceiptEntry, receipt_id: UUID) -> None:
        """Keep how to make its body again."""
        ...

    async def close(self, db: AsyncConnection, ends: Sequence[ReceiptEnd]) -> None:
        """Record how attempts ended; repeats change nothing."""
        ...


class MeteredTranscriber:
    """Transcribes recordings. Without a `transcriber` they are refused."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        transcriber: Transcriber | None,
        features: Features,
        *,
        consents: SpeechConsents,
        receipts: SpeechReceipts,
        meter: Meter,
    ) -> None:
        self._database = database
        self._clock = clock
        self.transcriber = transcriber
        self._features = features
        self._consents = consents
        self._receipts = receipts
        self._meter = meter

    async def transcribe(
        self, user_id: int, upload: Upload, data: bytes, found: Found, file_id: UUID | None
    ) -> str:
        """The text of a recording, which is stored as `file_id` if at all.

        Raises:
            ConversationStaysHere, VoiceNotAvailable, ConsentNeeded: it cannot be sent to anybody.
            SpendingCapReached, OperatorCapReached: it could cost too much.
            VoiceUnclear: there are no words in it.
            ProviderError: one of its subclasses.
        """
        transcriber = self.transcriber
        if upload.server_only:
            raise ConversationStaysHere  # every transcriber is an outside provider
        if transcriber is None or not self._features.is_on("voice"):
            raise VoiceNotAvailable
        await self._check_consent(user_id, transcriber)
        recording = Recording(data, found.media_type, found.seconds)
        heard = await self._transcribed(user_id, transcriber, recording, file_id)
        text = heard.text.strip()
        if not text:
            raise VoiceUnclear
        return text

    async def _check_consent(self, user_id: int, transcriber: Transcriber) -> None:
        async with self._database.snapshot() as db:
            agreed = await self._consents.agreed(db, user_id)
        if transcriber.provider not in agreed:
            raise ConsentNeeded(provider=transcriber.provider, model=transcriber.name)

    async def _transcribed(
        self,
        user_id: int,
        transcriber: Transcriber,
        recording: Recording,
        file_id: UUID | None,
    ) -> Transcript:
        """Metered: the ceiling is reserved before, the cost settled after. The operator bears the
        cost of a recording without words."""
        charge = ProviderCall(
            user_id=user_id,
            id=uuid7(self._clock()),
            purpose="speech",
            provider=transcriber.provider,
            model_id=transcriber.model,
        )
        most = transcriber.ceiling(recording)
        await self._meter.reserve_cost(charge, most)
        heard, lost, outcome = None, 0, "interrupted"
        opened: list[UUID] = []

        async def before_send(sent: Sent) -> None:
            entry = _speech_entry(user_id, sent, file_id, recording, self._clock())
            async with self._database.unit_of_work() as db:
                opened.append(await self._receipts.open(db, entry))
                await self._receipts.keep_recipe(db, entry, opened[-1])

        try:
            heard = await transcriber.transcribe(recording, before_send)
            outcome = "stop"
        except ProviderError as error:
            lost, outcome = (most if error.billable else 0), error.code
            raise
        except asyncio.CancelledError:
            lost = most  # they went on listening without us
            raise
        finally:
            cost = heard.cost_micro_dollars if heard else lost
            await self._settle(charge, heard, lost, _ends(user_id, opened, outcome, cost))
        return heard

    async def _settle(
        self, charge: ProviderCall, heard: Transcript | None, lost: int, ends: Sequence[ReceiptEnd]
    ) -> None:
        cost, guessed = 0, True
        if heard is not None:
            cost, guessed = heard.cost_micro_dollars, heard.cost_estimated
            if not heard.text.strip():
                cost, lost = 0, cost
        attempt = replace(charge, id=uuid5(charge.id, "lost"), purpose="attempt")
        async with self._database.unit_of_work() as db:
            await self._meter.settle_cost(db, charge, cost, guessed=guessed)
            if lost:
                await self._meter.settle_cost(db, attempt, lost, guessed=guessed)
            await self._receipts.close(db, ends)


def _speech_entry(
    user_id: int, sent: Sent, file_id: UUID | None, recording: Recording, now: datetime
) -> ReceiptEntry:
    return ReceiptEntry(
        user_id=user_id,
        purpose="speech",
        sent=sent,
        sent_at=now,
        file_ids=() if file_id is None else (file_id,),
        fields=("recording",),
        # What is not kept is not kept in a receipt either: it cannot be made again.
        sources=(ContentSource(file_id, recording.data),),
    )


def _ends(user_id: int, opened: Sequence[UUID], outcome: str, cost: int) -> tuple[ReceiptEnd, ...]:
    usage = Usage(cost_micro_dollars=cost, estimated=True)
    return tuple(
        ReceiptEnd(user_id=user_id, receipt_id=one, outcome=outcome, usage=usage) for one in opened
    )
