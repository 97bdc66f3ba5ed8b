"""Further cases of payments in a real browser: too few Stars, Telegram's own settings, failed and
pending payments, two devices, packs, gifts, the trial, lost updates."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from backend.plans import plans
from tests.browser.people import wait_until
from tests.browser.server import Server
from tests.browser.shop import (
    GIFT,
    NAME,
    PACK,
    PLAN,
    TRIAL,
    Books,
    Customer,
    go_to_pay,
    heading,
    open_page,
    open_plan,
    open_settings,
    pay,
    pick,
    played,
    say,
)

OFF = re.compile("^Won’t renew. Yours until")
ON = re.compile("^Renews on")
FREE = plans.default().id


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for these tests, whose books balance at the end; the simulation answers."""
    server = Server(tmp_path_factory.mktemp("shop"), LOCAL_MODEL_ENABLED="false")
    server.start()
    yield server
    try:
        assert "agree with the entries" in Books(server).run("ledger-check")
        assert "balance agrees" in Books(server).run("reconcile")
        assert "Everything matches" in Books(server).run("mismatches")
    finally:
        server.stop()


@pytest.fixture
def customer(shop: Server, page: Page) -> Iterator[Customer]:
    """A person who has pressed Start; faults that a test sets end with it."""
    customer = Customer(page, shop.url)
    customer.press_start()
    yield customer
    customer.faults()


def subscribe(customer: Customer) -> Frame:
    """Buy a month with all Stars; returns the app, back at the chat."""
    customer.top_up(PLAN.stars)
    app = customer.open_app()
    open_plan(app)
    go_to_pay(customer, PLAN.stars)
    pay(customer, PLAN.stars)
    expect(heading(app, say("app.thanks.title", plan=NAME))).to_be_visible()
    customer.page.get_by_role("button", name=say("app.thanks.go")).click()
    return app


def plan_of(customer: Customer) -> str:
    """The person's plan as the server knows it."""
    return str(customer.call("GET", "me")["plan"]["id"])


def press_in_telegrams_settings(customer: Customer, button: str) -> None:
    """Press a button of the subscription in Telegram's own settings, and wait until the bot
    knows."""
    customer.page.get_by_role("button", name=played(f"subscriptions.{button}")).click()
    renewal = "off" if button == "cancel" else "on"
    wait_until(lambda: bool(customer.call("GET", "me")["plan"]["renewal"] == renewal))


def subscriptions(customer: Customer) -> list[tuple[str, bool]]:
    """The states of the subscriptions at Telegram, and whether the person can resume each."""
    mine = customer.wallet()["subscriptions"]
    return [(one["state"], one["canReenable"]) for one in mine]


def test_too_few_stars_at_the_renewal(customer: Customer) -> None:
    """It is shown as failed with its days of grace; paid late it continues, unpaid it ends."""
    subscribe(customer)
    assert customer.travel(days=30, seconds=5) >= 1
    app = customer.reopen()
    open_plan(app)
    expect(app.get_by_text("The renewal couldn’t be paid. Yours until")).to_be_visible()
    assert plan_of(customer) == PLAN.id
    customer.wait_for_message("The renewal of your subscription failed")
    customer.top_up(PLAN.stars)
    press_in_telegrams_settings(customer, "payNow")
    customer.wait_for_message("has renewed for")
    app = customer.reopen()
    open_plan(app)
    expect(app.get_by_text(ON)).to_be_visible()

    customer.travel(days=30, seconds=5)
    assert plan_of(customer) == PLAN.id
    customer.travel(days=3)
    assert plan_of(customer) == FREE
    customer.open_emulator(customer.page)
    customer.wait_for_message(say("billing.notice.ended"))


def test_a_failed_subscription_can_be_cancelled_or_replaced(customer: Customer) -> None:
    """During grace a person can subscribe anew; the old subscription is then stopped at
    Telegram."""
    subscribe(customer)
    customer.travel(days=30, seconds=5)
    app = customer.reopen()
    open_plan(app)
    customer.top_up(2 * PLAN.stars)
    app.get_by_role("button", name=say("app.subscription.more")).click()
    go_to_pay(customer, PLAN.stars)
    pay(customer, PLAN.stars)
    expect(heading(app, say("app.thanks.title", plan=NAME))).to_be_visible()
    # The old one is stopped once the payment for the new one is booked.
    expected = [("failed", False), ("active", False)]
    wait_until(lambda: subscriptions(customer) == expected)


