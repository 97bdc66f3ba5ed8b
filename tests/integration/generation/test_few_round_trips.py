"""How many round trips to PostgreSQL a chat needs.

Exercises backend/db/delayed_postgres.py, backend/db/together.py.
"""

import asyncio
import tempfile
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from backend.llm.simulation.mock_provider import MockProvider
from backend.settings import Settings
from backend.uuid7 import uuid7
from tests.fixtures.app import ANN, Client, running
from tests.fixtures.counting_proxy import CountingProxy, counting
from tests.fixtures.postgres import PostgresServer
from tests.integration.generation.conftest import PAID
from tests.integration.web.test_consents import ABROAD

pytestmark = pytest.mark.postgres

A_CHAT = 12
CHATS = 15
"""The most that a chat may need; single runs also count queries of the process's own jobs."""
TITLE = "SELECT title FROM conversations WHERE id = $1"


async def test_a_chat_takes_few_round_trips(
    settings: Settings, abroad: MockProvider, postgres_server: PostgresServer
) -> None:
    """A question in a new conversation with its whole answer and title, once statements are
    prepared. Each round trip is a wait in which SQLite would run several statements."""
    address = await postgres_server.fresh_database()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    models = settings.data_dir / "models.toml"
    models.write_text(PAID)
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        async with (
            counting(address, Path(folder)) as (proxy, counted),
            running(
                settings,
                compatible_url=abroad.base_url,
                models_file=str(models),
                database_url=counted,
            ) as app,
        ):
            ann = await app.sign_in(ANN)
            await ann.call("PUT", f"/api/consents/{ABROAD}")
            taken = [await trips_of_a_chat(ann, proxy, address)]
            while min(taken) > A_CHAT and len(taken) < CHATS:
                taken.append(await trips_of_a_chat(ann, proxy, address))
            assert min(taken) <= A_CHAT, taken
    await postgres_server.drop(address)


async def trips_of_a_chat(ann: Client, proxy: CountingProxy, address: str) -> int:
    """Ask, and wait until the title is stored; the waiting itself does not use the proxy."""
    conversation = uuid7()
    url = make_url(address)
    database = await asyncpg.connect(
        host=str(url.query["host"]), user=url.username, database=url.database
    )
    before = proxy.trips
    await ann.ask("And now?", conversation=conversation, modelId="abroad")
    async with asyncio.timeout(30):
        while await database.fetchval(TITLE, conversation) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    taken = proxy.trips - before
    await database.close()
    return taken
