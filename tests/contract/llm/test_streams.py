"""Every adapter, fed with its provider's bytes cut in every way, tells the same events.

Exercises backend/llm/adapters/responses_stream.py, backend/llm/adapters/anthropic_stream.py,
backend/llm/adapters/streaming.py, backend/llm/adapters/responses_usage.py,
backend/llm/adapters/chat_usage.py, backend/llm/adapters/finish_reasons.py.
"""

import pytest

from backend.errors import AnswerTruncated
from backend.llm import Done
from tests.contract.llm.playing import play, text_of
from tests.contract.llm.transcripts import ALL, ANTHROPIC, CHAT, Transcript

each = pytest.mark.parametrize("transcript", ALL, ids=lambda t: t.name)


@each
async def test_whole(transcript: Transcript) -> None:
    """One read brings it all: the events are those the transcript promises."""
    events, failure = await play(transcript, [transcript.wire()])
    assert failure is None
    assert events == list(transcript.events)


@each
async def test_cut_at_every_position(transcript: Transcript) -> None:
    """Two reads, cut anywhere, in the middle of a letter too: the same events."""
    wire = transcript.wire()
    for position in range(len(wire)):
        events, failure = await play(transcript, [wire[:position], wire[position:]])
        assert failure is None, position
        assert events == list(transcript.events), position


@each
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
async def test_small_reads_and_line_ends(transcript: Transcript, end: str, size: int) -> None:
    """Any line end, in reads of a few bytes: the same events."""
    wire = transcript.wire(end)
    chunks = [wire[start : start + size] for start in range(0, len(wire), size)]
    events, failure = await play(transcript, chunks)
    assert failure is None
    assert events == list(transcript.events)


@each
async def test_connection_ends_anywhere(transcript: Transcript) -> None:
    """A lost end is an error that keeps the text so far; it never passes for a whole answer."""
    wire = transcript.wire()
    whole_text = text_of(transcript.events)
    for position in range(len(wire)):
        events, failure = await play(transcript, [wire[:position]])
        assert whole_text.startswith(text_of(events)), position
        if failure is None:
            assert isinstance(events[-1], Done), position
            assert text_of(events) == whole_text, position
        else:
            assert isinstance(failure, AnswerTruncated), position
            assert not any(isinstance(event, Done) for event in events), position


@each
async def test_no_final_blank_line(transcript: Transcript) -> None:
    """A last event without its blank line counts, since it is whole."""
    events, failure = await play(transcript, [transcript.wire().rstrip(b"\n")])
    assert failure is None
    assert events == list(transcript.events)


@each
async def test_comments_between_events(transcript: Transcript) -> None:
    """Keep-alive comments change nothing."""
    wire = transcript.wire().replace(b"\n\n", b"\n\n: keep-alive\n\n")
    events, failure = await play(transcript, [wire])
    assert failure is None
    assert events == list(transcript.events)


async def test_missing_done_marker() -> None:
    """Chat: a finish reason ends the answer, also where [DONE] never comes."""
    wire = CHAT.wire().replace(b"data: [DONE]\n\n", b"")
    events, failure = await play(CHAT, [wire])
    assert failure is None
    assert events == list(CHAT.events)


async def test_missing_finish_reason() -> None:
    """Chat: [DONE] without a finish reason is a clean end."""
    wire = CHAT.wire().replace(b'"finish_reason":"stop"', b'"finish_reason":null')
    events, failure = await play(CHAT, [wire])
    assert failure is None
    assert events == list(CHAT.events)


async def test_missing_message_stop() -> None:
    """Anthropic: the stop reason makes the answer whole."""
    wire = ANTHROPIC.wire().replace(b'event: message_stop\ndata: {"type":"message_stop"}\n\n', b"")
    events, failure = await play(ANTHROPIC, [wire])
    assert failure is None
    assert events == list(ANTHROPIC.events)
