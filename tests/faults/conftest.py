"""Rooms, servers and providers that faults are tried on."""

from collections.abc import AsyncIterator

import pytest

from backend.db import Database, Vault
from tests.faults.provider import RawProvider
from tests.fixtures.generation import MakeRoom, rooms
from tests.fixtures.valkey import valkey_server, valkey_shared

__all__ = ["valkey_server", "valkey_shared"]


@pytest.fixture
async def make_room(database: Database, vault: Vault) -> AsyncIterator[MakeRoom]:
    """Makes a generation room around an adapter."""
    async with rooms(database, vault) as make:
        yield make


@pytest.fixture
async def provider() -> AsyncIterator[RawProvider]:
    """A provider of which every byte is scripted."""
    async with RawProvider() as running:
        yield running
