"""Payloads that no provider should send, in each protocol: what is understood of them is used.

Each is sent by a real server to the real adapter, whole and in small pieces.
"""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from backend.citations import Citation
from backend.errors import (
    AnswerTruncated,
    ProviderError,
    ProviderGarbled,
    ProviderOverloaded,
    ProviderRateLimited,
    ProviderUnavailable,
)
from backend.llm import Done, Event, Reasoning, Text, ToolActivity, Usage
from backend.llm.http.client import Http
from tests.contract.llm.playing import ask_at, play, reasoning_of, text_of
from tests.contract.llm.raw_server import serving
from tests.contract.llm.test_case_kinds import head
from tests.contract.llm.transcripts import ALL as TRANSCRIPTS
from tests.contract.llm.transcripts import Transcript

DEEP = "[" * 100_000


class Odd(Struct, frozen=True):
    """Payloads, and what is right: text, thinking, other events before Done, and the failure."""

    name: str
    payloads: tuple[Any, ...]
    text: str = "Hi"
    reasoning: str = ""
    events: tuple[Event, ...] = ()
    failure: type[ProviderError] | None = None
    end: str = "stop"


def wire(payloads: tuple[Any, ...]) -> bytes:
    """As events; a string is a payload as it is."""
    texts = [one if isinstance(one, str) else json.dumps(one) for one in payloads]
    return head() + b"".join(f"data: {text}\n\n".encode("utf-8", "replace") for text in texts)


def said(content: Any = None, reason: Any = None, **more: Any) -> dict[str, Any]:
    """A chunk of Chat Completions."""
    delta = {} if content is None else {"content": content}
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}], **more}


STOP = said(reason="stop")
WHOLE = (said("Hi"), STOP)
USED = {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}

