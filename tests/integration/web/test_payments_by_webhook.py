"""Stars over the webhook: a payment through the emulator works, and whatever is forged, foreign,
malformed or not from Telegram grants nothing and loses nothing."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from backend.billing import mismatches
from backend.bot.inbox.updates import ALLOWED_UPDATES
from backend.bot.tables import bot_updates
from backend.ledger import ledger
from backend.ledger import movements as m
from backend.plans import plans
from backend.settings import Settings
from tests.fixtures.app import ANN, EVE, Client, Running, running

PLAN = plans.of_kind("subscription")[0]
FREE = plans.default().id
SECRET = "only-telegram-and-we-know"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
_ids = itertools.count(900_000_000)
Update = dict[str, Any]


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Running]:
    """The application, with a secret that the test knows."""
    async with running(settings, webhook_secret=SECRET) as app:
        yield app


async def post(app: Running, update: Any, secret: str | None = SECRET) -> int:
    """Post an update; returns the status."""
    headers = {} if secret is None else {HEADER: secret}
    status, _ = await app.stranger.call("POST", "/telegram/webhook", update, headers=headers)
    return status


async def telegram(app: Running, method: str, **parameters: Any) -> Any:
    """Call a method of the emulated Bot API."""
    path = f"/telegram-api/bot{app.container.settings.bot_token}/{method}"
    status, answer = await app.stranger.call("POST", path, parameters)
    assert status == 200, answer
    return answer["result"]


async def act(app: Running, kind: str, **fields: Any) -> Any:
    """An action of a person in Telegram."""
    status, result = await app.stranger.call("POST", "/emulator/actions", {"type": kind} | fields)
    assert status == 200, result
    return result


async def order(client: Client) -> tuple[str, str]:
    """Order the subscription; returns the order's id and the invoice's link."""
    status, made = await client.call("POST", "/api/subscriptions/checkout", {"planId": PLAN.id})
    assert status == 201, made
    return made["orderId"], made["invoiceLink"]


async def until(found: Callable[[], Awaitable[bool]]) -> None:
    """Wait until this becomes true."""
    async with asyncio.timeout(30):
        while not await found():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.05)


async def plan_of(app: Running, user_id: int) -> str:
    """The person's plan."""
    return (await app.container.billing.standing(user_id)).access.plan_id


async def books(app: Running) -> dict[tuple[str, str], int]:
    """The ledger's balances, verified by replaying it."""
    async with app.container.database.snapshot() as db:
        kept = await ledger.stored_balances(db)
        assert kept == await ledger.replay(db)
    return dict(kept)


async def handled(app: Running) -> None:
    """Wait until the inbox has handled everything."""
    waiting = sa.select(sa.func.count()).where(bot_updates.c.done_at.is_(None))

    async def done() -> bool:
        async with app.container.database.snapshot() as db:
            return (await db.execute(waiting)).scalar_one() == 0

    await until(done)


def person(user_id: int) -> Update:
    """A `User` object."""
    return {"id": user_id, "is_bot": False, "first_name": "Zebedee", "language_code": "en"}


def message(user_id: int, content: Update) -> Update:
    """An update with a message."""
    chat = {"id": user_id, "type": "private", "first_name": "Zebedee"}
    number = next(_ids)
    body = {"message_id": number, "date": 1_800_000_000, "chat": chat, "from": person(user_id)}
    return {"update_id": number, "message": body | content}


def payment(payload: str, **changes: Any) -> Update:
    """A message's `successful_payment`."""
    return {
        "successful_payment": {
            "currency": "XTR",
            "total_amount": PLAN.stars,
            "invoice_payload": payload,
            "subscription_expiration_date": 1_802_592_000,
            "is_recurring": True,
            "is_first_recurring": True,
            "telegram_payment_charge_id": f"stx{next(_ids)}",
            "provider_payment_charge_id": "p",
        }
        | changes
    }


async def test_paid_over_the_webhook(app: Running) -> None:
    """The whole way with updates over HTTP: form, pre-checkout, payment, premium, renewal."""
    ann = await app.sign_in()
    await act(app, "pressStart", personId=ANN)
    url = f"{app.origin}/telegram/webhook"
    await telegram(app, "setWebhook", url=url, secret_token=SECRET, allowed_updates=ALLOWED_UPDATES)
    await act(app, "topUp", personId=ANN, stars=2 * PLAN.stars)
    order_id, link = await order(ann)
    closed = await act(app, "payInvoice", personId=ANN, slug=link, outcome="pay")
    assert (closed["status"], closed["error"]) == ("paid", None)

    async def paid() -> bool:
        return bool((await ann.call("GET", f"/api/orders/{order_id}"))[1]["state"] == "paid")

    await until(paid)
    assert await plan_of(app, ANN) == PLAN.opens
    assert (await act(app, "advanceClock", days=30, seconds=5))["renewals"] == 1

    async def renewed() -> bool:
        return (await books(app)).get((m.TELEGRAM, m.STARS)) == 2 * PLAN.stars

    await until(renewed)


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET.upper(), SECRET + "x"])
async def test_payment_updates_need_the_webhook_secret(app: Running, secret: str | None) -> None:
    """A payment, a refund, a subscription and a pre-checkout without the secret: 403, and nothing
    is booked or granted, although the order exists."""
    order_id, _ = await order(await app.sign_in())
    query = {"id": "1", "from": person(ANN), "currency": "XTR", "total_amount": PLAN.stars}
    refund = {
        "currency": "XTR",
        "total_amount": PLAN.stars,
        "invoice_payload": order_id,
        "telegram_payment_charge_id": "stx1",
    }
    standing = {"user": person(ANN), "invoice_payload": order_id, "state": "active"}
    for update in (
        message(ANN, payment(order_id)),
        message(ANN, {"refunded_payment": refund}),
        {"update_id": next(_ids), "subscription": standing},
        {"update_id": next(_ids), "pre_checkout_query": query | {"invoice_payload": order_id}},
    ):
        assert await post(app, update, secret) == 403
    await handled(app)
    assert await plan_of(app, ANN) == FREE
    assert await books(app) == {}


