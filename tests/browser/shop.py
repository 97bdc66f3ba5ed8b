"""What a customer does with Stars, and what the operator sees in the books."""

import csv
import io
import json
import re
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from playwright.sync_api import Frame, Locator, expect

from backend.i18n import translator
from backend.plans import plans
from backend.uuid7 import uuid7
from telegram_emulator.texts import texts_for
from tests.browser.people import Telegram, wait_until
from tests.browser.server import Server

say = translator("en")
played = texts_for("en")
"""The labels of the emulator's own buttons."""

PLAN = plans.of_kind("subscription")[0]
PACK = plans.of_kind("pack")[0]
GIFT = plans.of_kind("gift")[0]
TRIAL = plans.of_kind("trial")[0]
NAME = say(PLAN.name_key)
BOT_MS = 60_000
"""How long a notice of the bot may take: notices are sent every few seconds."""


class Customer(Telegram):
    """A person with Stars, at the emulator's page."""

    def use_up_the_day(self) -> None:
        """Send as many messages as the free plan has, stopping each at its first words."""
        if self.state()["clock"]["now"][11:15] == "23:5":
            self.travel(seconds=900)  # so that the day does not end meanwhile
        daily = plans.limits_of(plans.default().id).messages_a_day
        for number in range(daily):
            if number % 10 == 9:
                self.travel(seconds=20)  # the rate limit allows no more
            self._send_and_stop()
        assert self.call("GET", "me")["quota"]["remaining"] == 0

    def _send_and_stop(self) -> None:
        body = {"id": str(uuid7()), "parentId": None, "text": "Hello", "create": True}
        run = ""
        with self._open("POST", f"conversations/{uuid7()}/messages", body) as stream:
            for line in stream:
                event = json.loads(line[5:]) if line.startswith(b"data:") else {"type": ""}
                if event["type"] == "start":
                    run = event["runId"]
                elif event["type"] == "text" and run:
                    self._open("POST", f"runs/{run}/stop").close()
                    run = ""

    def state(self) -> Any:
        """The state of the emulator."""
        with urllib.request.urlopen(f"{self.url}emulator/state", timeout=30) as answer:
            return json.load(answer)

    def wallet(self) -> Any:
        """The person's Stars, newest entry first, and their subscriptions."""
        mine = (one for one in self.state()["wallets"] if one["personId"] == self.person_id)
        return next(mine, {"balance": 0, "entries": [], "subscriptions": []})

    def charge(self, kind: str) -> str:
        """The newest charge of a kind: payment or renewal."""
        return next(str(one["id"]) for one in self.wallet()["entries"] if one["kind"] == kind)

    def top_up(self, stars: int) -> None:
        """Buy Stars."""
        self.act({"type": "topUp", "personId": self.person_id, "stars": stars})

    def subscribe(self) -> None:
        """Buy a month of the first plan, without looking at the page."""
        self.top_up(PLAN.stars)
        orders: list[Any] = []

        def ordered() -> bool:
            # Telegram is busy with the bot's introduction at first.
            with suppress(HTTPError):
                orders.append(self.call("POST", "subscriptions/checkout", {"planId": PLAN.id}))
            return bool(orders)

        wait_until(ordered)
        (order,) = orders
        slug = urlsplit(order["invoiceLink"]).path.removeprefix("/$")
        mine = {"personId": self.person_id}
        sheet = self.act({"type": "openInvoice", "slug": slug} | mine)["sheet"]
        self.act({"type": "payInvoice", "slug": sheet["slug"], "outcome": "pay"} | mine)
        wait_until(lambda: bool(self.call("GET", "me")["plan"]["id"] == PLAN.id))

    def travel(self, days: int = 0, seconds: int = 0) -> int:
        """Advance the clock; returns the number of renewals attempted meanwhile."""
        if days:
            self._token = ""  # sessions are short
        return int(self.act({"type": "advanceClock", "days": days, "seconds": seconds})["renewals"])

    def faults(self, *kinds: dict[str, Any]) -> None:
        """Set exactly these faults of updates."""
        self.act({"type": "clearFaults"})
        for kind in kinds:
            self.act({"type": "setUpdateFault", **kind})

    def delivered(self) -> list[int]:
        """The ids of the updates that the webhook accepted lately, in order of delivery."""
        lately = sorted(self.state()["traffic"], key=lambda one: int(one["id"]))
        taken = (one["request"] or {} for one in lately if one["direction"] == "update")
        return [request["update_id"] for request in taken if "update_id" in request]

    def month(self) -> str:
        """The emulated month, YYYY-MM."""
        return str(self.state()["clock"]["now"])[:7]

    def reopen(self) -> Frame:
        """Reload the page and the app, as after several days."""
        self.open_emulator(self.page)
        return self.open_app()

    def write(self, text: str) -> None:
        """Write to the bot, in the chat."""
        page = self.emulator_page()
        page.get_by_role("textbox", name="Message").fill(text)
        page.keyboard.press("Enter")

    def says(self, text: str) -> Locator:
        """The bot's messages that contain a text."""
        return self.emulator_page().get_by_role("article").filter(has_text=text)

    def wait_for_message(self, text: str) -> None:
        """Wait until the bot has sent this text."""
        expect(self.says(text).last).to_be_visible(timeout=BOT_MS)

    def was_sent(self, text: str) -> bool:
        """Whether the bot has sent this text, whatever page is open."""
        chats = (
            one for one in self.state()["chats"] if one["head"].get("personId") == self.person_id
        )
        return any(text in str(stored["message"]) for one in chats for stored in one["messages"])

    def sheet(self) -> Locator:
        """Telegram's payment form."""
        return self.page.get_by_role("dialog")

    def send(self, text: str) -> None:
        """Write to the bot from another device."""
        self.act({"type": "sendText", "personId": self.person_id, "text": text})


