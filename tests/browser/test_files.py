"""Files in the Mini App: selected, refused, sent and shown; and generated pictures."""

import re

from playwright.sync_api import FilePayload, Frame, expect

from tests.browser.people import ANSWER_MS, Telegram, ask, composer, wait_for_answer
from tests.fixtures.documents import picture


def choose(telegram: Telegram, app: Frame, name: str, media_type: str, data: bytes) -> None:
    """Select a file from the attachment sheet."""
    app.get_by_role("button", name="Add to your message").click()
    with telegram.page.expect_file_chooser() as opened:
        app.get_by_role("button", name=re.compile("Photo or file")).click()
    opened.value.set_files([FilePayload(name=name, mimeType=media_type, buffer=data)])


def test_a_picture_is_sent_and_shown(telegram: Telegram) -> None:
    """It is shown above the question, sent to a model with vision, and still there after a
    reload."""
    telegram.press_start()
    app = telegram.open_app()
    choose(telegram, app, "sun.jpg", "image/jpeg", picture(size=(400, 300)))
    expect(app.locator(".picked")).to_contain_text("sun.jpg")
    expect(app.locator(".picked [aria-busy=true]")).to_have_count(0)
    ask(app, "What is this?")
    expect(app.locator(".picked")).to_have_count(0)
    assert "simulation" in wait_for_answer(app)
    image = app.locator("article.user .picture img")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.naturalWidth") == 300  # the photo is turned upright


def test_a_refused_file_says_why_and_can_be_removed(telegram: Telegram) -> None:
    """The reason is shown with the file; nothing else is lost."""
    telegram.press_start()
    app = telegram.open_app()
    composer(app).fill("My question")
    choose(telegram, app, "letter.docx", "", b"\x7fELF" + b"\0" * 99)
    expect(app.get_by_role("alert")).to_contain_text("Can’t read this kind of file")
    app.get_by_role("button", name="Remove letter.docx").click()
    expect(app.locator(".picked")).to_have_count(0)
    expect(composer(app)).to_have_value("My question")


def test_pictures_need_a_plan(telegram: Telegram) -> None:
    """Without such a plan the paywall is shown."""
    telegram.press_start()
    app = telegram.open_app()
    app.get_by_role("button", name="Add to your message").click()
    app.get_by_role("button", name=re.compile("Make an image")).click(timeout=ANSWER_MS)
    expect(app.get_by_role("heading", name=re.compile("Tanya Plus")).first).to_be_visible()


def test_an_upload_shows_its_progress(telegram: Telegram) -> None:
    """In percent of the bytes sent, beside the picture from the device; a refusal is shown in the
    same place."""
    telegram.press_start()
    app = telegram.open_app()
    network = telegram.page.context.new_cdp_session(telegram.page)
    network.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 60_000}
    network.send("Network.emulateNetworkConditions", slow)
    noise = picture("PNG", size=(400, 300)) + b"\0" * 400_000
    choose(telegram, app, "sun.png", "image/png", noise)
    row = app.locator(".picked .file")
    expect(row.locator("img.thumbnail")).to_be_visible()
    expect(row).to_contain_text(re.compile(r"Uploading… [1-9]\d?%"), timeout=ANSWER_MS)
    bar = row.get_by_role("progressbar")
    assert 0 < float(bar.evaluate("bar => bar.value")) < 1
    network.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    expect(app.locator(".picked [aria-busy=true]")).to_have_count(0, timeout=ANSWER_MS)
    expect(row.get_by_role("progressbar")).to_have_count(0)
