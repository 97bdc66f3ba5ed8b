"""The inbox: stored before acknowledged, handled once and in order, whatever fails."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from backend.bot.inbox.lane_worker import MOST_ATTEMPTS
from backend.bot.inbox.stored import StoredUpdate, StoredUpdates, UpdateProgress
from backend.bot.inbox.updates import QuestionHeld
from backend.db import Cipher, Database, new_master_key
from backend.db.keys import decode_master_key
from backend.errors import MalformedBody, ServerDraining
from tests.conftest import Clock
from tests.fixtures.generation import until
from tests.fixtures.inbox import ANN, EVE, Processes, message, of_kind


@pytest.fixture
async def processes(database: Database, clock: Clock) -> AsyncIterator[Processes]:
    """None yet."""
    processes = Processes(database, clock)
    yield processes
    await processes.close()


COMMAND = {"type": "bot_command", "offset": 0, "length": 8}


def handled(processes: Processes, *numbers: int) -> Callable[[], bool]:
    """Whether exactly these were handled, in this order."""
    return lambda: processes.desk.handled == list(numbers)


async def test_it_is_stored_sealed_and_emptied_when_done(processes: Processes) -> None:
    """While an update waits its body is stored sealed; once it is done, the body is deleted."""
    inbox = await processes.start("one")
    gate = processes.desk.close(5)
    await inbox.accept(message(5, text="my secret"))
    (row,) = (await processes.rows()).values()
    assert row.done_at is None
    assert row.body
    assert b"secret" not in row.body
    gate.set()
    await processes.done(5)
    (row,) = (await processes.rows()).values()
    assert row.body is None
    assert processes.desk.handled == [5]


async def test_a_repeat_changes_nothing(processes: Processes) -> None:
    """A repeated update is handled once: concurrent, in a row, or long after it is done."""
    inbox = await processes.start("one")
    await asyncio.gather(*(inbox.accept(message(5)) for _ in range(4)))
    await processes.done(5)
    await inbox.accept(message(5))
    await inbox.accept(message(6))
    await processes.done(6)
    assert processes.desk.handled == [5, 6]


async def test_chats_do_not_wait_for_each_other(processes: Processes) -> None:
    """A long answer delays its own chat only; late updates are sorted into their place."""
    inbox = await processes.start("one")
    gate = processes.desk.close(1)
    for body in (message(1), message(4), message(3), message(2, EVE)):
        await inbox.accept(body)
    await until(handled(processes, 2))
    gate.set()
    await until(handled(processes, 2, 1, 3, 4))


@pytest.mark.parametrize("kind", ["pre_checkout_query", "stopped_message_generation"])
async def test_urgent_updates_wait_for_nothing(processes: Processes, kind: str) -> None:
    """Payments and Stop are handled while the chat's answer is being written."""
    inbox = await processes.start("one")
    gate = processes.desk.close(1)
    await inbox.accept(message(1))
    await inbox.accept(of_kind(2, kind))
    await until(handled(processes, 2))
    gate.set()


async def test_buttons_and_payments_do_not_wait_for_answers(processes: Processes) -> None:
    """Buttons and payments do not wait for a long answer, and keep their own order."""
    inbox = await processes.start("one")
    gate, button = processes.desk.close(1), processes.desk.close(2)
    await inbox.accept(message(1))
    await inbox.accept(of_kind(2, "callback_query"))
    await inbox.accept(message(3, successful_payment={"currency": "XTR"}))
    await inbox.accept(of_kind(4, "subscription"))
    await until(lambda: sorted(processes.desk.begun) == [1, 2])
    button.set()
    await until(handled(processes, 2, 3, 4))
    gate.set()


