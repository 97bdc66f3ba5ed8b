"""Splits thinking that a server leaves in the answer's text from the answer.

Open models mark their thoughts with tags (`<think>`, `<thinking>`, `[THINK]`, `◁think▷`, …) or in
Harmony's channels, and many servers pass these on. An answer is split if it begins with such a
mark, or if it closes a block that it did not open, as models do whose prompt template contains the
opening tag. The same tags elsewhere belong to the text.

Whether an answer without an opening tag is thinking is known only at its closing tag. If that is
likely (`expects_thinking`, or typical first words of thinking), the text is emitted as thinking,
and given as the answer at the end if no closing tag has come. Otherwise it is emitted as the
answer, and reclassified if a closing tag comes.
"""

import re
from typing import Final, Literal, TypeAlias

from backend.llm.adapters.harmony import HarmonyReader
from backend.llm.adapters.think_marks import (
    CLOSE,
    HARMONY,
    OPEN,
    STRIPPED,
    STRIPPED_END,
    PassedOn,
    begins_thinking,
    may_become_mark,
    may_begin_thinking,
    may_hold_mark,
    unfinished_mark,
)

MAX_DOUBT: Final = 200_000
"""Characters after which text without a mark counts as the answer."""
MAX_BLANKS: Final = 1_000
"""Leading white space is held back up to this many characters."""

Split: TypeAlias = tuple[str, str]
"""A piece's thinking and its answer."""

_State: TypeAlias = Literal["start", "thinking", "doubt", "harmony", "watch", "answer"]


