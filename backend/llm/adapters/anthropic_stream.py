"""The Anthropic Messages stream: content blocks to events.

Its peculiarities: citations come before their text, one block per cited span; text blocks around a
tool are paragraphs, others continue mid-sentence; `input_tokens` excludes cache reads and writes.
Compatible servers may end with [DONE], or return a whole message instead of a stream.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from backend.errors import ProviderError
from backend.llm.adapters.chat_usage import read_citation
from backend.llm.adapters.failures import facts_of, failure, finish_failure, garbled
from backend.llm.adapters.finish_reasons import done_reason
from backend.llm.adapters.gather import Gatherer
from backend.llm.adapters.payload_json import lenient_json, query_of, token_count
from backend.llm.events import Done, DoneReason, Event, ToolActivity, Usage


class _Delta(Struct):
    type: str | None = None
    text: str | None = None
    thinking: str | None = None
    partial_json: str | None = None
    citation: dict[str, Any] | None = None
    stop_reason: str | None = None


class _Event(Struct):
    type: str = ""
    delta: _Delta | None = None
    content_block: dict[str, Any] | None = None
    message: dict[str, Any] | None = None
    usage: dict[str, Any] | None = None
    error: Any = None
    content: list[Any] | None = None
    stop_reason: str | None = None


_event = msgspec.json.Decoder(_Event)

_TEXT_BLOCKS = ("text", "thinking", "redacted_thinking")


class AnthropicReader:
    """Reads one message's events."""

    def __init__(self, provider: str) -> None:
        self.ended = False
        self.whole = False
        self.failure: ProviderError | None = None
        self._provider = provider
        self._out = Gatherer()
        self._usage: dict[str, Any] = {}
        self._reason: DoneReason = "stop"
        self._block_start = 0
        self._citations: list[dict[str, Any]] = []
        self._tool: str | None = None
        self._tool_input: list[str] = []
        self._query: str | None = None
        self._after_tool = False

    def begin(self, headers: Mapping[str, str]) -> list[Event]:
        """Headers contain nothing needed."""
        return []

    def read(self, payloads: list[bytes]) -> list[Event]:
        """Events of one network read."""
        for payload in payloads:
            self._one(payload)
            if self.ended or self.failure is not None:
                break
        return self._out.take()

    def finish(self) -> list[Event]:
        """A stop reason completes the answer, even if `message_stop` was lost."""
        if self.whole:
            self._end()
        return self._out.take()

    def usage(self) -> Usage | None:
        """The usage reported so far. Before the end that is the input only."""
        told = self._usage if self.whole else {**self._usage, "output_tokens": 0}
        return read_usage(told)

    def _one(self, payload: bytes) -> None:
        try:
            event = _event.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._odd(payload)
            return
        if event.type == "content_block_delta" and event.delta is not None:
            self._delta(event.delta)
        else:
            self._other(event)

    def _other(self, event: _Event) -> None:
        match event.type:
            case "content_block_start" if event.content_block is not None:
                self._start(event.content_block)
            case "content_block_stop":
                self._stop()
            case "message_start" if event.message is not None:
                self._take_usage(event.message.get("usage"))
            case "message_delta":
                self._take_usage(event.usage)
                if event.delta is not None and event.delta.stop_reason:
                    self._finished(event.delta.stop_reason)
            case "message_stop":
                self._end()
            case "message":
                self._whole_message(event)
            case _ if event.error is not None or event.type == "error":
                self.failure = failure(self._provider, 200, facts_of({"error": event.error}))

    def _odd(self, payload: bytes) -> None:
        """Anything unexpected: bad bytes, a newer event, an unusual error."""
        value = lenient_json(payload)
        if payload.strip() == b"[DONE]":
            if self.whole:
                self._end()
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            self.failure = failure(self._provider, 200, facts_of(value))
        elif not isinstance(value, dict):
            self.failure = garbled(self._provider, "not an event")
        elif value.get("error") and value.get("type") in (None, "error"):
            self.failure = failure(self._provider, 200, facts_of(value))
        else:
            self._out.mend = True
            self._lenient(value)

    def _lenient(self, value: dict[str, Any]) -> None:
        """The event with the fields that could be decoded."""
        delta = value.get("delta")
        event = _Event(
            type=_text(value, "type") or "",
            delta=_lenient_delta(delta) if isinstance(delta, dict) else None,
            content_block=_object(value, "content_block"),
            message=_object(value, "message"),
            usage=_object(value, "usage"),
            content=told if isinstance(told := value.get("content"), list) else None,
            stop_reason=_text(value, "stop_reason"),
        )
        if event.type == "content_block_delta" and event.delta is not None:
            self._delta(event.delta)
        else:
            self._other(event)

    def _whole_message(self, message: _Event) -> None:
        """The answer of a server that does not stream."""
        self._take_usage(message.usage)
        for block in message.content or ():
            if isinstance(block, dict):
                self._start(block)
                if isinstance(thought := block.get("thinking"), str):
                    self._out.reasoning(thought)
                told = block.get("citations")
                for citation in told if isinstance(told, list) else ():
                    self._citations.append(citation)
                self._stop()
        if message.stop_reason:
            self._finished(message.stop_reason)
        if self.whole:
            self._end()

    def _finished(self, told: str) -> None:
        reason = done_reason(told)
        if reason is None:
            self.failure = finish_failure(self._provider, told)
        elif reason != "unfinished":
            self._reason, self.whole = reason, True

    def _delta(self, delta: _Delta) -> None:
        if delta.text:
            self._out.text(delta.text)
        elif delta.thinking:
            self._out.reasoning(delta.thinking)
        elif delta.partial_json and self._tool is not None:
            self._tool_input.append(delta.partial_json)
        elif delta.citation is not None:
            self._citations.append(delta.citation)

    def _start(self, block: dict[str, Any]) -> None:
        kind = block.get("type")
        if kind == "text" and self._after_tool:
            self._out.paragraph()
        self._after_tool = kind != "text" and (self._after_tool or kind not in _TEXT_BLOCKS)
        self._block_start = self._out.length
        self._citations.clear()
        if kind == "text" and isinstance(text := block.get("text"), str) and text:
            self._out.text(text)
        elif kind == "server_tool_use":
            self._tool = str(block.get("name") or "tool")
            self._tool_input, self._query = [], query_of(block.get("input"))
        elif kind == "web_search_tool_result":
            self._out.add(ToolActivity("web_search", "completed"))

    def _stop(self) -> None:
        """End of a block: its citations' span, or its tool's query, is now known."""
        if self._tool is not None:
            query = query_of("".join(self._tool_input)) or self._query
            self._out.add(ToolActivity(self._tool, "started", query))
            self._tool = None
        start, end = self._block_start, self._out.length
        for told in self._citations:
            if (citation := read_citation(told)) is not None:
                self._out.add(msgspec.structs.replace(citation, start=start, end=end))
        self._citations.clear()

    def _take_usage(self, usage: Any) -> None:
        """Later figures replace earlier ones: they are cumulative. A zero replaces nothing."""
        if isinstance(usage, dict):
            told = {name: usage[name] for name in usage if token_count(usage, name)}
            told |= {name: inner for name, inner in usage.items() if isinstance(inner, dict)}
            self._usage.update(told)

    def _end(self) -> None:
        if (usage := read_usage(self._usage)) is not None:
            self._out.add(usage)
        self._out.add(Done(self._reason))
        self.ended = True


