"""How many transactions an answer takes, and what is stored when its process dies in between.

Exercises backend/generation/run/attempts.py, backend/generation/side/questions.py,
backend/generation/record/checkpoint.py.
"""

from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from backend.llm.simulation.mock_provider import MockProvider
from backend.privacy import rebuild_body
from backend.privacy.tables import receipt_recipes
from backend.uuid7 import uuid7
from tests.fixtures.app import ANN, Client, Running
from tests.fixtures.titles import titled


async def test_an_answer_and_its_title_write_five_times(
    app: Running, ann: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Start, receipt, end; the title's receipt, and its end with cost, recipe and title. Each
    commit costs as much as a hundred tokens."""
    written: list[bool] = []
    begin = app.container.database.unit_of_work

    def counted() -> AbstractAsyncContextManager[Any]:
        written.append(True)
        return begin()

    monkeypatch.setattr(app.container.database, "unit_of_work", counted)
    # no heartbeats
    monkeypatch.setattr(app.container.generation.parts.checkpointer, "_retired", True)
    await ann.ask("And now?", modelId="abroad")
    await titled(ann)
    assert len(written) == 5


A_CHAT = 20
SUGGESTED = 7


async def test_an_answer_and_its_title_take_few_changes(
    app: Running, ann: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """INSERT and UPDATE statements, also of the replies suggested after it: none looks for what
    cannot be there, or writes a row that it writes again in the same transaction."""
    changes: list[str] = []
    engine = app.container.database.engine.sync_engine
    # no heartbeats
    monkeypatch.setattr(app.container.generation.parts.checkpointer, "_retired", True)

    def see(connection: object, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT", "UPDATE")):
            changes.append(statement)

    sa.event.listen(engine, "before_cursor_execute", see)
    start, *_ = await ann.ask("And now?", modelId="abroad")
    await titled(ann)
    assert len(changes) <= A_CHAT, changes
    changes.clear()
    await app.container.suggester.of(ANN, UUID(start["message"]["id"]))
    assert 0 < len(changes) <= SUGGESTED, changes


async def test_what_was_sent_can_be_shown_once_text_is_kept(
    app: Running, ann: Client, abroad: MockProvider
) -> None:
    """A checkpoint stores the recipe with the answer's first words, so a killed process leaves
    both; the end does not write it again."""
    async with app.container.database.unit_of_work() as db:
        await db.execute(sa.delete(receipt_recipes))
    abroad._pace = 0.3
    text = "a question that is answered slowly"
    body = {"id": str(uuid7()), "text": text, "create": True, "modelId": "abroad"}
    async with ann.request("POST", f"/api/conversations/{uuid7()}/messages", body) as response:
        while b'"type":"text"' not in await response.content.readline():
            pass
        await app.container.generation.parts.checkpointer.save_texts()
        async with app.container.database.snapshot() as db:
            (kept,) = (await db.execute(sa.select(receipt_recipes.c.receipt_id))).scalars()
            assert text.encode() in await rebuild_body(db, app.container.vault, ANN, kept)