def test_telegrams_own_settings(customer: Customer) -> None:
    """What is cancelled there is shown here. A bot can only allow a subscription again; the app
    says who must do the last step, and shows when it is done."""
    app = subscribe(customer)
    press_in_telegrams_settings(customer, "cancel")
    open_plan(app)
    expect(app.get_by_text(OFF)).to_be_visible()
    press_in_telegrams_settings(customer, "reenable")
    app = customer.reopen()
    open_plan(app)
    expect(app.get_by_text(ON)).to_be_visible()

    app.get_by_role("button", name=say("app.subscription.cancel")).click()
    sure = customer.page.get_by_role("alertdialog")
    sure.get_by_role("button", name=say("app.subscription.sure.no")).click()
    expect(app.get_by_text(ON)).to_be_visible()
    app.get_by_role("button", name=say("app.subscription.cancel")).click()
    sure.get_by_role("button", name=say("app.subscription.sure.yes")).click()
    expect(app.get_by_text(OFF)).to_be_visible()
    reenable = customer.page.get_by_role("button", name=played("subscriptions.reenable"))
    expect(reenable).to_be_disabled()
    expect(app.get_by_text(say("app.subscription.resume.word"))).to_be_visible()
    app.get_by_role("button", name=say("app.subscription.resume"), exact=True).click()
    expect(app.get_by_text(say("app.subscription.resume.last"))).to_be_visible()
    expect(app.get_by_text(OFF)).to_be_visible()
    reenable.click()
    expect(app.get_by_text(ON)).to_be_visible()


def test_the_bot_cancels_and_resumes_too(customer: Customer) -> None:
    """/premium shows the plan, cancelling, and who must do the last step."""
    subscribe(customer)
    customer.open_emulator(customer.page)
    alert = customer.page.get_by_role("alertdialog")
    for button, words in (
        ("cancel", "It will not renew. Tanya Plus stays open until"),
        ("resume", "One step is left, and it is yours: in Telegram’s settings open My Stars"),
    ):
        customer.write("/premium")
        name = say(f"bot.premium.button.{button}")
        customer.page.get_by_role("button", name=name).last.click()
        expect(alert).to_contain_text(words)
        alert.get_by_role("button").click()
    press_in_telegrams_settings(customer, "reenable")
    customer.write("/premium")
    expect(customer.says("Cancel any time before").last).to_be_visible()


def test_a_payment_form_that_is_closed_fails_or_is_pending(customer: Customer) -> None:
    """Closed: nothing is shown. Failed: the reason is shown. Pending: it is waited for, and the
    plan opens once it is paid."""
    customer.top_up(PLAN.stars)
    app = customer.open_app()
    open_plan(app)
    go_to_pay(customer, PLAN.stars)
    customer.sheet().get_by_role("button", name=played("invoice.cancel")).click()
    expect(heading(app, say("app.plans.hero"))).to_be_visible()
    expect(app.get_by_text(say("app.checkout.failed.title"))).to_have_count(0)

    go_to_pay(customer, PLAN.stars)
    customer.sheet().get_by_role("button", name=played("invoice.fail")).click()
    customer.sheet().get_by_role("button", name=played("dialog.close")).click()
    expect(app.get_by_text(say("app.checkout.failed.title"))).to_be_visible()
    assert customer.wallet()["balance"] == PLAN.stars

    go_to_pay(customer, PLAN.stars)
    customer.sheet().get_by_role("button", name=played("invoice.pending")).click()
    expect(heading(app, say("app.checkout.confirming"))).to_be_visible()
    assert plan_of(customer) == FREE
    settle = customer.page.get_by_role("button", name=played("wallet.settlePaid"))
    settle.click()
    expect(heading(app, say("app.thanks.title", plan=NAME))).to_be_visible()
    assert plan_of(customer) == PLAN.id


def test_two_devices_pay_once(customer: Customer) -> None:
    """Both get an invoice; the second is refused with a reason before any Stars move."""
    customer.top_up(2 * PLAN.stars)
    other = customer.call("POST", "subscriptions/checkout", {"planId": PLAN.id})
    app = customer.open_app()
    open_plan(app)
    go_to_pay(customer, PLAN.stars)
    pay(customer, PLAN.stars)
    expect(heading(app, say("app.thanks.title", plan=NAME))).to_be_visible()
    closed = customer.act(
        {
            "type": "payInvoice",
            "personId": customer.person_id,
            "slug": other["invoiceLink"],
            "outcome": "pay",
        }
    )
    assert (closed["status"], closed["error"]) == (
        "failed",
        say("billing.refusal.already_subscribed"),
    )
    assert customer.wallet()["balance"] == PLAN.stars
    assert len(customer.wallet()["subscriptions"]) == 1


def test_a_pack(customer: Customer) -> None:
    """Messages that do not expire are shown in the settings."""
    customer.top_up(PACK.stars)
    app = customer.open_app()
    open_plan(app)
    pick(app, PACK)
    go_to_pay(customer, PACK.stars)
    pay(customer, PACK.stars)
    expect(heading(app, say("app.thanks.pack.title"))).to_be_visible()
    customer.page.get_by_role("button", name=say("app.thanks.go")).click()
    open_settings(app)
    expect(app.get_by_text(f"plus {PACK.credits} extra messages")).to_be_visible()
    assert customer.call("GET", "me")["quota"]["credits"] == PACK.credits


