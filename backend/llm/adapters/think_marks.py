"""The marks that separate thinking from the answer: tags, and typical first words."""

import re
from typing import Final

_NAMES: Final = (
    "think|thinking|thought|thoughts|reasoning|reason|reflection|scratchpad|antthinking"
    "|inner_monologue|internal_monologue|begin_of_thought|start_thinking|seed:think|antml:thinking"
)
OPEN: Final = re.compile(
    rf"<\|?(?:{_NAMES})(?:\s[^<>\n]{{0,200}})?\|?>|\[(?:think|thinking)\]|◁(?:think|thinking)▷"
    r"|<\|channel>thought\b",
    re.IGNORECASE,
)
CLOSE: Final = re.compile(
    rf"</\|?(?:{_NAMES})\s?\|?>|<\|(?:end_of_thought|end_thinking|/think|/thinking)\|>"
    r"|\[/(?:think|thinking)\]|◁/(?:think|thinking)▷|<channel\|>",
    re.IGNORECASE,
)
HARMONY: Final = re.compile(r"<\|(?:start|channel)\|>")
HARMONY_TOKEN: Final = re.compile(r"<\|(start|channel|message|end|return|call|constrain)\|>")
STRIPPED: Final = re.compile(r"analysis(?=[A-Z\"“])")
"""How a Harmony answer begins if the server dropped its special tokens."""
STRIPPED_END: Final = re.compile(r"assistant ?final")

_PARTIAL: Final = re.compile(
    rf"<\|?(?:{_NAMES})(?:\s[^<>\n]{{0,200}})?\|?|<\|channel>(?:thought)?", re.IGNORECASE
)
_BEGINNINGS: Final = (
    *(mark + name for name in _NAMES.split("|") for mark in ("<", "<|", "</", "</|")),
    *("[think]", "[thinking]", "[/think]", "[/thinking]"),
    *("◁think▷", "◁/think▷", "◁thinking▷", "◁/thinking▷"),
    *("<|start|>", "<|channel|>", "<|message|>", "<|end|>", "<|return|>", "<|call|>"),
    *("<|constrain|>", "<|channel>thought", "<channel|>", "<|end_of_thought|>"),
    *("<|end_thinking|>", "<|/think|>", "<|/thinking|>"),
)
_LONGEST: Final = 260

_FENCE: Final = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_FENCE_LENGTH: Final = 6
_QUOTES_BEFORE: Final = frozenset("`'\"(“")
_QUOTES_AFTER: Final = frozenset("`'\")”")

_OPENERS: Final = (
    *("okay, so", "okay, the user", "okay, let", "okay, i need", "ok, so", "ok, the user"),
    *("alright, so", "alright, the user", "alright, let", "hmm", "so, the user", "so the user"),
    *("the user is", "the user says", "the user want", "the user ask", "the user just"),
    *("the user has", "the user wrote", "the user's", "we need to", "we have to"),
    *("let me think", "let's think", "i need to figure", "first, i need to", "first, the user"),
    *("thinking process", "analysis", "用户", "好的，用户", "嗯，", "首先，用户"),
    *("пользователь ", "хорошо, пользователь"),
)
"""Typical beginnings of thinking whose opening tag is in the prompt template."""
_PARTIAL_OPENERS: Final = frozenset(
    opener[:length] for opener in _OPENERS for length in range(len(opener) + 1)
)


def may_hold_mark(text: str) -> bool:
    """Whether this holds a sign with which a mark may begin; most pieces of an answer do not, and
    need no search."""
    return "<" in text or "[" in text or "◁" in text


def may_become_mark(text: str) -> bool:
    """Whether this may be the beginning of a mark."""
    if text[:1] not in ("<", "[", "◁") or len(text) > _LONGEST:
        return False
    low = text.lower()
    if any(beginning.startswith(low) for beginning in _BEGINNINGS):
        return True
    partial = text[1:].partition("/")[2] if text.startswith("</") else None
    return _PARTIAL.fullmatch(text if partial is None else f"<{partial}") is not None


def unfinished_mark(text: str) -> int | None:
    """Where an incomplete mark at the text's end begins; None if there is none."""
    tail = text[-_LONGEST:]
    place = max(tail.rfind(begin) for begin in "<[◁")
    if place < 0 or not may_become_mark(tail[place:]):
        return None
    return len(text) - len(tail) + place


def begins_thinking(text: str) -> bool:
    """Whether the text begins like thinking."""
    return STRIPPED.match(text) is not None or (
        not text.startswith("analysis") and text.lower().startswith(_OPENERS)
    )


def may_begin_thinking(text: str) -> bool:
    """Whether more text could make it begin like thinking."""
    return text.lower() in _PARTIAL_OPENERS


class PassedOn:
    """The context of the emitted text that decides the meaning of a later closing tag."""

    def __init__(self) -> None:
        self.length = 0
        self._fences = 0
        self._line = ""
        self._last = ""
        self._is_opened = False

    def add_plain(self, text: str) -> bool:
        """As `add`, for part of a line that holds no mark, as nearly every piece is; False if this
        is none, and is not added."""
        if not text or "\n" in text or may_hold_mark(text):
            return False
        self.length += len(text)
        self._last = text[-1]
        if len(self._line) < _FENCE_LENGTH:
            self._line = (self._line + text)[:_FENCE_LENGTH]
        return True

    def add(self, text: str) -> None:
        """More was passed on, in which no closing tag ends a thought and no mark is cut."""
        if not text or self.add_plain(text):
            return
        self.length += len(text)
        self._last = text[-1]
        self._is_opened = self._is_opened or OPEN.search(text) is not None
        lines, _, rest = f"{self._line}{text}".rpartition("\n")
        if lines:
            self._fences += len(_FENCE.findall(lines))
        self._line = rest[:_FENCE_LENGTH]

    def close(self, text: str) -> re.Match[str] | None:
        """The first closing tag that ends an unopened block: not quoted, in code, or part of a
        sentence. One at the end counts."""
        if not may_hold_mark(text):
            return None
        for found in CLOSE.finditer(text):
            start, end = found.span()
            before, after = text[start - 1 : start] or self._last, text[end : end + 1]
            quoted = before in _QUOTES_BEFORE or after in _QUOTES_AFTER
            in_sentence = before == " " and after == " "
            if quoted or in_sentence or self._is_in_code(text[:start]):
                continue
            return None if self._is_opened or OPEN.search(text, 0, start) else found
        return None

    def _is_in_code(self, text: str) -> bool:
        return (self._fences + len(_FENCE.findall(f"{self._line}{text}"))) % 2 == 1
