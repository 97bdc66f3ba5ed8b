"""Two web processes with one PostgreSQL and one Valkey: updates of a chat arrive at either.

Exercises backend/bot/inbox/leases.py, backend/wiring/shared_state.py.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import msgspec
import pytest
import sqlalchemy as sa

from backend.container import Container
from backend.generation.tables import runs
from backend.lifecycle import drain_container
from backend.settings import Settings
from tests.fixtures.chat import BotChat, chatting
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.valkey import ValkeyServer, valkey_shared
from tests.integration.bot.test_webhook import said

__all__ = ["valkey_shared"]

FIRST, SECOND, THIRD = 900_000_001, 900_000_002, 900_000_003


@asynccontextmanager
async def second_process(settings: Settings) -> AsyncIterator[Container]:
    """Another process of the same installation, which gets its updates from the test."""
    container = Container(settings)
    await container.models.start(container.nursery)
    await container.generation.start()
    await container.bot.inbox.start()
    try:
        yield container
    finally:
        await drain_container(container)
        await container.nursery.close()
        await container.bot.stop()
        await container.models.close()
        await container.database.close()


@pytest.fixture
async def shared(
    settings: Settings,
    postgres_server: PostgresServer,
    valkey_shared: ValkeyServer,
) -> AsyncIterator[tuple[BotChat, Container]]:
    """Ann's chat with one process, and another one beside it."""
    both = msgspec.structs.replace(
        settings, database_url=await postgres_server.fresh_database(), valkey_url=valkey_shared.url
    )
    async with chatting(both) as chat, second_process(chat.app.container.settings) as other:
        await chat.start()
        yield chat, other


async def test_questions_sent_quickly_are_answered_in_order(
    shared: tuple[BotChat, Container],
) -> None:
    """Each question arrives at another process, none is refused, and all are in one
    conversation."""
    chat, other = shared
    inboxes = (chat.app.container.bot.inbox, other.bot.inbox)
    for number, update in enumerate((FIRST, SECOND, THIRD)):
        await inboxes[number % 2].accept(said(update, f"Question {number}?"))
    await chat.until(4)
    await chat.quiet()
    assert len(chat.said()) == 4
    async with chat.app.container.database.snapshot() as db:
        rows = (await db.execute(sa.select(runs).order_by(runs.c.started_at))).all()
    assert [row.state for row in rows] == ["complete"] * 3
    assert len({row.conversation_id for row in rows}) == 1
    for before, after in pairwise(rows):
        assert before.ended_at <= after.started_at
