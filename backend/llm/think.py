"""Raw `<think>…</think>` at the start of an answer: some open models' servers leave it in.

Only an answer that begins with the tag is split; the same letters later on are the person's
subject, not the model's thinking.
"""

from typing import Final, Literal

OPEN: Final = "<think>"
CLOSE: Final = "</think>"


class ThinkSplitter:
    """Feed it the answer's pieces; it tells which are thinking. `decided` ends its work."""

    def __init__(self) -> None:
        self._state: Literal["start", "thinking", "after", "answer"] = "start"
        self._held = ""

    @property
    def decided(self) -> bool:
        """Everything from now on is answer text."""
        return self._state == "answer"

    def feed(self, piece: str) -> tuple[str, str]:
        """The piece's `(thinking, answer)` parts; an unclear end is held back."""
        self._held += piece
        thinking = ""
        if self._state == "start":
            self._begin()
        if self._state == "thinking":
            thinking = self._think()
        if self._state == "after":
            self._held = self._held.lstrip()
            if self._held:
                self._state = "answer"
        return thinking, self._release() if self._state == "answer" else ""

    def finish(self) -> tuple[str, str]:
        """What was held back when the answer ended."""
        held = self._release()
        return (held, "") if self._state == "thinking" else ("", held)

    def _begin(self) -> None:
        seen = self._held.lstrip()
        if seen.startswith(OPEN):
            self._held = seen[len(OPEN) :]
            self._state = "thinking"
        elif not OPEN.startswith(seen):
            self._state = "answer"

    def _think(self) -> str:
        thinking, tag, rest = self._held.partition(CLOSE)
        if tag:
            self._held, self._state = rest, "after"
            return thinking
        keep = next((n for n in range(len(CLOSE) - 1, 0, -1) if thinking.endswith(CLOSE[:n])), 0)
        self._held = thinking[len(thinking) - keep :]
        return thinking[: len(thinking) - keep]

    def _release(self) -> str:
        held, self._held = self._held, ""
        return held
