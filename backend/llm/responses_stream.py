"""The Responses stream: typed events of xAI and OpenAI to ours.

Unknown item and event types are passed over: both vendors add some with every release. What is
known to differ: X search comes as a `custom_tool_call`, sources of the whole answer come as
annotations with an empty span, errors come flat or nested, and xAI may answer a bare
`{"code", "error"}` object.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from backend.errors import PromptTooLong, ProviderError
from backend.llm.events import Citation, Done, DoneReason, Event, Retention, ToolActivity
from backend.llm.failures import facts_of, failure, garbled
from backend.llm.gather import Gatherer
from backend.llm.responses_usage import image_of, read_usage, tool_of


class _Event(Struct):
    type: str = ""
    delta: str | None = None
    output_index: int = 0
    content_index: int = 0


_event = msgspec.json.Decoder(_Event)

_THOUGHT: Final = ("response.reasoning_summary_text.delta", "response.reasoning_text.delta")
_ENDS: Final = ("response.completed", "response.done", "response.incomplete")
_INCOMPLETE: Final[dict[str, DoneReason]] = {"content_filter": "content_filter"}


class ResponsesReader:
    """Reads one response's events; `tells_retention` where the provider sends that header."""

    def __init__(self, provider: str, tells_retention: bool = False) -> None:
        self.ended = False
        self.whole = False
        self.failure: ProviderError | None = None
        self._provider = provider
        self._tells_retention = tells_retention
        self._out = Gatherer()
        self._part: tuple[int, int] | None = None
        self._starts: dict[tuple[int, int], int] = {}
        self._thought: str | None = None
        self._refused = False
        self._cited: set[tuple[str, int | None, int | None]] = set()
        self._sources: dict[str, str] = {}
        self._searches: dict[str, int] = {}

    def begin(self, headers: Mapping[str, str]) -> list[Event]:
        """The provider's evidence of keeping nothing."""
        if not self._tells_retention:
            return []
        told = headers.get("x-zero-data-retention", "").lower()
        return [Retention({"true": True, "false": False}.get(told))]

    def read(self, payloads: list[bytes]) -> list[Event]:
        """Events of one network read."""
        for payload in payloads:
            self._one(payload)
            if self.ended or self.failure is not None:
                break
        return self._out.take()

    def finish(self) -> list[Event]:
        """Only a terminal event makes the answer whole, so there is nothing to add."""
        return []

    def _one(self, payload: bytes) -> None:
        try:
            event = _event.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            value = _decoded(payload)
            if isinstance(value, dict):
                self._other(str(value.get("type", "")), value)
            elif payload.strip() != b"[DONE]":
                self.failure = garbled(self._provider, "not an event")
            return
        kind = event.type
        if kind == "response.output_text.delta" and event.delta is not None:
            part = (event.output_index, event.content_index)
            if part != self._part:
                self._enter(part)
            self._out.text(event.delta)
        elif kind in _THOUGHT and event.delta:
            # Summary and full text of the same thoughts: whichever comes first.
            self._thought = self._thought or kind
            if kind == self._thought:
                self._out.reasoning(event.delta)
        elif not kind.endswith(".delta") or kind == "response.refusal.delta":
            value = _decoded(payload)
            if isinstance(value, dict):
                self._other(kind, value)

    def _enter(self, part: tuple[int, int]) -> None:
        """A part of the text begins: its annotations count from here."""
        self._part = part
        self._starts.setdefault(part, self._out.length)

    def _other(self, kind: str, value: dict[str, Any]) -> None:
        if kind == "response.output_item.added":
            self._tool(value.get("item"), done=False)
        elif kind == "response.output_item.done":
            self._tool(value.get("item"), done=True)
        elif kind == "response.output_text.annotation.added":
            self._annotation(value)
        elif kind == "response.output_text.done":
            self._text_done(value)
        elif kind == "response.refusal.delta":
            self._refused = True
            self._out.text(str(value.get("delta") or ""))
        elif kind == "response.reasoning_summary_part.added" and value.get("summary_index"):
            self._out.reasoning("\n\n")
        elif kind in _ENDS:
            self._end(value.get("response"))
        elif kind == "response.failed":
            response = value.get("response")
            self._fail(response.get("error") if isinstance(response, dict) else value)
        elif kind == "error" or (not kind and "error" in value):
            self._fail(value)

    def _tool(self, item: Any, *, done: bool) -> None:
        if not isinstance(item, dict):
            return
        if done and (image := image_of(item)) is not None:
            self._out.add(image)
        tool, query = tool_of(item)
        if tool is None:
            return
        if done:
            self._searches[tool] = self._searches.get(tool, 0) + 1
        self._out.add(ToolActivity(tool, "completed" if done else "started", query))

    def _annotation(self, value: dict[str, Any]) -> None:
        annotation = value.get("annotation")
        if not isinstance(annotation, dict) or annotation.get("type") != "url_citation":
            return
        part = (_int(value.get("output_index")), _int(value.get("content_index")))
        self._cite(annotation, self._starts.get(part, 0))

    def _cite(self, annotation: dict[str, Any], offset: int) -> None:
        """A cited span; a source without one waits until it is known that no span cites it."""
        url = annotation.get("url")
        if not isinstance(url, str) or not url.startswith(("https://", "http://")):
            return
        title = _title(annotation.get("title"), url)
        start, end = _int(annotation.get("start_index")), _int(annotation.get("end_index"))
        if end <= start or start < 0:
            self._sources.setdefault(url, title)
            return
        span = (url, start + offset, end + offset)
        if span not in self._cited:
            self._cited.add(span)
            self._out.add(Citation(url, title, start + offset, end + offset))

    def _text_done(self, value: dict[str, Any]) -> None:
        """The whole text of a part: it is trusted where deltas were lost."""
        part = (_int(value.get("output_index")), _int(value.get("content_index")))
        text = value.get("text")
        if not isinstance(text, str) or (part in self._starts and part != self._part):
            return
        if part not in self._starts:
            self._enter(part)
        had = self._out.length - self._starts[part]
        if len(text) > had:
            self._out.text(text[had:])

    def _end(self, response: Any) -> None:
        response = response if isinstance(response, dict) else {}
        if not self._starts:
            self._whole_text(response)
        reason: DoneReason = "refusal" if self._refused else "stop"
        details = response.get("incomplete_details")
        if isinstance(details, dict) and details.get("reason"):
            why = str(details["reason"])
            if why == "max_prompt_tokens" and not self._starts:
                self.failure = PromptTooLong(provider=self._provider, reason=why)
                return
            reason = _INCOMPLETE.get(why, "length")
        elif response.get("status") == "failed":
            self._fail(response.get("error"))
            return
        self._list_sources(response.get("citations"))
        if usage := read_usage(response.get("usage"), self._searches):
            self._out.add(usage)
        self._out.add(Done(reason))
        self.ended = True

    def _whole_text(self, response: dict[str, Any]) -> None:
        """The answer of a server that sent no deltas at all."""
        for index, item in enumerate(response.get("output") or ()):
            for number, part in enumerate((item or {}).get("content") or ()):
                if isinstance(part, dict) and part.get("type") == "output_text":
                    self._enter((index, number))
                    self._out.text(str(part.get("text") or ""))
                    for annotation in part.get("annotations") or ():
                        self._cite(annotation, self._starts[index, number])

    def _list_sources(self, citations: Any) -> None:
        for citation in citations if isinstance(citations, list) else ():
            if isinstance(citation, str):
                self._cite({"url": citation}, 0)
        cited = {url for url, _, _ in self._cited}
        for url, title in self._sources.items():
            if url not in cited:
                self._out.add(Citation(url, title))

    def _fail(self, error: Any) -> None:
        self.failure = failure(self._provider, 200, facts_of(error or {}))


def _decoded(payload: bytes) -> Any:
    try:
        return msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _int(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _title(title: Any, url: str) -> str:
    """xAI's titles are the citation's number, or the address again: the host says more."""
    if isinstance(title, str) and title.strip() and not title.isdigit() and title != url:
        return title.strip()
    return urlsplit(url).hostname or url
