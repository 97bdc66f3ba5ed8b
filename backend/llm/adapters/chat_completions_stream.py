"""The Chat Completions stream: chunks to events, with tolerance for known deviations.

Known deviations: comments as keep-alive (OpenRouter), everything but `choices` missing, reasoning
under four names and sometimes two at once, content as a list of parts (Mistral), usage beside
the choices, in one, after them or under `x_groq`, errors inside a 200 stream or in a choice, no
[DONE], no finish reason, reasoning counted outside of `completion_tokens` (xAI, Gemini), sources of
the whole answer at the top level (xAI, Perplexity), a whole `message` where a stream was asked for.
"""

from collections.abc import Mapping
from typing import Any

from backend.errors import ProviderError
from backend.llm.adapters.answer_text import AnswerText
from backend.llm.adapters.chat_chunks import Choice, Chunk, Delta, all_chunks, one_chunk, plain_text
from backend.llm.adapters.chat_usage import SourceList, read_citation, read_usage
from backend.llm.adapters.failures import facts_of, failure, finish_failure, garbled
from backend.llm.adapters.finish_reasons import done_reason
from backend.llm.adapters.gather import Gatherer
from backend.llm.adapters.think import ThinkSplitter
from backend.llm.events import Done, DoneReason, Event, Usage


class ChatReader:
    """Reads chunks into events."""

    __slots__ = (
        *("_out", "_provider", "_reason", "_sources", "_text", "_usage"),
        *("ended", "failure", "whole"),
    )

    def __init__(self, provider: str, splitter: ThinkSplitter | None = None) -> None:
        self.ended = False
        self.whole = False
        self.failure: ProviderError | None = None
        self._provider = provider
        self._out = Gatherer()
        self._text = AnswerText(self._out, splitter or ThinkSplitter())
        self._sources = SourceList()
        self._usage: Usage | None = None
        self._reason: DoneReason = "stop"

    @property
    def closed_unopened(self) -> bool:
        """Whether the model closed a thinking block that it had not opened."""
        return self._text.splitter.closed_unopened

    def begin(self, headers: Mapping[str, str]) -> list[Event]:
        """This protocol has no headers of interest."""
        return []

    def read(self, payloads: list[bytes]) -> list[Event]:
        """Events of one network read."""
        if (text := plain_text(payloads)) is not None:
            self._text.take(text)
            return self._out.take()
        if (chunks := all_chunks(payloads[:-1] if _is_last(payloads) else payloads)) is not None:
            for chunk in chunks:
                self._take(chunk)
                if self.failure is not None:
                    break
            else:
                if len(chunks) < len(payloads):
                    self._end()
        else:
            for payload in payloads:
                self._one(payload)
                if self.ended or self.failure is not None:
                    break
        self._text.flush()
        return self._out.take()

    def finish(self) -> list[Event]:
        """The end of the body; a finish reason completes the answer, with or without [DONE]."""
        if self.whole:
            self._end()
        else:
            self._text.finish(is_whole=False)
        return self._out.take()

    def usage(self) -> Usage | None:
        """What was told so far."""
        return self._usage

    def _one(self, payload: bytes) -> None:
        if payload.strip() == b"[DONE]":
            self._end()
        elif (chunk := one_chunk(payload)) is not None:
            self._take(chunk)
        else:
            self.failure = garbled(self._provider, "not a chunk")

    def _take(self, chunk: Chunk) -> None:
        if chunk.lenient:
            self._out.mend = True
        if (choice := chunk.choice) is not None:
            self._choice(choice)
        if chunk.usage:
            self._usage = read_usage(chunk.usage) or self._usage
        if isinstance(chunk.x_groq, dict):
            self._usage = read_usage(chunk.x_groq.get("usage")) or self._usage
        if chunk.citations or chunk.search_results:
            self._sources.add(chunk.citations, chunk.search_results)
        if chunk.error or chunk.object == "error" or _is_bare_error(chunk):
            told = {name: getattr(chunk, name) for name in ("error", "message", "detail", "code")}
            self.failure = failure(self._provider, 200, facts_of(told))

    def _choice(self, choice: Choice) -> None:
        delta = choice.delta or choice.message
        if delta is not None:
            self._delta(delta)
        if choice.usage:
            self._usage = read_usage(choice.usage) or self._usage
        if choice.error:
            self.failure = failure(self._provider, 200, facts_of({"error": choice.error}))
        elif reason := choice.finish_reason:
            self._finished(reason)

    def _delta(self, delta: Delta) -> None:
        content = delta.content
        if not content or delta.reasoning_content or delta.reasoning:
            self._thought(delta)
        if isinstance(content, str):
            if content:
                self._text.add(content)
        elif content:
            self._parts(content)
        if delta.refusal:
            self._text.add(delta.refusal)
            self._reason = "refusal"
        if delta.annotations:
            self._text.flush()
            for annotation in delta.annotations:
                if (citation := read_citation(annotation)) is not None:
                    self._out.add(citation)

    def _thought(self, delta: Delta) -> None:
        """One field only: servers that renamed it send both names at once."""
        piece = delta.reasoning_content or delta.reasoning or delta.reasoning_text
        if not piece and delta.reasoning_details:
            parts = [part for part in delta.reasoning_details if isinstance(part, dict)]
            piece = "".join(str(part.get("text") or part.get("summary") or "") for part in parts)
        if piece:
            self._text.flush()
            self._out.reasoning(piece)

    def _parts(self, parts: list[Any]) -> None:
        """Mistral's content: a list of text and thinking parts, the latter nested again."""
        for part in parts:
            if not isinstance(part, dict):
                continue
            if part.get("type") == "thinking":
                inner = part.get("thinking")
                pieces = inner if isinstance(inner, list) else [{"text": inner}]
                self._text.flush()
                self._out.reasoning(
                    "".join(str(p.get("text") or "") for p in pieces if isinstance(p, dict))
                )
            elif isinstance(text := part.get("text"), str):
                self._text.add(text)

    def _finished(self, told: str) -> None:
        reason = done_reason(told)
        if reason is None:
            self._text.flush()
            self.failure = finish_failure(self._provider, told, self._text.error())
        elif reason != "unfinished":
            self.whole = True
            if self._reason == "stop":
                self._reason = reason

    def _end(self) -> None:
        self._text.finish(is_whole=True)
        for citation in self._sources.citations():
            self._out.add(citation)
        if self._usage is not None:
            self._out.add(self._usage)
        self._out.add(Done(self._reason))
        self.ended = True


def _is_last(payloads: list[bytes]) -> bool:
    """Whether the protocol's end is the last of them."""
    return bool(payloads) and payloads[-1] == b"[DONE]"


def _is_bare_error(chunk: Chunk) -> bool:
    """An unmarked error object: a message or a code, and no part of an answer."""
    if chunk.choices is not None or chunk.usage is not None or chunk.object is not None:
        return False
    return bool(chunk.code) or isinstance(chunk.message or chunk.detail, str)
