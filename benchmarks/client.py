"""The Mini App itself on a slow phone: an answer that streams, and conversations that are opened.

A real Chromium without a GPU, its processor four times slower, in front of the real server. The
figures are CPU time of the page's main thread out of Chromium's own trace; what opening takes is
told in wall time as well: from the tap on a conversation of the open list, which the targets are
for, and from the start of a page whose address names the conversation.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote
from urllib.request import Request, urlopen

import msgspec
import uvloop
from msgspec import Struct
from playwright.sync_api import Browser, Page, expect

from backend.identity.init_data import TelegramUser, sign
from benchmarks import chromium, people, rig, server, writer
from benchmarks.chromium import LONG, Traced
from benchmarks.database import fresh_database, open_container
from benchmarks.history import fill
from benchmarks.machine import cores
from benchmarks.report import Row, spread, store

MOST_BUSY: Final = 0.5
READ_AHEAD: Final = 5
"""So many conversations of the list the client reads before they are opened."""
PACED: Final = 10_000
STREAMED: Final = {
    "write:0": "",
    "write:50000": " after 50 kB",
    "code:50000": " after 50 kB of one block of code",
}
"""What is asked of the writer: a kind, and how much of it stands there at once."""
MESSAGE: Final = 900
"""Characters of each message of the conversations that are opened."""
PARTS: Final = ("script", "style", "layout", "paint", "layers", "memory")
STILL_MS: Final = 400
"""A page on which nothing has changed for so long is settled."""
_WATCH = """const opened = async (still, begin) => {
  let last = 0;
  let inView = 0;
  const isInView = ({ target }) => {
    const element = target.nodeType === 1 ? target : target.parentElement;
    const { top, bottom } = element?.getBoundingClientRect() ?? {};
    return bottom > 0 && top < innerHeight && !element.closest("pre");
  };
  const note = (records) => {
    // Colours of code come from a worker, and move nothing.
    if (records.every(({ target }) => target.parentElement?.closest("pre"))) return;
    last = performance.now();
    requestAnimationFrame(() => {
      last = performance.now();
      if (records.some(isInView)) inView = last;
    });
  };
  const watch = new MutationObserver(note);
  watch.observe(document, { childList: true, subtree: true, characterData: true });
  const began = begin();
  last = Math.max(last, began);
  const isThere = () => document.querySelector(".answer p");
  while (!isThere() || performance.now() - last < still)
    await new Promise((resolve) => setTimeout(resolve, 50));
  watch.disconnect();
  return [(inView - began) / 1000, (last - began) / 1000];
};"""
_TAPPED = f"""(still) => {{
  {_WATCH}
  return opened(still, () => {{
    const began = performance.now();
    [...document.querySelectorAll(".row-open")].at(-1).click();
    return began;
  }});
}}"""
_STARTED = f"{_WATCH} window.wasOpened = opened({STILL_MS}, () => 0);"


class Opening(Struct, frozen=True):
    """A conversation that is opened: how long it is, and how many others there are."""

    name: str
    messages: int
    most: float | None = None
    """The seconds in which it should be open."""
    others: int = 0
    starts: bool = False
    """Opened by a link that starts the app, instead of by a tap in the open list."""


OPENINGS: Final = (
    Opening("20 messages", 20, 0.2),
    Opening("200 messages", 200, 0.4),
    Opening("2,000 messages", 2_000, 0.6),
    Opening("20 messages, not read ahead", 20, others=READ_AHEAD),
    Opening("20 messages, by a link that starts the app", 20, starts=True),
    Opening("2,000 messages, by a link that starts the app", 2_000, starts=True),
)


class Opened(Struct):
    """Seconds until what is in view of a conversation stays as it is, and until nothing changes
    any more; and the main thread's CPU."""

    seconds: float
    settled: float
    traced: Traced


