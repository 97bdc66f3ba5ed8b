"""Stand-ins for what generation needs of others: for tests, benchmarks and demonstrations."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from uuid import UUID, uuid4

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Vault
from backend.errors import CourierGone, CourierRetry, FileRefused, PageUnsupported, TanyaError
from backend.files import File, Made, ReadPage
from backend.generation.ports import Agreed, ModelRouter, Preferences
from backend.generation.run.running import ActiveRun
from backend.llm import (
    Adapter,
    Answering,
    ChatRequest,
    Event,
    Image,
    Model,
    ReceiptEnd,
    ReceiptEntry,
    SendRecorder,
    Sent,
)
from backend.llm.simulation import FAKE_MODEL


class AlwaysOpen:
    """No operator's switch is set."""

    def refusal(self) -> TanyaError | None:
        """See Intake."""
        return None


class FixedModels:
    """Exactly these models, the first one being the default."""

    def __init__(self, *models: Model) -> None:
        self.active: Sequence[Model] = models or (FAKE_MODEL,)

    @property
    def default(self) -> Model:
        """See OfferedModels."""
        return self.active[0]

    def find(self, model_id: str) -> Model | None:
        """See OfferedModels."""
        return next((model for model in self.active if model.id == model_id), None)


class DirectRouter:
    """Asks one adapter for the first choice only."""

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter

    async def stream(
        self,
        request: ChatRequest,
        choices: Sequence[Model],
        budget: int | None,
        recorder: SendRecorder,
    ) -> AsyncGenerator[Sequence[Event], None]:
        """See ModelRouter."""
        model = choices[0]
        yield (Answering(model.id, model.name, fallback=False),)
        stream = self.adapter.stream(replace(request, model=model))
        try:
            async for batch in stream:
                for event in batch:
                    if isinstance(event, Sent):
                        await recorder.before_send(event, request)
                yield batch
        finally:
            await stream.aclose()


class FixedPreferences:
    """Everybody has the same settings."""

    def __init__(self, preferences: Preferences | None = None) -> None:
        self.everyone = preferences or Preferences()

    async def preferences(self, db: AsyncConnection, user_id: int) -> Preferences:
        """See PreferencesSource."""
        return self.everyone


class RecordedReceipts:
    """Stores receipts and their outcomes in memory."""

    def __init__(self) -> None:
        self.entries: list[ReceiptEntry] = []
        self.ends: dict[UUID, ReceiptEnd] = {}
        self.orphans: list[UUID] = []

    async def open(self, db: AsyncConnection, entry: ReceiptEntry) -> UUID:
        """See ReceiptWriter."""
        self.entries.append(entry)
        return uuid4()

    async def keep_recipe(self, db: AsyncConnection, entry: ReceiptEntry, receipt_id: UUID) -> None:
        """See ReceiptWriter."""

    async def open_with_recipe(self, db: AsyncConnection, entry: ReceiptEntry) -> UUID:
        """See ModerationReceipts."""
        return await self.open(db, entry)

    async def close(self, db: AsyncConnection, ends: Sequence[ReceiptEnd]) -> None:
        """See ReceiptWriter."""
        self.ends |= {end.receipt_id: end for end in ends}

    async def close_orphans(self, db: AsyncConnection, user_id: int, run_id: UUID) -> None:
        """See ReceiptWriter."""
        self.orphans.append(run_id)


class FakeCourier:
    """Delivers into a list; raises each of `failures` first, one per call."""

    def __init__(self, *failures: CourierRetry | CourierGone | Exception) -> None:
        self.failures = list(failures)
        self.delivered: list[tuple[int, UUID, str]] = []

    async def deliver(
        self, user_id: int, language: str, conversation_id: UUID, message_id: UUID, markdown: str
    ) -> None:
        """See AnswerCourier."""
        if self.failures:
            raise self.failures.pop(0)
        self.delivered.append((user_id, message_id, markdown))

    async def tell_refused(
        self, user_id: int, language: str, conversation_id: UUID, message_id: UUID, code: str
    ) -> None:
        """See AnswerCourier."""
        await self.deliver(user_id, language, conversation_id, message_id, code)


class EverybodyAgrees:
    """Everybody has agreed to every provider."""

    async def agreed(self, db: AsyncConnection, user_id: int) -> Agreed:
        """See ConsentCheck."""
        return _EveryProvider()


class _EveryProvider:
    def __contains__(self, provider: object, /) -> bool:
        return True


class NoImageModels:
    """No model makes pictures."""

    painters: Sequence[Model] = ()

    @property
    def painter_router(self) -> ModelRouter:
        """See ImageModels."""
        raise AssertionError("no order asks for a picture where there are no image models")


class NoPages:
    """Reads no page: a question with links is answered from its own words."""

    async def read(self, user_id: int, address: str, language: str = "") -> ReadPage:
        """See PageReader."""
        raise PageUnsupported

    async def attach_pages(
        self,
        db: AsyncConnection,
        vault: Vault,
        user_id: int,
        conversation_id: UUID,
        message_id: UUID,
        pages: Iterable[ReadPage],
    ) -> tuple[File, ...]:
        """See PageReader."""
        return ()


class NoPictures:
    """Keeps no picture."""

    async def clean(self, image: Image) -> Made:
        """See PictureKeeper."""
        raise FileRefused

    async def store_made(
        self, db: AsyncConnection, user_id: int, message: tuple[UUID, UUID], made: Sequence[Made]
    ) -> None:
        """See PictureKeeper."""


class NoTitles:
    """Makes no title."""

    async def make_title(self, running: ActiveRun) -> None:
        """See TitleMaker."""
