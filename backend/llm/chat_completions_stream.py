"""The Chat Completions stream: chunks to events, whoever deviates and however.

Known deviations: comments as keep-alive (OpenRouter), everything but `choices` missing, reasoning
under four names and sometimes two at once, content as a list of parts (Mistral), usage beside
the choices, after them or under `x_groq`, errors inside a 200 stream, no [DONE], no finish
reason, reasoning counted outside of `completion_tokens` (xAI, Gemini).
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from backend.errors import ProviderError, ProviderUnavailable
from backend.llm.events import Citation, Done, DoneReason, Event, Usage
from backend.llm.failures import facts_of, failure, garbled
from backend.llm.gather import Gatherer
from backend.llm.think import ThinkSplitter


class _Delta(Struct, gc=False):
    content: str | list[Any] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    reasoning_text: str | None = None
    reasoning_details: list[Any] | None = None
    refusal: str | None = None
    annotations: list[Any] | None = None


class _Choice(Struct, gc=False):
    delta: _Delta | None = None
    finish_reason: str | None = None
    index: int | None = 0


class _Chunk(Struct, gc=False):
    choices: list[_Choice] | None = None
    usage: Raw = Raw()
    x_groq: Raw = Raw()
    error: Raw = Raw()
    object: str | None = None


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


_chunk = msgspec.json.Decoder(_Chunk)
_chunks = msgspec.json.Decoder(list[_Chunk])
_usage = msgspec.json.Decoder(_Usage)

_REASONS: Final[dict[str, DoneReason]] = {
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "content_filter": "content_filter",
    "safety": "content_filter",
    "refusal": "refusal",
}


class ChatReader:
    """Reads chunks into events; tolerant of every deviation known."""

    __slots__ = ("_out", "_provider", "_reason", "_think", "_usage", "ended", "failure", "whole")

    def __init__(self, provider: str) -> None:
        self.ended = False
        self.whole = False
        self.failure: ProviderError | None = None
        self._provider = provider
        self._out = Gatherer()
        self._think: ThinkSplitter | None = ThinkSplitter()
        self._usage: Usage | None = None
        self._reason: DoneReason = "stop"

    def begin(self, headers: Mapping[str, str]) -> list[Event]:
        """Headers tell nothing in this protocol."""
        return []

    def read(self, payloads: list[bytes]) -> list[Event]:
        """Events of one network read."""
        try:
            # As a rule all of them are chunks: decoded in one go they cost half.
            chunks = _chunks.decode(b"[%b]" % b",".join(payloads))
        except (msgspec.DecodeError, UnicodeDecodeError):
            chunks = []
        if len(chunks) == len(payloads):
            for chunk, payload in zip(chunks, payloads, strict=True):
                self._take(chunk, payload)
                if self.failure is not None:
                    break
        else:
            for payload in payloads:
                self._one(payload)
                if self.ended or self.failure is not None:
                    break
        return self._out.take()

    def finish(self) -> list[Event]:
        """The bytes are over; a finish reason makes the answer whole, with or without [DONE]."""
        if self.whole:
            self._end()
        return self._out.take()

    def _one(self, payload: bytes) -> None:
        try:
            chunk = _chunk.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            if payload.strip() == b"[DONE]":
                self._end()
                return
            lenient = _lenient(payload)
            if lenient is None:
                self.failure = garbled(self._provider, "not a chunk")
                return
            chunk = lenient
        self._take(chunk, payload)

    def _take(self, chunk: _Chunk, payload: bytes) -> None:
        if chunk.choices:
            self._choice(chunk.choices[0])
        if chunk.usage or chunk.x_groq or chunk.error or chunk.object == "error":
            self._take_rest(chunk, payload)

    def _take_rest(self, chunk: _Chunk, payload: bytes) -> None:
        if chunk.usage:
            self._take_usage(bytes(chunk.usage))
        if chunk.x_groq:
            self._groq(bytes(chunk.x_groq))
        if chunk.error or chunk.object == "error":
            self._error(chunk, payload)

    def _choice(self, choice: _Choice) -> None:
        delta = choice.delta
        if delta is not None:
            content = delta.content
            if not content or delta.reasoning_content or delta.reasoning:
                self._thought(delta)
            if content:
                if not isinstance(content, str):
                    self._parts(content)
                elif self._think is None:  # as in nearly every chunk
                    self._out.text(content)
                else:
                    self._text(content)
            if delta.refusal:
                self._text(delta.refusal)
                self._reason = "refusal"
            if delta.annotations:
                self._annotations(delta.annotations)
        if reason := choice.finish_reason:
            self._finished(reason)

    def _text(self, piece: str) -> None:
        if self._think is None:
            self._out.text(piece)
            return
        thinking, answer = self._think.feed(piece)
        if thinking:
            self._out.reasoning(thinking)
        if answer:
            self._out.text(answer)
        if self._think.decided:
            self._think = None

    def _thought(self, delta: _Delta) -> None:
        """One field only: servers that renamed it send both names at once."""
        piece = delta.reasoning_content or delta.reasoning or delta.reasoning_text
        if not piece and delta.reasoning_details:
            parts = [part for part in delta.reasoning_details if isinstance(part, dict)]
            piece = "".join(str(part.get("text") or part.get("summary") or "") for part in parts)
        if piece:
            self._out.reasoning(piece)

    def _parts(self, parts: list[Any]) -> None:
        """Mistral's content: a list of text and thinking parts, the latter nested once more."""
        for part in parts:
            if not isinstance(part, dict):
                continue
            if part.get("type") == "thinking":
                inner = part.get("thinking")
                pieces = inner if isinstance(inner, list) else [{"text": inner}]
                self._out.reasoning(
                    "".join(str(p.get("text") or "") for p in pieces if isinstance(p, dict))
                )
            elif isinstance(text := part.get("text"), str):
                self._out.text(text)

    def _annotations(self, annotations: list[Any]) -> None:
        for annotation in annotations:
            if not isinstance(annotation, dict):
                continue
            facts = annotation.get("url_citation")
            facts = facts if isinstance(facts, dict) else annotation
            if not isinstance(url := facts.get("url"), str):
                continue
            start, end = facts.get("start_index"), facts.get("end_index")
            if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end):
                start = end = None
            self._out.add(Citation(url, str(facts.get("title") or url), start, end))

    def _finished(self, reason: str) -> None:
        if reason == "error":
            self.failure = ProviderUnavailable(provider=self._provider, reason="error")
            return
        self.whole = True
        if self._reason == "stop":
            self._reason = _REASONS.get(reason.lower(), "stop")

    def _take_usage(self, raw: bytes) -> None:
        if raw != b"null":
            self._usage = read_usage(raw) or self._usage

    def _groq(self, raw: bytes) -> None:
        extra = msgspec.json.decode(raw)
        if isinstance(extra, dict) and isinstance(extra.get("usage"), dict):
            self._take_usage(msgspec.json.encode(extra["usage"]))

    def _error(self, chunk: _Chunk, payload: bytes) -> None:
        if chunk.error and bytes(chunk.error) in (b"null", b'""'):
            return
        self.failure = failure(self._provider, 200, facts_of(msgspec.json.decode(payload)))

    def _end(self) -> None:
        if self._think is not None:
            thinking, answer = self._think.finish()
            self._out.reasoning(thinking)
            self._out.text(answer)
        if self._usage is not None:
            self._out.add(self._usage)
        self._out.add(Done(self._reason))
        self.ended = True


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


def _lenient(payload: bytes) -> _Chunk | None:
    """A chunk whose fields have types nobody expected: keep those that are understood."""
    try:
        value = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if not isinstance(value, dict):
        return None
    if value.get("error"):
        return _Chunk(error=Raw(payload))
    choices = value.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else {}
    delta = first.get("delta") if isinstance(first, dict) else None
    known: dict[str, Any] = {
        name: text
        for name in ("content", "reasoning_content", "reasoning", "refusal")
        if isinstance(delta, dict) and isinstance(text := delta.get(name), str)
    }
    reason = first.get("finish_reason") if isinstance(first, dict) else None
    choice = _Choice(_Delta(**known), reason if isinstance(reason, str) else None)
    usage = value.get("usage")
    return _Chunk(
        [choice], usage=Raw(msgspec.json.encode(usage)) if isinstance(usage, dict) else Raw()
    )
