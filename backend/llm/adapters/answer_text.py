"""Processes the text of Chat Completions answers.

Pieces of one network read are processed together. Thinking is split off, and an answer that begins
like an error object is held back, since some servers write their error as the answer and tell only
with the finish reason that it is one.
"""

from typing import Final

from backend.llm.adapters.error_facts import ErrorFacts, facts_of
from backend.llm.adapters.gather import Gatherer
from backend.llm.adapters.payload_json import lenient_json
from backend.llm.adapters.think import ThinkSplitter

_ERROR_BEGINNINGS: Final = (
    '{"message":', '{"error":', '{"code":', '{"detail":', '{"type":"error"', '{"__type":',
    '{"object":"error"', '{"status":', '{"errors":',
)  # fmt: skip
_PARTIAL_BEGINNINGS: Final = frozenset(
    beginning[:length] for beginning in _ERROR_BEGINNINGS for length in range(len(beginning))
)
MAX_ERROR: Final = 2_000


class AnswerText:
    """Takes the answer's pieces; `flush` writes those that are ready to `out`."""

    __slots__ = ("_error", "_may_be_error", "_out", "_pieces", "_splitter", "splitter")

    def __init__(self, out: Gatherer, splitter: ThinkSplitter) -> None:
        self._out = out
        self._pieces: list[str] = []
        self._error = ""
        self._may_be_error = True
        self.splitter = splitter
        self._splitter: ThinkSplitter | None = splitter

    def take(self, text: str) -> None:
        """The text of a read that holds nothing else, and no more is to be added to it."""
        splitter = self._splitter
        if self._may_be_error or not (splitter is None or splitter.passes(text)):
            self._pieces.append(text)
            self.flush()
        else:
            self._out.text(text)

    def add(self, piece: str) -> None:
        """The next piece."""
        self._pieces.append(piece)

    def flush(self) -> None:
        """Emit what is ready: before any other event, and at the end of a read."""
        if not self._pieces:
            return
        text = "".join(self._pieces)
        self._pieces.clear()
        if self._may_be_error:
            self._error += text
            if _is_like_error(self._error):
                return
            text, self._error, self._may_be_error = self._error, "", False
        self._split(text)

    def finish(self, *, is_whole: bool) -> None:
        """The answer ended or broke off: emit what was held back."""
        self.flush()
        text, self._error, self._may_be_error = self._error, "", False
        self._split(text)
        if self._splitter is not None:
            self._tell(*self._splitter.finish(is_whole=is_whole))
            self._splitter = None

    def error(self) -> ErrorFacts | None:
        """The error that was sent as the answer's text."""
        value = lenient_json(self._error.encode("utf-8", "replace")) if self._error else None
        if not isinstance(value, dict):
            return None
        self._error = ""
        return facts_of(value)

    def _split(self, text: str) -> None:
        if self._splitter is None:
            self._out.text(text)
            return
        thinking, answer = self._splitter.feed(text)
        if self._splitter.was_thinking:
            self._out.was_thinking()
        self._tell(thinking, answer)
        if self._splitter.decided:
            self._splitter = None

    def _tell(self, thinking: str, answer: str) -> None:
        if thinking:
            self._out.reasoning(thinking)
        if answer:
            self._out.text(answer)


def _is_like_error(text: str) -> bool:
    """Whether the answer, so far, may be an error object and nothing else."""
    if len(text) > MAX_ERROR:
        return False
    begin = "".join(text[:60].split())
    return begin.startswith(_ERROR_BEGINNINGS) or begin in _PARTIAL_BEGINNINGS
