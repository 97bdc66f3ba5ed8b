"""The README's pictures, light and dark, for docs/pictures: `make gallery LOOK=--readme`."""

import io
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, expect

from tests.browser.people import ask, wait_for_answer
from tests.browser.shop import Customer
from tests.gallery.scene import PROVIDER, QUESTION

PICTURES: Final = Path(__file__).parents[2] / "docs" / "pictures"
LOOKS: Final = ("small-ios-light-en", "small-ios-dark-en")
SCREENS: Final = {"chat": "chat", "plans": "plans", "receipts": "privacy"}
"""Of the walk's screens those that the README shows, and what it calls them."""
SCALE: Final = 2
"""Pixels of the picture for each of the page's."""


def keep(name: str, scheme: str, taken: bytes) -> None:
    """Keep a picture for the README."""
    dark = "-dark" if scheme == "dark" else ""
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    picture.save(PICTURES / f"{name}{dark}.webp", quality=78, method=6)


def take_emulator(browser: Browser, url: str, scheme: str) -> None:
    """The emulator's page, with the Mini App open beside the chat with the bot."""
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        device_scale_factor=SCALE,
        viewport={"width": 1280, "height": 820},
        locale="en-US",
    )
    person = Customer(context.new_page(), url)
    person.press_start()
    person.call("PUT", f"consents/{PROVIDER}")
    app = person.open_app()
    app.locator(".model-pill").click()
    app.get_by_role("radio", name="Example Pro").click()
    ask(app, QUESTION["en"])
    wait_for_answer(app)
    expect(app.locator(".chip").first).to_be_visible()
    person.page.wait_for_timeout(1_000)
    keep("emulator", scheme, person.page.screenshot())
    context.close()
