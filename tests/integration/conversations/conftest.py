"""Fixtures of the conversations room."""

import pytest

from backend.db import Database, Vault
from tests.conftest import Clock
from tests.integration.conversations.helpers import BEN, Talk


@pytest.fixture
def ann(database: Database, vault: Vault, clock: Clock) -> Talk:
    """A person."""
    return Talk(database, vault, clock)


@pytest.fixture
def ben(database: Database, vault: Vault, clock: Clock) -> Talk:
    """Another person."""
    return Talk(database, vault, clock, BEN)