async def test_payments_without_a_matching_order_grant_nothing(app: Running) -> None:
    """Forged, foreign and mispriced payments: the Stars are booked as owed, the operator sees each,
    nobody gets anything, and the log contains nothing private."""
    mine, _ = await order(await app.sign_in())
    with capture_logs() as logged:
        for payer, content in (
            (ANN, payment("forged")),
            (ANN, payment("x" * 128)),
            (ANN, payment("подделка")),
            (EVE, payment(mine)),
            (ANN, payment(mine, total_amount=1)),
        ):
            update = message(payer, content)
            assert [await post(app, update), await post(app, update)] == [200, 200]
        await handled(app)
    assert await plan_of(app, ANN) == await plan_of(app, EVE) == FREE
    async with app.container.database.snapshot() as db:
        found = await mismatches.unresolved(db)
    assert sorted(one.code for one in found) == [
        "amount_mismatch",
        "order_foreign",
        "order_unknown",
        "order_unknown",
        "order_unknown",
    ]
    held = await books(app)
    assert held.pop((m.TELEGRAM, m.STARS)) == 4 * PLAN.stars + 1
    assert all(account.startswith("person:") for account, _ in held)
    text = str([line for line in logged if line["event"] != "request"])
    for private in (str(ANN), str(EVE), mine, "Zebedee", "stx9"):
        assert private not in text
    assert (await app.container.billing.order(ANN, mine)).state == "open"


async def test_somebody_elses_subscription(app: Running) -> None:
    """Nobody stops another person's renewal, and an unknown state changes nothing."""
    mine, _ = await order(await app.sign_in())
    assert await post(app, message(ANN, payment(mine))) == 200
    for who, state in ((EVE, "canceled"), (ANN, "paused"), (EVE, "failed")):
        body = {"user": person(who), "invoice_payload": mine, "state": state}
        assert await post(app, {"update_id": next(_ids), "subscription": body}) == 200
    await handled(app)
    standing = await app.container.billing.standing(ANN)
    assert standing.subscription is not None
    assert standing.subscription.renewal == "on"


async def test_malformed_payments_are_acknowledged_and_change_nothing(app: Running) -> None:
    """Malformed updates are not delivered again and grant nothing; what follows them is handled."""
    mine, _ = await order(await app.sign_in())
    whole = payment(mine)["successful_payment"]
    pieces: list[Any] = [
        {},
        {**whole, "total_amount": "many"},
        {**whole, "total_amount": None},
        {**whole, "invoice_payload": None},
        {**whole, "telegram_payment_charge_id": 7},
        {**whole, "subscription_expiration_date": "soon"},
        [],
        "paid",
        None,
    ]
    for broken in pieces:
        assert await post(app, message(ANN, {"successful_payment": broken})) == 200
    bodies: list[Any] = [[], "x", {"update_id": "1"}, {"message": {}}]
    for body in bodies:
        assert await post(app, body) == 400
    await handled(app)
    assert await plan_of(app, ANN) == FREE
    assert await books(app) == {}
    assert await post(app, message(ANN, payment(mine))) == 200

    async def open_now() -> bool:
        return await plan_of(app, ANN) == PLAN.opens

    await until(open_now)


async def test_a_pre_checkout_that_is_too_old(app: Running) -> None:
    """After an outage Telegram no longer accepts an answer: the update is not retried."""
    mine, _ = await order(await app.sign_in())
    query = {
        "id": "7",
        "from": person(ANN),
        "currency": "XTR",
        "total_amount": PLAN.stars,
        "invoice_payload": mine,
    }
    with capture_logs() as logged:
        assert await post(app, {"update_id": next(_ids), "pre_checkout_query": query}) == 200
        await handled(app)

        async def said() -> bool:
            return any(line["event"] == "pre_checkout_too_late" for line in logged)

        await until(said)
    assert not any(line["event"] == "update_failed" for line in logged)
