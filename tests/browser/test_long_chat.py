"""A conversation of 2,000 messages: only messages near the view have elements."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from playwright.sync_api import Frame, Page, Route, expect

from backend.i18n import translator
from tests.browser.people import composer
from tests.browser.server import Server
from tests.browser.shop import Customer

say = translator("en")
MESSAGES = 2_000
MOST_ELEMENTS = 2_500
FIRST_DRAWN = """
new MutationObserver((_, watch) => {
  if (!document.querySelector(".message")) return;
  watch.disconnect();
  requestAnimationFrame(() => {
    window.firstDrawn = document.querySelectorAll(".message").length;
  });
}).observe(document, { childList: true, subtree: true });
"""
MOST_AT_FIRST = 14
"""Messages that are drawn at once: more than a screen of them, and far less than all near it."""
TOP = "element => element.getBoundingClientRect().top"
LESS_THAN_A_PIXEL = 0.5
"""Positions are rounded to a 64th of a pixel, each time anew as heights above change."""
CONVERSATION = str(UUID(int=7 << 76 | 2 << 62))


def message(number: int) -> dict[str, object]:
    """A message as the API returns it."""
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
    asked = number % 2 == 0
    lines = f"Question {number}" if asked else f"Answer {number}\n\n- one\n- two\n\n`code`"
    return {
        "id": str(UUID(int=number + (7 << 76) + (2 << 62))),
        "parentId": str(UUID(int=number - 1 + (7 << 76) + (2 << 62))) if number else None,
        "role": "user" if asked else "assistant",
        "text": lines,
        "state": "complete",
        "modelId": None,
        "modelName": None,
        "runId": None,
        "errorCode": None,
        "citations": [],
        "createdAt": at.isoformat(),
        "attachments": [],
        "task": None,
        "options": {},
        "searched": False,
        "thinking": None,
    }


def open_long_chat(server: Server, page: Page, *, branch: bool = False) -> Frame:
    """The app with the conversation open; with `branch` at a short branch of its beginning."""
    person = Customer(page, server.url)
    items = [message(number) for number in range(MESSAGES)]
    if branch:
        items.append(message(MESSAGES) | {"parentId": items[1]["id"]})
    tree = {"items": items, "leafId": items[-1]["id"]}

    def answer(route: Route) -> None:
        route.fulfill(json=tree)

    page.route("**/api/conversations/*/messages", answer)
    page.set_viewport_size({"width": 390, "height": 844})
    address, _, fragment = person.launch_url().partition("#")
    page.goto(f"{address}?conversation={CONVERSATION}#{fragment}")
    expect(composer(page.main_frame)).to_be_visible()
    return page.main_frame


def elements(app: Frame) -> int:
    """How many elements the page has."""
    return int(app.evaluate("document.querySelectorAll('*').length"))


def test_two_thousand_messages_can_be_read(server: Server, page: Page) -> None:
    """It opens at its end, and any place can be scrolled to, with few elements throughout."""
    app = open_long_chat(server, page)
    last = app.get_by_text(f"Answer {MESSAGES - 1}", exact=True)
    expect(last).to_be_in_viewport()
    assert elements(app) < MOST_ELEMENTS
    app.evaluate("scrollTo(0, 0)")
    expect(app.get_by_text("Question 0", exact=True)).to_be_in_viewport()
    assert elements(app) < MOST_ELEMENTS
    app.get_by_role("button", name="Scroll to the end").click()
    expect(last).to_be_in_viewport()
    assert elements(app) < MOST_ELEMENTS


def test_reading_position_is_kept(server: Server, page: Page) -> None:
    """Scrolling up over messages that were never drawn does not move the text."""
    app = open_long_chat(server, page)
    expect(app.get_by_text(f"Answer {MESSAGES - 1}", exact=True)).to_be_in_viewport()
    page.mouse.move(200, 400)
    place = """() => {
      const seen = [...document.querySelectorAll(".message")]
        .find((one) => one.getBoundingClientRect().top > 100);
      return [seen.textContent.slice(0, 20), seen.getBoundingClientRect().top];
    }"""
    for _ in range(12):
        page.mouse.wheel(0, -600)
        app.wait_for_timeout(120)
    app.wait_for_timeout(300)
    before = app.evaluate(place)
    app.wait_for_timeout(500)
    assert app.evaluate(place) == before


def test_what_is_in_view_is_drawn_first(server: Server, page: Page) -> None:
    """When a conversation opens, the first frame has the messages that fill the screen; those near
    it follow when the page is idle, and nothing moves."""
    page.add_init_script(FIRST_DRAWN)
    app = open_long_chat(server, page)
    last = app.get_by_text(f"Answer {MESSAGES - 1}", exact=True)
    expect(last).to_be_in_viewport()
    first = int(app.evaluate("window.firstDrawn"))
    assert first <= MOST_AT_FIRST
    top = last.evaluate(TOP)
    expect(app.locator(".message").nth(first + 4)).to_be_attached()
    assert abs(last.evaluate(TOP) - top) < LESS_THAN_A_PIXEL


def test_another_branch_stays_in_its_place(server: Server, page: Page) -> None:
    """The pager of a question at the beginning shows its other branch there, not at its end."""
    app = open_long_chat(server, page, branch=True)
    expect(app.get_by_text(f"Question {MESSAGES}", exact=True)).to_be_in_viewport()
    app.get_by_role("button", name=say("app.branches.before")).click()
    expect(app.get_by_text("Question 2", exact=True)).to_be_in_viewport()
    app.wait_for_timeout(500)
    expect(app.get_by_text("Question 2", exact=True)).to_be_in_viewport()


def test_a_search_leads_to_the_words(server: Server, page: Page) -> None:
    """A conversation that was found by its words opens at the last message that has them."""
    app = open_long_chat(server, page)
    last = app.get_by_text(f"Answer {MESSAGES - 1}", exact=True)
    expect(last).to_be_in_viewport()
    found = {"id": CONVERSATION, "title": "A long talk", "pinned": False, "leafId": None}
    at = {"createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z"}
    listed = {"items": [found | at], "nextCursor": None, "folders": []}
    page.route("**/api/conversations?*q=*", lambda route: route.fulfill(json=listed))
    app.get_by_role("button", name=say("app.chats.open")).click()
    app.get_by_role("searchbox").fill("question 700")
    app.get_by_role("navigation").get_by_text("A long talk").click()
    expect(app.get_by_text("Question 700", exact=True)).to_be_in_viewport()
    app.wait_for_timeout(500)
    expect(app.get_by_text("Question 700", exact=True)).to_be_in_viewport()
