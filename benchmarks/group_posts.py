"""What the posts of a large group cost where they are not for the bot: CPU of this process for each
update, from the webhook's body to the end of its handling, beside the rows that it left.

The bot is an admin there, so that Telegram sends it everything; every post is somebody else's.
"""

import json
import time
from collections.abc import Callable

import sqlalchemy as sa
import structlog
import uvloop
from msgspec import Struct

from backend.bot.chats.groups import GroupRules, Groups
from backend.container import Container
from backend.db import metadata
from benchmarks import rig
from benchmarks.database import fresh_database, open_container
from benchmarks.machine import cores
from benchmarks.report import Row, spread, store

POSTS = 5_000
WARM = 200
GROUP = -1_000_000_000_777
FIRST_MEMBER = 5_000_000_000
MOST_MICROSECONDS = 200.0


class FloodCost(Struct, frozen=True):
    """Microseconds of CPU for a post, and rows that the posts left in all tables."""

    microseconds: float
    rows: int


def measure(rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """On SQLite: of a post nothing reaches the database; the group's settings are read once in five
    seconds."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("error"))
    posts = POSTS if seconds >= 8 else POSTS // 5
    found: list[FloodCost] = []
    for number in range(1, rounds + 1):
        with fresh_database("SQLite") as url:
            found.append(uvloop.run(_run(url, posts)))
        one = found[-1]
        say(f"group posts, round {number}: {one.microseconds:.0f} µs of CPU each, {one.rows} rows")
    rows = [
        Row.at_most("CPU for a post, µs", [x.microseconds for x in found], MOST_MICROSECONDS, 0),
        Row("posts a second for one core", spread([1e6 / x.microseconds for x in found], 0)),
        Row.at_most("rows that they left", [float(x.rows) for x in found], 0, 0),
    ]
    store("group_posts", f"{posts:,} posts of 5,000 members, none for the bot", rows)


async def _run(url: str, posts: int) -> FloodCost:
    with rig.running(cores()) as around:
        async with open_container(url, around) as container:
            groups = Groups(container.database, container.vault, container.clock)
            await groups.turn_on(GROUP, GroupRules(quotes=True))
            await _flood(container, 0, WARM)
            before = await _rows(container)
            began = time.process_time()
            await _flood(container, WARM, posts)
            took = time.process_time() - began
            return FloodCost(took / posts * 1e6, await _rows(container) - before)


async def _flood(container: Container, first: int, count: int) -> None:
    for number in range(first, first + count):
        await container.bot.inbox.accept(post(number))


def post(number: int, group: int = GROUP, first_update: int = 0) -> bytes:
    """An ordinary post as Telegram sends it, each of another member."""
    member = {"id": FIRST_MEMBER + number, "is_bot": False, "first_name": f"Member {number}"}
    chat = {"id": group, "type": "supergroup", "title": "Two hundred thousand"}
    words = f"Post {number}: has anybody seen the timetable of the ferry for Sunday?"
    said = {"message_id": number + 1, "date": 1_790_000_000, "chat": chat, "from": member}
    update = {"update_id": first_update + number + 1, "message": {**said, "text": words}}
    return json.dumps(update).encode()


async def _rows(container: Container) -> int:
    async with container.database.snapshot() as db:
        counts = [
            (await db.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
            for table in metadata.sorted_tables
        ]
    return sum(counts)