def test_a_gift(customer: Customer, shop: Server, browser: Browser) -> None:
    """Bought here, opened once by somebody else through its link."""
    customer.top_up(GIFT.stars)
    app = customer.open_app()
    open_plan(app)
    pick(app, GIFT)
    go_to_pay(customer, GIFT.stars)
    pay(customer, GIFT.stars)
    expect(heading(app, say("app.thanks.gift.title"))).to_be_visible()
    customer.page.get_by_role("button", name=say("app.thanks.gift.go")).click()
    customer.wait_for_message("Send this link")
    link = customer.says("Send this link").get_by_role("link", name="start=gift_").inner_text()
    code = re.search(r"gift_[\w-]+", link)
    assert code is not None
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="en-US")
    friend = Customer(context.new_page(), shop.url)
    start = {"type": "pressStart", "personId": friend.person_id, "parameter": code[0]}
    friend.act(start)
    friend.wait_for_message("Your gift is open: 30 days of Tanya Plus.")
    assert plan_of(friend) == PLAN.id
    app = friend.open_app()
    open_plan(app)
    expect(app.get_by_text(re.compile("^Yours until"))).to_be_visible()
    context.close()
    customer.wait_for_message(say("billing.notice.gift_opened"))
    customer.act(start | {"personId": customer.person_id})
    customer.wait_for_message(say("error.gift_used.title"))
    assert plan_of(customer) == FREE


def test_the_trial(customer: Customer) -> None:
    """Started in the app, once; the person is reminded of its end, and it ends by itself."""
    app = customer.open_app()
    open_plan(app)
    app.get_by_role("button", name=re.compile("^Try it free for 3 days")).click()
    title = say("app.thanks.title", plan=say(TRIAL.name_key))
    expect(heading(app, title)).to_be_visible()
    assert plan_of(customer) == PLAN.id
    customer.page.get_by_role("button", name=say("app.thanks.go")).click()
    customer.travel(days=2, seconds=60)
    customer.open_emulator(customer.page)
    customer.wait_for_message("Your trial ends on")
    customer.travel(days=1)
    assert plan_of(customer) == FREE
    customer.wait_for_message(say("billing.notice.ended"))
    customer.write("/premium")
    offer = customer.page.get_by_role("button", name=re.compile(f"^{NAME} · {PLAN.stars}"))
    expect(offer.last).to_be_visible()
    expect(customer.page.get_by_role("button", name="Try it free")).to_have_count(0)


def test_the_trial_in_the_chat_and_a_muted_notice(customer: Customer) -> None:
    """The bot offers it too. Whoever muted the notice of its end gets none, and the choice is
    kept."""
    app = customer.open_app()
    open_page(app, say("app.notices.title"))
    name = say("billing.notice_name.trial_ending")
    with customer.page.expect_response(lambda answer: answer.request.method == "PATCH"):
        app.get_by_role("switch", name=name).click()
    expect(app.get_by_role("switch", name=name)).not_to_be_checked()
    app = customer.reopen()
    open_page(app, say("app.notices.title"))
    expect(app.get_by_role("switch", name=name)).not_to_be_checked()
    expect(app.get_by_role("switch", name=say("billing.notice_name.ended"))).to_be_checked()
    customer.open_emulator(customer.page)
    customer.write("/premium")
    customer.page.get_by_role("button", name="Try it free for 3 days").last.click()
    alert = customer.page.get_by_role("alertdialog")
    expect(alert).to_contain_text("The trial ends by itself, and nothing is charged.")
    alert.get_by_role("button").click()
    assert plan_of(customer) == PLAN.id
    other = Customer(customer.page, customer.url)
    other.act({"type": "pressStart", "personId": other.person_id})
    other.call("POST", "subscription/trial")
    customer.travel(days=2, seconds=60)
    wait_until(lambda: other.was_sent("Your trial ends on"))
    customer.travel(days=1)
    customer.wait_for_message(say("billing.notice.ended"))
    expect(customer.says("Your trial ends on")).to_have_count(0)


def test_a_lost_payment_is_found(customer: Customer, shop: Server) -> None:
    """Telegram's update never came: reconciliation with Telegram's list opens premium."""
    customer.top_up(PLAN.stars)
    app = customer.open_app()
    open_plan(app)
    customer.faults({"kind": "lost", "count": 1, "updateTypes": ["message"]})
    go_to_pay(customer, PLAN.stars)
    pay(customer, PLAN.stars)
    expect(heading(app, say("app.checkout.confirming"))).to_be_visible()
    customer.page.wait_for_timeout(1_000)
    assert plan_of(customer) == FREE
    assert "balance agrees" in Books(shop).run("reconcile")
    expect(heading(app, say("app.thanks.title", plan=NAME))).to_be_visible()
    assert plan_of(customer) == PLAN.id
