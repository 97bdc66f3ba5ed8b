"""Uploads and downloads: content is parsed in the sandboxed process and stored encrypted."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Database, Vault
from backend.errors import (
    FileBomb,
    FileDamaged,
    FileEmpty,
    FileEncrypted,
    FileMismatch,
    FileNotFound,
    FilePolyglot,
    FileRefused,
    FileStorageFull,
    FileTooComplex,
    FileTooLarge,
    FileUnsupported,
)
from backend.features import Features
from backend.files import store
from backend.files.ai_mark import mark_as_ai_made
from backend.files.attaching import attach
from backend.files.jpeg import as_jpeg
from backend.files.names import display_name, ending_of, is_lie
from backend.files.schemas import Card, Details, File, Made, Upload
from backend.files.speech import MeteredTranscriber
from backend.files.speech_calls import MeteredCalls, SpeechConsents, SpeechReceipts
from backend.files.spoken import MeteredSpeaker
from backend.llm import Image
from backend.llm.adapters import Speaker, Transcriber
from backend.metering import Meter, quota
from backend.plans import Limits
from backend.reading.process import ReadingProcess
from backend.reading.schemas import Found, ReadingJob, Unread
from backend.shared_places import EVERYBODY
from backend.uuid7 import uuid7

MEGABYTE = 1_000_000

_REFUSALS: dict[str, type[FileRefused]] = {
    "unsupported": FileUnsupported,
    "damaged": FileDamaged,
    "encrypted": FileEncrypted,
    "bomb": FileBomb,
    "polyglot": FilePolyglot,
    "complex": FileTooComplex,
}


class FileService:
    """Stores, returns and deletes people's files; one per process. Without a `transcriber`
    recordings are refused, without a `speaker` nothing is read out."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
        *,
        reader: ReadingProcess,
        transcriber: Transcriber | None,
        speaker: Speaker | None,
        features: Features,
        consents: SpeechConsents,
        receipts: SpeechReceipts,
        meter: Meter,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._reader = reader
        calls = MeteredCalls(database, clock, consents, receipts, meter)
        # Public, so that tests can replace its transcriber.
        self.speech = MeteredTranscriber(transcriber, features, calls)
        self.speaker = MeteredSpeaker(speaker, features, calls)

    async def limits(self, user_id: int) -> Limits:
        """The upload limits of the person's plan."""
        async with self._database.snapshot() as db:
            return (await quota.allowed_models(db, user_id, self._clock())).limits

    async def store_upload(self, user_id: int, upload: Upload) -> File:
        """Read an upload and store it.

        Raises:
            FileTooLarge, FileStorageFull: over the plan's limits.
            FileRefused: the subclass says why it is not taken.
            ConversationStaysHere, VoiceNotAvailable, ConsentNeeded, ProviderError: a recording
                that cannot be turned into text.
            SpendingCapReached, OperatorCapReached: turning it into text could cost too much.
            ServerBusy: too much is being read.
        """
        file_id = upload.id or uuid7(self._clock())
        limits = await self.limits(user_id)
        await self._check_room(user_id, len(upload.data), limits)
        found, content = await self._read(user_id, upload)
        text = found.text
        if found.kind == "audio":
            text = upload.transcript or await self.speech.transcribe(
                user_id, upload, content, found, file_id
            )
        name = display_name(upload.name, found.kind + ending_of(found.media_type))
        async with self._database.unit_of_work() as db:
            return await store.add(
                db,
                self._vault,
                user_id,
                file_id,
                kind=found.kind,
                media_type=found.media_type,
                text=text,
                content=content,
                details=_details(found, name, content),
                now=self._clock(),
            )

    async def listen(self, user_id: int, upload: Upload) -> str:
        """The transcript of a voice message, which is not stored.

        Raises:
            FileTooLarge, FileRefused: as `store_upload`; FileUnsupported if it is no recording.
            ConversationStaysHere, VoiceNotAvailable, VoiceUnclear, ProviderError, ServerBusy.
            SpendingCapReached, OperatorCapReached.
        """
        await self._check_room(user_id, len(upload.data), await self.limits(user_id))
        found, content = await self._read(user_id, upload)
        if found.kind != "audio":
            raise FileUnsupported
        return await self.speech.transcribe(user_id, upload, content, found, None)

    async def words(self, user_id: int, upload: Upload) -> tuple[str, str]:
        """The name and the text of a document, which is not stored.

        Raises:
            FileTooLarge, FileRefused: as `store_upload`; FileUnsupported if it has no text.
            ServerBusy: too much is being read.
        """
        await self._check_room(user_id, len(upload.data), await self.limits(user_id))
        found, _ = await self._read(user_id, upload)
        if not found.text.strip():
            raise FileUnsupported
        return display_name(upload.name, found.kind + ending_of(found.media_type)), found.text

    async def picture(self, user_id: int, upload: Upload) -> bytes:
        """A picture re-encoded as JPEG or PNG, which is not stored.

        Raises:
            FileTooLarge, FileRefused: as `store_upload`; FileUnsupported if it is no picture.
            ServerBusy: too much is being read.
        """
        await self._check_room(user_id, len(upload.data), await self.limits(user_id))
        found, content = await self._read(user_id, upload)
        if found.kind != "image":
            raise FileUnsupported
        return content

    async def get(self, user_id: int, file_id: UUID) -> tuple[File, bytes]:
        """One of the person's files with its content. Raises FileNotFound."""
        async with self._database.snapshot() as db:
            file, text, content = await store.read(db, self._vault, user_id, file_id)
        return file, content or text.encode()

    async def jpeg(self, user_id: int, file_id: UUID) -> bytes:
        """One of the person's pictures as JPEG. Raises FileNotFound: they have none of this id."""
        file, content = await self.get(user_id, file_id)
        if file.kind != "image":
            raise FileNotFound
        if file.media_type == "image/jpeg":
            return content
        return await asyncio.to_thread(as_jpeg, content)

    async def delete(self, user_id: int, file_id: UUID) -> None:
        """Delete a file that is in no message. Raises FileNotFound, FileInUse."""
        async with self._database.unit_of_work() as db:
            await store.delete(db, user_id, file_id)

    async def clean(self, image: Image) -> Made:
        """A picture from a model, re-encoded like people's pictures and marked as AI-made.

        Raises:
            FileRefused: it is no picture.
        """
        found, content = await self._read(EVERYBODY, Upload(data=image.data, media_type="image/*"))
        content = mark_as_ai_made(found.media_type, content)
        name = "image" + ending_of(found.media_type)
        card = Card(
            id=uuid7(self._clock()),
            kind=found.kind,
            name=name,
            media_type=found.media_type,
            size=len(content),
            width=found.width or UNSET,
            height=found.height or UNSET,
        )
        return Made(card, _details(found, name, content), content)

    async def store_made(
        self, db: AsyncConnection, user_id: int, message: tuple[UUID, UUID], made: Sequence[Made]
    ) -> None:
        """Store pictures as part of a message, given by its conversation and its own id."""
        now = self._clock()
        for one in made:
            await store.add(
                db,
                self._vault,
                user_id,
                one.card.id,
                kind=one.card.kind,
                media_type=one.card.media_type,
                text="",
                content=one.content,
                details=one.details,
                now=now,
                sent=True,
            )
        await attach(db, user_id, *message, [one.card.id for one in made], now)

    async def _check_room(self, user_id: int, size: int, limits: Limits) -> None:
        if size == 0:
            raise FileEmpty
        if size > limits.attachment_megabytes * MEGABYTE:
            raise FileTooLarge(limit=limits.attachment_megabytes)
        async with self._database.snapshot() as db:
            stored = await store.stored_bytes(db, user_id)
        if stored + size > limits.stored_megabytes * MEGABYTE:
            raise FileStorageFull(limit=limits.stored_megabytes)

    async def _read(self, user_id: int, upload: Upload) -> tuple[Found, bytes]:
        job = ReadingJob(language=upload.language, sound=upload.sound)
        found, content = await self._reader.read(user_id, upload.data, job)
        if isinstance(found, Unread):
            raise _REFUSALS[found.trouble]()
        if is_lie(upload.name, upload.media_type, found.kind):
            raise FileMismatch(kind=found.kind)
        return found, content if found.replaced else upload.data


def _details(found: Found, name: str, content: bytes) -> Details:
    return Details(
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        truncated=found.truncated,
        pages=found.pages,
        width=found.width,
        height=found.height,
        seconds=found.seconds,
    )
