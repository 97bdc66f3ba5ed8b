"""Has answers spoken. Recordings are not kept."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from backend.errors import ConversationStaysHere, SpeechNotAvailable
from backend.features import Features
from backend.files.speech_calls import MeteredCalls, SpeechCost
from backend.llm import ReceiptEntry, Sent, TextSource
from backend.llm.adapters import MOST_CHARACTERS, Speaker
from backend.metering import ProviderCall
from backend.uuid7 import uuid7


class ToSpeak(Struct, frozen=True, kw_only=True):
    """An answer to read out: `stored` is its stored text, `text` the text to speak. An answer of a
    server-only conversation (`server_only`) is sent to no provider."""

    user_id: int
    conversation_id: UUID
    message_id: UUID
    stored: str
    text: str
    language: str
    server_only: bool


class MeteredSpeaker:
    """Reads texts out. Without a `speaker` they are refused."""

    def __init__(self, speaker: Speaker | None, features: Features, calls: MeteredCalls) -> None:
        # Public, so that tests can replace it.
        self.speaker = speaker
        self._features = features
        self._calls = calls

    async def speak(self, wanted: ToSpeak) -> bytes:
        """Speak the beginning of the text, as much as a provider accepts.

        Raises:
            ConversationStaysHere, SpeechNotAvailable, ConsentNeeded: it cannot be sent to anybody.
            SpendingCapReached, OperatorCapReached: it could cost too much.
            ProviderError: one of its subclasses.
        """
        if wanted.server_only:
            raise ConversationStaysHere  # every speaker is an outside provider
        if (speaker := self.speaker) is None or not self._features.is_on("voice"):
            raise SpeechNotAvailable
        await self._calls.check_consent(wanted.user_id, speaker.provider, speaker.name)
        clock, text = self._calls.clock, wanted.text[:MOST_CHARACTERS]
        call = ProviderCall(
            user_id=wanted.user_id,
            id=uuid7(clock()),
            purpose="speech",
            conversation_id=wanted.conversation_id,
            provider=speaker.provider,
            model_id=speaker.model,
        )
        spoken = await self._calls.ask(
            call,
            speaker.cost(text),
            lambda sent: _entry(wanted, sent, clock()),
            lambda before_send: speaker.speak(text, wanted.language, before_send),
            lambda spoken: SpeechCost(spoken.cost_micro_dollars),
        )
        return spoken.data


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
