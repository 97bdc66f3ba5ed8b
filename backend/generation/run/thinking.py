"""Collects a model's thinking and tool use, to be stored with the answer."""

from typing import Final, Literal

from backend.conversations import Step, Thinking

MAX_CHARACTERS: Final = 60_000
"""Longer thinking is cut at its end."""
MAX_STEPS: Final = 100


class ThinkingCollector:
    """One run's thinking. Times are seconds of the event loop's clock."""

    __slots__ = ("_began", "_ended", "_length", "_pieces", "_steps")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._steps: list[Step] = []
        self._began: float | None = None
        self._ended = 0.0

    def add(self, text: str, now: float, *, began: float | None = None) -> None:
        """Add a piece of thinking; `began` if it started earlier than now."""
        if self._began is None:
            self._began = now if began is None else began
        self._ended = now
        if self._length < MAX_CHARACTERS:
            self._pieces.append(text[: MAX_CHARACTERS - self._length])
            self._length += len(text)

    def step(self, tool: str, state: Literal["started", "completed"], query: str | None) -> None:
        """Record a tool's start, or its end with the query."""
        if state == "completed":
            for at in range(len(self._steps) - 1, -1, -1):
                if self._steps[at].tool == tool and self._steps[at].query in (None, query):
                    self._steps[at] = Step(tool, query)
                    return
        if len(self._steps) < MAX_STEPS:
            self._steps.append(Step(tool, query))

    @property
    def text(self) -> str:
        """The thinking text."""
        return "".join(self._pieces)

    def gathered(self) -> Thinking | None:
        """The thinking with its tools; None if there was none."""
        if not self._pieces and not self._steps:
            return None
        seconds = 0 if self._began is None else round(self._ended - self._began)
        return Thinking(self.text, seconds, tuple(self._steps))
