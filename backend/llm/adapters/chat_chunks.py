"""The chunks of a Chat Completions stream: their JSON as types, tolerant of what servers add.

A network read brings several; decoded in one go they cost half.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from backend.llm.adapters.payload_json import lenient_json


class Delta(Struct, gc=False):
    """What a chunk adds to the answer."""

    content: str | list[Any] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    reasoning_text: str | None = None
    reasoning_details: list[Any] | None = None
    refusal: str | None = None
    annotations: list[Any] | None = None


class Choice(Struct, gc=False):
    """One of the answers; only the first is asked for. A whole answer has a `message`, and Kimi
    tells its usage here."""

    delta: Delta | None = None
    finish_reason: str | None = None
    index: int | None = 0
    message: Delta | None = None
    error: Any = None
    usage: Any = None


class Chunk(Struct, gc=False):
    """One event of the stream."""

    choices: list[Choice] | None = None
    usage: Any = None
    x_groq: Any = None
    error: Any = None
    object: str | None = None
    citations: Any = None
    search_results: Any = None
    message: Any = None
    detail: Any = None
    code: Any = None
    lenient: bool = False
    """Strings may hold lone surrogates."""

    @property
    def choice(self) -> Choice | None:
        """The answer that was asked for, where more than one is sent."""
        choices = self.choices or ()
        if len(choices) > 1:
            return next((one for one in choices if one.index == 0), choices[0])
        return choices[0] if choices else None


class _PlainDelta(Struct, gc=False):
    """A piece of the answer, and nothing else that is understood here."""

    content: str
    reasoning_content: None = None
    reasoning: None = None
    reasoning_text: None = None
    reasoning_details: None = None
    refusal: None = None
    annotations: None = None


class _PlainChoice(Struct, gc=False):
    delta: _PlainDelta
    finish_reason: None = None
    error: None = None
    usage: None = None


class _PlainChunk(Struct, gc=False):
    """The form of nearly every chunk, as a separate type for fast decoding."""

    choices: Annotated[list[_PlainChoice], Meta(min_length=1, max_length=1)]
    usage: None = None
    x_groq: None = None
    error: None = None
    object: Literal["chat.completion.chunk"] | None = None
    citations: None = None
    search_results: None = None


_plain = msgspec.json.Decoder(list[_PlainChunk])
_all = msgspec.json.Decoder(list[Chunk])
_one = msgspec.json.Decoder(Chunk)
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def plain_text(payloads: Sequence[bytes]) -> str | None:
    """The text of payloads that are pieces of the answer and nothing else, as nearly always; None
    of any others."""
    try:
        chunks = _plain.decode(_together(payloads))
    except _BROKEN:
        return None
    if len(chunks) != len(payloads):
        return None
    return "".join([chunk.choices[0].delta.content for chunk in chunks])


def all_chunks(payloads: Sequence[bytes]) -> list[Chunk] | None:
    """A chunk of each payload; None if one of them is not exactly one."""
    try:
        chunks = _all.decode(_together(payloads))
    except _BROKEN:
        return None
    return chunks if len(chunks) == len(payloads) else None


def one_chunk(payload: bytes) -> Chunk | None:
    """The chunk, if necessary with only the fields that are understood; None if it is none."""
    try:
        return _one.decode(payload)
    except _BROKEN:
        return _lenient(payload)


def _together(payloads: Sequence[bytes]) -> bytes:
    return b"[%b]" % b",".join(payloads)


def _lenient(payload: bytes) -> Chunk | None:
    """A chunk with fields of unexpected types: keep those that are understood."""
    value = lenient_json(payload)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = value[0]  # Gemini's errors
    if not isinstance(value, dict):
        return None
    told = value.get("choices")
    choices = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return Chunk(
        choices=[_lenient_choice(one) for one in choices[:MAX_CHOICES]] or None,
        object=_text(value, "object"),
        lenient=True,
        **{name: value.get(name) for name in _LOOSE},
    )


MAX_CHOICES = 8
_LOOSE = ("usage", "x_groq", "error", "citations", "search_results", "message", "detail", "code")
_TEXTS = ("reasoning_content", "reasoning", "reasoning_text", "refusal")
_LISTS = ("reasoning_details", "annotations")


def _lenient_choice(first: dict[str, Any]) -> Choice:
    delta = first.get("delta") or first.get("message")
    known: dict[str, Any] = {}
    if isinstance(delta, dict):
        known = {name: _text(delta, name) for name in _TEXTS}
        known |= {name: told for name in _LISTS if isinstance(told := delta.get(name), list)}
        if isinstance(content := delta.get("content"), str | list):
            known["content"] = content
    index, reason = first.get("index"), _text(first, "finish_reason")
    return Choice(
        Delta(**known),
        reason,
        index if isinstance(index, int) else 0,
        error=first.get("error"),
        usage=first.get("usage"),
    )


def _text(value: dict[str, Any], name: str) -> str | None:
    return told if isinstance(told := value.get(name), str) else None
