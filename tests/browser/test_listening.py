"""The device reads an answer aloud, all of it, until it is stopped."""

from playwright.sync_api import Page, expect

from backend.i18n import translator
from tests.browser.people import answers, ask, wait_for_answer
from tests.browser.server import Server
from tests.browser.test_app_page import open_on_phone

say = translator("en")
# Chromium has no voices here: the texts given to it are recorded.
VOICES = """
window.spoken = [];
speechSynthesis.speak = (one) => spoken.push([one.text, one.lang]);
speechSynthesis.cancel = () => { window.cancelled = true; };
"""


def test_an_answer_is_read_aloud(server: Server, page: Page) -> None:
    """The text as shown, in the reader's language; pressing again stops it."""
    page.add_init_script(VOICES)
    _, app = open_on_phone(page, server)
    ask(app, "What is the capital of France?")
    wait_for_answer(app)
    answer = answers(app).last
    answer.get_by_role("button", name=say("app.more")).click()
    answer.get_by_role("button", name=say("app.listen"), exact=True).click()
    spoken = page.evaluate("spoken")
    said = "".join(text for text, _ in spoken)
    shown = answer.locator(".answer").inner_text()
    assert "".join(said.split()) == "".join(shown.split())
    assert {language for _, language in spoken} == {"en"}
    page.evaluate("window.cancelled = false")
    answer.get_by_role("button", name=say("app.listen.stop")).click()
    assert page.evaluate("cancelled")
    expect(answer.get_by_role("button", name=say("app.listen.stop"))).to_have_count(0)


def test_a_device_without_voices_says_so(server: Server, page: Page) -> None:
    """Where nothing can be read aloud, pressing Listen says why, and no stop button stays."""
    page.add_init_script(
        "speechSynthesis.speak = (one) => setTimeout(() => one.dispatchEvent("
        "new SpeechSynthesisErrorEvent('error', { error: 'voice-unavailable', utterance: one })));"
    )
    _, app = open_on_phone(page, server)
    ask(app, "What is the capital of France?")
    wait_for_answer(app)
    answer = answers(app).last
    answer.get_by_role("button", name=say("app.more")).click()
    answer.get_by_role("button", name=say("app.listen"), exact=True).click()
    expect(app.locator(".toast-card")).to_contain_text(say("app.listen.failed"))
    expect(answer.get_by_role("button", name=say("app.listen.stop"))).to_have_count(0)
