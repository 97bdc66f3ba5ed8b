"""Harmony, the format of gpt-oss, from servers that do not remove its special tokens.

`<|start|>assistant<|channel|>analysis<|message|>…<|end|>…<|channel|>final<|message|>…<|return|>`.
"""

from typing import Final, Literal

from backend.llm.adapters.think_marks import HARMONY_TOKEN, unfinished_mark

MAX_HEADER: Final = 300


class HarmonyReader:
    """Harmony: a header names the channel, its message follows; only `final` is the answer."""

    def __init__(self) -> None:
        self._place: Literal["outside", "header", "message"] = "outside"
        self._header = ""
        self._is_answer = False

    def read(self, held: str) -> tuple[str, str, str]:
        """Thinking, answer, and what has to wait for more."""
        thinking: list[str] = []
        answer: list[str] = []
        position = 0
        for found in HARMONY_TOKEN.finditer(held):
            self._take(held[position : found.start()], thinking, answer)
            self._token(found[1])
            position = found.end()
        rest = held[position:]
        if self._place != "header" or len(rest) > MAX_HEADER:
            place = unfinished_mark(rest)
            ready, rest = (rest, "") if place is None else (rest[:place], rest[place:])
            self._take(ready, thinking, answer)
        return "".join(thinking), "".join(answer), rest

    def finish(self, held: str) -> tuple[str, str]:
        """What was held back at the end."""
        return ("", held) if self._is_answer and self._place == "message" else (held, "")

    def _take(self, text: str, thinking: list[str], answer: list[str]) -> None:
        if self._place == "header":
            self._header += text[:MAX_HEADER]
        elif self._place == "message":
            (answer if self._is_answer else thinking).append(text)
        elif text.strip():
            answer.append(text)

    def _token(self, token: str) -> None:
        match token:
            case "start":
                self._place, self._header = "header", ""
            case "channel":
                self._place, self._header = "header", ""
            case "message":
                name = (self._header.split() or ["final"])[0]
                self._is_answer = name not in ("analysis", "commentary", "system", "developer")
                self._place = "message"
            case "end" | "return" | "call":
                self._place = "outside"
