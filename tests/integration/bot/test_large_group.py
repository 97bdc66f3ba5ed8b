"""A group of 200,000: nobody enumerates its members, a flood of posts leaves nothing, and a
question in the middle of it is answered.

Exercises backend/bot/inbox/inbox.py, backend/bot/inbox/updates.py.
"""

import asyncio
from itertools import count

import sqlalchemy as sa

from backend.db import metadata
from benchmarks.group_posts import post
from telegram_emulator.actions import CreateGroup, SetAdmin
from telegram_emulator.testing import IVAN
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat
from tests.integration.bot.test_groups import ASK, Group

CROWD = 200_000
POSTS = 5_000
FIRST_UPDATE = 900_000_000
ABOUT_MEMBERS = ("getChatMember", "getChatAdministrators", "getUserProfilePhotos", "getChat")


async def large_group(chat: BotChat) -> Group:
    """A group of 200,000 with the bot as an admin, so that Telegram sends it every post."""
    hub = chat.phone.emulator.hub
    bot_id = hub.profile.bot_id
    created = await chat.act(
        CreateGroup(ANN, "Two hundred thousand", member_ids=(IVAN, bot_id), crowd=CROWD)
    )
    group = Group(chat, created.chat_id)
    await chat.act(SetAdmin(ANN, group.id, bot_id, ("can_delete_messages",)))
    await group.enable()
    await chat.quiet()
    return group


async def rows(chat: BotChat) -> dict[str, int]:
    """How many rows each table has."""
    async with chat.app.container.database.snapshot() as db:
        return {
            table.name: (
                await db.execute(sa.select(sa.func.count()).select_from(table))
            ).scalar_one()
            for table in metadata.sorted_tables
        }


async def flood(chat: BotChat, group: Group, ended: asyncio.Event) -> int:
    """POSTS ordinary posts, each of another member, and more until `ended` is set; returns how many
    they were."""
    for number in count():
        if number >= POSTS and ended.is_set():
            return number
        body = post(number, group.id, FIRST_UPDATE)
        await chat.app.container.bot.inbox.accept(body)
        await asyncio.sleep(0)  # as between two requests
    raise AssertionError


async def test_a_flood_of_posts_leaves_nothing(ann: BotChat) -> None:
    """5,000 posts of as many members: no row in any table, no call to Telegram or to a provider,
    and no task. Neither then nor when the bot was turned on did it ask for members, except whether
    the person who turned it on is an admin."""
    group = await large_group(ann)
    counted = await ann.phone.call("getChatMemberCount", chat_id=group.id)
    assert counted["result"] >= CROWD
    simulation = ann.app.container.models.simulation
    assert simulation is not None
    hub = ann.phone.emulator.hub
    seen = [one for one in hub.traffic.entries if one.name == "getChatMember"]
    assert {int(one.request["user_id"]) for one in seen} <= {ANN}
    before, received = await rows(ann), len(simulation.received)
    last = hub.traffic.entries[-1].id
    ended = asyncio.Event()
    ended.set()
    assert await flood(ann, group, ended) == POSTS
    assert await rows(ann) == before
    assert len(simulation.received) == received
    newer = [one.name for one in hub.traffic.entries if one.id > last]
    assert not set(newer) & {*ABOUT_MEMBERS, "sendMessage"}
    assert not [
        one for one in asyncio.all_tasks() if one.get_name() in ("bot-update", "group-watch")
    ]


async def test_a_question_in_the_middle_of_a_flood_is_answered(ann: BotChat) -> None:
    """It is answered while the posts go on; of them no member becomes known to the bot."""
    group = await large_group(ann)
    ann.answers("At nine, and at noon.")
    ended = asyncio.Event()
    flooding = asyncio.create_task(flood(ann, group, ended))
    await asyncio.sleep(0.2)
    await group.say(ASK + "When does the ferry leave?", IVAN)
    await group.until_said("At nine")
    ended.set()
    assert await flooding >= POSTS
    assert (await rows(ann))["users"] == 2
