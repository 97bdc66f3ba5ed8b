"""Takes the pictures of `surfaces.py` and writes down what left in each: in .data/gallery, and with
`accepting` in docs/pictures and docs/surfaces.md."""

import asyncio
import hashlib
import io
import json
import tempfile
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.async_api import Browser, async_playwright

from backend.bot.answering import placed
from backend.bot.chats import group_memory
from backend.db import new_master_key
from backend.privacy.tables import receipts
from backend.settings import Settings
from tests.browser import chromium
from tests.fixtures.chat import BotChat, chatting
from tests.gallery.surfaces import SURFACES, Surface
from tests.integration.files.conftest import open_premium

FOLDER: Final = Path(".data/gallery")
PICTURES: Final = Path("docs/pictures")
PAGE: Final = Path("docs/surfaces.md")
BEGIN, END = "<!-- receipts: begin -->\n", "\n<!-- receipts: end -->"
TOKEN: Final = "1000000001:AATokenOfTheGalleryThatTelegramNeverMade"
NAME: Final = "Ann"
SETTLED_MS: Final = 700
TO_THE_END: Final = """phone => {
  for (const one of phone.querySelectorAll("*")) one.scrollTop = one.scrollHeight;
}"""


def take_all(part: str = "", *, accepting: bool = False) -> None:
    """Play every surface whose name holds `part`; with `accepting`, all of them for the docs."""
    asyncio.run(_take_all(part, accepting=accepting))


async def _take_all(part: str, *, accepting: bool) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
        )
        for surface in SURFACES:
            if part in surface.name:
                print(surface.name, flush=True)
                lines += await _take(browser, surface)
        await browser.close()
    (FOLDER / "surfaces.md").write_text("\n".join(lines))
    if accepting:
        _accept(lines)


def _accept(lines: list[str]) -> None:
    for surface in SURFACES:
        taken = Image.open(FOLDER / f"surface-{surface.name}.png").convert("RGB")
        taken.save(PICTURES / f"surface-{surface.name}.webp", quality=70, method=6)
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(before + BEGIN + "\n" + "\n".join(lines) + END + after)


async def _take(browser: Browser, surface: Surface) -> list[str]:
    patch = pytest.MonkeyPatch()
    patch.setattr(placed, "PAUSE_SECONDS", 0.05)
    patch.setattr(group_memory, "KNOWN_SECONDS", 0.0)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            data_dir=Path(folder) / "data", master_key=new_master_key(), bot_token=TOKEN
        )
        async with chatting(settings) as ann:
            ann.phone.emulator.hub.world.bot.settings["can_connect_to_business"] = True
            await ann.start()
            await open_premium(ann.app)
            await surface.play(ann)
            await ann.quiet()
            await _picture(browser, surface, ann)
            told = await _what_left(ann)
    patch.undo()
    return _lines(surface, told)


async def _picture(browser: Browser, surface: Surface, ann: BotChat) -> None:
    context = await browser.new_context(
        viewport={"width": 1280, "height": 860}, locale="en-US", reduced_motion="reduce"
    )
    page = await context.new_page()
    await page.goto(ann.app.origin)
    await page.get_by_role("button", name=NAME).first.click()
    if surface.shows is not None:
        await page.locator(".person", has_text=surface.shows).first.click()
    if surface.types:
        await page.get_by_label("Message", exact=True).fill(surface.types)
    await page.wait_for_timeout(SETTLED_MS)
    await page.locator(".phone.framed").evaluate(TO_THE_END)
    await page.wait_for_timeout(SETTLED_MS)
    taken = await page.locator(".phone.framed").screenshot()
    Image.open(io.BytesIO(taken)).save(FOLDER / f"surface-{surface.name}.png")
    await context.close()


async def _what_left(ann: BotChat) -> list[tuple[str, str, int]]:
    """For each receipt its purpose, what the provider got of it, and how many bytes those were.
    Its hash must be of what the provider has received."""
    simulation = ann.app.container.models.simulation
    assert simulation is not None
    arrived = {hashlib.sha256(one.body).hexdigest(): one.body for one in simulation.received}
    async with ann.app.container.database.snapshot() as db:
        rows = (await db.execute(sa.select(receipts).order_by(receipts.c.sent_at))).all()
    told = []
    for row in rows:
        client = await ann.app.sign_in(row.user_id)
        _, shown = await client.call("GET", f"/api/receipts/{row.id}")
        body = arrived.get(shown["sha256"])
        if body is None:  # the painter has no server: its receipt is of the description alone
            _, text = await client.call("GET", f"/api/receipts/{row.id}/body")
            body = str(text).encode()
        assert hashlib.sha256(body).hexdigest() == shown["sha256"]
        told.append((row.purpose, _words(body), len(body)))
    return told


def _words(body: bytes) -> str:
    """What a request says, without the assistant's own instructions and its settings."""
    try:
        asked: dict[str, Any] = json.loads(body)
    except ValueError:
        return body.decode()
    turns = asked.get("input", asked.get("messages")) or []
    said = [turn for turn in turns if turn.get("role") != "system"]
    return "\n".join(f"{turn.get('role')}: {_content(turn.get('content'))}" for turn in said)


def _content(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(str(part.get("text", f"({part.get('type')})")) for part in content)
    return str(content)


def _lines(surface: Surface, told: list[tuple[str, str, int]]) -> list[str]:
    picture = f"pictures/surface-{surface.name}.webp"
    alt = (surface.play.__doc__ or surface.name).strip().replace("\n    ", " ")
    lines = [f"### {surface.name.capitalize().replace('-', ' ')}", ""]
    lines += [f'<img src="{picture}" width="300" alt="{alt}">', "", alt, ""]
    if not told:
        return [*lines, "Nothing left: there is no receipt.", ""]
    for purpose, words, size in told:
        lines += [f"`{purpose}`, {size} bytes:", "", "```text", words, "```", ""]
    return lines
