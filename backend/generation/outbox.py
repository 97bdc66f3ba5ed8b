"""Answers on their way to the bot chat: put there in the transaction that ends their run."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import insert_new
from backend.generation.schemas import Run
from backend.generation.tables import outbox
from backend.uuid7 import uuid7


async def put(db: AsyncConnection, run: Run, language: str, now: datetime) -> bool:
    """Have the run's answer delivered; once, however often it is asked for."""
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
