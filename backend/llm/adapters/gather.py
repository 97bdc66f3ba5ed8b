"""Merges one network read's adjacent pieces of text into one event.

Consumers pay per event, so a read of a hundred tokens should cost them one. Text is cleaned here
too, once for all protocols: halves of surrogate pairs are joined, and OpenAI's private-use
citation marks (U+E200 cite U+E202 turn0search1 U+E201) are cut out.
"""

import re
from typing import Final

import msgspec

from backend.citations import Citation
from backend.llm.adapters.payload_json import well_formed
from backend.llm.events import Done, Event, Reasoning, Text, ToolActivity, WasThinking

_MARK_OPENS: Final = "\ue200"
_MARK: Final = re.compile("\ue200[^\ue200\ue201\n]{0,400}\ue201|[\ue200-\ue206]")
_MARK_OPEN_END: Final = re.compile("\ue200[^\ue200\ue201\n]{0,400}$")


class Gatherer:
    """Collects events in order; `length` is the answer's length so far, in code points.

    `mend` is set once a payload had to be decoded leniently: only then can text hold surrogates.
    """

    __slots__ = ("_events", "_half", "_last", "_length", "_mark", "_pieces", "_thinking", "mend")

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._pieces: list[str] = []
        self._thinking = False
        self._length = 0
        self._half = ""
        self._mark = ""
        self._last = ""
        self.mend = False

    @property
    def length(self) -> int:
        """Code points of answer text gathered since the attempt began."""
        self._flush()
        return self._length

    def text(self, piece: str) -> None:
        """Add a piece of the answer."""
        if self._thinking:
            self._switch(thinking=False)
        self._pieces.append(piece)

    def paragraph(self) -> None:
        """Separate what follows from earlier text, if any, by a blank line."""
        self._switch(thinking=False)
        if self._length and not self._last.endswith("\n\n"):
            self._pieces.append("\n" if self._last.endswith("\n") else "\n\n")

    def was_thinking(self) -> None:
        """Reclassify all text so far as thinking; the answer begins after it."""
        self._switch(thinking=True)
        if self._length:
            self._events.append(WasThinking())
        self._length, self._last = 0, ""

    def reasoning(self, piece: str) -> None:
        """Add a piece of the model's thinking."""
        if not self._thinking:
            self._switch(thinking=True)
        self._pieces.append(piece)

    def add(self, event: Event) -> None:
        """Add any other event, after gathered text."""
        if isinstance(event, Done):
            self._switch(thinking=False)
        else:
            self._flush()
            if self.mend:
                event = _mended(event)
        self._events.append(event)

    def take(self) -> list[Event]:
        """What was gathered since the last take."""
        self._flush()
        events, self._events = self._events, []
        return events

    def _switch(self, *, thinking: bool) -> None:
        """Switch between text and thinking; emits what was held back for the next piece."""
        self._flush()
        if self._half:
            self._half = ""
            self._emit("\ufffd")
        self._mark = ""
        self._thinking = thinking

    def _flush(self) -> None:
        if not self._pieces:
            return
        joined = self._pieces[0] if len(self._pieces) == 1 else "".join(self._pieces)
        self._pieces.clear()
        if self.mend:
            joined = self._joined_halves(joined)
        if not self._thinking and (self._mark or _MARK_OPENS in joined):
            joined = self._without_marks(joined)
        if joined:
            self._emit(joined)

    def _emit(self, text: str) -> None:
        if self._thinking:
            self._events.append(Reasoning(text))
        else:
            self._length += len(text)
            self._last = text
            self._events.append(Text(text))

    def _joined_halves(self, text: str) -> str:
        """Well-formed text; a high surrogate at the end waits for its other half."""
        text, self._half = self._half + text, ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return well_formed(text)

    def _without_marks(self, text: str) -> str:
        """Text without citation marks; an incomplete mark is held back."""
        text, self._mark = self._mark + text, ""
        if found := _MARK_OPEN_END.search(text):
            text, self._mark = text[: found.start()], found.group()
        return _MARK.sub("", text)


def _mended(event: Event) -> Event:
    if isinstance(event, Citation):
        url, title = well_formed(event.url), well_formed(event.title)
        return msgspec.structs.replace(event, url=url, title=title)
    if isinstance(event, ToolActivity):
        query = event.query and well_formed(event.query)
        return msgspec.structs.replace(event, tool=well_formed(event.tool), query=query)
    return event
