"""Answers waiting for delivery to the bot chat, inserted in the transaction that ends their run."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import insert_new
from backend.generation.schemas import Run
from backend.generation.tables import outbox
from backend.uuid7 import uuid7


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
