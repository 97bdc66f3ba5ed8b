"""The running application, with a person on a paid plan."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from backend.plans.tables import entitlements
from backend.settings import Settings
from tests.fixtures.app import ANN, Client, Running, running


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Running]:
    """Everything except the local model; simulated providers answer."""
    async with running(settings) as app:
        yield app


async def open_premium(app: Running, user_id: int = ANN) -> None:
    """Open the plan that includes everything."""
    until = app.container.clock() + timedelta(days=30)
    row: dict[str, Any] = {
        "user_id": user_id,
        "plan_id": "premium",
        "until": until,
        "grace_until": until,
        "source": "gift",
    }
    async with app.container.database.unit_of_work() as db:
        await db.execute(sa.insert(entitlements).values(row))


@pytest.fixture
async def ann(app: Running) -> Client:
    """A person with a paid plan."""
    client = await app.sign_in()
    await open_premium(app)
    return client
