"""What the app does with Telegram around it: leave to write, the home screen, the whole screen,
messages and stories for other chats, its buttons; and files from camera, clipboard and desk."""

import base64
import re
from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, FilePayload, Frame, Page, ViewportSize, expect

from backend.i18n import translator
from tests.browser.native import PHONE, open_natively, posted
from tests.browser.people import ANSWER_MS, ask, composer, wait_for_answer, wait_until
from tests.browser.server import Server
from tests.browser.shop import Customer, open_settings
from tests.fixtures.documents import picture
from tests.gallery.scene import PROVIDER, QUESTION

say = translator("en")
ALLOWED = '{ web_app_request_write_access: ["write_access_requested", { status: "allowed" }] }'
DECLINED = ALLOWED.replace("allowed", "cancelled")
WRITE = "web_app_request_write_access"
WIDE: ViewportSize = {"width": 1280, "height": 860}
"""The emulator's page, where people are chosen, is no phone's."""

TRANSFER = """([name, data]) => {
  const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
  const moved = new DataTransfer();
  moved.items.add(new File([bytes], name, { type: "image/jpeg" }));
  return moved;
}"""


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A page that is touched."""
    context = browser.new_context(
        viewport=WIDE,
        has_touch=True,
        is_mobile=True,
        locale="en-US",
        reduced_motion="reduce",
    )
    yield context.new_page()
    context.close()


def schedule(app: Frame) -> None:
    """Have a question asked every morning."""
    open_settings(app)
    app.locator(".field[data-opens=schedules]").click()
    app.get_by_label(say("app.schedules.question")).fill("What is new?")
    app.get_by_role("button", name=say("app.schedules.add")).click()


def test_leave_to_write_is_asked_before_the_first_hand_off(server: Server, page: Page) -> None:
    """Who never pressed Start is asked with the first question, once; who did is not."""
    person = Customer(page, server.url)
    app = open_natively(person, answers=ALLOWED)
    for number, question in enumerate(("Say hello", "Say it again"), 1):
        ask(app, question)
        wait_for_answer(app, number)
    assert len(posted(page, WRITE)) == 1
    person.act({"type": "pressStart", "personId": person.person_id})
    app = open_natively(person, answers=ALLOWED)
    ask(app, "And once more")
    wait_for_answer(app)
    assert posted(page, WRITE) == []


def test_what_only_the_bot_can_bring_needs_its_leave(server: Server, page: Page) -> None:
    """A scheduled question is not taken while the bot may not write; the toast says how to allow
    it. Allowed, it is."""
    person = Customer(page, server.url)
    schedule(open_natively(person, answers=DECLINED))
    expect(page.locator(".toast-card")).to_contain_text(say("app.write.title"))
    assert person.call("GET", "schedules")["items"] == []
    schedule(open_natively(person, answers=ALLOWED))
    wait_until(lambda: len(person.call("GET", "schedules")["items"]) == 1)


def test_the_app_goes_to_the_home_screen(server: Server, page: Page) -> None:
    """Where it is missing there is a row, until it is there; where there is none, no row."""
    answers = """{
      web_app_check_home_screen: ["home_screen_checked", { status: "missed" }],
      web_app_add_to_home_screen: ["home_screen_added", {}],
    }"""
    person = Customer(page, server.url)
    open_settings(open_natively(person, answers=answers))
    row = page.get_by_role("button", name=say("app.home.add"))
    row.click()
    expect(row).to_have_count(0)
    assert len(posted(page, "web_app_add_to_home_screen")) == 1
    open_settings(open_natively(person, answers=answers.replace("missed", "added")))
    expect(page.locator(".field[data-opens=language]")).to_be_visible()
    expect(row).to_have_count(0)


def test_a_table_takes_the_screen_and_turns(scene: Server, phone: Page) -> None:
    """The whole screen while it is shown, held as it is while it lies on its side; both are given
    back. An app that had the whole screen before keeps it."""
    person = Customer(phone, scene.url)
    person.call("PUT", f"consents/{PROVIDER}")
    full = '{ web_app_request_fullscreen: ["fullscreen_changed", { is_fullscreen: true }] }'
    app = open_natively(person, answers=full)
    ask_with_table(app)
    table = app.locator("figure:has(.table)")
    table.get_by_role("button", name=say("app.markdown.copy")).click()
    table.get_by_role("button", name=say("app.markdown.widen")).click()
    viewer = app.get_by_role("dialog", name=say("app.markdown.widen"))
    expect(viewer.locator("td").first).to_have_text("March")
    upright = viewer.locator("table").bounding_box()
    assert upright is not None
    assert upright["width"] > 0.85 * PHONE["width"]
    viewer.get_by_role("button", name=say("app.viewer.turn")).click()
    locks = partial(posted, phone, "web_app_toggle_orientation_lock")
    wait_until(lambda: locks() == [{"locked": True}])
    on_its_side = viewer.locator("table").bounding_box()
    assert on_its_side is not None
    assert (upright["width"] > upright["height"]) != (on_its_side["width"] > on_its_side["height"])
    app.evaluate("tell('back_button_pressed')")
    expect(viewer).to_have_count(0)
    wait_until(lambda: locks()[-1] == {"locked": False})
    assert len(posted(phone, "web_app_exit_fullscreen")) == 1
    app.evaluate("answersTo.web_app_request_fullscreen = ['fullscreen_failed', {}]")
    table.get_by_role("button", name=say("app.markdown.widen")).click()
    expect(viewer).to_be_visible()
    phone.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    assert len(posted(phone, "web_app_exit_fullscreen")) == 1


def ask_with_table(app: Frame) -> None:
    """The gallery's question, whose answer has a table."""
    app.locator(".model-pill").click()
    app.get_by_role("radio", name="Example Pro").click()
    composer(app).fill(QUESTION["en"])
    app.locator(".send").click()
    wait_for_answer(app)
    expect(app.locator(".answer .table")).to_be_visible(timeout=ANSWER_MS)


