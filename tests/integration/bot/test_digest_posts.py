"""Posts of public channels that a person forwards for a digest.

Exercises backend/bot/answering/digest_posts.py, backend/bot/handlers/digest.py,
backend/schedules/posts.py.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from backend.generation.tables import runs
from backend.i18n import translator
from backend.schedules import EVERY_DAY, NewSchedule, WhenAsked, erase, schedules_copy
from backend.schedules.posts import MOST_POSTS
from backend.schedules.tables import collected_posts
from backend.settings import Settings
from backend.uuid7 import uuid7
from telegram_emulator.actions import PressButton
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, buttons_of, chatting
from tests.fixtures.generation import until
from tests.integration.bot.test_group_summary import record_questions
from tests.integration.bot.test_groups import rows
from tests.integration.bot.test_others import deliver, message

EN = translator("en")
POST = "The bridge opens on Monday. Ask @mayor_office or +49 170 1234567."


def channel(username: str | None = "city_news") -> dict[str, Any]:
    """The origin of a forwarded post."""
    chat = {"id": -100_777, "type": "channel", "title": "City news"}
    named = chat | ({"username": username} if username else {})
    origin = {"type": "channel", "date": 1, "chat": named, "message_id": 42}
    return {"forward_origin": origin}


@pytest.fixture
async def ann(settings: Settings) -> AsyncIterator[BotChat]:
    """Ann's chat, started; she has a schedule, so her time zone is known."""
    async with chatting(settings) as chat:
        await chat.start()
        when = WhenAsked(480, EVERY_DAY, "Europe/Lisbon")
        container = chat.app.container
        first = await container.schedules.make(
            ANN, NewSchedule(uuid7(container.clock()), "Good morning?", when)
        )
        await container.schedules.delete(ANN, first.id)
        yield chat


async def make_digest(chat: BotChat) -> None:
    """Create a digest of forwarded posts at eight."""
    container = chat.app.container
    when = WhenAsked(480, EVERY_DAY, "Europe/Lisbon")
    wanted = NewSchedule(uuid7(container.clock()), EN("bot.digest.request_posts"), when, True)
    await container.schedules.make(ANN, wanted)


async def press(chat: BotChat, label: str) -> None:
    """Press a button of the last message."""
    last = chat.sent()[-1]
    data = next(one["callback_data"] for one in buttons_of(last) if one["text"] == label)
    await chat.act(PressButton(ANN, last["message_id"], data))
    await chat.quiet()


async def add(chat: BotChat, text: str = POST) -> None:
    """Forward a channel's post and choose the digest."""
    before = len(chat.sent())
    await deliver(chat, message(text, **channel()))
    await chat.until(before + 1)
    await press(chat, EN("bot.others.digest"))
    await chat.until(before + 2)


async def due(chat: BotChat, days: int) -> None:
    """Ask everything that is due by then, and wait for the answers."""
    container = chat.app.container
    moment = container.clock() + timedelta(days=days)
    container.schedule_runner._clock = lambda: moment
    await container.schedule_runner.work()
    await until(lambda: container.generation.running == 0)


async def test_a_forwarded_post_is_kept_and_summed_up_once(ann: BotChat) -> None:
    """A forwarded post is stored sealed, without asking a model. The digest contains it with its
    channel but without phone numbers, usernames and links, and then it is deleted. Without posts
    nothing is asked."""
    asked = record_questions(ann)
    await make_digest(ann)
    await add(ann)
    assert ann.said()[-1] == EN("bot.digest.collected")
    assert asked == []
    (row,) = await rows(ann, collected_posts)
    assert b"bridge" not in row.body
    listed = await ann.ask("/digest")
    assert EN("bot.digest.posts", count=1) in listed["text"]
    assert "City news" in listed["text"]
    await due(ann, 2)
    sent = next(one for one in asked if "The bridge opens" in one)
    assert "City news ([link 1]):" in sent
    assert "mayor_office" not in sent
    assert "1234567" not in sent
    assert await rows(ann, collected_posts) == []
    before = len(await rows(ann, runs))
    await due(ann, 5)
    assert len(await rows(ann, runs)) == before


async def test_without_a_digest_the_person_is_told_how_to_create_one(ann: BotChat) -> None:
    """The post is stored all the same, and a button deletes it from the list."""
    await add(ann)
    assert ann.said()[-1].endswith(EN("bot.digest.when"))
    await ann.ask("/digest")
    await press(ann, EN("bot.digest.empty"))
    assert await rows(ann, collected_posts) == []


async def test_other_forwards_are_not_offered_for_it(ann: BotChat) -> None:
    """Only posts of public channels are offered for the digest; a private one has no address that
    others could open."""
    before = len(ann.sent())
    await deliver(ann, message(POST, **channel(None)))
    await ann.until(before + 1)
    labels = [one["text"] for one in buttons_of(ann.sent()[-1])]
    assert EN("bot.others.digest") not in labels
    assert labels


async def test_posts_belong_to_the_person_and_expire(ann: BotChat) -> None:
    """They are in the person's export, erased with the person, and deleted after seven days; above
    the limit the oldest are deleted."""
    container = ann.app.container
    posts = container.schedules.posts
    for number in range(MOST_POSTS + 2):
        await posts.add(ANN, f"Post {number}")
    kept = await posts.of(ANN)
    assert len(kept) == MOST_POSTS
    assert kept[-1].text == f"Post {MOST_POSTS + 1}"
    async with container.database.snapshot() as db:
        copy = [part async for _, part in schedules_copy(db, container.vault, ANN)]
    assert sum(b"Post " in part for part in copy) == MOST_POSTS
    now = container.clock()
    posts._clock = lambda: now + timedelta(days=8)
    assert await posts.of(ANN) == ()
    await posts.clear_old()
    assert await rows(ann, collected_posts) == []
    posts._clock = lambda: now
    await posts.add(ANN, "One more")
    async with container.database.unit_of_work() as db:
        await erase(db, ANN)
    assert await rows(ann, collected_posts) == []
