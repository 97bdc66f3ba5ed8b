"""Handing over: content is read in the locked process, sealed and kept; and given back."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid5

from msgspec import UNSET
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import quota
from backend.billing.charges import Charge
from backend.billing.metering import Meter
from backend.billing.plans import Limits
from backend.db import Database, Vault
from backend.errors import (
    ConsentNeeded,
    FileBomb,
    FileDamaged,
    FileEmpty,
    FileEncrypted,
    FileMismatch,
    FilePolyglot,
    FileRefused,
    FileStorageFull,
    FileTooComplex,
    FileTooLarge,
    FileUnsupported,
    ProviderError,
    VoiceNotAvailable,
    VoiceUnclear,
)
from backend.llm import Image
from backend.llm.transcription import Recording, Transcriber, Transcript
from backend.reading.process import Reader
from backend.reading.schemas import Found, Unread
from backend.sources import store
from backend.sources.attaching import attach
from backend.sources.names import display_name, ending_of, is_lie
from backend.sources.schemas import Card, Details, File, Made, Upload
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


class Consents(Protocol):
    """What people have agreed to (privacy's room)."""

    async def agreed(self, db: AsyncConnection, user_id: int) -> frozenset[str]:
        """The ids of the providers to which the person's words may go."""
        ...


class Sources:
    """What people hand over; one per process."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
        *,
        reader: Reader | None = None,
        transcriber: Transcriber | None = None,
        consents: Consents | None = None,
        meter: Meter | None = None,
    ) -> None:
        self._consents = consents
        self._meter = meter or Meter(database, clock)
        self._database = database
        self._vault = vault
        self._clock = clock
        self._reader = reader or Reader()
        self._transcriber = transcriber

    async def limits(self, user_id: int) -> Limits:
        """What the person's plan lets them hand over."""
        async with self._database.snapshot() as db:
            return (await quota.allowed_models(db, user_id, self._clock())).limits

    async def keep(self, user_id: int, upload: Upload) -> File:
        """Read what a person hands over, and keep it.

        Raises:
            FileTooLarge, FileStorageFull: over the plan's limits.
            FileRefused: the subclass says why it is not taken.
            VoiceNotAvailable, ConsentNeeded, ProviderError: a recording that cannot be turned
                into text.
            SpendingCapReached, OperatorCapReached: turning it into text could cost too much.
            ServerBusy: too much is being read.
        """
        file_id = upload.id or uuid7(self._clock())
        limits = await self.limits(user_id)
        await self._check_room(user_id, len(upload.data), limits)
        found, content = await self._read(upload)
        text = found.text
        if found.kind == "audio":
            text = await self._hear(user_id, content, found)
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
        """The words of a voice message, which is not kept.

        Raises:
            FileTooLarge, FileRefused: as `keep`; FileUnsupported if it is no recording.
            VoiceNotAvailable, VoiceUnclear, ProviderError, ServerBusy.
            SpendingCapReached, OperatorCapReached.
        """
        await self._check_room(user_id, len(upload.data), await self.limits(user_id))
        found, content = await self._read(upload)
        if found.kind != "audio":
            raise FileUnsupported
        return await self._hear(user_id, content, found)

    async def _hear(self, user_id: int, data: bytes, found: Found) -> str:
        """The words of a recording."""
        transcriber = self._transcriber
        if transcriber is None:
            raise VoiceNotAvailable
        await self._check_consent(user_id, transcriber)
        recording = Recording(data, found.media_type, found.seconds)
        text = (await self._transcribed(user_id, transcriber, recording)).text.strip()
        if not text:
            raise VoiceUnclear
        return text

    async def _check_consent(self, user_id: int, transcriber: Transcriber) -> None:
        if self._consents is None:
            return
        async with self._database.snapshot() as db:
            agreed = await self._consents.agreed(db, user_id)
        if transcriber.provider not in agreed:
            raise ConsentNeeded(provider=transcriber.provider, model=transcriber.name)

    async def _transcribed(
        self, user_id: int, transcriber: Transcriber, recording: Recording
    ) -> Transcript:
        """Metered: the most that it may cost is held before, its cost settled after. What
        brought no words is the operator's loss."""
        charge = Charge(
            user_id=user_id,
            id=uuid7(self._clock()),
            purpose="speech",
            provider=transcriber.provider,
            model_id=transcriber.model,
        )
        most = transcriber.ceiling(recording)
        await self._meter.hold(charge, most)
        heard, lost = None, 0
        try:
            heard = await transcriber.transcribe(recording)
        except ProviderError as error:
            lost = most if error.billable else 0
            raise
        except asyncio.CancelledError:
            lost = most  # they went on listening without us
            raise
        finally:
            await self._settle(charge, heard, lost)
        return heard

    async def _settle(self, charge: Charge, heard: Transcript | None, lost: int) -> None:
        cost, guessed = 0, True
        if heard is not None:
            cost, guessed = heard.cost_micro_dollars, heard.cost_estimated
            if not heard.text.strip():
                cost, lost = 0, cost
        attempt = replace(charge, id=uuid5(charge.id, "lost"), purpose="attempt")
        async with self._database.unit_of_work() as db:
            await self._meter.settle(db, charge, cost, guessed=guessed)
            if lost:
                await self._meter.settle(db, attempt, lost, guessed=guessed)

    async def get(self, user_id: int, file_id: UUID) -> tuple[File, bytes]:
        """One of the person's files with its content. Raises FileNotFound."""
        async with self._database.snapshot() as db:
            file, text, content = await store.read(db, self._vault, user_id, file_id)
        return file, content or text.encode()

    async def delete(self, user_id: int, file_id: UUID) -> None:
        """Forget a file that is in no message. Raises FileNotFound, FileInUse."""
        async with self._database.unit_of_work() as db:
            await store.delete(db, user_id, file_id)

    async def clean(self, image: Image) -> Made:
        """A picture that a model made, written anew as people's are.

        Raises:
            FileRefused: it is no picture.
        """
        found, content = await self._read(Upload(data=image.data, media_type="image/*"))
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
        """Keep pictures as part of a message, named by its conversation and its own id."""
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

    async def _read(self, upload: Upload) -> tuple[Found, bytes]:
        found, content = await self._reader.read(upload.data)
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