CHAT = (
    Odd("a null delta", ({"choices": [{"delta": None}]}, *WHOLE)),
    Odd("a null choice", ({"choices": [None]}, *WHOLE)),
    Odd("choices that are none", ({"choices": "no"}, {"choices": {}}, *WHOLE)),
    Odd("empty choices", ({"choices": []}, *WHOLE)),
    Odd("null content", (said(), {"choices": [{"delta": {"content": None}}]}, *WHOLE)),
    Odd("content of odd types", (said(7), said({"a": 1}), said(True), *WHOLE)),
    Odd("content as parts", (said([{"type": "text", "text": "H"}, None, 3]), said("i"), STOP)),
    Odd("an index out of order",
        ({"choices": [{"index": 7, "delta": {"content": "H"}}]}, said("i"), STOP)),
    Odd("two choices in a chunk",
        ({"choices": [{"index": 1, "delta": {"content": "No"}},
                      {"index": 0, "delta": {"content": "Hi"}}]}, STOP)),
    Odd("an index that is no number", ({"choices": [{"index": "0", "delta": {"content": "Hi"}}]},
                                       STOP)),
    Odd("a null index", ({"choices": [{"index": None, "delta": {"content": "Hi"}}]}, STOP)),
    Odd("tool calls twice under one id",
        ({"choices": [{"delta": {"tool_calls": [{"index": 0, "id": "a"}]}}]},
         {"choices": [{"delta": {"tool_calls": [{"index": 0, "id": "a"}]}}]}, *WHOLE)),
    Odd("tool calls that are none", ({"choices": [{"delta": {"tool_calls": "x"}}]}, *WHOLE)),
    Odd("a role alone", ({"choices": [{"delta": {"role": "assistant"}}]}, *WHOLE)),
    Odd("a finish reason of odd types", (said("Hi", 5), said(None, {"a": 1}), STOP)),
    Odd("a finish reason twice", (said("Hi"), STOP, STOP)),
    Odd("two finish reasons", (said("Hi", "length"), STOP), end="length"),
    Odd("text after the finish reason", (said("H"), STOP, said("i"))),
    Odd("usage before the text", (said(usage=USED), *WHOLE), events=(Usage(9, 0, 2),)),
    Odd("usage on each chunk", (said("H", usage={**USED, "completion_tokens": 1}),
                                said("i", "stop", usage=USED)), events=(Usage(9, 0, 2),)),
    Odd("usage in a choice", (said("Hi"), {"choices": [{"delta": {}, "finish_reason": "stop",
                                                       "usage": USED}]}), events=(Usage(9, 0, 2),)),
    Odd("usage after [DONE]", (*WHOLE, "[DONE]", {"choices": [], "usage": USED})),
    Odd("usage that is a list", (*WHOLE, {"choices": [], "usage": [USED]})),
    Odd("usage of infinite size", (*WHOLE, '{"choices":[],"usage":{"prompt_tokens":1e999}}')),
    Odd("usage alone", (*WHOLE, {"usage": USED}), events=(Usage(9, 0, 2),)),
    Odd("an error that is null, false or empty",
        (said("H", error=None), said("i", error=False), said(error={}), said(error=""), STOP)),
    Odd("an error that is a number", (said("Hi"), {"error": 503}), failure=ProviderUnavailable),
    Odd("an error in words", (said("Hi"), {"error": "Too many requests"}),
        failure=ProviderRateLimited),
    Odd("an error without words", (said("Hi"), {"error": {"x": 1}}), failure=ProviderUnavailable),
    Odd("an error after the end", (*WHOLE, {"error": "late"})),
    Odd("a payload that is a number", (said("Hi"), "7"), failure=ProviderGarbled),
    Odd("a payload that is null", (said("Hi"), "null"), failure=ProviderGarbled),
    Odd("a payload that is empty", ({}, *WHOLE)),
    Odd("a list of chunks", (json.dumps([said("Hi")]), STOP)),
    Odd("brackets without end", (said("Hi"), DEEP), failure=ProviderGarbled),
    Odd("objects without end", (said("Hi"), '{"a":' * 50_000), failure=ProviderGarbled),
    Odd("a member twice", ('{"choices":[{"delta":{"content":"No"},"delta":{"content":"Hi"}}]}',
                           STOP)),
    Odd("escapes of every kind", ('{"choices":[{"delta":{"content":"\\u0048\\/\\ud83c\\udf4b"}}]}',
                                  STOP), text="H/🍋"),
    Odd("a raw line break in a string", ('{"choices":[{"delta":{"content":"a\tb"}}]}', STOP),
        text="a\tb"),
    Odd("NaN", ('{"choices":[{"delta":{"content":"Hi"},"logprobs":NaN}]}', STOP)),
    Odd("a huge number", ('{"created":' + "9" * 5_000 + ',"choices":[{"delta":{"content":"Hi"}}]}',
                          STOP)),
    Odd("control characters", (said("a\x00b\x1b[31m"), STOP), text="a\x00b\x1b[31m"),
    Odd("thinking of odd types", ({"choices": [{"delta": {"reasoning": 5, "content": "H"}}]},
                                  {"choices": [{"delta": {"reasoning_details": "x",
                                                          "content": "i"}}]}, STOP)),
    Odd("thinking under two names",
        ({"choices": [{"delta": {"reasoning": "a", "reasoning_content": "a"}}]}, *WHOLE),
        reasoning="a"),
    Odd("citations of odd types", (said("Hi", citations=[None, 5, {}, {"url": 7}, "ftp://x", []]),
                                   said(citations="x", search_results=7), STOP)),
    Odd("a citation with odd places",
        ({"choices": [{"delta": {"content": "Hi", "annotations": [
            {"type": "url_citation", "url": "https://example.org/", "start_index": 9,
             "end_index": -2}, 5]}}]}, STOP),
        events=(Citation("https://example.org/", "example.org", None, None),)),
    Odd("a refusal beside text",
        (said("Hi"), {"choices": [{"delta": {"refusal": " no"}}]}, STOP), "Hi no", end="refusal"),
    Odd("a message and a delta",
        ({"choices": [{"delta": {"content": "Hi"}, "message": {"content": "Hi"}}]}, STOP)),
    Odd("an overload in a chunk", (said("Hi"), {"error": {"code": "529", "message": "Overloaded"}}),
        failure=ProviderOverloaded),
    Odd("nothing but an end", (STOP,), text=""),
    Odd("nothing but [DONE]", ("[DONE]",), text=""),
)  # fmt: skip


def delta(text: Any, output: Any = 0, part: Any = 0) -> dict[str, Any]:
    """A piece of text in a response."""
    return {"type": "response.output_text.delta", "output_index": output, "content_index": part,
            "delta": text}  # fmt: skip


def completed(**more: Any) -> dict[str, Any]:
    """The end of a response."""
    return {"type": "response.completed", "response": {"status": "completed", **more}}


SEARCHED = {"type": "response.output_item.done", "item": {"type": "web_search_call", "id": "a"}}

