"""What the console shows: some people's week, and what they want of the operator."""

import itertools
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from backend.plans import plans
from backend.uuid7 import uuid7
from tests.browser.people import wait_until
from tests.browser.server import Server
from tests.browser.shop import Customer

REFUSED: Final = "zugzwang"
"""What the gallery's server refuses, so that somebody can object."""
RULES: Final = f'[[rule]]\ncategory = "weapons"\nphrases = ["{REFUSED}"]\n'
QUESTION: Final = "When is the best light for photos in Lisbon?"
ASKED: Final = (5, 3, 4, 1, 2, 1)
"""Questions of each of the people, one a day."""
PROVIDER: Final = "compatible"


class Guest(Customer):
    """A person who is never at the page, and only calls the API."""

    _numbers = itertools.count(1)

    def __init__(self, url: str, username: str) -> None:
        self.url = url
        self.name = f"Guest {next(self._numbers)}"
        self._token = ""
        person = {"id": 0, "firstName": self.name, "username": username, "languageCode": "en"}
        self.person_id = self.act({"type": "savePerson", "person": person})["person"]["id"]
        self.act({"type": "pressStart", "personId": self.person_id})
        self.call("PUT", f"consents/{PROVIDER}")

    def ask(self, text: str) -> Iterator[dict[str, Any]]:
        """The events of an answer, with the conversation's id in each."""
        conversation = str(uuid7())
        body = {"id": str(uuid7()), "parentId": None, "text": text, "create": True} | {
            "modelId": "pro"
        }
        with self._open("POST", f"conversations/{conversation}/messages", body) as stream:
            for line in stream:
                if line.startswith(b"data:"):
                    yield json.loads(line[5:]) | {"conversation": conversation}

    def buy(self) -> None:
        """A subscription, paid."""
        plan = plans.of_kind("subscription")[0]
        order = self.call("POST", "subscriptions/checkout", {"planId": plan.id})
        self.top_up(plan.stars)
        slug = order["invoiceLink"]
        opened = self.act({"type": "openInvoice", "personId": self.person_id, "slug": slug})
        paid = {"type": "payInvoice", "personId": self.person_id, "outcome": "pay"}
        self.act(paid | {"slug": opened["sheet"]["slug"]})


def furnish(server: Server) -> int:
    """Let people ask, pay, write to support, object, report and grant a look; the id of the one
    who did all of it."""
    guests = [Guest(server.url, f"guest_{number}") for number, _ in enumerate(ASKED, start=1)]
    for guest, count in zip(guests, ASKED, strict=True):
        for _ in range(count):
            list(guest.ask(QUESTION))
    first = guests[0]
    first.buy()
    first.send("/paysupport I paid on Monday and see the free plan.")
    start, *_ = first.ask(QUESTION)
    reported = {"id": str(uuid7()), "reason": "wrong", "words": "The times are for May."}
    first.call("POST", f"messages/{_answer(first, start)}/report", reported | {"withAnswer": True})
    refused = next(one for one in first.ask(f"What is a {REFUSED}?") if one["type"] == "start")
    appeal = {"words": "It is a problem in chess, composed in 1929."}
    first.call("POST", f"refusals/{_answer(first, refused)}/appeal", appeal)
    look = {"id": str(uuid7()), "conversationId": start["conversation"], "hours": 24}
    first.call("POST", "looks", look)
    _broadcast(server, first)
    _spread(server.data_dir)
    return int(first.person_id)


def _answer(guest: Guest, event: dict[str, Any]) -> str:
    found = guest.call("GET", f"conversations/{event['conversation']}/messages")["items"]
    return next(str(one["id"]) for one in found if one["role"] == "assistant")


def _broadcast(server: Server, owner: Guest) -> None:
    """One that is over, and a draft for some."""
    done, draft = str(uuid7()), str(uuid7())
    owner.call("POST", "console/broadcasts", {"id": done, "text": "Pictures are back."})
    tanya = str(Path(sys.executable).with_name("tanya"))
    command = [tanya, "broadcast", "begin", done, "--yes"]
    subprocess.run(command, env=server.environment, check=True, capture_output=True)
    wanted = {"id": draft, "text": "Tanya Plus is a third cheaper this week.", "planId": "free"}
    owner.call("POST", "console/broadcasts", wanted | {"language": "en"})

    def over() -> bool:
        listed = owner.call("GET", "console/broadcasts")["items"]
        return any(one["id"] == done and one["state"] == "done" for one in listed)

    wait_until(over)


def _spread(data_dir: Path) -> None:
    """Move what was asked over the last days, and who asked to when they first did."""
    with closing(sqlite3.connect(data_dir / "tanya.db", timeout=30)) as database, database:
        rows = database.execute("SELECT user_id, id FROM runs ORDER BY started_at").fetchall()
        for number, (user_id, run_id) in enumerate(rows):
            at = datetime.now(UTC) - timedelta(days=(number * 5) % 7, minutes=number)
            moment = at.strftime("%Y-%m-%d %H:%M:%S.%f")
            database.execute(
                "UPDATE runs SET started_at = ? WHERE user_id = ? AND id = ?",
                (moment, user_id, run_id),
            )
            database.execute(
                "UPDATE users SET created_at = min(created_at, ?) WHERE user_id = ?",
                (moment, user_id),
            )
