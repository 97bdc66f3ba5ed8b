"""Polling: nothing is confirmed before it is stored, and whatever fails is asked for again."""

import asyncio
import json
from typing import Any, cast

import msgspec
import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import GetMe
from structlog.testing import capture_logs

from backend.bot.inbox.inbox import Inbox
from backend.bot.inbox.polling import LONGEST_PAUSE, POLL_SECONDS, poll
from backend.bot.inbox.updates import ALLOWED_UPDATES, parse_update
from tests.unit.bot.telegram import BROKEN, CONFLICT, GATEWAY, ODD, Scripted, bot_with, wait

NETWORK = TelegramNetworkError(GetMe(), "Cannot connect")


class Shelf:
    """Takes updates as the inbox does; refuses some."""

    def __init__(self, *refuses: int) -> None:
        self.refuses = list(refuses)
        self.taken: list[dict[str, Any]] = []

    async def accept(self, body: bytes) -> None:
        """See Inbox."""
        update = parse_update(body)
        if update["update_id"] in self.refuses:
            self.refuses.remove(update["update_id"])
            raise OSError("disk full")
        self.taken.append(update)


@pytest.fixture(autouse=True)
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody really waits; what was waited for."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return waited


def updates(*numbers: int) -> tuple[int, str]:
    """An answer with these updates."""
    return batch(*({"update_id": number} for number in numbers))


def batch(*found: Any) -> tuple[int, str]:
    """An answer with anything in it."""
    return 200, json.dumps({"ok": True, "result": found})


async def polled(shelf: Shelf, *answers: Any) -> list[Any]:
    """Poll until the answers are used up; the calls that were made."""
    session = Scripted(*answers, asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await poll(bot_with(session), cast("Inbox", shelf))
    return session.calls


def offsets(calls: list[Any]) -> list[int | None]:
    """What each call confirmed."""
    return [call.offset for call in calls]


async def test_it_asks_for_what_it_knows_and_confirms_what_is_stored(naps: list[float]) -> None:
    """The kinds that Tanya handles, at length; the next offset is one past the highest."""
    shelf = Shelf()
    calls = await polled(shelf, updates(5, 7, 6), updates(), updates(9))
    assert offsets(calls) == [None, 8, 8, 10]
    assert {call.timeout for call in calls} == {POLL_SECONDS}
    assert calls[0].allowed_updates == ALLOWED_UPDATES
    assert [update["update_id"] for update in shelf.taken] == [5, 7, 6, 9]
    assert naps == []


async def test_what_could_not_be_stored_is_asked_for_again(naps: list[float]) -> None:
    """From the first that was not; Telegram still has it."""
    shelf = Shelf(6)
    calls = await polled(shelf, updates(5, 6, 7), updates(6, 7))
    assert offsets(calls) == [None, 6, 8]
    assert [update["update_id"] for update in shelf.taken] == [5, 6, 7]
    assert len(naps) == 1


@pytest.mark.parametrize("trouble", [BROKEN, GATEWAY, ODD, NETWORK])
async def test_trouble_is_waited_out_longer_and_longer(trouble: Any, naps: list[float]) -> None:
    """Up to a limit, with the same offset; after a success the pauses begin anew."""
    calls = await polled(Shelf(), updates(1), *[trouble] * 9, updates(2), trouble)
    assert set(offsets(calls)[1:11]) == {2}
    assert naps[:3] == [0.2, 0.4, 0.8]
    assert naps[8] == LONGEST_PAUSE
    assert naps[9] == naps[0]


async def test_telegrams_wait_is_kept(naps: list[float]) -> None:
    """As long as it says."""
    await polled(Shelf(), wait(42))
    assert naps == [42]


async def test_another_poller_is_reported(naps: list[float]) -> None:
    """Two that poll take each other's updates: the log says so, and it goes on asking."""
    with capture_logs() as logged:
        calls = await polled(Shelf(), CONFLICT, NETWORK, updates(3))
    # Debug lines are there or not as the level says that some test before has set.
    warnings = [line for line in logged if line["log_level"] == "warning"]
    assert [line["error"] for line in warnings] == ["TelegramConflictError"]
    assert offsets(calls) == [None, None, None, 4]


async def test_one_bad_update_holds_up_nobody() -> None:
    """What is no update is passed over; what is only strange is kept as it came."""
    strange = {"update_id": 5, "brand_new": {"text": "é", "deep": [1, None]}}
    shelf = Shelf()
    calls = await polled(shelf, batch({"update_id": "4"}, {}, strange, {"update_id": 2**63}))
    assert shelf.taken == [strange]
    assert offsets(calls)[1] == 2**63 + 1
    assert msgspec.json.decode(msgspec.json.encode(strange)) == strange
