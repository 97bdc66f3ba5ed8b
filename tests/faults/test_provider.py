"""Providers that die, stall, send garbage or never end, on a real socket."""

import asyncio
import itertools
from typing import Any

import pytest

from backend.generation.run import relay
from tests.faults.provider import END, HEAD, STALL, RawProvider, said
from tests.fixtures.generation import USER, MakeRoom, Room, text_of, until

HALF = said("Приве́т, 👋").replace("👋".encode(), "👋".encode()[:2])[:-6]


async def _end(room: Room) -> tuple[str, dict[str, Any]]:
    """What the reader of one run has in the end."""
    run = await room.send()
    events = await asyncio.wait_for(room.events(run), 60)
    message = await room.message(run)
    assert (message.state, message.text) == (events[-1]["state"], text_of(events))
    assert (await room.row(run)).state == events[-1]["state"]
    assert (await room.quota())[1] == 0
    return text_of(events), events[-1]


@pytest.mark.parametrize(
    ("script", "text", "state", "code"),
    [
        ([], "", "failed", "provider_unavailable"),
        ([HEAD], "", "failed", "answer_truncated"),
        ([HEAD, said("One"), said(" two")], "One two", "interrupted", "answer_truncated"),
        ([HEAD, said("One"), HALF], "One", "interrupted", "answer_truncated"),
        ([HEAD, STALL], "", "failed", "provider_timed_out"),
        ([STALL], "", "failed", "provider_timed_out"),
        ([HEAD, said("One"), STALL], "One", "interrupted", "provider_timed_out"),
        (
            [HEAD, said("One"), b": still here\n\n", STALL],
            "One",
            "interrupted",
            "provider_timed_out",
        ),
        ([HEAD, b"data: {nonsense\n\n"], "", "failed", "provider_garbled"),
        ([HEAD, said("One"), b"data: \xff\xfe{\n\n"], "One", "interrupted", "provider_garbled"),
        ([b"\x00\x01 garbage\r\n\r\n"], "", "failed", "provider_unavailable"),
        ([b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n"], "", "failed", "provider_unavailable"),
        ([HEAD, said("One"), END], "One", "complete", None),
    ],
)
async def test_a_provider_that_misbehaves(
    provider: RawProvider,
    make_room: MakeRoom,
    script: list[bytes],
    text: str,
    state: str,
    code: str,
) -> None:
    """Whatever it does, the run ends in a clear state and keeps what was whole; no more quota is
    used than for an answer."""
    provider.script = script
    got, end = await _end(await make_room(provider.adapter()))
    assert (got, end["state"], end.get("errorCode")) == (text, state, code)


async def test_letters_cut_at_every_byte(provider: RawProvider, make_room: MakeRoom) -> None:
    """Bytes that come one at a time, letters in pieces, are the same text."""
    text = "Ё👩‍👩‍👧 e\u0301 ع"
    whole = HEAD + said(text) + END
    provider.script = [whole[n : n + 1] for n in range(len(whole))]
    provider.pause = 0.0005
    got, end = await _end(await make_room(provider.adapter()))
    assert (got, end["state"]) == (text, "complete")


async def test_an_answer_without_end_is_cut(
    provider: RawProvider, make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that goes on for ever is ended at the limit and its request closed."""
    monkeypatch.setattr(relay, "MAX_CHARACTERS", 5_000)
    provider.script = [HEAD, *itertools.repeat(said("on and "), 100_000)]
    got, end = await _end(await make_room(provider.adapter()))
    assert (end["state"], end["errorCode"]) == ("limited", "answer_too_long")
    assert 5_000 < len(got) < 700_000
    await asyncio.wait_for(provider.hung_up.wait(), 60)


async def test_a_stop_hangs_up_on_the_provider(provider: RawProvider, make_room: MakeRoom) -> None:
    """A stop closes the provider's connection; how soon: `python -m benchmarks stop`."""
    provider.script = [HEAD, said("One"), STALL]
    room = await make_room(provider.adapter())
    run = await room.send()
    await until(lambda: room.generation.parts.active.get(run.id).relay.length)  # type: ignore[union-attr]
    await room.generation.stop(USER, run.id)
    await asyncio.wait_for(provider.hung_up.wait(), 30)
    assert (await room.events(run))[-1]["state"] == "stopped"


async def test_readers_vanish_and_the_answer_is_whole(
    provider: RawProvider, make_room: MakeRoom
) -> None:
    """Readers who come, read a little and are gone do not touch the run."""
    provider.script = [HEAD, *(said(f"{n} ") for n in range(60)), END]
    provider.pause = 0.01
    room = await make_room(provider.adapter())
    run = await room.send()

    async def vanish() -> None:
        chunks = aiter(await room.generation.follow(USER, run.id, 0))
        await anext(chunks)
        raise ConnectionError

    await asyncio.gather(*(vanish() for _ in range(20)), return_exceptions=True)
    await until(lambda: room.generation.running == 0)
    assert (await room.message(run)).text == "".join(f"{n} " for n in range(60))