RESPONSES = (
    Odd("indexes of odd types", (delta("H", None, "0"), delta("i", None, "0"), completed())),
    Odd("an index that goes back", (delta("H", 5), delta("i", 5), completed())),
    Odd("an end without a response", (delta("Hi"), {"type": "response.completed"})),
    Odd("an end with null", (delta("Hi"), {"type": "response.completed", "response": None})),
    Odd("two ends", (delta("Hi"), completed(), completed())),
    Odd("a number for a delta", (delta(5), delta("Hi"), completed())),
    Odd("an event without a type", ({"delta": "x"}, delta("Hi"), completed())),
    Odd("a type that is a number", ({"type": 5}, delta("Hi"), completed())),
    Odd("items of odd types",
        ({"type": "response.output_item.done", "item": "x"},
         {"type": "response.output_item.added", "item": {"type": 4, "action": [1]}},
         {"type": "response.output_item.done", "item": {"type": "custom_tool_call", "name": ["x"]}},
         delta("Hi"), completed())),
    Odd("a picture that is none",
        ({"type": "response.output_item.done",
          "item": {"type": "image_generation_call", "result": "???"}}, delta("Hi"), completed()),
        events=(ToolActivity("image_generation", "completed", None),)),
    Odd("a call twice under one id",
        (SEARCHED, SEARCHED, delta("Hi"), completed()),
        events=(ToolActivity("web_search", "completed", None),) * 2),
    Odd("usage of odd types",
        (delta("Hi"), completed(usage={"input_tokens": "7", "output_tokens": 3,
                                       "input_tokens_details": [], "total_tokens": None})),
        events=(Usage(0, 0, 3),)),
    Odd("usage that is a string", (delta("Hi"), completed(usage="much"))),
    Odd("output of odd types", (delta("Hi"), completed(output=[None, "x", {"content": "y"}]))),
    Odd("the whole text alone",
        (completed(output=[{"type": "message", "content": [{"type": "output_text",
                                                            "text": "Hi"}]}]),)),
    Odd("the whole text after lost pieces",
        (delta("H"), {"type": "response.output_text.done", "text": "Hi"}, completed())),
    Odd("a failure without words", (delta("Hi"), {"type": "response.failed"}),
        failure=ProviderUnavailable),
    Odd("a failure of odd types",
        (delta("Hi"), {"type": "response.failed", "response": {"error": ["x"], "usage": 5}}),
        failure=ProviderUnavailable),
    Odd("cut short for no reason",
        (delta("Hi"), {"type": "response.incomplete", "response": {"status": "incomplete"}}),
        failure=AnswerTruncated),
    Odd("annotations of odd types",
        (delta("Hi"), {"type": "response.output_text.annotation.added", "annotation": [5]},
         {"type": "response.output_text.annotation.added",
          "annotation": {"type": "url_citation", "url": "https://example.org/",
                         "start_index": "0", "end_index": 2.5}}, completed()),
        events=(Citation("https://example.org/", "example.org", None, None),)),
    Odd("[DONE] in place of an end", (delta("Hi"), "[DONE]"), failure=AnswerTruncated),
    Odd("brackets without end", (delta("Hi"), DEEP), failure=ProviderGarbled),
)  # fmt: skip


