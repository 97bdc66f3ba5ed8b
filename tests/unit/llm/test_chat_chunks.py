"""The quick way to read chunks, and the one that looks at every field, say the same."""

import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from backend.llm.adapters.chat_chunks import plain_text
from backend.llm.adapters.chat_completions_stream import ChatReader
from backend.llm.events import Event, Reasoning, Text

words = st.text(max_size=5) | st.sampled_from(["<think>", "a < b", ""])
nothing = st.none()
deltas = st.fixed_dictionaries(
    {"content": words},
    optional={
        "role": st.just("assistant"),
        "reasoning_content": nothing | words,
        "refusal": nothing | words,
        "tool_calls": nothing,
    },
)
choices = st.fixed_dictionaries(
    {"index": st.just(0), "delta": deltas},
    optional={"finish_reason": nothing | st.sampled_from(["", "stop", "length", "error"])},
)
chunks = st.fixed_dictionaries(
    {"choices": st.lists(choices, max_size=2)},
    optional={
        "object": st.sampled_from(["chat.completion.chunk", "error", "chunk"]),
        "usage": nothing | st.just({"prompt_tokens": 3, "completion_tokens": 2}),
        "error": nothing | st.just({"message": "no"}),
    },
)
payloads = st.lists(
    chunks.map(lambda chunk: json.dumps(chunk).encode()) | st.just(b"[DONE]"), max_size=5
)


def read(reads: list[list[bytes]]) -> tuple[list[Any], Any]:
    """What a reader says of some network reads, neighbouring pieces joined, and its failure."""
    reader = ChatReader("fake")
    events: list[Event] = []
    for one in reads:
        events += reader.read(one)
        if reader.ended or reader.failure is not None:
            break
    events += [] if reader.ended else reader.finish()
    joined: list[Any] = []
    for event in events:
        if joined and isinstance(event, Text | Reasoning) and type(joined[-1]) is type(event):
            joined[-1] = type(event)(joined[-1].text + event.text)
        else:
            joined.append(event)
    return joined, reader.failure and (reader.failure.code, reader.failure.details)


@given(payloads)
def test_one_read_of_many_says_what_many_of_one_say(some: list[bytes]) -> None:
    """However the network cuts a stream, the events are the same."""
    assert read([some]) == read([[one] for one in some])


@given(payloads)
def test_what_is_plain_has_nothing_but_text(some: list[bytes]) -> None:
    """A finish reason, usage, an error or a thought is never overlooked."""
    if plain_text(some) is None:
        return
    for one in some:
        chunk = msgspec.json.decode(one)
        assert not chunk.get("usage")
        assert not chunk.get("error")
        assert chunk.get("object") != "error"
        assert not chunk["choices"][0].get("finish_reason")
        assert chunk["choices"][0]["delta"].get("reasoning_content") is None


def test_an_ordinary_read_is_plain() -> None:
    """As OpenAI and xAI send it: so the quick way is the one that is taken."""
    chunk = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "system_fingerprint": "f",
        "usage": None,
        "choices": [
            {
                "index": 0,
                "delta": {"role": "assistant", "content": "Hel", "refusal": None},
                "logprobs": None,
                "finish_reason": None,
            }
        ],
    }
    assert plain_text([json.dumps(chunk).encode()] * 2) == "HelHel"
