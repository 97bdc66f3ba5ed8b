"""The Anthropic Messages stream: content blocks to events.

Two habits of its own: citations come before the text they are for, one block a cited span; and
`input_tokens` leaves out what was read from and written to the cache.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from backend.errors import ProviderError
from backend.llm.events import Citation, Done, DoneReason, Event, ToolActivity, Usage
from backend.llm.failures import facts_of, failure, garbled
from backend.llm.gather import Gatherer


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
    error: dict[str, Any] | None = None


_event = msgspec.json.Decoder(_Event)

_REASONS: Final[dict[str, DoneReason]] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "pause_turn": "length",  # the search loop paused; asking to continue resumes it
    "refusal": "refusal",
}


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
        self._tool_input = ""

    def begin(self, headers: Mapping[str, str]) -> list[Event]:
        """Headers tell nothing of use."""
        return []

    def read(self, payloads: list[bytes]) -> list[Event]:
        """Events of one network read."""
        for payload in payloads:
            self._one(payload)
            if self.ended or self.failure is not None:
                break
        return self._out.take()

    def finish(self) -> list[Event]:
        """A stop reason makes the answer whole, even if `message_stop` was lost."""
        if self.whole:
            self._end()
        return self._out.take()

    def _one(self, payload: bytes) -> None:
        try:
            event = _event.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._odd(payload)
            return
        kind = event.type
        if kind == "content_block_delta" and event.delta is not None:
            self._delta(event.delta)
        elif kind == "content_block_start" and event.content_block is not None:
            self._start(event.content_block)
        elif kind == "content_block_stop":
            self._stop()
        elif kind == "message_start" and event.message is not None:
            self._take_usage(event.message.get("usage"))
        elif kind == "message_delta":
            self._take_usage(event.usage)
            if event.delta is not None and event.delta.stop_reason:
                self._reason = _REASONS.get(event.delta.stop_reason, "stop")
                self.whole = True
        elif kind == "message_stop":
            self._end()
        elif event.error is not None:
            self.failure = failure(self._provider, 200, facts_of(event.error))

    def _odd(self, payload: bytes) -> None:
        """Not the shape we know: an event newer than this file, an odd error, or garbage."""
        try:
            value = msgspec.json.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            value = None
        if not isinstance(value, dict):
            self.failure = garbled(self._provider, "not an event")
        elif value.get("error"):
            self.failure = failure(self._provider, 200, facts_of(value))

    def _delta(self, delta: _Delta) -> None:
        if delta.text:
            self._out.text(delta.text)
        elif delta.thinking:
            self._out.reasoning(delta.thinking)
        elif delta.partial_json and self._tool is not None:
            self._tool_input += delta.partial_json
        elif delta.citation is not None:
            self._citations.append(delta.citation)

    def _start(self, block: dict[str, Any]) -> None:
        self._block_start = self._out.length
        self._citations.clear()
        kind = block.get("type")
        if kind == "text" and isinstance(text := block.get("text"), str) and text:
            self._out.text(text)
        elif kind == "server_tool_use":
            self._tool, self._tool_input = str(block.get("name") or "tool"), ""
        elif kind == "web_search_tool_result":
            self._out.add(ToolActivity("web_search", "completed"))

    def _stop(self) -> None:
        """The block is over: its citations' span is known now, or its tool's query."""
        if self._tool is not None:
            self._out.add(ToolActivity(self._tool, "started", _query(self._tool_input)))
            self._tool = None
        end = self._out.length
        for citation in self._citations:
            url = citation.get("url")
            if isinstance(url, str) and url.startswith(("https://", "http://")):
                title = str(citation.get("title") or url)
                self._out.add(Citation(url, title, self._block_start, end))
        self._citations.clear()

    def _take_usage(self, usage: Any) -> None:
        """Later figures replace earlier ones: they are cumulative."""
        if isinstance(usage, dict):
            self._usage.update({name: told for name, told in usage.items() if told is not None})

    def _end(self) -> None:
        if self._usage:
            self._out.add(read_usage(self._usage))
        self._out.add(Done(self._reason))
        self.ended = True


def read_usage(told: dict[str, Any]) -> Usage:
    """Usage by our rule: input includes what the cache gave and took."""
    cached = _count(told, "cache_read_input_tokens")
    tools = told.get("server_tool_use")
    searches = _count(tools, "web_search_requests") if isinstance(tools, dict) else 0
    return Usage(
        input_tokens=_count(told, "input_tokens")
        + cached
        + _count(told, "cache_creation_input_tokens"),
        cached_tokens=cached,
        output_tokens=_count(told, "output_tokens"),
        tool_calls={"web_search": searches} if searches else {},
    )


def _count(told: dict[str, Any], name: str) -> int:
    value = told.get(name)
    return value if isinstance(value, int) and value > 0 else 0


def _query(text: str) -> str | None:
    try:
        value = msgspec.json.decode(text) if text else None
    except msgspec.DecodeError:
        return None
    query = value.get("query") if isinstance(value, dict) else None
    return query if isinstance(query, str) else None