def test_an_answer_goes_to_another_chat(server: Server, page: Page) -> None:
    """The bot prepares the message, Telegram has a chat chosen; then the sheet is gone."""
    person = Customer(page, server.url)
    person.act({"type": "pressStart", "personId": person.person_id})
    app = open_natively(
        person, answers='{ web_app_send_prepared_message: ["prepared_message_sent"] }'
    )
    ask(app, "Say hello")
    wait_for_answer(app)
    app.locator("article.assistant").get_by_role("button", name=say("app.more")).click()
    app.get_by_role("button", name=say("app.share.answer")).click()
    app.get_by_role("button", name=say("app.share.chat")).click()
    expect(app.get_by_role("dialog")).to_have_count(0)
    (prepared,) = posted(page, "web_app_send_prepared_message")
    assert prepared["id"]


def test_a_picture_goes_to_a_story(server: Server, page: Page) -> None:
    """By an address of its own, from which Telegram's app fetches it without a session; the picture
    by itself has the whole screen."""
    person = Customer(page, server.url)
    person.subscribe()
    app = open_natively(person)
    app.get_by_role("button", name=say("app.attach.title")).click()
    app.get_by_role("button", name=re.compile(say("app.task.image"))).click(timeout=ANSWER_MS)
    ask(app, "A red balloon")
    wait_for_answer(app)
    app.get_by_role("button", name=re.compile(say("app.attach.picture"))).click()
    expect(app.locator("dialog.viewer img")).to_be_visible()
    page.keyboard.press("Escape")
    app.locator("article.assistant").get_by_role("button", name=say("app.more")).click()
    app.get_by_role("button", name=say("app.share.answer")).click()
    app.get_by_role("button", name=say("app.share.story")).click()
    wait_until(lambda: len(posted(page, "web_app_share_to_story")) == 1)
    (story,) = posted(page, "web_app_share_to_story")
    fetched = page.request.get(server.url.rstrip("/") + "/" + story["media_url"].split("/", 3)[3])
    assert fetched.ok
    assert fetched.headers["content-type"].startswith("image/")


def test_telegrams_buttons_walk_the_screens(server: Server, page: Page) -> None:
    """Settings opens the settings; Back is there while there is somewhere to go back to. A gift has
    Telegram's main button to be opened and its secondary one for later."""
    person = Customer(page, server.url)
    app = open_natively(person, source="direct", startParam="gift_bm90LXRoZXJl")
    expect(app.get_by_role("heading", name=say("app.gift.hero"))).to_be_visible(timeout=ANSWER_MS)
    assert posted(page, "web_app_setup_main_button")[-1]["text"] == say("app.gift.open")
    assert posted(page, "web_app_setup_secondary_button")[-1]["text"] == say("app.consent.later")
    expect(app.locator(".main-button")).to_have_count(0)
    app.evaluate("tell('main_button_pressed')")
    expect(app.locator(".problem")).to_be_visible()
    app.evaluate("tell('secondary_button_pressed')")
    expect(composer(app)).to_be_visible()
    for button in ("main", "secondary", "back"):
        told = partial(posted, page, f"web_app_setup_{button}_button")
        wait_until(lambda told=told: not told()[-1]["is_visible"])  # type: ignore[misc]
    app.evaluate("tell('settings_button_pressed')")
    expect(app.get_by_role("heading", level=1)).to_have_text(say("app.settings.title"))
    assert posted(page, "web_app_setup_back_button")[-1]["is_visible"]
    app.evaluate("tell('back_button_pressed')")
    expect(composer(app)).to_be_visible()


def test_a_photo_is_taken(server: Server, phone: Page) -> None:
    """What is touched has a camera: its picture stands above the text."""
    app = open_natively(Customer(phone, server.url))
    app.get_by_role("button", name=say("app.attach.title")).click()
    with phone.expect_file_chooser() as opened:
        app.get_by_role("button", name=say("app.attach.camera")).click()
    field = opened.value.element
    assert field.evaluate("it => [it.accept, it.getAttribute('capture')]") == [
        "image/*",
        "environment",
    ]
    opened.value.set_files(FilePayload(name="sun.jpg", mimeType="image/jpeg", buffer=picture()))
    expect(app.locator(".picked")).to_contain_text("sun.jpg")


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_files_come_from_the_desk_and_the_clipboard(server: Server, page: Page, way: str) -> None:
    """Dragged over the page they are welcomed; let go or pasted they are the question's."""
    app = open_natively(Customer(page, server.url))
    expect(app.locator(".start").first).to_be_visible()
    held = page.evaluate_handle(
        TRANSFER, ["sun.jpg", base64.b64encode(picture("JPEG", size=(40, 30))).decode()]
    )
    if way == "drop":
        page.dispatch_event(".welcome", "dragover", {"dataTransfer": held})
        expect(app.locator(".drop")).to_have_text(say("app.attach.drop"))
        page.dispatch_event(".welcome", "drop", {"dataTransfer": held})
        expect(app.locator(".drop")).to_have_count(0)
    else:
        page.evaluate(
            """(held) => document.querySelector(".composer-text").dispatchEvent(
              new ClipboardEvent("paste", { clipboardData: held, bubbles: true }))""",
            held,
        )
    expect(app.locator(".picked")).to_contain_text("sun.jpg")
    expect(app.locator(".picked [aria-busy=true]")).to_have_count(0, timeout=ANSWER_MS)
