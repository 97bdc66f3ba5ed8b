"""The chunks of a Chat Completions stream: their JSON as types, tolerant of what servers add.

A network read brings several; decoded in one go they cost half.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Raw, Struct

from backend.llm.events import Usage


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
    """One of the answers; only the first is asked for."""

    delta: Delta | None = None
    finish_reason: str | None = None
    index: int | None = 0


class Chunk(Struct, gc=False):
    """One event of the stream."""

    choices: list[Choice] | None = None
    usage: Raw = Raw()
    x_groq: Raw = Raw()
    error: Raw = Raw()
    object: str | None = None


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


class _PlainChunk(Struct, gc=False):
    """What nearly every chunk is. As a type of its own it needs no look at its fields."""

    choices: Annotated[list[_PlainChoice], Meta(min_length=1)]
    usage: None = None
    x_groq: None = None
    error: None = None
    object: Literal["chat.completion.chunk"] | None = None


class _Tokens(Struct):
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None


class _Usage(Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    prompt_tokens_details: _Tokens | None = None
    completion_tokens_details: _Tokens | None = None
    prompt_cache_hit_tokens: int | None = None
    cost_in_usd_ticks: int | None = None
    cost: float | None = None
    num_sources_used: int | None = None


_plain = msgspec.json.Decoder(list[_PlainChunk])
_all = msgspec.json.Decoder(list[Chunk])
_one = msgspec.json.Decoder(Chunk)
_usage = msgspec.json.Decoder(_Usage)
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError)


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
    """The chunk, if need be with what is understood of it alone; None if it is none."""
    try:
        return _one.decode(payload)
    except _BROKEN:
        return _lenient(payload)


def _together(payloads: Sequence[bytes]) -> bytes:
    return b"[%b]" % b",".join(payloads)


def _lenient(payload: bytes) -> Chunk | None:
    """A chunk whose fields have types nobody expected: keep those that are understood."""
    try:
        value = msgspec.json.decode(payload)
    except _BROKEN:
        return None
    if not isinstance(value, dict):
        return None
    if value.get("error"):
        return Chunk(error=Raw(payload))
    choices = value.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else {}
    delta = first.get("delta") if isinstance(first, dict) else None
    known: dict[str, Any] = {
        name: text
        for name in ("content", "reasoning_content", "reasoning", "refusal")
        if isinstance(delta, dict) and isinstance(text := delta.get(name), str)
    }
    reason = first.get("finish_reason") if isinstance(first, dict) else None
    choice = Choice(Delta(**known), reason if isinstance(reason, str) else None)
    usage = value.get("usage")
    return Chunk(
        [choice], usage=Raw(msgspec.json.encode(usage)) if isinstance(usage, dict) else Raw()
    )


def read_usage(raw: bytes) -> Usage | None:
    """Usage by our one rule: output includes reasoning.

    Whether `completion_tokens` includes it differs (xAI and Gemini leave it out), but
    `total_tokens` always does, so the total decides.
    """
    try:
        told = _usage.decode(raw)
    except msgspec.DecodeError:
        return None
    prompt = told.prompt_tokens or 0
    cached = (told.prompt_tokens_details or _Tokens()).cached_tokens
    cached = told.prompt_cache_hit_tokens if cached is None else cached
    reasoning = (told.completion_tokens_details or _Tokens()).reasoning_tokens or 0
    cost = None
    if told.cost_in_usd_ticks is not None:
        cost = -(-told.cost_in_usd_ticks // 10_000)
    elif told.cost is not None:
        cost = round(told.cost * 1_000_000)
    return Usage(
        input_tokens=prompt,
        cached_tokens=min(cached or 0, prompt),
        output_tokens=max(told.completion_tokens or 0, (told.total_tokens or 0) - prompt),
        reasoning_tokens=reasoning,
        cost_micro_dollars=cost,
    )
