"""Remembers which of a server's models emit thinking without an opening tag."""

import re
from typing import Final

from backend.llm.adapters.think import ThinkSplitter

MAX_MODELS: Final = 200
_NAMES: Final = re.compile(r"(^|[^a-z])(r1|qwq|thinking|thinker|reasoner|reasoning)([^a-z]|$)")


class ThinkingHabits:
    """Remembers, for one provider, what a model did in its last answer; names tell the rest.

    `raw`: the provider may leave thinking in the answer's text without an opening tag. Other
    providers separate them.
    """

    def __init__(self, *, raw: bool) -> None:
        self._raw = raw
        self._last: dict[str, ThinkSplitter] = {}
        self._seen: set[str] = set()

    def splitter(self, model: str) -> ThinkSplitter:
        """The splitter for the next answer of this model."""
        last = self._last.pop(model, None)
        if last is not None:
            (self._seen.add if last.closed_unopened else self._seen.discard)(model)
        named = _NAMES.search(model.lower()) is not None
        splitter = ThinkSplitter(
            doubts=self._raw, expects_thinking=model in self._seen or (self._raw and named)
        )
        if self._raw:
            self._last[model] = splitter
            if len(self._last) > MAX_MODELS:
                del self._last[next(iter(self._last))]
        return splitter
