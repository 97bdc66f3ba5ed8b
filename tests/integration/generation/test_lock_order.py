"""Transactions that touch the same rows lock them in one order, so that none waits for the other.

PostgreSQL aborts one of two that deadlock, which a person sees as a busy server. Exercises
backend/generation/side/questions.py, backend/generation/record/finisher.py,
backend/generation/record/checkpoint.py, backend/generation/request/start.py.
"""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import combinations
from typing import Any, Final

import pytest
import sqlalchemy as sa

from backend.llm.simulation.mock_provider import MockProvider
from backend.uuid7 import uuid7
from tests.fixtures.app import Client, Running
from tests.fixtures.titles import titled

_LOCKS: Final = re.compile(
    r"^\s*(?:UPDATE|DELETE FROM|INSERT INTO (?=\w+.*ON CONFLICT.*DO UPDATE)) *(\w+)", re.S
)
"""Statements that lock a row which another transaction may also lock."""


class Transactions:
    """For each transaction the tables in which it locks rows, in order."""

    def __init__(self, app: Running, monkeypatch: pytest.MonkeyPatch) -> None:
        self.locked: list[list[str]] = []
        database = app.container.database
        self._begin = database.unit_of_work
        monkeypatch.setattr(database, "unit_of_work", self._recorded)
        sa.event.listen(database.engine.sync_engine, "before_cursor_execute", self._see)

    def _recorded(self) -> AbstractAsyncContextManager[Any]:
        return self._record()

    @asynccontextmanager
    async def _record(self) -> AsyncIterator[Any]:
        async with self._begin() as db:
            self.locked.append([])
            yield db

    def _see(self, connection: Any, cursor: Any, statement: str, *_: object) -> None:
        found = _LOCKS.match(statement)
        if found and self.locked and found[1] not in self.locked[-1]:
            self.locked[-1].append(found[1])

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The pairs of tables of which the first is locked before the second."""
        for tables in self.locked:
            yield from combinations(tables, 2)


async def test_rows_are_locked_in_one_order(
    app: Running, ann: Client, abroad: MockProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checked over questions, checkpoints, ends, receipts, titles, renaming and deletion."""
    seen = Transactions(app, monkeypatch)
    await ann.ask("What is a monsoon?", modelId="abroad")
    await titled(ann)
    _, listed = await ann.call("GET", "/api/conversations")
    conversation = listed["items"][0]["id"]
    await ann.ask("And where?", conversation=conversation, modelId="abroad")
    abroad._pace = 0.3
    body = {"id": str(uuid7()), "text": "Slowly", "create": True, "modelId": "abroad"}
    async with ann.request("POST", f"/api/conversations/{uuid7()}/messages", body) as response:
        await response.content.readuntil(b'"type":"text"')
        await app.container.generation.parts.checkpointer.save_texts()
    await ann.call("PATCH", f"/api/conversations/{conversation}", {"title": "Rain"})
    await ann.call("DELETE", f"/api/conversations/{conversation}")
    pairs = set(seen.pairs())
    assert ("conversations", "billing_quotas") in pairs
    assert [pair for pair in pairs if pair[::-1] in pairs] == []
    # Quota is locked after the conversation, also where nothing is paid.
    assert [a for a, b in pairs if b == "conversations" and a.startswith("billing_")] == []
