"""Answers waiting for delivery to the bot chat, inserted in the transaction that ends their run."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import insert_new, is_temporary
from backend.errors import AnswerWithheld, QuestionRefused
from backend.generation.run.outcome import Outcome
from backend.generation.run.running import ActiveRun
from backend.generation.schemas import Run
from backend.generation.tables import outbox
from backend.uuid7 import uuid7

_DELIVERED_STATES = frozenset({"complete", "limited", "interrupted"})


def is_delivered(running: ActiveRun, outcome: Outcome) -> bool:
    """Whether the answer is sent to the person's chat if nobody watched it: not for temporary
    conversations, since it would stay in the chat. For a scheduled question, which nobody watches,
    a refusal is sent too, so that the person can appeal."""
    if running.order.scheduled and isinstance(outcome.error, QuestionRefused | AnswerWithheld):
        return True
    return (
        outcome.state in _DELIVERED_STATES
        and bool(running.text)
        and not is_temporary(running.order.run.conversation_id)
    )


async def put_in_outbox(db: AsyncConnection, run: Run, language: str, now: datetime) -> bool:
    """Queue the run's answer for delivery, once; repeats change nothing."""
    row = {
        "user_id": run.user_id,
        "id": uuid7(now),
        "run_id": run.id,
        "conversation_id": run.conversation_id,
        "message_id": run.message_id,
        "language": language,
        "state": "waiting",
        "attempts": 0,
        "created_at": now,
        "next_attempt_at": now,
    }
    return (await db.execute(insert_new(db, outbox), row)).rowcount == 1