def open_settings(app: Frame) -> None:
    """Open the settings, from wherever the chat is."""
    app.get_by_role("button", name=say("app.chats.open")).click()
    app.get_by_role("button", name=say("app.settings.title")).click()


def open_page(app: Frame, name: str) -> None:
    """Open one of the screens behind the settings, by its name."""
    open_settings(app)
    app.get_by_role("main").get_by_role("button", name=name).click()


def open_plan(app: Frame) -> None:
    """Open the plan: the paywall, or the subscription."""
    open_settings(app)
    words = say("app.settings.plan.see"), say("app.settings.plan.manage")
    app.get_by_role("button", name=re.compile("|".join(words))).click()


def pick(app: Frame, plan: plans.Plan) -> None:
    """Select a plan to buy."""
    app.get_by_role("radio", name=re.compile(f"^{say(plan.name_key)}")).click()


def go_to_pay(customer: Customer, stars: int) -> None:
    """Press Telegram's main button, which opens the payment form."""
    button = customer.page.get_by_role("button", name=say("app.plans.buy", stars=stars))
    button.click()
    expect(customer.sheet()).to_be_visible()


def pay(customer: Customer, stars: int) -> None:
    """Press Pay in the form."""
    customer.sheet().get_by_role("button", name=f"Pay {stars:,} ★").click()


def heading(app: Frame, text: str) -> Locator:
    """The heading of a screen."""
    return app.get_by_role("heading", name=text)


class Books:
    """The operator's command line beside the running server."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def run(self, *command: str) -> str:
        """Run `tanya …`, which must succeed; returns its output. Where it says that Telegram did
        not answer, which a busy machine brings about, it is run once more."""
        done = self._run(*command)
        if done.returncode and say("error.stars_unavailable.title") in done.stderr:
            done = self._run(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(Path(sys.executable).with_name("tanya")), *command],
            env=self._server.environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def refund(self, customer: Customer, charge_id: str) -> None:
        """Refund a payment."""
        self.run("refund", "--yes", str(customer.person_id), charge_id)

    def statement(self, month: str) -> tuple[int, int, int]:
        """xAI's statement of a month: gross, refunds (negative) and share, in Stars."""
        text = self.run("statement", "--partner", "xai", "--month", month, "--format", "csv")
        lines = {row["line"]: row["stars"] for row in csv.DictReader(io.StringIO(text))}
        return int(lines["gross"]), int(lines["refunds"]), int(lines["share"])

    def agree(self, customer: Customer, *booked: tuple[str, int]) -> None:
        """Check that the ledger, each month's statement and Telegram's balance match what was
        booked: months with Stars, negative for refunds."""
        months = {month for month, _ in booked} or {customer.month()}
        with ThreadPoolExecutor() as at_once:
            checked = at_once.submit(self.run, "ledger-check")
            found = dict(zip(months, at_once.map(self.statement, months), strict=True))
        assert "agree with the entries" in checked.result()
        for month, statement in found.items():
            amounts = [stars for one, stars in booked if one == month]
            gross = sum(stars for stars in amounts if stars > 0)
            refunds = sum(stars for stars in amounts if stars < 0)
            assert statement == (gross, refunds, (gross + refunds) // 2)
        assert customer.state()["botStars"] == sum(stars for _, stars in booked)
