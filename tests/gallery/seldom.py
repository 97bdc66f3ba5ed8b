"""The screens that an ordinary day does not show: speaking, what is asked before a voice leaves, a
refusal and its appeal, who looked at one's data, a gift, a subscription that runs, a picture by
itself."""

import uuid
from collections.abc import Callable

from playwright.sync_api import Frame, Page, expect

from backend.i18n import Translator
from tests.browser.people import ANSWER_MS, composer
from tests.browser.shop import Customer
from tests.gallery.operated import REFUSED

Shot = Callable[[str], None]
"""Takes a picture of the screen, under a name."""
Reopen = Callable[[str], None]
"""Opens the app anew by a link with that start parameter."""

MICROPHONE = """
const devices = navigator.mediaDevices;
if (devices) {
  devices.enumerateDevices = async () => [{ kind: "audioinput", deviceId: "one", label: "" }];
  devices.getUserMedia = async () => {
    const context = new AudioContext();
    const hum = context.createOscillator();
    const end = context.createMediaStreamDestination();
    hum.connect(end);
    hum.start();
    return end.stream;
  };
}
"""
"""A microphone that hums, for browsers that have none."""


def speak(app: Frame, say: Translator, shot: Shot) -> None:
    """Hold to speak, and the question before a voice leaves for the first time."""
    microphone = app.locator(".mic")
    expect(microphone).to_be_visible(timeout=ANSWER_MS)
    microphone.press("Enter")
    expect(app.get_by_role("timer")).to_be_visible()
    shot("speaking")
    microphone.press("Enter")
    expect(app.locator(".consent .main-button")).to_be_visible(timeout=ANSWER_MS)
    shot("consent")
    app.page.keyboard.press("Escape")
    closes = app.locator(".dictation-problem").get_by_role("button", name=say("app.close"))
    closes.press("Enter")


def widen(app: Frame, say: Translator, shot: Shot) -> None:
    """The answer's table with the screen to itself, upright and on its side."""
    table = app.locator("figure:has(.table)")
    if not table.count():
        return
    table.get_by_role("button", name=say("app.markdown.widen")).press("Enter")
    viewer = app.locator("dialog.viewer")
    expect(viewer.locator("table")).to_be_visible()
    shot("viewer")
    turn = viewer.get_by_role("button", name=say("app.viewer.turn"))
    if turn.count():
        turn.press("Enter")
        shot("viewer-turned")
    app.page.keyboard.press("Escape")


def be_refused(app: Frame, say: Translator, shot: Shot) -> None:
    """A question that the operator's rules refuse, and asking for a second look."""
    composer(app).fill(f"What is a {REFUSED}?")
    app.locator(".send").click()
    appeal = app.get_by_role("button", name=say("app.appeal"), exact=True)
    expect(appeal).to_be_visible(timeout=ANSWER_MS)
    shot("refused")
    appeal.press("Enter")
    expect(app.get_by_label(say("app.appeal.label"))).to_be_visible()
    shot("appeal")
    app.page.keyboard.press("Escape")


def be_looked_at(app: Frame, person: Customer, shot: Shot) -> None:
    """Who opened the data: support may, for a day, and has."""
    (conversation, *_) = person.call("GET", "conversations")["items"]
    look = {"id": str(uuid.uuid4()), "conversationId": conversation["id"], "hours": 24}
    person.call("POST", "looks", look)
    person.call("GET", f"console/people/{person.person_id}/looks/{look['id']}")
    app.locator(".field[data-opens=data]").click()
    app.locator(".field[data-opens=accesses]").click()
    expect(app.locator(".accesses")).to_be_visible()
    shot("accesses")


def pay(page: Page, person: Customer, reopen: Reopen, shot: Shot) -> None:
    """A gift that a link brings, and what is shown while a subscription runs."""
    reopen("gift_bm90LXRoZXJl")
    expect(page.locator(".hero .mark.gold")).to_be_visible(timeout=ANSWER_MS)
    shot("gift")
    person.subscribe()
    reopen("settings_subscription")
    expect(page.locator(".hero .mark.gold")).to_be_visible(timeout=ANSWER_MS)
    shot("subscription")