async def test_an_album_is_handled_as_one(processes: Processes) -> None:
    """The messages of an album are handled together, and what follows waits for all of them."""
    inbox = await processes.start("one")
    for number in (2, 1, 3):
        await inbox.accept(message(number, media_group_id="a"))
    await inbox.accept(message(4))
    await inbox.accept(message(5, EVE, media_group_id="a"))
    await processes.done(1, 2, 3, 4, 5)
    assert sorted(processes.desk.albums) == [[1, 2, 3], [4], [5]]
    assert processes.desk.albums.index([4]) > processes.desk.albums.index([1, 2, 3])


LONG = "word " * 800


async def test_a_long_text_in_pieces_is_one(processes: Processes) -> None:
    """Telegram apps split long texts; the last part is short, and a command or a later message
    after it is separate."""
    inbox = await processes.start("one")
    for number, text in ((1, LONG), (2, LONG), (3, "the end"), (4, "/new")):
        await inbox.accept(message(number, text=text))
    await inbox.accept(message(5, EVE, text="hello"))
    await inbox.accept(message(6, text="later", date=9))
    await processes.done(1, 2, 3, 4, 5, 6)
    assert sorted(processes.desk.albums) == [[1, 2, 3], [4], [5], [6]]


async def test_two_long_texts_are_two(processes: Processes) -> None:
    """Two long texts stay separate, also while the first waits for its chat."""
    inbox = await processes.start("one")
    gate = processes.desk.close(1)
    await inbox.accept(message(1, text="short"))
    for number, date in ((2, 10), (3, 10), (4, 60), (5, 61)):
        await inbox.accept(message(number, text=LONG, date=date))
    gate.set()
    await processes.done(1, 2, 3, 4, 5)
    assert processes.desk.albums == [[1], [2, 3], [4, 5]]


async def test_an_album_survives_a_kill(processes: Processes) -> None:
    """An album stays pending as a whole until it is answered, and is one album again after a
    restart."""
    inbox = await processes.start("one")
    processes.desk.close(1)
    for number in (1, 2):
        await inbox.accept(message(number, media_group_id="a"))
    await until(lambda: processes.desk.begun == [1])
    await processes.kill("one")
    await processes.mark_dead("one")
    processes.desk.gates.clear()
    await processes.start("two")
    await processes.done(1, 2)
    assert processes.desk.albums == [[1, 2], [1, 2]]


async def test_a_failed_update_is_retried_and_blocks_nobody(processes: Processes) -> None:
    """A failed update is retried soon after; the chat's next message is handled meanwhile."""
    inbox = await processes.start("one")
    processes.desk.failures[1] = [RuntimeError("once")]
    await inbox.accept(message(1))
    await inbox.accept(message(2))
    await processes.done(1, 2)
    assert sorted(processes.desk.handled) == [1, 2]
    assert (await processes.rows())[1].attempts == 1


async def test_an_update_that_keeps_failing_is_given_up(processes: Processes) -> None:
    """After the last attempt the person is told, and the body is deleted."""
    inbox = await processes.start("one")
    processes.desk.failures[1] = [RuntimeError("always") for _ in range(MOST_ATTEMPTS)]
    await inbox.accept(message(1))
    await processes.done(1)
    assert processes.desk.begun == [1] * MOST_ATTEMPTS
    assert processes.desk.apologies == [1]
    assert (await processes.rows())[1].body is None


