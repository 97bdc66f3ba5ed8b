"""The operator's console over the billing room, with an in-memory Telegram."""

from uuid import UUID

import pytest
from msgspec import Struct

from backend import identity
from backend.billing import Billing
from backend.billing.fake import FakeStars
from backend.console import Console, Operator, Told
from backend.db import Database, Vault
from backend.errors import ChatClosed
from backend.plans.access import Access, current
from backend.privacy import AccessLog
from tests.conftest import Clock

ANN, BOB, OPERATOR = 7_000_000_001, 7_000_000_002, 7_000_000_009
OWNER = Operator(OPERATOR, "owner")


class KeptChat:
    """Keeps what would be sent; people in `closed` cannot be written to."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, str]] = []
        self.closed: set[int] = set()
        self.asked: list[tuple[int, UUID, str, str]] = []

    async def answer(self, user_id: int, text: str) -> None:
        """See SupportChat."""
        if user_id in self.closed:
            raise ChatClosed
        self.sent.append((user_id, text))

    async def send_broadcast(self, user_id: int, text: str) -> Told:
        """See BroadcastChat."""
        await self.answer(user_id, text)
        return "sent"

    async def preview(self, user_id: int, text: str) -> None:
        """See SupportChat."""
        await self.answer(user_id, text)

    async def decided(self, user_id: int, outcome: str, text: str) -> None:
        """See SupportChat."""
        await self.answer(user_id, f"{outcome}: {text}")

    async def document(self, user_id: int, name: str, content: bytes) -> None:
        """See SupportChat."""
        await self.answer(user_id, f"{name}: {content.decode()}")

    async def confirm(self, user_id: int, confirmation_id: UUID, code: str, about: str) -> None:
        """See SupportChat."""
        if user_id in self.closed:
            raise ChatClosed
        self.asked.append((user_id, confirmation_id, code, about))


class Desk(Struct):
    """What a test of the console needs."""

    database: Database
    vault: Vault
    clock: Clock
    stars: FakeStars
    billing: Billing
    chat: KeptChat
    accesses: AccessLog
    console: Console

    async def access(self, user_id: int) -> Access:
        """What the person may use now."""
        async with self.database.snapshot() as db:
            return await current(db, user_id, self.clock())

    async def log(self, user_id: int) -> list[tuple[str, str | None]]:
        """What the person sees of operators' actions, newest first."""
        async with self.database.snapshot() as db:
            found = await self.accesses.of_person(db, user_id)
        return [(one.action, one.reason) for one in found]

    async def ask_support(self, user_id: int, text: str) -> UUID:
        """Make a support request that waits for an answer."""
        return await self.billing.ask_support(user_id, text)


@pytest.fixture
async def desk(database: Database, vault: Vault, clock: Clock) -> Desk:
    """The console with two people and an operator."""
    async with database.unit_of_work() as db:
        for person in (ANN, BOB, OPERATOR):
            await identity.remember(db, person, "en", clock())
    stars, chat, accesses = FakeStars(), KeptChat(), AccessLog(vault, clock)
    billing = Billing(database, vault, stars, clock)
    console = Console(database, vault, clock, billing, accesses, chat)
    return Desk(database, vault, clock, stars, billing, chat, accesses, console)
