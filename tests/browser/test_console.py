"""The operator's console: a person is helped, and nobody else has access."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.people import wait_until
from tests.browser.server import Server, running
from tests.browser.shop import Customer, open_settings

FIRST = 700000101
"""The emulator's id of the first person that a test creates."""


ROLES = {
    "SUPPORT_IDS": [
        "A person",
        "Messages to support",
        "Objections and reports",
        "What is on, and limits",
    ],
    "FINANCE_IDS": ["A person", "Figures", "Statements", "What is on, and limits", "Server"],
    "READER_IDS": ["A person", "Figures", "What is on, and limits", "Server"],
}
"""The pages of each role, by its setting."""


@pytest.fixture
def console_server(tmp_path: Path) -> Iterator[Server]:
    """A server whose owner is Ann."""
    made = Server(tmp_path, ADMIN_IDS=str(FIRST), LOCAL_MODEL_ENABLED="false")
    with running(made) as server:
        yield server


@pytest.fixture
def server_of_roles(tmp_path: Path) -> Iterator[Server]:
    """A server whose first people have one role each, in their order."""
    ids = {role: str(FIRST + number) for number, role in enumerate(ROLES)}
    with running(Server(tmp_path, LOCAL_MODEL_ENABLED="false", **ids)) as server:
        yield server


def confirm(operator: Customer) -> None:
    """Press Yes below the bot's newest question, once it has arrived."""

    def questions() -> list[tuple[int, str]]:
        chat = next(
            one
            for one in operator.state()["chats"]
            if one["head"]["personId"] == operator.person_id
        )
        found = []
        for stored in chat["messages"]:
            message = stored["message"]
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                data = row[0].get("callback_data", "")
                if data.startswith("operator:yes:"):
                    found.append((message["message_id"], data))
        return found

    wait_until(lambda: len(questions()) > 0)
    number, data = questions()[-1]
    press = {"type": "pressButton", "personId": operator.person_id, "messageId": number}
    operator.act(press | {"data": data})


def test_a_person_is_looked_up_and_helped(console_server: Server, page: Page) -> None:
    """Somebody is found by the link they give, and a name that nobody has finds nobody. A plan is
    given once it is confirmed in the chat, a ban too, a limit at once; what is written to support
    stands there to be answered; a message to many is written and sent; the charts have a bar for
    each day that is asked for."""
    ann = Customer(page, console_server.url)
    named = {"id": FIRST, "firstName": ann.name, "username": "Ann_Example"}
    ann.act({"type": "savePerson", "person": named})
    ann.press_start()
    app = ann.open_app()
    open_settings(app)
    app.get_by_role("button", name="Console").click()
    expect(app.get_by_role("heading", level=1)).to_have_text("Console")
    app.get_by_role("button", name="A person").click()
    sought, find = app.get_by_label("Id or @name"), app.get_by_role("button", name="Look up")
    expect(find).to_be_disabled()
    sought.fill("@nobody_here")
    find.click()
    expect(app.get_by_text("Nobody of this name is known").first).to_be_visible()
    sought.fill("https://t.me/ann_example")
    find.click()
    expect(app.get_by_text(str(FIRST), exact=True)).to_be_visible()
    expect(app.get_by_text("of 20 messages")).to_be_visible()
    app.get_by_role("button", name="Give 30 days of Tanya Plus").click()
    expect(app.get_by_text("confirm it there").first).to_be_visible()
    confirm(ann)
    expect(app.get_by_text("of 300 messages")).to_be_visible()
    assert ann.call("GET", "me")["plan"]["id"] == "premium"
    app.get_by_label("Most messages a day").fill("5")
    app.get_by_role("button", name="Limit", exact=True).click()
    expect(app.get_by_text("of 5 messages")).to_be_visible()
    app.get_by_label("Most messages a day").fill("")
    app.get_by_role("button", name="Lift the limit").click()
    expect(app.get_by_text("of 300 messages")).to_be_visible()
    app.get_by_role("button", name="Ban").click()
    page.get_by_role("button", name="Ban").last.click()
    confirm(ann)
    wait_until(lambda: ann.call("GET", f"console/people/{FIRST}")["bannedUntil"] is not None)
    expect(app.get_by_text("Banned until")).to_be_visible()
    app.get_by_role("button", name="Lift the ban").click()
    expect(app.get_by_role("button", name="Ban", exact=True)).to_be_visible()
    turn_to(app, "Messages to support")
    expect(app.get_by_text("Nobody is waiting for an answer.")).to_be_visible()
    turn_to(app, "Messages to many")
    app.get_by_label("Text of the message").fill("We are back.")
    app.get_by_role("button", name="Keep as a draft").click()
    expect(app.get_by_text("A draft, for 1 person")).to_be_visible()
    app.get_by_role("button", name="Send", exact=True).click()
    page.locator("button", has_text="Send").last.click()  # the chat's own has no text
    confirm(ann)
    expect(app.get_by_text("Over:").or_(app.get_by_text("Under way:")).first).to_be_visible()
    turn_to(app, "Figures")
    expect(app.get_by_text("People a day")).to_be_visible()
    app.get_by_role("button", name="30 days").click()
    expect(app.get_by_role("button", name="30 days", pressed=True)).to_be_visible()
    expect(app.locator(".bars").first.locator("rect")).to_have_count(30)
    turn_to(app, "What is on, and limits")
    expect(app.get_by_role("switch", name="Shared links")).to_be_visible()
    turn_to(app, "Server")
    expect(app.get_by_text("Revision of the database")).to_be_visible()


def test_a_role_has_its_pages(server_of_roles: Server, page: Page) -> None:
    """What the role may not do is not there, and everybody sees what is on."""
    for pages in ROLES.values():
        ann = Customer(page, server_of_roles.url)
        ann.press_start()
        app = ann.open_app()
        open_settings(app)
        app.get_by_role("button", name="Console").click()
        rows = app.locator("[data-screen='console'] .field[data-opens] .field-name")
        expect(rows).to_have_text(pages)
        expect(app.get_by_role("switch", name="Maintenance")).to_have_count(0)
        page.goto("about:blank")


def turn_to(app: Frame, name: str) -> None:
    """Another page of the console."""
    app.page.locator(".app-header").get_by_role("button", name="Back").click()
    app.get_by_role("button", name=name).click()
    expect(app.get_by_role("heading", level=1)).to_have_text(name)


def test_others_have_no_console(server: Server, page: Page) -> None:
    """Only operators have the row in Settings."""
    ann = Customer(page, server.url)
    ann.press_start()
    app = ann.open_app()
    open_settings(app)
    expect(app.get_by_role("button", name="Your data")).to_be_visible()
    expect(app.get_by_role("button", name="Console")).to_have_count(0)