async def test_a_failing_note_does_not_stop_the_chat(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the database refuses to mark an update as done, it is marked later, and the chat
    continues."""
    inbox = await processes.start("one")
    noting = StoredUpdates.advance
    refusals = [OSError("disk"), OSError("disk")]

    async def refuse(
        self: StoredUpdates, lane: str, progress: UpdateProgress
    ) -> list[StoredUpdate]:
        if refusals and progress.done:
            raise refusals.pop()
        return await noting(self, lane, progress)

    monkeypatch.setattr(StoredUpdates, "advance", refuse)
    await inbox.accept(message(1))
    await until(lambda: not refusals)
    await inbox.accept(message(2))
    await processes.done(1, 2)
    assert processes.desk.handled == [1, 2]


async def test_updates_of_a_killed_process_are_handled_at_the_next_start(
    processes: Processes,
) -> None:
    """Unfinished updates are handled by the next process, in order, before new ones."""
    inbox = await processes.start("one")
    processes.desk.close(1)
    for number in (1, 2, 3):
        await inbox.accept(message(number))
    await until(lambda: processes.desk.begun == [1])
    await processes.kill("one")
    await processes.mark_dead("one")
    assert processes.desk.handled == []
    processes.desk.gates.clear()
    inbox = await processes.start("two")
    await inbox.accept(message(4))
    await processes.done(1, 2, 3, 4)
    assert processes.desk.handled == [1, 2, 3, 4]
    assert processes.desk.begun == [1, 1, 2, 3, 4]


async def test_updates_of_a_living_process_are_left_to_it(processes: Processes) -> None:
    """A second process that starts or polls takes nothing from a living one."""
    first = await processes.start("one")
    gate = processes.desk.close(1)
    await first.accept(message(1))
    second = await processes.start("two")
    await asyncio.sleep(0.2)
    await second.accept(message(1))
    assert processes.desk.begun == [1]
    gate.set()
    await processes.done(1)
    assert processes.desk.handled == [1]


async def test_a_chat_keeps_its_order_across_processes(processes: Processes) -> None:
    """Telegram delivers a chat's messages to any process: each waits for the previous one wherever
    it arrived, and other chats do not wait."""
    first, second = await processes.start("one"), await processes.start("two")
    gate = processes.desk.close(1)
    await first.accept(message(1))
    await second.accept(message(2))
    await first.accept(message(3))
    await second.accept(message(4, EVE))
    await until(lambda: sorted(processes.desk.begun) == [1, 4])
    await until(handled(processes, 4))
    gate.set()
    await until(handled(processes, 4, 1, 2, 3))


async def test_albums_and_pasted_parts_hold_across_processes(processes: Processes) -> None:
    """Parts of an album or a long text that arrive at different processes are handled as one."""
    inboxes = [await processes.start("one"), await processes.start("two")]
    for number in (1, 2, 3):
        await inboxes[number % 2].accept(message(number, media_group_id="a"))
    for number, text in ((4, LONG), (5, LONG), (6, "the end")):
        await inboxes[number % 2].accept(message(number, EVE, text=text))
    await processes.done(1, 2, 3, 4, 5, 6)
    assert sorted(processes.desk.albums) == [[1, 2, 3], [4, 5, 6]]


async def test_joined_questions_stay_one_after_a_kill(processes: Processes) -> None:
    """What was joined is handled again as it was, whatever arrives meanwhile, at whichever process;
    a question that was alone stays alone."""
    processes.joins = True
    inbox = await processes.start("one")
    gate = processes.desk.close(1)
    await inbox.accept(message(1, text="one"))
    await until(lambda: processes.desk.begun == [1])
    for number, text in ((2, "two"), (3, "three")):
        await inbox.accept(message(number, text=text))
    await processes.kill("one")
    await processes.mark_dead("one")
    second = processes.desk.close(2)
    other = await processes.start("two")
    await until(lambda: processes.desk.begun == [1, 1])
    gate.set()
    await until(lambda: processes.desk.begun == [1, 1, 2])
    await other.accept(message(4, text="four"))
    await processes.kill("two")
    await processes.mark_dead("two")
    await processes.start("three")
    await until(lambda: processes.desk.begun == [1, 1, 2, 2])
    second.set()
    await processes.done(1, 2, 3, 4)
    assert processes.desk.albums == [[1], [1], [2, 3], [2, 3], [4]]


async def test_joined_questions_are_retried_and_held_as_one(processes: Processes) -> None:
    """They wait together for a retry, or for the person's decision; what comes after them is
    another question. Commands and buttons divide them, and an album is not torn apart."""
    processes.joins = True
    inbox = await processes.start("one")
    processes.desk.failures[1] = [RuntimeError("once")]
    processes.desk.failures[3] = [QuestionHeld("abroad", processes.desk.ask)]
    for number, text in ((1, "one"), (2, "two")):
        await inbox.accept(message(number, text=text))
    await processes.done(1, 2)
    for number, text in ((3, "three"), (4, "four")):
        await inbox.accept(message(number, text=text))
    await until(lambda: processes.desk.asked == 1)
    for number in (5, 6):
        await inbox.accept(message(number, media_group_id="a", photo=[]))
    await inbox.accept(message(7, text="/explain", entities=[COMMAND]))
    await inbox.accept(message(8, text="eight"))
    await processes.done(5, 6, 7, 8)
    assert await inbox.release_held(ANN, "abroad")
    await processes.done(3, 4)
    assert processes.desk.albums == [[1, 2], [1, 2], [3, 4], [5, 6], [7], [8], [3, 4]]


async def test_many_updates_across_processes_stay_in_order(processes: Processes) -> None:
    """However often a lane passes between processes, nothing is lost, repeated or out of order."""
    inboxes = [await processes.start(name) for name in ("one", "two", "three")]
    for number in range(1, 61):
        await inboxes[number * 7 % 3].accept(message(number))
        if number % 5 == 0:
            await processes.done(number)  # the lane is released
    await processes.done(*range(1, 61))
    assert processes.desk.handled == list(range(1, 61))


async def test_held_questions_wait_for_consent_and_keep_their_order(processes: Processes) -> None:
    """A held question does not delay others; once released, from any process, all are handled in
    order; holding survives a restart."""
    first, second = await processes.start("one"), await processes.start("two")
    for number in (1, 2):
        processes.desk.failures[number] = [QuestionHeld("abroad", processes.desk.ask)]
        await first.accept(message(number))
    await first.accept(message(3))
    await processes.done(3)
    assert processes.desk.handled == [3]
    await processes.kill("one")
    await processes.mark_dead("one")
    await second.release_held(ANN, "elsewhere")
    assert processes.desk.handled == [3]
    await second.release_held(ANN, "abroad")
    await processes.done(1, 2)
    assert processes.desk.handled == [3, 1, 2]


async def test_the_transcript_is_kept_in_place_of_the_recording(processes: Processes) -> None:
    """A voice message that waits for consent is not transcribed again."""
    inbox = await processes.start("one")
    processes.desk.failures[1] = [QuestionHeld("abroad", processes.desk.ask, "What is a monsoon?")]
    await inbox.accept(message(1, voice={"file_id": "v"}))
    await until(lambda: processes.desk.asked == 1)
    await inbox.release_held(ANN, "abroad")
    await processes.done(1)
    said = processes.desk.updates[-1]["message"]
    assert said["text"] == "What is a monsoon?"
    assert "voice" not in said


async def test_other_processes_take_over_a_dead_ones_updates(processes: Processes) -> None:
    """The other processes take over a dead process's updates without a restart, each update
    once."""
    await processes.start("two")
    await processes.start("three")
    first = await processes.start("one")
    processes.desk.close(1)
    await first.accept(message(1))
    await first.accept(message(2))
    await until(lambda: processes.desk.begun == [1])
    await processes.kill("one")
    processes.desk.gates.clear()
    await processes.mark_dead("one")
    await processes.done(1, 2)
    assert processes.desk.handled == [1, 2]


async def test_a_draining_process_leaves_questions_to_the_next(processes: Processes) -> None:
    """A question refused because the server is draining is kept, and does not count as an
    attempt."""
    inbox = await processes.start("one")
    processes.desk.failures[1] = [ServerDraining()]
    await inbox.accept(message(1))
    await until(lambda: processes.desk.begun == [1])
    await processes.kill("one")
    await processes.mark_dead("one")
    await processes.start("two")
    await processes.done(1)
    assert processes.desk.handled == [1]


async def test_it_is_stored_even_while_the_process_stops(processes: Processes) -> None:
    """An update that arrives during the stop is acknowledged and left to the next process."""
    inbox = await processes.start("one")
    await processes._nurseries["one"].close()
    await inbox.accept(message(1))
    await processes.mark_dead("one")
    await processes.start("two")
    await processes.done(1)


def _has_begun(processes: Processes, times: int) -> bool:
    return len(processes.desk.begun) == times


async def test_an_update_that_kills_processes_is_given_up(processes: Processes) -> None:
    """An update during which processes repeatedly die is given up."""
    inbox = await processes.start("0")
    processes.desk.close(1)
    await inbox.accept(message(1))
    for name in range(MOST_ATTEMPTS):
        await until(partial(_has_begun, processes, name + 1))
        await processes.kill(str(name))
        await processes.mark_dead(str(name))
        await processes.start(str(name + 1))
    await processes.done(1)
    assert processes.desk.begun == [1] * MOST_ATTEMPTS
    assert processes.desk.apologies == [1]


async def test_an_old_checkout_is_not_answered(processes: Processes, clock: Clock) -> None:
    """Telegram waits ten seconds for a pre-checkout answer; later ones are skipped."""
    inbox = await processes.start("one")
    processes.desk.close(1)
    await inbox.accept(of_kind(1, "pre_checkout_query"))
    await processes.kill("one")
    await processes.mark_dead("one")
    clock.advance(seconds=11)
    await processes.start("two")
    await processes.done(1)
    assert processes.desk.handled == []


async def test_unreadable_updates_do_not_stop_the_start(processes: Processes) -> None:
    """With another master key the old updates are given up, and new ones work."""
    inbox = await processes.start("one")
    processes.desk.close(1)
    await inbox.accept(message(1))
    await processes.kill("one")
    await processes.mark_dead("one")
    inbox = await processes.start("two", Cipher(decode_master_key(new_master_key())))
    await inbox.accept(message(2))
    await processes.done(1, 2)
    assert processes.desk.handled == [2]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'"update_id"',
        b'{"update_id": "7"}',
        b'{"update_id": true}',
        b'{"update_id": -1}',
        b'{"update_id": 1e3}',
        b'{"update_id": 99999999999999999999}',
        b'{"message": {"text": "\xff"}, "update_id": 7}',
        b'{"update_id": 7, "update_id": ',
    ],
)
async def test_malformed_bodies_are_refused(processes: Processes, body: bytes) -> None:
    """A body that is not an update is refused and not stored."""
    inbox = await processes.start("one")
    with pytest.raises(MalformedBody):
        await inbox.accept(body)
    assert await processes.rows() == {}


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"message": None},
        {"message": {"chat": {"id": "x"}}},
        {"message": {"chat": {"id": 2**80}}},
        {"brand_new_kind": {"deep": {"chat": {"id": 7}}}},
        {"callback_query": {"from": [], "message": {"chat": None}}},
    ],
)
async def test_strange_updates_are_taken_and_handled(
    processes: Processes, update: dict[str, Any]
) -> None:
    """An update of an unknown kind or shape is stored and handled like any other."""
    inbox = await processes.start("one")
    await inbox.accept(json.dumps({"update_id": 7, **update}).encode())
    await processes.done(7)
    assert processes.desk.handled == [7]


async def test_old_update_ids_are_deleted(processes: Processes, clock: Clock) -> None:
    """Ids are deleted once Telegram cannot repeat them; never those of pending updates."""
    inbox = await processes.start("one")
    processes.desk.close(2)
    await inbox.accept(message(1))
    await inbox.accept(message(2))
    await processes.done(1)
    clock.advance(days=6)
    await inbox.clear_old()
    assert set(await processes.rows()) == {1, 2}
    clock.now += timedelta(days=2)
    await inbox.clear_old()
    assert set(await processes.rows()) == {2}
