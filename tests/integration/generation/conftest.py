"""A generation room over the test's database."""

from collections.abc import AsyncIterator

import pytest

from backend.db import Database, Vault
from tests.fixtures.generation import MakeRoom, rooms
from tests.fixtures.valkey import valkey_server, valkey_shared

__all__ = ["valkey_server", "valkey_shared"]


@pytest.fixture
async def make_room(database: Database, vault: Vault) -> AsyncIterator[MakeRoom]:
    """Makes a generation room around a scripted adapter."""
    async with rooms(database, vault) as make:
        yield make
