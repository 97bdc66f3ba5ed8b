"""Transcribes recordings."""

from datetime import datetime
from uuid import UUID

from backend.errors import ConversationStaysHere, VoiceNotAvailable, VoiceUnclear
from backend.features import Features
from backend.files.schemas import Upload
from backend.files.speech_calls import MeteredCalls, SpeechCost
from backend.llm import ContentSource, ReceiptEntry, Sent
from backend.llm.adapters import Recording, Transcriber, Transcript
from backend.metering import ProviderCall
from backend.reading.schemas import Found
from backend.uuid7 import uuid7


class MeteredTranscriber:
    """Transcribes recordings. Without a `transcriber` they are refused."""

    def __init__(
        self, transcriber: Transcriber | None, features: Features, calls: MeteredCalls
    ) -> None:
        self.transcriber = transcriber
        self._features = features
        self._calls = calls

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
        transcriber, clock = self.transcriber, self._calls.clock
        if upload.server_only:
            raise ConversationStaysHere  # every transcriber is an outside provider
        if transcriber is None or not self._features.is_on("voice"):
            raise VoiceNotAvailable
        await self._calls.check_consent(user_id, transcriber.provider, transcriber.name)
        recording = Recording(data, found.media_type, found.seconds)
        call = ProviderCall(
            user_id=user_id,
            id=uuid7(clock()),
            purpose="speech",
            provider=transcriber.provider,
            model_id=transcriber.model,
        )
        heard = await self._calls.ask(
            call,
            transcriber.ceiling(recording),
            lambda sent: _entry(user_id, sent, file_id, recording, clock()),
            lambda before_send: transcriber.transcribe(recording, before_send),
            _cost_of,
        )
        text = heard.text.strip()
        if not text:
            raise VoiceUnclear
        return text


def _cost_of(heard: Transcript) -> SpeechCost:
    """The operator bears the cost of a recording without words."""
    cost, guessed = heard.cost_micro_dollars, heard.cost_estimated
    if heard.text.strip():
        return SpeechCost(cost, guessed=guessed)
    return SpeechCost(lost=cost, guessed=guessed)


def _entry(
    user_id: int, sent: Sent, file_id: UUID | None, recording: Recording, now: datetime
) -> ReceiptEntry:
    return ReceiptEntry(
        user_id=user_id,
        purpose="speech",
        sent=sent,
        sent_at=now,
        file_ids=() if file_id is None else (file_id,),
        fields=("recording",),
        # A recording is not stored, so its receipt cannot rebuild it either.
        sources=(ContentSource(file_id, recording.data),),
    )
