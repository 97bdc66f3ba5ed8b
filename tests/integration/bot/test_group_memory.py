"""The stored messages of a group, while several processes receive updates and people withdraw.

Exercises backend/bot/chats/group_memory.py.
"""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from backend.bot.chats.group_memory import LOCAL, SHARED, GroupMemory
from backend.bot.tables import bot_group_messages, bot_groups
from backend.db import Database, Vault

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
GROUP, ANN, BOT = -100, 7, 1


def said(number: int) -> dict[str, Any]:
    """An update with a message of Ann's."""
    sender = {"id": ANN, "is_bot": False}
    where = {"chat": {"id": GROUP, "type": "supergroup"}, "date": int(NOW.timestamp())}
    return {"message": {"message_id": number, "from": sender, "text": f"word {number}", **where}}


@pytest.fixture
async def processes(database: Database, vault: Vault) -> tuple[GroupMemory, GroupMemory]:
    """Two processes that store the messages of those who agreed in one group; Ann has agreed."""
    async with database.unit_of_work() as db:
        row = {"chat_id": GROUP, "quotes": True, "enabled_at": NOW, "keeps": SHARED}
        await db.execute(sa.insert(bot_groups).values(row))
    here, there = (GroupMemory(database, vault, lambda: NOW, BOT) for _ in range(2))
    await here.share(ANN, GROUP, shares=True)
    return here, there


async def kept(database: Database) -> list[Any]:
    """The messages that are kept."""
    async with database.snapshot() as db:
        return list((await db.execute(sa.select(bot_group_messages))).all())


async def test_what_another_process_turned_off_is_off_at_once(
    database: Database, processes: tuple[GroupMemory, GroupMemory]
) -> None:
    """Messages are no longer stored although this process has the old setting in its cache."""
    here, there = processes
    await here.store_message(said(1))
    assert len(await kept(database)) == 1
    await there.set_storage(GROUP, None)
    await here.store_message(said(2))
    assert await kept(database) == []
    await there.set_storage(GROUP, LOCAL)
    await here.store_message(said(3))
    assert [row.number for row in await kept(database)] == [3]


async def test_no_message_stays_after_a_withdrawal(
    database: Database, processes: tuple[GroupMemory, GroupMemory]
) -> None:
    """However many messages were being stored at that moment."""
    here, there = processes
    await asyncio.gather(
        *(here.store_message(said(number)) for number in range(1, 13)),
        there.share(ANN, GROUP, shares=False),
        *(here.store_message(said(number)) for number in range(13, 25)),
    )
    assert [row for row in await kept(database) if row.user_id == ANN or row.body] == []
