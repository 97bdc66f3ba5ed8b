"""Has answers spoken, with consent, receipts and metering around the provider's call. Recordings
are not kept."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from backend.db import Database
from backend.errors import ConsentNeeded, ConversationStaysHere, ProviderError, SpeechNotAvailable
from backend.features import Features
from backend.files.speech import SpeechConsents, SpeechReceipts
from backend.llm import ReceiptEnd, ReceiptEntry, Sent, TextSource, Usage
from backend.llm.adapters import MOST_CHARACTERS, Speaker, Spoken
from backend.metering import Meter, ProviderCall
from backend.uuid7 import uuid7


class ToSpeak(Struct, frozen=True, kw_only=True):
    """An answer that is to be spoken: `stored` is it as it is kept, `text` as it is read aloud.
    One of a conversation that stays on this server (`server_only`) goes to nobody."""

    user_id: int
    conversation_id: UUID
    message_id: UUID
    stored: str
    text: str
    language: str
    server_only: bool


class MeteredSpeaker:
    """Has texts spoken. Without a `speaker` they are refused."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        speaker: Speaker | None,
        features: Features,
        *,
        consents: SpeechConsents,
        receipts: SpeechReceipts,
        meter: Meter,
    ) -> None:
        self._database = database
        self._clock = clock
        # Public, so that tests can replace it.
        self.speaker = speaker
        self._features = features
        self._consents = consents
        self._receipts = receipts
        self._meter = meter

    async def speak(self, wanted: ToSpeak) -> bytes:
        """The beginning of the text, spoken: as much as a provider takes.

        Raises:
            ConversationStaysHere, SpeechNotAvailable, ConsentNeeded: it cannot be sent to anybody.
            SpendingCapReached, OperatorCapReached: it could cost too much.
            ProviderError: one of its subclasses.
        """
        if wanted.server_only:
            raise ConversationStaysHere  # every speaker is an outside provider
        if (speaker := self.speaker) is None or not self._features.is_on("voice"):
            raise SpeechNotAvailable
        async with self._database.snapshot() as db:
            agreed = await self._consents.agreed(db, wanted.user_id)
        if speaker.provider not in agreed:
            raise ConsentNeeded(provider=speaker.provider, model=speaker.name)
        return (await self._spoken(wanted, speaker, wanted.text[:MOST_CHARACTERS])).data

    async def _spoken(self, wanted: ToSpeak, speaker: Speaker, text: str) -> Spoken:
        """Metered: the cost is reserved before, and settled after."""
        call = ProviderCall(
            user_id=wanted.user_id,
            id=uuid7(self._clock()),
            purpose="speech",
            conversation_id=wanted.conversation_id,
            provider=speaker.provider,
            model_id=speaker.model,
        )
        cost = speaker.cost(text)
        await self._meter.reserve_cost(call, cost)
        spoken, lost, outcome = None, 0, "interrupted"
        opened: list[UUID] = []

        async def before_send(sent: Sent) -> None:
            entry = _entry(wanted, sent, self._clock())
            async with self._database.unit_of_work() as db:
                opened.append(await self._receipts.open(db, entry))
                await self._receipts.keep_recipe(db, entry, opened[-1])

        try:
            spoken = await speaker.speak(text, wanted.language, before_send)
            outcome = "stop"
        except ProviderError as error:
            lost, outcome = (cost if error.billable else 0), error.code
            raise
        except asyncio.CancelledError:
            lost = cost  # they went on speaking without us
            raise
        finally:
            await self._settle(call, spoken, lost, opened, outcome)
        return spoken

    async def _settle(
        self,
        call: ProviderCall,
        spoken: Spoken | None,
        lost: int,
        opened: list[UUID],
        outcome: str,
    ) -> None:
        """The person bears what they heard; the operator what was lost."""
        cost = spoken.cost_micro_dollars if spoken is not None else 0
        usage = Usage(cost_micro_dollars=cost or lost, estimated=True)
        attempt = replace(call, id=uuid5(call.id, "lost"), purpose="attempt")
        async with self._database.unit_of_work() as db:
            await self._meter.settle_cost(db, call, cost)
            if lost:
                await self._meter.settle_cost(db, attempt, lost, guessed=True)
            ends = [
                ReceiptEnd(user_id=call.user_id, receipt_id=one, outcome=outcome, usage=usage)
                for one in opened
            ]
            await self._receipts.close(db, ends)


def _entry(wanted: ToSpeak, sent: Sent, now: datetime) -> ReceiptEntry:
    return ReceiptEntry(
        user_id=wanted.user_id,
        purpose="speech",
        sent=sent,
        sent_at=now,
        conversation_id=wanted.conversation_id,
        message_id=wanted.message_id,
        message_ids=(wanted.message_id,),
        fields=("text",),
        sources=(TextSource("message", wanted.message_id, wanted.stored),),
    )