def measure(rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """Streaming, short and after a long text or code; opening conversations."""
    paced = PACED if seconds >= 8 else PACED // 5
    streamed: dict[str, list[Streamed]] = {question: [] for question in STREAMED}
    opened: dict[Opening, list[Opened]] = {opening: [] for opening in OPENINGS}
    with ExitStack() as around:
        url = around.enter_context(fresh_database("SQLite"))
        uvloop.run(_filled(url))
        provider = around.enter_context(writer.running())
        settings = {"DATABASE_URL": url}
        (running,) = around.enter_context(server.running(provider, cores(), settings))
        tokens = people.sign_in(running.port, 1 + len(OPENINGS))
        browser = around.enter_context(chromium.running())
        for number in range(1, rounds + 1):
            for question, found in streamed.items():
                found.append(_stream(browser, running.port, question, paced))
                say(
                    f"client, round {number}: {paced} signs{STREAMED[question]}: {found[-1].traced}"
                )
            for at, opening in enumerate(OPENINGS, 1):
                person = people.FIRST_ID + at
                late = (
                    _start(browser, running.port, person, tokens[at])
                    if opening.starts
                    else _tap(browser, running.port, person)
                )
                opened[opening].append(late)
                seen = f"{late.seconds:.2f} s, {late.traced}"
                say(f"client, round {number}: {opening.name}: {seen}")
    for question, found in streamed.items():
        title = f"{paced / 1000:g} kB at {writer.TOKENS_A_SECOND} tokens/s"
        store("client", title + STREAMED[question], _rows(found))
    store("client", "a conversation opens, seconds", _opening_rows(opened))


class Streamed(Struct):
    """An answer's pieces: how long they came, and what they cost."""

    seconds: float
    traced: Traced

    @property
    def share(self) -> float:
        """Of the time, what the main thread was busy."""
        return self.traced.busy / 1e3 / self.seconds


def _rows(found: list[Streamed]) -> list[Row]:
    def each(of: Callable[[Traced], float]) -> list[float]:
        return [of(one.traced) for one in found]

    return [
        Row.at_most("main thread's busy share", [one.share for one in found], MOST_BUSY, 2),
        Row.at_most("longest task, ms", each(lambda one: one.longest), LONG, 0),
        Row.at_most(f"tasks over {LONG:g} ms", each(lambda one: one.hitches), 0, 0),
        Row("frames", spread(each(lambda one: one.frames), 0)),
        Row("CPU a frame, ms", spread(each(lambda one: one.a_frame), 1)),
        *(Row(f"{part}, s", spread([_part(one, part) for one in found], 2)) for part in PARTS),
    ]


def _part(one: Streamed, part: str) -> float:
    return one.traced.parts.get(part, 0.0) / 1e3


def _opening_rows(opened: dict[Opening, list[Opened]]) -> list[Row]:
    rows = []
    for opening, found in opened.items():
        seconds = [one.seconds for one in found]
        settled = [one.settled for one in found]
        busy = [one.traced.busy / 1e3 for one in found]
        longest = [one.traced.longest / 1e3 for one in found]
        name = opening.name
        rows += [
            Row.at_most(name, seconds, opening.most, 2)
            if opening.most
            else Row(name, spread(seconds, 2)),
            Row(f"{name}, with what is near the view", spread(settled, 2)),
            Row(f"{name}, main thread's CPU", spread(busy, 2)),
            Row(f"{name}, longest task", spread(longest, 2)),
        ]
    return rows


async def _filled(url: str) -> None:
    with rig.running(cores()) as around:
        async with open_container(url, around) as container:
            for at, opening in enumerate(OPENINGS, 1):
                person, count = people.FIRST_ID + at, 1 + opening.others
                text = writer.markdown(MESSAGE)
                await fill(container, person, opening.messages * count, count, text)


def _address(port: int, person: int, query: str = "") -> str:
    """The app's address, as Telegram opens it."""
    user = TelegramUser(id=person, first_name="Ann", language_code="en")
    fields = {
        "user": msgspec.json.encode(user).decode(),
        "auth_date": str(int(datetime.now(UTC).timestamp())),
    }
    launch = quote(sign(fields, server.BOT_TOKEN))
    return (
        f"http://localhost:{port}/app{query}#tgWebAppData={launch}"
        "&tgWebAppVersion=9.6&tgWebAppPlatform=android&tgWebAppThemeParams=%7B%7D"
    )


def _app(page: Page, port: int, person: int) -> None:
    """Open the app, and wait until it is ready."""
    page.goto(_address(port, person))
    expect(page.locator(".model-pill:not([data-unknown])")).to_be_visible(timeout=30_000)


def _stream(browser: Browser, port: int, question: str, paced: int) -> Streamed:
    with chromium.phone(browser) as page:
        _app(page, port, people.FIRST_ID)
        page.locator("textarea").fill(f"{question}:{paced}")
        page.locator(".send").click()
        # The beginning is not what is measured, and still less the page's own start.
        page.locator(".answer").last.wait_for(timeout=30_000)
        page.wait_for_timeout(2_000)
        with chromium.traced(browser, page) as traced:
            began = time.monotonic()
            page.wait_for_timeout((paced / writer.TOKEN / writer.TOKENS_A_SECOND - 4) * 1e3)
            seconds = time.monotonic() - began
        return Streamed(seconds, traced)


def _tap(browser: Browser, port: int, person: int) -> Opened:
    """The last conversation of the open list."""
    with chromium.phone(browser) as page:
        _app(page, port, person)
        page.locator(".bar button").first.click()
        page.locator(".row-open").first.wait_for(timeout=30_000)
        page.wait_for_timeout(1_000)
        with chromium.traced(browser, page) as traced:
            seconds, settled = page.evaluate(_TAPPED, STILL_MS)
        return Opened(seconds, settled, traced)


def _start(browser: Browser, port: int, person: int, token: str) -> Opened:
    """The app with a conversation, on a device that has nothing of it."""
    asked = Request(
        f"http://127.0.0.1:{port}/api/conversations", headers={"Authorization": f"Bearer {token}"}
    )
    with urlopen(asked, timeout=30) as answered:
        (conversation, *_) = msgspec.json.decode(answered.read())["items"]
    address = _address(port, person, f"?conversation={conversation['id']}")
    with chromium.phone(browser) as page:
        page.add_init_script(_STARTED)
        with chromium.traced(browser, page) as traced:
            page.goto(address)
            seconds, settled = page.evaluate("window.wasOpened")
        return Opened(seconds, settled, traced)
