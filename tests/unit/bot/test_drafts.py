"""The draft: within Telegram's rate, alive while the answer is, and never in its way."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import GetMe

from backend.bot.formatting.split import utf16_length
from backend.bot.sending import drafts
from backend.bot.sending.drafts import draft_id_of, drafting
from backend.bot.sending.places import ChatPlace
from backend.i18n import translator
from backend.nursery import Nursery
from backend.uuid7 import uuid7
from tests.fixtures.generation import until
from tests.unit.bot.telegram import BAD, BLOCKED, BROKEN, GATEWAY, OK, Scripted, bot_with, wait

EN = translator("en")
MESSAGE = uuid7()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second is a twentieth."""
    monkeypatch.setattr(drafts, "PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(drafts, "REFRESH_SECONDS", 0.2)


async def draw(session: Scripted, done: Callable[[], bool], *texts: str) -> None:
    """Show texts one after the other until it is done."""
    async with Nursery() as nursery:
        async with drafting(bot_with(session), ChatPlace(1), MESSAGE, EN, nursery) as draft:
            await until(lambda: bool(session.calls), 5)
            for text in texts:
                calls = len(session.calls)
                draft.show(text)
                await until(lambda: done() or len(session.calls) > calls, 5)  # noqa: B023
            await until(done, 5)
        calls = len(session.calls)
        await asyncio.sleep(0.1)
        assert len(session.calls) == calls


async def test_it_begins_empty_and_grows() -> None:
    """First "Thinking…", then text, rich where it must be, under one id, always to be stopped."""
    session = Scripted(then=lambda _: OK)
    await draw(session, lambda: len(session.calls) >= 3, "**One**", "- One two")
    assert session.names[:3] == ["sendMessageDraft", "sendMessageDraft", "sendRichMessageDraft"]
    assert [entity.type for entity in session.calls[1].entities] == ["bold"]  # type: ignore[attr-defined]
    assert {call.draft_id for call in session.calls} == {draft_id_of(MESSAGE)}  # type: ignore[attr-defined]
    assert all(call.can_stop for call in session.calls)  # type: ignore[attr-defined]


async def test_it_is_kept_alive() -> None:
    """Telegram forgets a draft after a while: one that does not change is shown again."""
    session = Scripted(then=lambda _: OK)
    await draw(session, lambda: len(session.calls) >= 4, "One")


async def test_what_does_not_change_is_not_sent_again_and_again() -> None:
    """Calls are few."""
    session = Scripted(then=lambda _: OK)
    bot = bot_with(session)
    async with Nursery() as nursery, drafting(bot, ChatPlace(1), MESSAGE, EN, nursery) as draft:
        draft.show("One")
        started = time.monotonic()
        await asyncio.sleep(0.15)
    assert len(session.calls) <= 2 + (time.monotonic() - started) / drafts.REFRESH_SECONDS


@pytest.mark.parametrize("trouble", [BROKEN, GATEWAY, TelegramNetworkError(GetMe(), "x")])
async def test_trouble_is_no_matter(trouble: Any) -> None:
    """A draft that is not shown is no loss; the next is tried."""
    session = Scripted(OK, trouble, then=lambda _: OK)
    await draw(session, lambda: len(session.calls) >= 4, "One", "One two")


async def test_telegrams_wait_is_kept() -> None:
    """No call is made before its time."""
    session = Scripted(wait(1), then=lambda _: OK)
    started = asyncio.get_running_loop().time()
    await draw(session, lambda: len(session.calls) >= 2, "One")
    assert asyncio.get_running_loop().time() - started >= 1.0


async def test_refused_markdown_is_shown_plain_from_then_on() -> None:
    """At once, and the rich way is not tried again."""
    session = Scripted(OK, BAD, then=lambda _: OK)
    await draw(session, lambda: len(session.calls) >= 4, "- One", "- One two")
    assert session.names[1:4] == ["sendRichMessageDraft", "sendMessageDraft", "sendMessageDraft"]
    assert session.calls[2].text == "• One"  # type: ignore[attr-defined]


async def test_for_whoever_blocked_the_bot_it_stops() -> None:
    """One refusal is enough."""
    session = Scripted(BLOCKED, then=lambda _: OK)
    await draw(session, lambda: True, "One", "One two")
    assert len(session.calls) == 1


async def test_the_end_waits_for_a_call_under_way() -> None:
    """A call that came after the answer would bring the preview back."""
    open_calls = 0

    class Slow(Scripted):
        async def make_request(self, *arguments: Any, **named: Any) -> Any:
            nonlocal open_calls
            open_calls += 1
            await asyncio.sleep(0.2)
            open_calls -= 1
            return await super().make_request(*arguments, **named)

    async with Nursery() as nursery:
        async with drafting(bot_with(Slow(then=lambda _: OK)), ChatPlace(1), MESSAGE, EN, nursery):
            await until(lambda: open_calls == 1)
        assert open_calls == 0


async def test_a_long_text_shows_its_end() -> None:
    """Within the limit in Telegram's units, rich or plain, emoji counted twice."""
    session = Scripted(OK, BAD, then=lambda _: OK)
    await draw(session, lambda: len(session.calls) >= 3, "👋" * 50_000 + "\nthe end")
    rich, plain = session.calls[1], session.calls[2]
    assert utf16_length(rich.rich_message.blocks[0].text) <= 32_768  # type: ignore[attr-defined]
    assert utf16_length(plain.text) <= 4_096  # type: ignore[attr-defined]
    assert plain.text.endswith("the end")  # type: ignore[attr-defined]


def test_ids_are_telegrams() -> None:
    """Not zero, and within 32 bits."""
    assert all(0 < draft_id_of(uuid7()) < 2**31 for _ in range(100))
