"""Dictating a question: press or hold, transcribed by a provider, edited and sent."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Frame, Page, Playwright, expect

from backend.i18n import translator
from backend.llm.simulation.mock_provider import HEARD, MockProvider
from tests.browser import chromium
from tests.browser.looks import Look, apply_look, faults, in_every_look
from tests.browser.people import ANSWER_MS, composer, wait_for_answer
from tests.browser.server import Server, running
from tests.browser.test_app_page import open_on_phone

say = translator("en")
ARGUMENTS = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
HELD_MS = 900
LISTENS = "/v1/audio/transcriptions"


@pytest.fixture(scope="module")
def groq() -> Iterator[MockProvider]:
    """A provider that transcribes."""
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, daemon=True).start()
    mock = asyncio.run_coroutine_threadsafe(MockProvider().start(), loop).result()
    yield mock
    asyncio.run_coroutine_threadsafe(mock.close(), loop).result()
    loop.call_soon_threadsafe(loop.stop)


@pytest.fixture(scope="module")
def dictating(groq: MockProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with this provider."""
    folder = tmp_path_factory.mktemp("ears")
    models: Path = folder / "models.toml"
    models.write_text(f'[provider.groq]\nbase_url = "{groq.base_url}"\ndiscover = []\n')
    made = Server(
        folder, MODELS_FILE=str(models), GROQ_API_KEY="gsk-" + "a" * 20, LOCAL_MODEL_ENABLED="0"
    )
    with running(made) as server:
        yield server


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium with a microphone that hums."""
    browser = playwright.chromium.launch(
        executable_path=chromium.find(), args=[*chromium.ARGUMENTS, *ARGUMENTS]
    )
    yield browser
    browser.close()


def microphone(app: Frame, name: str = "app.dictate") -> str:
    """The selector of the microphone button, by its label."""
    return f".mic[aria-label='{say(name)}']"


def test_a_question_is_spoken(dictating: Server, groq: MockProvider, page: Page) -> None:
    """Holding the button records; the first time the person is asked whether the recording may be
    sent. The transcript can be edited before it is sent."""
    _, app = open_on_phone(page, dictating)
    mic = app.locator(".mic")
    expect(mic).to_be_visible(timeout=ANSWER_MS)
    mic.hover()
    page.mouse.down()
    expect(app.get_by_role("timer")).to_be_visible()
    page.wait_for_timeout(HELD_MS)
    page.mouse.up()
    app.get_by_role("button", name=say("app.consent.agree")).click()
    expect(composer(app)).to_have_value(HEARD)
    (sent,) = [request for request in groq.received if request.path == LISTENS]
    assert b"webm" in sent.body[:800] or b"OggS" in sent.body
    composer(app).fill(HEARD.replace("France", "Spain"))
    composer(app).press("Enter")
    wait_for_answer(app)
    expect(app.locator("article.user")).to_contain_text("Spain")


def test_the_keyboard_starts_and_stops(dictating: Server, page: Page) -> None:
    """Pressing starts recording, and pressing again inserts the transcript after the existing text;
    Escape discards it."""
    person, app = open_on_phone(page, dictating)
    person.call("PUT", "consents/groq")
    expect(app.locator(".mic")).to_be_visible(timeout=ANSWER_MS)
    app.locator(".mic").press("Enter")
    expect(app.get_by_role("timer")).to_have_text(re.compile("0:0[1-9]"), timeout=ANSWER_MS)
    page.keyboard.press("Escape")
    expect(app.get_by_role("timer")).to_have_count(0)
    composer(app).fill("Tell me:")
    app.locator(".mic").press("Space")
    expect(app.get_by_role("timer")).to_be_visible()
    page.wait_for_timeout(HELD_MS)
    app.locator(".mic.on").press("Space")
    expect(composer(app)).to_have_value(f"Tell me: {HEARD}")


def test_a_tap_keeps_recording_and_sliding_away_discards(
    dictating: Server, groq: MockProvider, page: Page
) -> None:
    """After a short press recording continues without a finger; sliding away discards the
    recording."""
    person, app = open_on_phone(page, dictating)
    person.call("PUT", "consents/groq")
    before = len(groq.received)
    mic = app.locator(".mic")
    expect(mic).to_be_visible(timeout=ANSWER_MS)
    mic.hover()
    page.mouse.down()
    expect(app.get_by_role("timer")).to_be_visible()
    page.mouse.move(60, 600)
    expect(app.get_by_role("timer")).to_have_count(0)
    page.mouse.up()
    assert len(groq.received) == before
    mic.click()
    expect(app.get_by_role("timer")).to_be_visible()
    app.get_by_role("button", name=say("app.dictate.cancel")).click()
    expect(app.get_by_role("timer")).to_have_count(0)
    expect(composer(app)).to_have_value("")


def test_failures_are_shown(dictating: Server, page: Page) -> None:
    """A refused microphone and an unreachable provider are shown above the composer, and the
    recording is kept for another try."""
    person, app = open_on_phone(page, dictating)
    person.call("PUT", "consents/groq")
    mic = app.locator(".mic")
    expect(mic).to_be_visible(timeout=ANSWER_MS)
    page.route("**/api/speech*", lambda route: route.abort())
    mic.press("Enter")
    expect(app.get_by_role("timer")).to_be_visible()
    page.wait_for_timeout(HELD_MS)
    mic.press("Enter")
    expect(app.locator(".dictation-problem")).to_contain_text(say("error.network.title"))
    page.unroute_all()
    app.get_by_role("button", name=say("app.retry")).click()
    expect(composer(app)).to_have_value(HEARD)
    app.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = () =>"
        " Promise.reject(new DOMException('', 'NotAllowedError')); }"
    )
    mic.press("Enter")
    expect(app.locator(".dictation-problem")).to_contain_text(say("app.dictate.denied.title"))


def test_without_a_transcriber_there_is_no_button(
    server: Server, dictating: Server, page: Page
) -> None:
    """There is no button without a provider or without a microphone."""

    def is_missing(app: Frame) -> None:
        # After this sheet the lazily loaded parts are there.
        app.get_by_role("button", name=say("app.attach.title")).click()
        expect(app.get_by_role("dialog")).to_be_visible()
        expect(app.locator(".mic")).to_have_count(0)

    is_missing(open_on_phone(page, server)[1])
    deaf = page.context.new_page()
    deaf.add_init_script("navigator.mediaDevices.enumerateDevices = async () => []")
    is_missing(open_on_phone(deaf, dictating)[1])


@in_every_look
def test_it_looks_right_everywhere(dictating: Server, page: Page, look: Look) -> None:
    """Idle and recording, with and without text: nothing is too wide, and axe finds nothing."""
    person, app = open_on_phone(page, dictating, look.language)
    person.call("PUT", "consents/groq")
    apply_look(page, look)
    mic = app.locator(".mic")
    expect(mic).to_be_visible(timeout=ANSWER_MS)
    assert faults(app, look) == []
    mic.press("Enter")
    expect(app.get_by_role("timer")).to_be_visible()
    assert faults(app, look) == []
    page.keyboard.press("Escape")
    composer(app).fill("Hello")
    mic.press("Enter")
    expect(app.get_by_role("timer")).to_be_visible()
    assert faults(app, look) == []
    timer, stop = app.get_by_role("timer").bounding_box(), mic.bounding_box()
    assert timer is not None
    assert stop is not None
    lower, upper = sorted((timer, stop), key=lambda box: box["x"])
    assert lower["x"] + lower["width"] <= upper["x"]
    page.keyboard.press("Escape")