def read_usage(told: dict[str, Any]) -> Usage | None:
    """Usage by our rule: input includes cache reads and writes. None if not reported."""
    cached = token_count(told, "cache_read_input_tokens")
    written = token_count(told, "cache_creation_input_tokens")
    prompt = token_count(told, "input_tokens") + cached + written
    output = token_count(told, "output_tokens")
    details = told.get("output_tokens_details")
    searches = token_count(told.get("server_tool_use"), "web_search_requests")
    if not (prompt or output):
        return None
    return Usage(
        input_tokens=prompt,
        cached_tokens=cached,
        output_tokens=output,
        reasoning_tokens=min(token_count(details, "thinking_tokens", "reasoning_tokens"), output),
        tool_calls={"web_search": searches} if searches else {},
    )


def _lenient_delta(delta: dict[str, Any]) -> _Delta:
    names = ("type", "text", "thinking", "partial_json", "stop_reason")
    known = {name: _text(delta, name) for name in names}
    return _Delta(citation=_object(delta, "citation"), **known)


def _text(value: dict[str, Any], name: str) -> str | None:
    return told if isinstance(told := value.get(name), str) else None


def _object(value: dict[str, Any], name: str) -> dict[str, Any] | None:
    return told if isinstance(told := value.get(name), dict) else None
