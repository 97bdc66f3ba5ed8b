"""A group's plan that one member pays: bought in Stars, used by everybody before their own quota,
moved with the group, refunded. Played by the emulator with Ann, the group's creator, and Ivan.

Exercises backend/bot/handlers/group_plan.py, backend/billing/group_plans.py,
backend/metering/group_passes.py, backend/metering/taken_messages.py.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from backend.billing import copies
from backend.db import Database
from backend.errors import PlanNotFound
from backend.i18n import translator
from backend.llm.simulation.mock_provider import simulation as simulated_model
from backend.metering import GroupPass, group_passes, quota, restrictions
from backend.metering.tables import group_passes as passes
from backend.metering.tables import quotas, reservations
from backend.plans import plans
from telegram_emulator.actions import OpenInvoice, PayInvoice, TopUp, UpgradeGroup
from telegram_emulator.testing import IVAN
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, buttons_of
from tests.fixtures.generation import until
from tests.integration.bot.test_groups import ASK, Group, made, rows

EN, RU = translator("en"), translator("ru")
PLAN = plans.of_kind("group")[0]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HERE = -100_555


async def bought(chat: BotChat, group: Group, who: int) -> None:
    """One member presses the button under /plan and pays the invoice that only they see."""
    before = len(group.of_bot())
    await group.say("/plan@tanya_local_bot")
    await until(lambda: len(group.of_bot()) > before)
    shown = group.of_bot()[-1]
    await group.press(shown, 0, who)
    # Basic groups have no messages that only one member sees; the order still belongs to the buyer.
    await until(lambda: bool(group.whispers()) or group.of_bot()[-1] != shown)
    invoice = (group.whispers() or group.of_bot())[-1]
    link = buttons_of(invoice)[0]["url"]
    await chat.act(TopUp(who, PLAN.stars))
    opened = await chat.act(OpenInvoice(who, slug=link))
    closed = await chat.act(PayInvoice(who, opened.sheet.slug, "pay"))
    assert closed.status == "paid"
    await chat.quiet()


async def test_one_member_pays_and_everybody_asks_with_it(ann: BotChat) -> None:
    """Ivan pays; Ann's question uses the group's plan and not her own day; /plan shows what is
    left; after a refund the plan pays for nothing."""
    group = await made(ann)
    await group.enable()
    await bought(ann, group, IVAN)
    (row,) = await rows(ann, passes)
    assert (row.user_id, row.chat_id, row.used) == (IVAN, group.id, 0)
    await group.say(ASK + "how are you?")
    await group.until_said("An answer.")
    await ann.quiet()
    (row,) = await rows(ann, passes)
    assert row.used == 1
    (taken,) = await rows(ann, reservations)
    assert (taken.user_id, taken.source, taken.state) == (ANN, "group", "settled")
    billing = ann.app.container.billing
    assert (await billing.standing(ANN)).allowance.used == 0
    await group.say("/plan@tanya_local_bot")
    await until(lambda: str(PLAN.credits - 1) in group.said()[-1])
    paid = (await billing.payments(IVAN))[0]
    assert (paid.kind, paid.messages_left) == ("group", PLAN.credits - 1)
    await billing.refund(paid.charge_id)
    assert await billing.groups.left(group.id) is None
    await group.say(ASK + "and now?")
    await until(lambda: group.said().count("An answer.") == 2)
    await ann.quiet()
    assert (await billing.standing(ANN)).allowance.used == 1


async def test_a_check_of_a_post_is_paid_for_by_the_group(ann: BotChat) -> None:
    """Like a question: from what Ivan paid, and not from the day of Ann, who checks."""
    simulation = ann.app.container.models.simulation
    assert simulation is not None
    simulation._answer = simulated_model
    group = await made(ann)
    await group.enable()
    await bought(ann, group, IVAN)
    said = await group.say("Everest is 8849 metres high.", IVAN)
    await group.say("/check@tanya_local_bot", reply_to=said["message_id"])
    # Beside what Ivan alone was shown, his invoice.
    await until(lambda: group.whispers()[-1]["receiver_user"]["id"] == ANN)
    await group.decide(0)
    await until(lambda: len(buttons_of(group.of_bot()[-1])) == 3)
    await group.press(group.of_bot()[-1], 1)
    await until(lambda: EN("app.check.limits") in group.said()[-1])
    await ann.quiet()
    (row,) = await rows(ann, passes)
    assert row.used == 1
    (taken,) = await rows(ann, reservations)
    assert (taken.user_id, taken.source, taken.state) == (ANN, "group", "settled")
    assert (await ann.app.container.billing.standing(ANN)).allowance.used == 0


async def test_it_moves_with_the_group_and_stays_when_its_payer_is_erased(ann: BotChat) -> None:
    """A supergroup has another id; the plan stays with the group, without Ivan's name."""
    group = await made(ann, kind="group")
    await group.enable()
    await bought(ann, group, IVAN)
    created = await ann.act(UpgradeGroup(ANN, group.id))
    await ann.quiet()
    billing = ann.app.container.billing
    assert await billing.groups.left(group.id) is None
    has = await billing.groups.left(created.chat_id)
    assert has is not None
    assert has.left == PLAN.credits
    async with ann.app.container.database.unit_of_work() as db:
        assert str(created.chat_id) in str(await copies.export(db, IVAN))
        await copies.erase(db, IVAN)
    assert [row.user_id for row in await rows(ann, passes)] == [0]
    assert await billing.groups.left(created.chat_id) == has


