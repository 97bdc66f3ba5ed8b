"""Interactive cards on the emulator's page: a checklist, a quiz and the plans, clicked through as
widgets, whose scripts really run."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import pytest
from playwright.sync_api import Dialog, FrameLocator, Page, expect

from backend.i18n import translator
from backend.settings import Settings
from tests.fixtures.chat import BotChat, chatting
from tests.integration.bot.test_cards import LIST, ask_list, choose_cards
from tests.unit.bot.test_cards import HOSTILE, QUIZ

EN = translator("en")
T = TypeVar("T")
START_SECONDS = 60


class ServedChat:
    """Ann's chat on a server with a scripted model, in a thread: Playwright has this one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loop = asyncio.new_event_loop()
        self._chat: asyncio.Future[BotChat] = self._loop.create_future()
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    async def _serve(self) -> None:
        async with chatting(self._settings) as chat:
            await chat.start()
            await choose_cards(chat)
            self._chat.set_result(chat)
            await self._ended.wait()

    def start(self) -> None:
        """Start, and wait until the chat has begun."""
        self._thread.start()
        self.do(lambda chat: asyncio.sleep(0))

    def stop(self) -> None:
        """Stop the server."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(START_SECONDS)
        self._loop.close()

    def do(self, work: Callable[[BotChat], Awaitable[T]]) -> T:
        """Do something in the chat."""

        async def done() -> T:
            return await work(await asyncio.shield(self._chat))

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(START_SECONDS)


@pytest.fixture
def ann(settings: Settings) -> Iterator[ServedChat]:
    """Ann's chat, with interactive cards on."""
    served = ServedChat(settings)
    served.start()
    yield served
    served.stop()


def widget(page: Page, ann: ServedChat) -> FrameLocator:
    """The page as Ann, and the newest widget in her chat."""
    page.goto(ann.do(_origin))
    page.get_by_role("button", name="Ann").first.click()
    return page.frame_locator("iframe.widget >> nth=-1")


async def _origin(chat: BotChat) -> str:
    return chat.app.origin


def test_a_checklist_is_ticked(page: Page, ann: ServedChat) -> None:
    """A tap ticks a task and says how many are done; a page that is opened again shows the card as
    it was sent, and the first tap brings it up to date."""
    ann.do(ask_list)
    card = widget(page, ann)
    expect(card.get_by_role("button")).to_have_text(["☐ Shoes", "☑ Map", "☐ Bread"])
    card.get_by_role("button", name="Shoes").click()
    expect(card.get_by_role("button", name="☑ Shoes")).to_be_visible()
    expect(card.locator("#note")).to_have_text(EN("bot.tick.done", done="2", count="3"))
    card = widget(page, ann)
    expect(card.get_by_role("button", name="☐ Shoes")).to_be_visible()
    card.get_by_role("button", name="Bread").click()
    expect(card.get_by_role("button")).to_have_text(["☑ Shoes", "☑ Map", "☑ Bread"])


def test_a_quiz_is_answered(page: Page, ann: ServedChat) -> None:
    """Question by question, with what is right and why, to the score; answers stand."""

    async def ask(chat: BotChat) -> None:
        chat.answers(QUIZ)
        await chat.ask("/quiz planets")

    ann.do(ask)
    card = widget(page, ann)
    expect(card.get_by_role("heading")).to_have_text("Question 1 of 3")
    expect(card.get_by_role("button")).to_have_text(["Saturn", "Jupiter", "Neptune"])
    card.get_by_role("button", name="Saturn").click()
    expect(card.get_by_role("button", name="✗ Saturn")).to_be_visible()
    expect(card.get_by_role("button", name="✓ Jupiter")).to_be_visible()
    expect(card.locator("#note")).to_contain_text("weighs more")
    card.get_by_role("button", name=EN("bot.quiz.next")).click()
    expect(card.locator("#question")).to_have_text("Which one is the hottest?")
    card.get_by_role("button", name="Venus").click()
    card.get_by_role("button", name=EN("bot.quiz.next")).click()
    card.get_by_role("button", name="Four").click()
    expect(card.get_by_role("heading")).to_have_text("2 of 3 right")
    card.get_by_role("button", name=EN("bot.quiz.next")).click()
    card.get_by_role("button", name="Jupiter").click()
    expect(card.get_by_role("button", name="✗ Saturn")).to_be_visible()


def test_a_plan_is_picked(page: Page, ann: ServedChat) -> None:
    """A tap on a plan sends its invoice below the card."""

    async def open_plans(chat: BotChat) -> None:
        before = len(chat.sent())
        await chat.say("/premium")
        await chat.until(before + 1)

    ann.do(open_plans)
    card = widget(page, ann)
    card.get_by_role("button", name="Tanya Plus").first.click()
    expect(card.locator("#note")).to_have_text(EN("bot.cards.bill"))
    invoice = EN("bot.premium.invoice", name="Tanya Plus")
    expect(page.locator(".row.incoming", has_text=invoice).last).to_be_visible()


def test_a_hostile_list_runs_nothing(page: Page, ann: ServedChat) -> None:
    """A model's text is shown as text: no element, no alert, no script of its own."""
    alerts: list[str] = []

    def close(shown: Dialog) -> None:
        alerts.append(shown.message)
        shown.dismiss()

    page.on("dialog", close)

    async def ask(chat: BotChat) -> None:
        await ask_list(chat, LIST.replace("Shoes", HOSTILE))

    ann.do(ask)
    card = widget(page, ann)
    expect(card.get_by_role("button").first).to_contain_text("</script><script>alert(1)")
    expect(card.locator("img")).to_have_count(0)
    card.get_by_role("button", name="Bread").click()
    expect(card.get_by_role("button", name="☑ Bread")).to_be_visible()
    assert alerts == []
