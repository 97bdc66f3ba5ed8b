"""The kinds of fault behind tests/cases, tried on inputs built here, over a real connection."""

import json
import zlib
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.errors import (
    AnswerTruncated,
    ProviderError,
    ProviderGarbled,
    ProviderRateLimited,
    ProviderUnavailable,
)
from backend.llm import Done, Reasoning, Text, Usage, WasThinking
from backend.llm.http.client import Http
from tests.contract.llm.playing import ask_at, collect, play, reasoning_of, text_of
from tests.contract.llm.raw_server import serving
from tests.contract.llm.transcripts import ALL, Transcript, adapter

KINDS = ("chat_completions", "responses", "anthropic")


def head(status: str = "200 OK", **headers: str) -> bytes:
    """An answer's head; a header's name is written with underscores."""
    told = {"content_type": "text/event-stream", "connection": "close"} | headers
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in told.items()]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode()


def chunk(content: str | None = None, reason: str | None = None, **more: Any) -> bytes:
    """One Chat Completions event."""
    delta = {} if content is None else {"content": content}
    body = {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}], **more}
    return b"data: " + json.dumps(body).encode() + b"\n\n"


def pieces(kind: str, texts: list[str]) -> bytes:
    """A whole answer of these pieces in the given protocol, as its events' bytes."""
    match kind:
        case "chat_completions":
            return b"".join(chunk(text) for text in texts) + chunk(reason="stop")
        case "responses":
            events: list[dict[str, Any]] = [
                {"type": "response.output_text.delta", "output_index": 0, "delta": text}
                for text in texts
            ]
            events.append({"type": "response.completed", "response": {"status": "completed"}})
        case _:
            events = [
                {"type": "content_block_delta", "delta": {"type": "text_delta", "text": text}}
                for text in texts
            ]
            events.append({"type": "message_delta", "delta": {"stop_reason": "end_turn"}})
            events.append({"type": "message_stop"})
    return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)


async def ask(http: Http, raw: bytes, kind: str = "chat_completions") -> Any:
    """Text, thinking, other events and failure."""
    async with serving(raw) as address:
        events, failure = await ask_at(http, address, kind)
    return text_of(events), reasoning_of(events), events, failure


def of(kind: str) -> Transcript:
    """Any transcript of the protocol, for its adapter."""
    return next(one for one in ALL if one.kind == kind)


