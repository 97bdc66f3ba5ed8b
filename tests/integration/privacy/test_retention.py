"""A person's own retention period deletes old conversations, and nothing else; links to copies are
deleted once they are over."""

from datetime import timedelta

import sqlalchemy as sa

from backend import conversations, tasks
from backend.privacy.archive import ExportLinks
from backend.privacy.tables import export_links
from tests.fixtures.app import ANN, EVE, Running
from tests.fixtures.history import talked


async def run_job(app: Running, name: str = "retention") -> None:
    """Run the job once."""
    parts = tasks.Parts(
        app.container.database, app.container.vault, app.container.clock, app.container.billing,
        app.container.notifier, app.container.bot.inbox, app.container.receipts,
        app.container.erasures, app.container.bot.erasure_chat, app.container.checks,
        app.container.schedule_runner, app.container.bot.reminder_sender,
        app.container.console.broadcast_sender,
    )  # fmt: skip
    await next(one for one in tasks.all_jobs(parts) if one.name == name).run()


async def count_conversations(app: Running, person: int) -> int:
    """How many conversations a person has."""
    async with app.container.database.snapshot() as db:
        page = await conversations.list_conversations(db, app.container.vault, person, limit=100)
    return len(page.items)


async def test_old_conversations_are_deleted_by_choice(app: Running) -> None:
    """Conversations unchanged for 30 days are deleted with their messages, for the person who chose
    so."""
    now = app.container.clock()
    for person in (ANN, EVE):
        for days in (40, 20):
            moment = now - timedelta(days=days)
            await talked(app.container.database, app.container.vault, person, moment, messages=4)
    ann = await app.sign_in(ANN)
    _, me = await ann.call("PATCH", "/api/me", {"settings": {"retentionDays": 30}})
    assert me["settings"]["retentionDays"] == 30
    await run_job(app)
    assert (await count_conversations(app, ANN), await count_conversations(app, EVE)) == (1, 2)
    await ann.call("PATCH", "/api/me", {"settings": {"retentionDays": None}})
    status, problem = await ann.call("PATCH", "/api/me", {"settings": {"retentionDays": 7}})
    assert (status, problem["code"]) == (400, "invalid_field")


async def test_ended_links_to_copies_are_deleted(app: Running) -> None:
    """A link that nobody used goes once its time is over; one that still opens stays."""
    box = app.container
    an_hour_ago = box.clock() - timedelta(hours=1)
    await ExportLinks(box.database, box.keys, lambda: an_hour_ago).make(EVE, "en")
    await box.export_links.make(ANN, "en")
    await run_job(app, "sessions")
    async with box.database.snapshot() as db:
        left = await db.execute(sa.select(export_links.c.user_id))
        assert left.scalars().all() == [ANN]


async def test_sessions_are_listed_and_ended(app: Running) -> None:
    """A person sees their own sessions with devices; an ended one is refused at once, another
    person's is not affected."""
    first, second, eve = await app.sign_in(ANN), await app.sign_in(ANN), await app.sign_in(EVE)
    _, listed = await first.call("GET", "/api/sessions")
    assert [one["current"] for one in listed["items"]] == [False, True]
    (theirs,) = (await eve.call("GET", "/api/sessions"))[1]["items"]
    other = listed["items"][0]["id"]
    assert (await first.call("DELETE", f"/api/sessions/{theirs['id']}"))[0] == 204
    assert (await eve.call("GET", "/api/me"))[0] == 200
    assert (await first.call("DELETE", f"/api/sessions/{other}"))[0] == 204
    assert (await second.call("GET", "/api/me"))[1]["code"] == "session_revoked"
    assert (await first.call("GET", "/api/me"))[0] == 200
