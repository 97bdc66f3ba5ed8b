"""Stand-ins for what generation needs of others: for tests, benchmarks and demonstrations."""

from collections.abc import AsyncGenerator, Sequence
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.errors import CourierGone, CourierRetry
from backend.generation.ports import Preferences, ReceiptEntry
from backend.llm import Adapter, Answering, ChatRequest, Event, Model
from backend.llm.fake import FAKE_MODEL


class FixedModels:
    """Exactly these models, the first one being the default."""

    def __init__(self, *models: Model) -> None:
        self.active: Sequence[Model] = models or (FAKE_MODEL,)

    @property
    def default(self) -> Model:
        """See Models."""
        return self.active[0]

    def find(self, model_id: str) -> Model | None:
        """See Models."""
        return next((model for model in self.active if model.id == model_id), None)


class DirectRouter:
    """Asks the first choice of one adapter, and nobody else."""

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter

    async def stream(
        self, request: ChatRequest, choices: Sequence[Model], budget: int | None = None
    ) -> AsyncGenerator[Sequence[Event], None]:
        """See Router."""
        model = choices[0]
        yield (Answering(model.id, model.name, fallback=False),)
        stream = self.adapter.stream(replace(request, model=model))
        try:
            async for batch in stream:
                yield batch
        finally:
            await stream.aclose()


class SamePeople:
    """Everybody has the same settings."""

    def __init__(self, preferences: Preferences | None = None) -> None:
        self.everyone = preferences or Preferences()

    async def preferences(self, db: AsyncConnection, user_id: int) -> Preferences:
        """See People."""
        return self.everyone


class ListedReceipts:
    """Keeps receipts in a list, each once."""

    def __init__(self) -> None:
        self.entries: list[ReceiptEntry] = []

    async def record(self, db: AsyncConnection, entries: Sequence[ReceiptEntry]) -> None:
        """See Receipts."""
        self.entries += [entry for entry in entries if entry not in self.entries]


class FakeCourier:
    """Delivers into a list; `failures` are raised first, one at each call."""

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
