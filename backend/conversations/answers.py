"""Running answers: checkpointed while they grow, ended once.

The hot path, like `turns.py`: one statement each, over many answers where that is usual.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.citations import Citation
from backend.conversations import sealing
from backend.conversations.schemas import Checkpoint, State, Thinking
from backend.conversations.tables import messages
from backend.db import Vault, hot

# Only the run that makes an answer may change it: a run that was considered dead, and whose answer
# another run has continued, finds nothing to write to.
_OWN_RUNNING = (
    messages.c.user_id == sa.bindparam("owner"),
    messages.c.id == sa.bindparam("message"),
    messages.c.run_id == sa.bindparam("run"),
    messages.c.state == "running",
)
_CHECKPOINT = (
    sa.update(messages)
    .where(*_OWN_RUNNING)
    .values(text=sa.bindparam("sealed"), updated_at=sa.bindparam("now"))
)
_FINISH = hot(
    sa.update(messages)
    .where(*_OWN_RUNNING)
    .values(
        text=sa.bindparam("sealed"),
        state=sa.bindparam("outcome"),
        citations=sa.bindparam("sources"),
        # A continued answer keeps its earlier thinking, unless there is new thinking.
        thinking=sa.func.coalesce(
            sa.bindparam("thoughts", type_=sa.LargeBinary), messages.c.thinking
        ),
        model_id=sa.bindparam("model"),
        error_code=sa.bindparam("error"),
        updated_at=sa.bindparam("now"),
    )
)
_INTERRUPT = (
    sa.update(messages)
    .where(*_OWN_RUNNING)
    .values(state="interrupted", error_code=sa.bindparam("error"), updated_at=sa.bindparam("now"))
)


async def checkpoint_texts(
    db: AsyncConnection, vault: Vault, rows: Sequence[Checkpoint], now: datetime
) -> None:
    """Checkpoint the text of many running answers in one statement."""
    values = []
    for row in rows:
        cipher = await vault.cipher(db, row.user_id, row.conversation_id)
        values.append(
            _running(row.user_id, row.message_id, row.run_id)
            | {"sealed": sealing.seal_text(cipher, row.message_id, row.text), "now": now}
        )
    if values:
        await db.execute(_CHECKPOINT, values)


async def finish_message(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    conversation_id: UUID,
    message_id: UUID,
    run_id: UUID,
    *,
    text: str,
    state: State,
    now: datetime,
    citations: Sequence[Citation] = (),
    thinking: Thinking | None = None,
    model_id: str | None = None,
    error_code: str | None = None,
) -> bool:
    """End a running answer. False if this run no longer makes it: then nothing is written."""
    cipher = await vault.cipher(db, user_id, conversation_id)
    change = _running(user_id, message_id, run_id) | {
        "sealed": sealing.seal_text(cipher, message_id, text),
        "outcome": state,
        "sources": sealing.seal_citations(cipher, message_id, citations),
        "thoughts": sealing.seal_thinking(cipher, message_id, thinking),
        "model": model_id,
        "error": error_code,
        "now": now,
    }
    return (await db.execute(_FINISH, change)).rowcount == 1


async def interrupt_message(
    db: AsyncConnection,
    user_id: int,
    message_id: UUID,
    run_id: UUID,
    *,
    now: datetime,
    error_code: str | None = None,
) -> bool:
    """End a running answer whose process died, keeping its last checkpoint. False as above."""
    change = _running(user_id, message_id, run_id) | {"error": error_code, "now": now}
    return (await db.execute(_INTERRUPT, change)).rowcount == 1


def _running(user_id: int, message_id: UUID, run_id: UUID) -> dict[str, Any]:
    return {"owner": user_id, "message": message_id, "run": run_id}
