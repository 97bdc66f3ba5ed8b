"""Answers that are asked for in one piece, over a real connection, in every protocol.

Exercises backend/llm/simulation/mock_protocols.py.
"""

import msgspec
import pytest
from msgspec.structs import replace

from backend.errors import AnswerTruncated
from backend.llm import Done, Usage
from backend.llm.http.client import Http
from backend.llm.http.wire import Budgets
from backend.llm.simulation.mock_provider import MockProvider
from tests.contract.llm.playing import REQUEST, collect, text_of
from tests.contract.llm.test_faults import KINDS, make

WHOLE = replace(REQUEST, whole=True)


@pytest.mark.parametrize("kind", KINDS)
async def test_an_answer_in_one_piece(http: Http, mock: MockProvider, kind: str) -> None:
    """No stream is asked for; the events are the stream's, and the connection is kept."""
    adapter = make(http, mock, kind, Budgets())
    streamed, _ = await collect(adapter)
    events, failure = await collect(adapter, WHOLE)
    assert failure is None
    assert msgspec.json.decode(mock.received[1].body)["stream"] is False
    assert text_of(events) == text_of(streamed) != ""
    assert events[-2:] == streamed[-2:]
    assert isinstance(events[-2], Usage)
    assert isinstance(events[-1], Done)
    assert mock.connections == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_half_an_answer_in_one_piece(http: Http, mock: MockProvider, kind: str) -> None:
    """Where it breaks off, nothing of it passes for an answer."""
    broken = replace(WHOLE, model=replace(REQUEST.model, wire_name="fault:dies_halfway"))
    events, failure = await collect(make(http, mock, kind, Budgets()), broken)
    assert isinstance(failure, AnswerTruncated)
    assert text_of(events) == ""
    assert not any(isinstance(event, Done) for event in events)
