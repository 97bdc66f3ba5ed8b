"""Gathers what one network read brought: neighbouring pieces of text become one event.

Consumers pay per event, so a read of a hundred tokens should cost them one.
"""

from backend.llm.events import Event, Reasoning, Text


class Gatherer:
    """Collects events in order; `length` is the answer's length so far, in code points."""

    __slots__ = ("_events", "_length", "_pieces", "_thinking")

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._pieces: list[str] = []
        self._thinking = False
        self._length = 0

    @property
    def length(self) -> int:
        """Code points of answer text gathered since the attempt began."""
        self._flush()
        return self._length

    def text(self, piece: str) -> None:
        """Add a piece of the answer."""
        if self._thinking:
            self._flush()
            self._thinking = False
        self._pieces.append(piece)

    def reasoning(self, piece: str) -> None:
        """Add a piece of the model's thinking."""
        if not self._thinking:
            self._flush()
            self._thinking = True
        self._pieces.append(piece)

    def add(self, event: Event) -> None:
        """Add any other event, after what was gathered before it."""
        self._flush()
        self._events.append(event)

    def take(self) -> list[Event]:
        """What was gathered since the last take."""
        self._flush()
        events, self._events = self._events, []
        return events

    def _flush(self) -> None:
        if not self._pieces:
            return
        joined = self._pieces[0] if len(self._pieces) == 1 else "".join(self._pieces)
        self._pieces.clear()
        if not joined:
            return
        if self._thinking:
            self._events.append(Reasoning(joined))
        else:
            self._length += len(joined)
            self._events.append(Text(joined))
