"""The Chat Completions stream: chunks to events, whoever deviates and however.

Known deviations: comments as keep-alive (OpenRouter), everything but `choices` missing, reasoning
under four names and sometimes two at once, content as a list of parts (Mistral), usage beside
the choices, after them or under `x_groq`, errors inside a 200 stream, no [DONE], no finish
reason, reasoning counted outside of `completion_tokens` (xAI, Gemini).
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from backend.errors import ProviderError, ProviderUnavailable
from backend.llm.chat_chunks import (
    Choice,
    Chunk,
    Delta,
    all_chunks,
    one_chunk,
    plain_text,
    read_usage,
)
from backend.llm.events import Citation, Done, DoneReason, Event, Usage
from backend.llm.failures import facts_of, failure, garbled
from backend.llm.gather import Gatherer
from backend.llm.think import ThinkSplitter

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
        if (text := plain_text(payloads)) is not None:
            self._text(text)
        elif (chunks := all_chunks(payloads)) is not None:
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
        if payload.strip() == b"[DONE]":
            self._end()
        elif (chunk := one_chunk(payload)) is not None:
            self._take(chunk, payload)
        else:
            self.failure = garbled(self._provider, "not a chunk")

    def _take(self, chunk: Chunk, payload: bytes) -> None:
        if chunk.choices:
            self._choice(chunk.choices[0])
        if chunk.usage:
            self._take_usage(bytes(chunk.usage))
        if chunk.x_groq:
            self._groq(bytes(chunk.x_groq))
        if chunk.error or chunk.object == "error":
            self._error(chunk, payload)

    def _choice(self, choice: Choice) -> None:
        delta = choice.delta
        if delta is not None:
            content = delta.content
            if not content or delta.reasoning_content or delta.reasoning:
                self._thought(delta)
            if content:
                if isinstance(content, str):
                    self._text(content)
                else:
                    self._parts(content)
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

    def _thought(self, delta: Delta) -> None:
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

    def _error(self, chunk: Chunk, payload: bytes) -> None:
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
