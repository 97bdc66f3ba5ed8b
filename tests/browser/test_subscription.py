"""Subscribing in a real browser, from the free limit to the refund, with the books checked at every
step; then the same with every update delivered twice and out of order."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, expect

from backend.bot.inbox.updates import ALLOWED_UPDATES
from backend.plans import plans
from tests.browser.people import ask, wait_for_answer
from tests.browser.server import Server
from tests.browser.shop import (
    NAME,
    PLAN,
    Books,
    Customer,
    go_to_pay,
    heading,
    open_plan,
    pay,
    played,
    say,
)

SECRET = "only-telegram-and-we-know"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Server]:
    """A server with empty books; the simulation answers."""
    server = Server(tmp_path, LOCAL_MODEL_ENABLED="false", WEBHOOK_SECRET=SECRET)
    server.start()
    yield server
    server.stop()


def deliver_by_webhook(shop: Server) -> None:
    """Deliver updates over HTTP, where they can overtake each other."""
    body = {
        "url": f"{shop.url}telegram/webhook",
        "secret_token": SECRET,
        "allowed_updates": ALLOWED_UPDATES,
    }
    token = (shop.data_dir / "bot_token").read_text().strip()
    request = urllib.request.Request(
        f"{shop.url}telegram-api/bot{token}/setWebhook",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert json.load(answer)["ok"]


def orderly(customer: Customer) -> None:
    """Deliver updates normally."""


def disorderly(customer: Customer) -> None:
    """Let other updates overtake the next message (a payment or a refund), and deliver everything
    twice."""
    overtaken = {"kind": "outOfOrder", "count": 1, "updateTypes": ["message"]}
    customer.faults(overtaken, {"kind": "twice", "count": 1000})


@pytest.mark.parametrize("faulty", [False, True], ids=["as it should be", "twice and disordered"])
def test_from_the_free_limit_to_the_refund(shop: Server, page: Page, faulty: bool) -> None:
    """Reach the limit, subscribe, use premium at once, renew by the clock, cancel, keep it to the
    end, lose it, get a refund."""
    disturb = disorderly if faulty else orderly
    customer, books = Customer(page, shop.url), Books(shop)
    customer.press_start()
    customer.use_up_the_day()
    books.agree(customer)
    if faulty:
        deliver_by_webhook(shop)

    app = customer.open_app()
    _hit_the_limit(app)
    customer.top_up(2 * PLAN.stars)
    disturb(customer)
    go_to_pay(customer, PLAN.stars)
    expect(customer.sheet()).to_contain_text(say(PLAN.invoice_title_key))
    pay(customer, PLAN.stars)
    _premium_opens_at_once(customer, app, overtake=faulty)
    first = (customer.month(), PLAN.stars)
    books.agree(customer, first)

    disturb(customer)
    assert customer.travel(days=30, seconds=5) == 1
    cancel: Callable[[Customer], None] = _cancel_in_telegram if faulty else _cancel_in_the_app
    cancel(customer)
    if faulty:
        ids = customer.delivered()
        assert ids != sorted(ids), "no update was overtaken"
        assert len(ids) > len(set(ids)), "no update came twice"
    second = (customer.month(), PLAN.stars)
    assert customer.wallet()["balance"] == 0
    books.agree(customer, first, second)

    customer.travel(days=29)
    app = customer.reopen()
    open_plan(app)
    expect(app.get_by_text("Won’t renew. Yours until", exact=False)).to_be_visible()
    assert customer.call("GET", "me")["plan"]["id"] == PLAN.id
    books.agree(customer, first, second)

    assert customer.travel(days=1) == 0
    app = customer.reopen()
    open_plan(app)
    expect(heading(app, say("app.plans.hero"))).to_be_visible()
    assert customer.call("GET", "me")["plan"]["id"] == plans.default().id
    books.agree(customer, first, second)

    disturb(customer)
    books.refund(customer, customer.charge("renewal"))
    books.refund(customer, customer.charge("renewal"))
    if faulty:
        customer.send("/premium")  # overtakes Telegram's update about the refund
    back = (customer.month(), -PLAN.stars)
    assert customer.wallet()["balance"] == PLAN.stars
    customer.page.reload()
    customer.wait_for_message(say("billing.notice.refunded", stars=PLAN.stars))
    expect(customer.says(say("billing.notice.refunded", stars=PLAN.stars))).to_have_count(1)
    expect(customer.says("has renewed for")).to_have_count(1)
    books.agree(customer, first, second, back)


def _hit_the_limit(app: Frame) -> None:
    """The question stays; the paywall says what premium includes, costs, and how to cancel."""
    ask(app, "One more?")
    expect(app.get_by_text(say("error.quota_exhausted.title")).first).to_be_visible()
    app.get_by_role("button", name=say("app.quota.more")).first.click()
    expect(heading(app, say("app.plans.hero.limit"))).to_be_visible()
    expect(heading(app, NAME)).to_be_visible()
    for line in ("All models, including Grok", "300 messages a day", "about 260 pages"):
        expect(app.get_by_text(line, exact=False)).to_be_visible()
    expect(app.get_by_text("every 30 days · cancel any time").first).to_be_visible()
    expect(app.get_by_text(say("app.plans.cancel"))).to_be_visible()


def _premium_opens_at_once(customer: Customer, app: Frame, *, overtake: bool) -> None:
    """The server's confirmation opens it, not the form's result; the waiting question is
    answered."""
    if overtake:
        expect(heading(app, say("app.checkout.confirming"))).to_be_visible()
        assert customer.call("GET", "me")["plan"]["id"] == plans.default().id
        customer.send("/premium")
    expect(heading(app, say("app.thanks.title", plan=NAME))).to_be_visible()
    mine = customer.call("GET", "me")
    assert (mine["plan"]["id"], mine["plan"]["renewal"]) == (PLAN.id, "on")
    assert mine["quota"]["limit"] == plans.limits_of(PLAN.id).messages_a_day
    customer.page.get_by_role("button", name=say("app.thanks.ask")).click()
    wait_for_answer(app)


def _cancel_in_the_app(customer: Customer) -> None:
    app = customer.reopen()
    open_plan(app)
    expect(app.get_by_text(f"for {PLAN.stars} Stars", exact=False)).to_be_visible()
    app.get_by_role("button", name=say("app.subscription.cancel")).click()
    sure = customer.page.get_by_role("alertdialog")
    expect(sure).to_contain_text(say("app.subscription.sure.title"))
    sure.get_by_role("button", name=say("app.subscription.sure.yes")).click()
    expect(app.get_by_text("Won’t renew. Yours until", exact=False)).to_be_visible()
    assert [one["state"] for one in customer.wallet()["subscriptions"]] == ["canceled"]


def _cancel_in_telegram(customer: Customer) -> None:
    """This update overtakes the one about the renewal."""
    customer.page.get_by_role("button", name=played("subscriptions.cancel")).click()
    app = customer.reopen()
    open_plan(app)
    expect(app.get_by_text("Won’t renew. Yours until", exact=False)).to_be_visible()