def block(kind: str, at: int = 0, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A content block's begin and end."""
    start = {"type": "content_block_start", "index": at, "content_block": {"type": kind, **more}}
    return start, {"type": "content_block_stop", "index": at}


def piece(text: Any, **more: Any) -> dict[str, Any]:
    """A piece of text in a message."""
    told = {"type": "text_delta", "text": text, **more}
    return {"type": "content_block_delta", "index": 0, "delta": told}


END = ({"type": "message_delta", "delta": {"stop_reason": "end_turn"}}, {"type": "message_stop"})

ANTHROPIC = (
    Odd("no blocks around it", (piece("Hi"), *END)),
    Odd("a null delta", ({"type": "content_block_delta", "delta": None}, piece("Hi"), *END)),
    Odd("text of odd types", (piece(5), piece(["x"]), piece("Hi"), *END)),
    Odd("a block that ends twice", (piece("Hi"), block("text")[1], block("text")[1], *END)),
    Odd("indexes out of order", (block("text", 9)[0], piece("Hi"), block("text", 2)[1], *END)),
    Odd("blocks of odd types",
        ({"type": "content_block_start", "content_block": 5},
         {"type": "content_block_start", "content_block": {"type": ["text"], "text": 7}},
         piece("Hi"), *END)),
    Odd("a tool twice under one id",
        (*block("server_tool_use", id="t", name="web_search", input={"query": "q"}),
         *block("server_tool_use", 1, id="t", name="web_search", input="q"), piece("Hi"), *END),
        events=(ToolActivity("web_search", "started", "q"),
                ToolActivity("web_search", "started", None))),
    Odd("a tool with garbled arguments",
        (block("server_tool_use", name="web_search")[0],
         piece(None, type="input_json_delta", partial_json='{"query": "q'),
         block("server_tool_use")[1], piece("Hi"), *END),
        events=(ToolActivity("web_search", "started", None),)),
    Odd("a message without usage", ({"type": "message_start", "message": {}}, piece("Hi"), *END)),
    Odd("usage of odd types",
        ({"type": "message_start", "message": {"usage": {"input_tokens": [], "output_tokens": 1}}},
         piece("Hi"), {"type": "message_delta", "usage": "x"}, *END), events=(Usage(0, 0, 1),)),
    Odd("a stop reason of odd types",
        (piece("Hi"), {"type": "message_delta", "delta": {"stop_reason": 5}}, *END)),
    Odd("no stop reason", (piece("Hi"), {"type": "message_stop"})),
    Odd("an end twice", (piece("Hi"), *END, *END)),
    Odd("text after the end", (piece("Hi"), *END, piece(" no"))),
    Odd("an error without words", (piece("Hi"), {"type": "error"}), failure=ProviderUnavailable),
    Odd("an error in words", (piece("Hi"), {"type": "error", "error": "Overloaded"}),
        failure=ProviderOverloaded),
    Odd("an overload",
        (piece("Hi"), {"type": "error", "error": {"type": "overloaded_error", "message": "x"}}),
        failure=ProviderOverloaded),
    Odd("an empty error", (piece("Hi"), {"type": "ping", "error": None}, *END)),
    Odd("citations of odd types",
        (block("text")[0], piece(None, type="citations_delta", citation={"url": 5}),
         piece(None, type="citations_delta", citation="x"), piece("Hi"), block("text")[1], *END)),
    Odd("thinking of odd types", (piece(None, type="thinking_delta", thinking=5),
                                  piece(None, type="thinking_delta", thinking="a"), piece("Hi"),
                                  *END), reasoning="a"),
    Odd("brackets without end", (piece("Hi"), DEEP), failure=ProviderGarbled),
)  # fmt: skip

ALL = [
    pytest.param(kind, odd, id=f"{kind}: {odd.name}")
    for kind, some in (
        ("chat_completions", CHAT), ("responses", RESPONSES), ("anthropic", ANTHROPIC)
    )
    for odd in some
]  # fmt: skip


@pytest.mark.parametrize(("kind", "odd"), ALL)
async def test_odd_payloads(http: Http, kind: str, odd: Odd) -> None:
    """Nothing of them breaks the answer around them, and none passes for what it is not."""
    raw = wire(odd.payloads)
    for size in (1 << 20, 17):
        if size * 2_000 < len(raw):
            continue
        async with serving(raw, size) as address:
            events, failure = await ask_at(http, address, kind)
        assert type(failure) is (odd.failure or type(None))
        assert (text_of(events), reasoning_of(events)) == (odd.text, odd.reasoning)
        others = [one for one in events[1:] if not isinstance(one, Text | Reasoning)]
        done = () if odd.failure else (Done(odd.end),)  # type: ignore[arg-type]
        assert tuple(others) == (*odd.events, *done)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["\ud83d", "https://example.org/", "error", "stop", "text"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["text", "type", "url", "code", "usage"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container of the value with every key of it."""
    if not isinstance(value, dict | list):
        return []
    keys = list(value) if isinstance(value, dict) else range(len(value))
    return [(value, key) for key in keys] + [one for key in keys for one in places(value[key])]


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda one: one.name)
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_any_member_may_be_anything(transcript: Transcript, data: st.DataObject) -> None:
    """Law: whatever stands in one place of a stream, it ends whole or with a provider's error."""
    payloads = [one for one in transcript.payloads if one != "[DONE]"]
    number = data.draw(st.integers(0, len(payloads) - 1))
    whole = [msgspec.json.decode(payloads[number])]
    inside, key = data.draw(st.sampled_from(places(whole)))
    inside[key] = data.draw(JSON_VALUES)
    payloads[number] = json.dumps(whole[0])
    raw = "".join(f"data: {one}\n\n" for one in (*payloads, "[DONE]"))
    events, failure = await play(transcript, [raw.encode("utf-8", "replace")])
    assert failure is not None or isinstance(events[-1], Done)