@pytest.mark.parametrize("kind", KINDS)
@given(text=st.text(max_size=30), cuts=st.lists(st.integers(0, 60), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_surrogates_cut_anywhere(kind: str, text: str, cuts: list[int]) -> None:
    """Law: text sent as UTF-16 units, cut anywhere, arrives as it was."""
    text = f"x{text}y"
    units = text.encode("utf-16-le", "surrogatepass")
    places = sorted({0, *(2 * (cut % (len(units) // 2 + 1)) for cut in cuts), len(units)})
    halves = [units[a:b].decode("utf-16-le", "surrogatepass") for a, b in pairwise(places)]
    events, failure = await play(of(kind), [pieces(kind, halves)])
    assert failure is None
    assert text_of(events) == text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lone", [[0xD83D], [0xDE00], [0xDE00, 0xD83D]])
async def test_a_lone_surrogate(kind: str, lone: list[int]) -> None:
    """Half a pair that stays alone becomes U+FFFD, and the answer goes on."""
    events, failure = await play(of(kind), [pieces(kind, ["a", "".join(map(chr, lone)), "b"])])
    assert failure is None
    assert text_of(events) == "a" + "\ufffd" * len(lone) + "b"


@pytest.mark.parametrize("kind", KINDS)
@given(before=st.binary(max_size=6).map(lambda some: bytes(b | 0x80 for b in some)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_bad_bytes_anywhere(kind: str, before: bytes) -> None:
    """Law: bytes that are no UTF-8 are replaced in place; nothing else changes."""
    raw = pieces(kind, ["[", "MARK", "]"]).replace(b"MARK", before)
    events, failure = await play(of(kind), [raw])
    assert failure is None
    assert text_of(events) == "[" + before.decode("utf-8", "replace") + "]"


@pytest.mark.parametrize(
    "reason",
    [
        "insufficient_system_resource",
        "abort",
        "network_error",
        "something_new",
        "error_finish",
        "ERROR",
    ],
)
@pytest.mark.parametrize("kind", KINDS)
async def test_an_unknown_end_is_no_end(http: Http, kind: str, reason: str) -> None:
    """A finish reason that is not known to tell of a whole answer leaves it interrupted."""
    raw = pieces(kind, ["Hel"]).replace(b'"stop"', b'"%b"' % reason.encode())
    raw = raw.replace(b'"end_turn"', b'"%b"' % reason.encode())
    raw = raw.replace(
        b'"status": "completed"',
        b'"status": "incomplete", "incomplete_details": {"reason": "%b"}' % reason.encode(),
    )
    text, _, events, failure = await ask(http, head() + raw, kind)
    assert text == "Hel"
    assert isinstance(failure, ProviderError)
    assert not any(isinstance(event, Done) for event in events)


@pytest.mark.parametrize(
    ("told", "reason"),
    [("STOP", "stop"), ("eos", "stop"), ("MAX_TOKENS", "length"), ("model_length", "length"),
     ("SAFETY", "content_filter"), ("content-filter", "content_filter"),
     ("ERROR_TOXIC", "content_filter"), ("null", "stop")],
)  # fmt: skip
async def test_known_ends(http: Http, told: str, reason: str) -> None:
    """Providers' own words for the ends that are known; `null` in words is none."""
    raw = head() + chunk("Hi") + chunk(reason=told) + b"data: [DONE]\n\n"
    _, _, events, failure = await ask(http, raw)
    assert failure is None
    assert events[-1] == Done(reason)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wire", "thinking", "answer"),
    [
        ("<thought>a</thought>\nb", "a", "b"),
        ("<think type='x'>a</think>b", "a", "b"),
        ("<THINK>a</THINK>b", "a", "b"),
        ("[THINK]a[/THINK]b", "a", "b"),
        ("◁think▷a◁/think▷b", "a", "b"),
        ("<|START_THINKING|>a<|END_THINKING|>b", "a", "b"),
        ("<seed:think>a</seed:think>b", "a", "b"),
        ("<reasoning>a</reasoning>b", "a", "b"),
        ("<think>a</think>\n\n<think>b</think>c", "ab", "c"),
        ("<think>a</think>b\n<think>c</think>d", "ac", "b\nd"),
        ("<think>a</think></think>b", "a", "b"),
        ("Okay, so a.</think>\n\nb", "Okay, so a.", "b"),
        ("The user says a.\n</think>b", "The user says a.\n", "b"),
        ("<|start|>assistant<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>"
         "commentary<|message|>b<|end|><|start|>assistant<|channel|>final<|message|>c<|return|>",
         "ab", "c"),
        ("<|channel|>commentary to=functions.x <|constrain|>json<|message|>{}<|call|>"
         "<|start|>assistant<|channel|>final<|message|>c", "{}", "c"),
        ("<|channel>thought\na<channel|>b", "\na", "b"),
        ("analysisThe user asks.assistantfinalb", "The user asks.", "b"),
        ("The tag `</think>` ends it.", "", "The tag `</think>` ends it."),
        ("It ends with </think> in HTML.", "", "It ends with </think> in HTML."),
        ("```\n</think>\n```\nb", "", "```\n</think>\n```\nb"),
        ("a <think>b</think>", "", "a <think>b</think>"),
        ("Hi <|end", "", "Hi <|end"),
        ("<b>bold</b>", "", "<b>bold</b>"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 5, 1000])
async def test_thinking_is_never_the_answer(
    http: Http, wire: str, thinking: str, answer: str, size: int
) -> None:
    """Tags of every make, twice, without their opening, in channels; quoted ones are text."""
    parts = [wire[at : at + size] for at in range(0, len(wire), size)]
    text, thought, _, failure = await ask(http, head() + pieces("chat_completions", parts))
    assert failure is None
    assert (thought, text) == (thinking, answer)


async def test_a_model_that_hides_its_opening_is_remembered(http: Http) -> None:
    """No words tell that this is a thought: the next answer of the model is parted from it."""
    raw = head() + pieces("chat_completions", ["Water boils.", "\n</think>\n", "100 °C"])
    async with serving(raw, 200) as address:
        asked = adapter(http, "chat_completions", base_url=address)
        await collect(asked)
        events, _ = await collect(asked)
    assert (reasoning_of(events), text_of(events)) == ("Water boils.\n", "100 °C")


WHOLE = {
    "chat_completions": {"choices": [{"message": {"content": "Hé"}, "finish_reason": "stop"}]},
    "responses": {
        "object": "response", "status": "completed",
        "output": [{"type": "message", "content": [{"type": "output_text", "text": "Hé"}]}],
    },
    "anthropic": {
        "type": "message", "content": [{"type": "text", "text": "Hé"}],
        "stop_reason": "end_turn", "usage": {"input_tokens": 3, "output_tokens": 1},
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("content_type", ["application/json", "text/event-stream", "text/plain"])
@pytest.mark.parametrize("indent", [None, 2])
async def test_whole_json_for_a_stream(
    http: Http, kind: str, content_type: str, indent: int | None
) -> None:
    """A whole answer where a stream was asked for is read, in every protocol."""
    body = b"\n\n" + json.dumps(WHOLE[kind], indent=indent).encode()
    text, _, events, failure = await ask(http, head(content_type=content_type) + body, kind)
    assert failure is None
    assert text == "Hé"
    assert isinstance(events[-1], Done)


async def test_a_stream_that_is_called_json(http: Http) -> None:
    """Events under the wrong content type are read as they come."""
    raw = head(content_type="application/json") + pieces("chat_completions", ["Hi"])
    text, _, _, failure = await ask(http, raw)
    assert (text, failure) == ("Hi", None)


async def test_one_object_a_line(http: Http) -> None:
    """JSON lines without `data:`."""
    lines = pieces("chat_completions", ["a", "b"]).replace(b"data: ", b"").replace(b"\n\n", b"\n")
    text, _, _, failure = await ask(http, head(content_type="application/x-ndjson") + lines)
    assert (text, failure) == ("ab", None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "data", ['{"message":"slow","code":429}', '"429 too many requests"', "rate limit reached"]
)
async def test_an_event_named_error(http: Http, kind: str, data: str) -> None:
    """An event of this name is an error, whatever its data looks like; what came first is kept."""
    first = pieces(kind, ["Hi"]).split(b"\n\n")[0] + b"\n\n"
    raw = head() + first + f"event: error\ndata: {data}\n\ndata: [DONE]\n\n".encode()
    text, _, events, failure = await ask(http, raw, kind)
    assert text == "Hi"
    assert type(failure) is ProviderRateLimited
    assert not any(isinstance(event, Done) for event in events)


async def test_an_error_over_several_bare_lines(http: Http) -> None:
    """Gemini's indented error between two events."""
    error = json.dumps({"error": {"code": 503, "message": "gone"}}, indent=2).encode()
    text, _, _, failure = await ask(http, head() + chunk("Hi") + error + b"\n\n")
    assert text == "Hi"
    assert type(failure) is ProviderUnavailable


@pytest.mark.parametrize(
    ("encoding", "wbits"), [("gzip", 31), ("deflate", 15), ("deflate", -15), ("x-gzip", 31)]
)
async def test_compressed_answers(http: Http, encoding: str, wbits: int) -> None:
    """Compression that nobody asked for is undone, however it is cut."""
    packer = zlib.compressobj(wbits=wbits)
    plain = pieces("chat_completions", ["Hé ", "x" * 5000])
    raw = head(content_encoding=encoding) + packer.compress(plain) + packer.flush()
    for piece in (1 << 20, 11):
        async with serving(raw, piece) as address:
            events, failure = await ask_at(http, address, "chat_completions")
        assert failure is None
        assert text_of(events) == "Hé " + "x" * 5000


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip"])
async def test_an_encoding_that_cannot_be_undone(http: Http, encoding: str) -> None:
    """It is said to be unreadable; no letters are made of it."""
    text, _, _, failure = await ask(http, head(content_encoding=encoding) + b"\x0b\x02\x80nope")
    assert text == ""
    assert isinstance(failure, AnswerTruncated | ProviderGarbled)


@pytest.mark.parametrize(
    ("told", "usage"),
    [
        ({"prompt_tokens": 5, "completion_tokens": -3}, Usage(5)),
        ({"prompt_tokens": 5.0, "completion_tokens": 2.2}, Usage(5, 0, 3)),
        ({"prompt_tokens": True, "completion_tokens": 4}, Usage(0, 0, 4)),
        ({"prompt_tokens": "5", "completion_tokens": 4}, Usage(0, 0, 4)),
        ({"prompt_tokens": 5, "completion_tokens": 10**30}, Usage(5)),
        ({"prompt_tokens": 5, "completion_tokens": 2, "cost": -1}, Usage(5, 0, 2)),
        ({"prompt_tokens": 5, "prompt_tokens_details": {"cached_tokens": 9}}, Usage(5, 5)),
        ({"prompt_tokens": 0, "completion_tokens": 0}, None),
        ("many", None),
        ([], None),
    ],
)
async def test_odd_usage(http: Http, told: Any, usage: Usage | None) -> None:
    """Figures that cannot be are not believed; those beside them are not lost."""
    raw = head() + chunk("Ok", "stop") + chunk(usage=told) + b"data: [DONE]\n\n"
    _, _, events, failure = await ask(http, raw)
    assert failure is None
    assert [event for event in events if isinstance(event, Usage)] == ([usage] if usage else [])


@pytest.mark.parametrize("tail", ["", 'data: {"error":{"code":500,"message":"x"}}\n\n'])
async def test_usage_is_told_when_an_answer_fails(http: Http, tail: str) -> None:
    """Usage that came on the way is told before the failure, whatever the failure is."""
    told = {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10}
    _, _, events, failure = await ask(http, head() + chunk("Half", usage=told) + tail.encode())
    assert failure is not None
    assert events[-1] == Usage(9, 0, 1)


async def test_citation_marks_are_cut_out(http: Http) -> None:
    """OpenAI's private-use marks, cut anywhere, are no part of the answer."""
    wire = "Paris. \ue200cite\ue202turn0search1\ue201 Yes \ue200"
    for size in (1, 4, 100):
        parts = [wire[at : at + size] for at in range(0, len(wire), size)]
        text, _, _, failure = await ask(http, head() + pieces("chat_completions", parts))
        assert (text, failure) == ("Paris.  Yes ", None)


@pytest.mark.parametrize("first", ["The", "Перш за все,", "C'est", "1.", "\n", "{"])
async def test_thinking_without_an_opening_tag_and_with_any_first_words(
    http: Http, first: str
) -> None:
    """What was told as the answer before the closing tag is taken back, at the first answer."""
    thought = f"{first} greeting asks for one."
    raw = head() + b"".join(chunk(text) for text in (thought, " So I greet", ".\n</th", "ink>\n\n"))
    raw += chunk("Hello!", "stop")
    async with serving(raw, 40) as address:
        events, failure = await ask_at(http, address, "chat_completions")
    assert failure is None
    thinking = answer = ""
    for event in events:
        if isinstance(event, WasThinking):
            thinking, answer = thinking + answer, ""
        elif isinstance(event, Text):
            answer += event.text
        elif isinstance(event, Reasoning):
            thinking += event.text
    assert (thinking, answer) == (f"{thought} So I greet.\n", "Hello!")
