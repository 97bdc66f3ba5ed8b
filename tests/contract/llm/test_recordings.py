"""Streams in the shapes that providers were recorded with, in our own words, played from files.

Each .http in tests/cases/recordings is a whole raw answer, sent by a real server to the real
adapter; the .json beside it says which adapter that is, and what is right.
"""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import Struct

import backend.errors
from backend.citations import Citation
from backend.llm import Done, Event, Reasoning, Retention, Text, ToolActivity, Usage
from backend.llm.adapters import anthropic, chat_completions, responses
from backend.llm.cost import cost
from backend.llm.http.client import Http
from tests.contract.llm.playing import ask_at
from tests.contract.llm.raw_server import serving
from tests.contract.llm.transcripts import MODEL, merged

FOLDER = Path(__file__).parents[2] / "cases/recordings"
NAMES = sorted(path.stem for path in FOLDER.glob("*.http"))
PRICED = msgspec.structs.replace(
    MODEL, input_price=3_000_000, cached_price=300_000, output_price=15_000_000, price_known=True
)


class Recording(Struct, frozen=True):
    """What is right for one answer; an event is its name and its fields."""

    kind: str
    profile: str
    events: list[list[Any]]


def told(event: Event) -> list[Any]:
    """The event as the files write it."""
    match event:
        case Text(text):
            return ["text", text]
        case Reasoning(text):
            return ["reasoning", text]
        case ToolActivity(tool, state, query):
            return ["tool", tool, state, query]
        case Citation(url, title, start, end):
            return ["citation", url, title, start, end]
        case Retention():
            return ["retention", event.zero_data_retention]
        case Usage():
            read = [event.input_tokens, event.cached_tokens]
            written = [event.output_tokens, event.reasoning_tokens]
            return ["usage", *read, *written, event.cost_micro_dollars]
        case Done(reason):
            return ["done", reason]
    raise AssertionError(event)


@pytest.mark.parametrize("piece", [1 << 20, 11])
@pytest.mark.parametrize("name", NAMES)
async def test_a_recording_is_read_as_it_is_meant(http: Http, name: str, piece: int) -> None:
    """Text, thinking, tools, sources, usage and end, however the network cuts the bytes."""
    right = msgspec.json.decode((FOLDER / f"{name}.json").read_bytes(), type=Recording)
    async with serving((FOLDER / f"{name}.http").read_bytes(), piece) as address:
        events, failure = await ask_at(http, address, right.kind, right.profile)
    found = [told(event) for event in merged(events[1:])]
    if failure is not None:
        found.append(["failure", type(failure).__name__])
        assert isinstance(failure, getattr(backend.errors, type(failure).__name__))
    assert found == right.events


@pytest.mark.parametrize("name", NAMES)
def test_no_usage_costs_less_than_nothing(name: str) -> None:
    """What is cached is part of the input, and what was thought part of the output."""
    right = msgspec.json.decode((FOLDER / f"{name}.json").read_bytes(), type=Recording)
    for kind, *figures in right.events:
        if kind == "usage":
            into, cached, output, thought, _ = figures
            assert cached <= into
            assert thought <= output
            assert cost(PRICED, Usage(into, cached, output, thought)) > 0


def test_every_protocol_is_recorded() -> None:
    """Each adapter, and most of its profiles."""
    found = [
        msgspec.json.decode(path.read_bytes(), type=Recording) for path in FOLDER.glob("*.json")
    ]
    assert {one.kind for one in found} == {"anthropic", "chat_completions", "responses"}
    known = {*anthropic.PROFILES, *chat_completions.PROFILES, *responses.PROFILES}
    assert {one.profile for one in found} == known
