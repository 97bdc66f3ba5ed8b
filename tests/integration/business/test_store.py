"""A chat with a customer, written concurrently by several processes.

Exercises backend/business/store.py.
"""

import asyncio
from datetime import UTC, datetime

from backend.business import BusinessInbox, Line
from backend.db import Database, Vault

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
OWNER, CUSTOMER = 7, 8


def line(number: int) -> Line:
    """A message of the customer's."""
    return Line(number, True, f"line {number}", int(NOW.timestamp()))


async def test_nothing_deleted_comes_back(database: Database, vault: Vault) -> None:
    """Lines are added, deleted and counted concurrently: none is lost, and deleted ones stay
    deleted."""
    inbox = BusinessInbox(database, vault, lambda: NOW)
    await inbox.connect(OWNER, "a", enabled=True, can_reply=True)
    for number in range(1, 7):
        await inbox.add_message(OWNER, CUSTOMER, line(number))
    await asyncio.gather(
        *(inbox.add_message(OWNER, CUSTOMER, line(number)) for number in range(7, 13)),
        *(inbox.forget_lines(OWNER, CUSTOMER, [number]) for number in range(1, 7)),
        *(inbox.count_answer(OWNER, CUSTOMER) for _ in range(6)),
    )
    chat = await inbox.add_message(OWNER, CUSTOMER, line(13))
    assert [one.number for one in chat.history] == list(range(7, 14))
    assert chat.answered == 6