async def test_plans_of_groups_are_for_groups(ann: BotChat) -> None:
    """A group's plan cannot be ordered without a group, and nothing else can be ordered for one."""
    billing = ann.app.container.billing
    with pytest.raises(PlanNotFound):
        await billing.checkout(ANN, PLAN.id, "phone", "en")
    with pytest.raises(PlanNotFound):
        await billing.checkout(ANN, plans.of_kind("pack")[0].id, "phone", "en", HERE)


async def opened(database: Database, messages: int, ends_at: datetime) -> None:
    """Open a plan for the group HERE."""
    bought = GroupPass(
        charge_id=f"charge {ends_at.isoformat()}",
        chat_id=HERE,
        messages=messages,
        paid_at=NOW,
        ends_at=ends_at,
    )
    async with database.unit_of_work() as db:
        await group_passes.keep_pass(db, IVAN, bought)


async def asked(database: Database, user_id: int) -> str:
    """Reserve a question in HERE; returns what it is taken from."""
    run = uuid4()
    async with database.unit_of_work() as db:
        await quota.reserve_quota(
            db, user_id, run, "low", NOW, most=0, daily_cap=None, group_id=HERE
        )
    async with database.snapshot() as db:
        found = sa.select(reservations.c.source).where(reservations.c.run_id == run)
        return str((await db.execute(found)).scalar_one())


async def test_concurrent_members_use_exactly_what_there_is(database: Database) -> None:
    """Of twenty concurrent questions the group's plan pays for the three messages it has; the
    others use their own day."""
    await opened(database, 3, NOW + timedelta(days=1))
    sources = await asyncio.gather(*(asked(database, 900 + n) for n in range(20)))
    assert sources.count("group") == 3
    assert sources.count("daily") == 17
    async with database.snapshot() as db:
        rows = (await db.execute(sa.select(quotas.c.used, quotas.c.held))).all()
        assert sum(row.used for row in rows) == 17
        assert all(row.held == 1 for row in rows)
        assert (await db.execute(sa.select(passes.c.used))).scalar_one() == 3


async def test_failed_answers_are_returned_and_expired_plans_pay_nothing(
    database: Database,
) -> None:
    """The plan that ends first is used first; a failed message returns to its own plan; an expired
    plan pays for nothing; an operator's limit on a person applies in groups too."""
    await opened(database, 1, NOW + timedelta(days=2))
    await opened(database, 1, NOW + timedelta(days=1))
    await opened(database, 9, NOW)
    run = uuid4()
    async with database.unit_of_work() as db:
        await quota.reserve_quota(db, ANN, run, "low", NOW, most=0, daily_cap=None, group_id=HERE)
        first = sa.select(passes.c.ends_at).where(passes.c.used == 1)
        assert (await db.execute(first)).scalar_one() == NOW + timedelta(days=1)
        await quota.release_quota(db, ANN, run, NOW)
        assert (await db.execute(first)).scalar_one_or_none() is None
    assert [await asked(database, 901), await asked(database, 902)] == ["group", "group"]
    assert await asked(database, 903) == "daily"
    await opened(database, 5, NOW + timedelta(days=3))
    async with database.unit_of_work() as db:
        await restrictions.limit(db, 904, 1, NOW)
    assert await asked(database, 904) == "daily"