class ThinkSplitter:
    """Splits the answer's pieces into thinking and answer, until `decided`.

    `closed_unopened`: the model closes blocks that it did not open, so its next answer probably
    begins with thinking. `was_thinking`, after a piece: all answer text before that piece was
    thinking.
    """

    def __init__(self, *, doubts: bool = False, expects_thinking: bool = False) -> None:
        self._state: _State = "start"
        self._doubts = doubts or expects_thinking
        self._expects = expects_thinking
        self._held = ""
        self._told: list[str] = []
        self._is_stripped = False
        self._had_thinking = False
        self._at_line_start = True
        self._passed_on = PassedOn()
        self._harmony = HarmonyReader()
        self.closed_unopened = False
        self.was_thinking = False

    @property
    def decided(self) -> bool:
        """Everything from now on is answer text."""
        return self._state == "answer"

    def feed(self, piece: str) -> Split:
        """The piece's `(thinking, answer)` parts; an unclear end is held back."""
        self._held += piece
        self.was_thinking = False
        thinking, answer = "", ""
        while True:
            state, held, taken_back = self._state, len(self._held), self.was_thinking
            more_thinking, more_answer = self._step()
            if self.was_thinking and not taken_back:
                thinking, answer = thinking + answer, ""
            thinking, answer = thinking + more_thinking, answer + more_answer
            if self._state == state and len(self._held) == held:
                return thinking, answer

    def passes(self, piece: str) -> bool:
        """Whether the whole piece is answer text, as nearly always; if not, `feed` it."""
        if self._state == "answer":
            return True
        if self._state != "watch" or self._held or self._had_thinking:
            return False
        passed_on = self._passed_on
        if not passed_on.add_plain(piece):
            return False
        if passed_on.length > MAX_DOUBT:
            self._state = "answer"
        return True

    def finish(self, *, is_whole: bool = True) -> Split:
        """What was held back when the answer ended; an undecided beginning is the answer.

        In an answer that broke off it stays thinking.
        """
        held, self._held = self._held, ""
        self.was_thinking = False
        if self._state == "doubt" and is_whole:
            if (found := self._end_of_doubt(held, is_whole=True)) is not None:
                return held[: found.start()], held[found.end() :].lstrip()
            return "", "".join(self._told) + held
        if self._state in ("thinking", "doubt"):
            return held, ""
        if self._state == "start" and not is_whole and may_become_mark(held.lstrip()):
            return "", ""
        if self._state == "harmony":
            return self._harmony.finish(held)
        if self._state == "watch" and not self._had_thinking and is_whole:
            found = self._passed_on.close(held)  # nothing follows, so this was the answer
            return "", held if found is None else held[: found.start()]
        return "", held

    def _step(self) -> Split:
        """Process the held text in the current state."""
        match self._state:
            case "start":
                self._begin()
            case "thinking":
                return self._think(), ""
            case "doubt":
                return self._doubt()
            case "harmony":
                thinking, answer, self._held = self._harmony.read(self._held)
                return thinking, answer
            case "watch" if self._had_thinking:
                return "", self._watch()
            case "watch":
                return self._watch_unopened()
            case "answer":
                return "", self._release()
        return "", ""

    def _begin(self) -> None:
        """Decide what begins here, as soon as it can be decided."""
        seen = self._held.lstrip()
        if self._had_thinking:
            self._held = seen
        if not seen:
            if len(self._held) > MAX_BLANKS:
                self._settle()
            return
        if HARMONY.match(seen):
            self._held, self._state = seen, "harmony"
        elif found := OPEN.match(seen):
            self._held, self._state = seen[found.end() :], "thinking"
        elif self._had_thinking and (found := CLOSE.match(seen)):
            self._held = seen[found.end() :]  # closed twice
        elif may_become_mark(seen):
            return
        elif self._expects or (self._doubts and begins_thinking(seen)):
            self._state, self._is_stripped = "doubt", STRIPPED.match(seen) is not None
            self._held = seen[len("analysis") :] if self._is_stripped else self._held
        elif not (self._doubts and may_begin_thinking(seen)):
            self._settle()

    def _settle(self) -> None:
        """The answer begins here, unless the same piece has a closing tag."""
        watched = self._had_thinking or self._doubts or self._passed_on.close(self._held)
        self._state = "watch" if watched else "answer"

    def _think(self) -> str:
        """Thinking up to its closing tag; another block may follow."""
        if (found := CLOSE.search(self._held)) is None:
            return self._release(keep_mark=True)
        return self._close(found)

    def _close(self, found: re.Match[str]) -> str:
        thinking, self._held = self._held[: found.start()], self._held[found.end() :]
        self._state, self._had_thinking = "start", True
        self._doubts = self._expects = False
        return thinking

    def _doubt(self) -> Split:
        """Emit as thinking until decided."""
        if (found := self._end_of_doubt(self._held, is_whole=False)) is not None:
            self._told.clear()
            self.closed_unopened = not self._is_stripped
            return self._close(found), ""
        told = self._release(keep_mark=True)
        self._told.append(told)
        self._passed_on.add(told)
        if self._passed_on.length <= MAX_DOUBT:
            return told, ""
        self._state = "answer"
        return told, "".join(self._told)

    def _end_of_doubt(self, text: str, *, is_whole: bool) -> re.Match[str] | None:
        if self._is_stripped:
            return STRIPPED_END.search(text)
        found = self._passed_on.close(text)
        return None if found is not None and found.end() == len(text) and not is_whole else found

    def _watch_unopened(self) -> Split:
        """Emit as the answer; a closing tag reclassifies all so far as thinking."""
        if (found := self._end_of_doubt(self._held, is_whole=False)) is not None:
            self.closed_unopened = self.was_thinking = True
            return self._close(found), ""
        return "", self._pass_on(self._release(keep_mark=True))

    def _pass_on(self, answer: str) -> str:
        """Remember text that is emitted as the answer: a closing tag may follow."""
        self._passed_on.add(answer)
        if self._passed_on.length > MAX_DOUBT:
            self._state = "answer"
        return answer

    def _watch(self) -> str:
        """The answer of a model that has thought in tags: another block may begin on a line."""
        for found in OPEN.finditer(self._held):
            line = self._held[: found.start()].rpartition("\n")
            if not line[2].strip() and (line[1] or self._at_line_start):
                answer, self._held = self._held[: found.start()], self._held[found.end() :]
                self._state = "thinking"
                return answer
        return self._release(keep_mark=True)

    def _release(self, *, keep_mark: bool = False) -> str:
        """The held text, except an end that may begin a mark."""
        held, self._held = self._held, ""
        if keep_mark and (place := self._unclear_end(held)) is not None:
            held, self._held = held[:place], held[place:]
        if held:
            line = held.rpartition("\n")
            self._at_line_start = not line[2].strip() and bool(line[1] or self._at_line_start)
        return held

    def _unclear_end(self, held: str) -> int | None:
        if self._is_stripped:
            return max(0, len(held) - len("assistant final"))
        if not may_hold_mark(held):
            return None
        if self._state == "doubt" or (self._state == "watch" and not self._had_thinking):
            last = max(CLOSE.finditer(held), key=lambda found: found.end(), default=None)
            if last is not None and last.end() == len(held):
                return last.start()
        return unfinished_mark(held)
