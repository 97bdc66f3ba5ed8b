"""The Responses stream: typed events of xAI and OpenAI to ours.

Unknown item and event types are ignored: both providers add some with every release. Known
differences: X search comes as a `custom_tool_call`, sources of the whole answer come as annotations
with an empty span, errors come flat or nested, and xAI may answer a bare `{"code", "error"}`
object. Several messages of one response are paragraphs of one answer.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from backend.citations import Citation
from backend.errors import PromptTooLong, ProviderError
from backend.llm.adapters.chat_usage import source_title
from backend.llm.adapters.failures import facts_of, failure, finish_failure, garbled
from backend.llm.adapters.finish_reasons import done_reason
from backend.llm.adapters.gather import Gatherer
from backend.llm.adapters.payload_json import lenient_json
from backend.llm.adapters.responses_usage import image_of, read_usage, tool_of
from backend.llm.events import (
    Done,
    DoneReason,
    Event,
    Retention,
    ToolActivity,
    Usage,
)


class _Event(Struct):
    type: str = ""
    delta: str | None = None
    output_index: int = 0
    content_index: int = 0


_event = msgspec.json.Decoder(_Event)

_THOUGHT: Final = ("response.reasoning_summary_text.delta", "response.reasoning_text.delta")
_ENDS: Final = ("response.completed", "response.done", "response.incomplete")
_MAX_SOURCES: Final = 200


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
        self._usage: Usage | None = None

    def begin(self, headers: Mapping[str, str]) -> list[Event]:
        """The provider's header about data retention."""
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
        """Only a terminal event completes the answer, so there is nothing to add."""
        return self._out.take()

    def usage(self) -> Usage | None:
        """Usage of a failed response."""
        return self._usage

    def _one(self, payload: bytes) -> None:
        try:
            event = _event.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._odd(payload)
            return
        kind = event.type
        if kind == "response.output_text.delta" and event.delta is not None:
            part = (event.output_index, event.content_index)
            if part != self._part:
                self._enter(part, event.delta)
            self._out.text(event.delta)
        elif kind in _THOUGHT and event.delta:
            # Summary and full text of the same thoughts: whichever comes first.
            self._thought = self._thought or kind
            if kind == self._thought:
                self._out.reasoning(event.delta)
        elif not kind.endswith(".delta") or kind == "response.refusal.delta":
            value = lenient_json(payload)
            if isinstance(value, dict):
                self._other(kind, value)

    def _odd(self, payload: bytes) -> None:
        """Invalid bytes, members of unexpected types, another error shape, or no JSON."""
        value = lenient_json(payload)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            value = value[0]
        if not isinstance(value, dict):
            if payload.strip() != b"[DONE]":
                self.failure = garbled(self._provider, "not an event")
            return
        self._out.mend = True
        kind, delta = str(value.get("type") or ""), value.get("delta")
        if kind == "response.output_text.delta" and isinstance(delta, str):
            part = (_int(value.get("output_index")), _int(value.get("content_index")))
            if part != self._part:
                self._enter(part, delta)
            self._out.text(delta)
        elif kind in _THOUGHT and isinstance(delta, str):
            self._out.reasoning(delta)
        else:
            self._other(kind, value)

    def _enter(self, part: tuple[int, int], text: str) -> None:
        """A part of the text begins: its annotations count from here.

        Another message is another paragraph, unless it begins with white space.
        """
        if self._part is not None and part[0] != self._part[0] and not text[:1].isspace():
            self._out.paragraph()
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
        elif kind in ("response.failed", "response.cancelled"):
            self._failed(value.get("response"), value)
        elif value.get("object") == "response":
            self._end(value)  # the whole of it, where a stream was asked for
        elif kind == "error" or (not kind and _is_error(value)):
            self.failure = failure(self._provider, 200, facts_of(value))

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
        """A cited span; a source without one is held until no span can cite it."""
        url = annotation.get("url")
        if not isinstance(url, str) or not url.startswith(("https://", "http://")):
            return
        title = source_title(annotation.get("title"), url)
        start, end = _int(annotation.get("start_index")), _int(annotation.get("end_index"))
        if end <= start or start < 0:
            if len(self._sources) < _MAX_SOURCES:
                self._sources.setdefault(url, title)
            return
        span = (url, start + offset, end + offset)
        if span not in self._cited:
            self._cited.add(span)
            self._out.add(Citation(url, title, start + offset, end + offset))

    def _text_done(self, value: dict[str, Any]) -> None:
        """The whole text of a part; it replaces lost deltas."""
        part = (_int(value.get("output_index")), _int(value.get("content_index")))
        text = value.get("text")
        if not isinstance(text, str) or (part in self._starts and part != self._part):
            return
        if part not in self._starts:
            self._enter(part, text)
        had = self._out.length - self._starts[part]
        if len(text) > had:
            self._out.text(text[had:])

    def _end(self, response: Any) -> None:
        response = response if isinstance(response, dict) else {}
        if not self._starts:
            self._whole_text(response)
        self._usage = read_usage(response.get("usage"), self._searches)
        if response.get("status") in ("failed", "cancelled"):
            self._failed(response, response)
            return
        if (reason := self._reason(response)) is None:
            return
        self._list_sources(response.get("citations"))
        if self._usage is not None:
            self._out.add(self._usage)
        self._out.add(Done(reason))
        self.ended = True

    def _reason(self, response: dict[str, Any]) -> DoneReason | None:
        """Why it ended; None, with `failure` set, if the answer is not complete."""
        details = response.get("incomplete_details")
        why = str(details.get("reason") or "") if isinstance(details, dict) else ""
        if not why and response.get("status") != "incomplete":
            return "refusal" if self._refused else "stop"
        if why == "max_prompt_tokens" and not self._starts:
            self.failure = PromptTooLong(provider=self._provider, reason=why)
            return None
        reason = done_reason(why)
        if reason is None or reason == "unfinished":
            self.failure = finish_failure(self._provider, why or "incomplete")
            return None
        return reason

    def _failed(self, response: Any, value: dict[str, Any]) -> None:
        """The response failed; its usage is still reported."""
        response = response if isinstance(response, dict) else {}
        self._usage = read_usage(response.get("usage"), self._searches) or self._usage
        told = response.get("error") or response.get("status_details") or {}
        facts = facts_of({"error": told} if response else value)
        self.failure = failure(self._provider, 200, facts)

    def _whole_text(self, response: dict[str, Any]) -> None:
        """The answer of a server that sent no deltas at all."""
        for index, item in enumerate(_list(response.get("output"))):
            content = _list(item.get("content")) if isinstance(item, dict) else []
            for number, part in enumerate(content):
                if not isinstance(part, dict):
                    continue
                if part.get("type") == "refusal":
                    self._refused = True
                    self._out.text(str(part.get("refusal") or ""))
                elif part.get("type") in ("output_text", "text"):
                    text = str(part.get("text") or "")
                    self._enter((index, number), text)
                    self._out.text(text)
                    for annotation in _list(part.get("annotations")):
                        if isinstance(annotation, dict):
                            self._cite(annotation, self._starts[index, number])

    def _list_sources(self, citations: Any) -> None:
        for citation in _list(citations):
            if isinstance(citation, str):
                self._cite({"url": citation}, 0)
        cited = {url for url, _, _ in self._cited}
        for url, title in self._sources.items():
            if url not in cited:
                self._out.add(Citation(url, title, None, None))


def _is_error(value: dict[str, Any]) -> bool:
    """An error object without a type: `{"error": …}`, `{"code", "message"}`."""
    return bool(value.get("error")) or isinstance(value.get("message") or value.get("detail"), str)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _int(value: Any) -> int:
    return value if isinstance(value, int) else 0
