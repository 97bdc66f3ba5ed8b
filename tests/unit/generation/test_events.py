"""The stream's events on the wire."""

import json
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from backend.generation.stream.events import (
    EndEvent,
    NoticeEvent,
    UsageShown,
    event_payload,
    reasoning_payload,
    text_payload,
)
from backend.runlog.sse import frame, payloads_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(TEXTS, min_size=1))
def test_frames_can_be_split_whatever_they_hold(texts: list[str]) -> None:
    """A blank line ends a frame and occurs nowhere inside one, so joined frames fall apart."""
    frames = [frame(n, text_payload(text)) for n, text in enumerate(texts, 1)]
    assert payloads_of(b"".join(frames)) == [text_payload(text) for text in texts]
    for number, (one, text) in enumerate(zip(frames, texts, strict=True), 1):
        first, second, *rest = one.split(b"\n")
        assert first == b"id: %d" % number
        assert json.loads(second.removeprefix(b"data: ")) == {"type": "text", "text": text}
        assert rest == [b"", b""]


def test_an_end_says_only_what_it_knows() -> None:
    """Fields without a value are left out; names are camel case."""
    assert json.loads(event_payload(EndEvent(state="complete"))) == {
        "type": "end",
        "state": "complete",
    }
    full = EndEvent(
        state="limited", usage=UsageShown(1, 2, 3, 4), cost_micro_dollars=5, remaining=6
    )
    assert json.loads(event_payload(full)) == {
        "type": "end",
        "state": "limited",
        "usage": {"inputTokens": 1, "cachedTokens": 2, "outputTokens": 3, "reasoningTokens": 4},
        "costMicroDollars": 5,
        "remaining": 6,
    }


def test_a_notice_names_its_message() -> None:
    """`context_cut` carries the id of the first message that is still sent."""
    message = UUID("01936b2e-5f4c-7000-8000-000000000001")
    assert json.loads(event_payload(NoticeEvent("context_cut", message))) == {
        "type": "notice",
        "code": "context_cut",
        "messageId": str(message),
    }


def test_reasoning_is_apart_from_text() -> None:
    """The model's thinking has a type of its own."""
    assert json.loads(reasoning_payload("hm")) == {"type": "reasoning", "text": "hm"}
