"""A quiz in an answer: questions in the form that `llm/prompts/quiz.j2` asks for, and nothing
else."""

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from backend.bot.cards.card_texts import card_line, words_of_blocks
from backend.bot.formatting import Block, Document, read_markdown
from backend.markup import Heading, Item, ListBlock, Paragraph, Quote, runs_text

QUIZ: Final = "quiz"
"""The task's name."""
FEWEST_QUESTIONS, MOST_QUESTIONS = 3, 5
FEWEST_OPTIONS, MOST_OPTIONS = 2, 4
LONGEST_QUESTION: Final = 250
LONGEST_OPTION: Final = 100
LONGEST_REASON: Final = 300
"""In characters. A longer text is no quiz, since cutting it could change what is right."""
UNANSWERED: Final = "."

_NUMBERED: Final = re.compile(r"(\d+)[.)]\s*(\S.*)", re.DOTALL)
_BEGINS: Final = re.compile(
    r"\s*(?:#{1,6} )?(?:\*\*)?1[.)][^\n]*(?:\Z|\n\s*(?:\Z|[-*+](?: ?\Z| \[)))"
)
_PARTS: Final = 3
"""A question is a line, a list and a quotation."""


class QuizQuestion(Struct, frozen=True):
    """A question with its options, the position of the right one, and why it is right."""

    text: str
    options: tuple[str, ...]
    right: int
    reason: str


def read_quiz(markdown: str) -> list[QuizQuestion] | None:
    """The questions of a quiz; None if the text is anything else, or has anything else in it."""
    blocks = read_markdown(markdown)
    count, rest = divmod(len(blocks), _PARTS)
    if rest or not FEWEST_QUESTIONS <= count <= MOST_QUESTIONS:
        return None
    questions = []
    for number in range(count):
        question = _question(number + 1, *blocks[number * _PARTS : (number + 1) * _PARTS])
        if question is None:
            return None
        questions.append(question)
    return questions


def begins_quiz(markdown: str) -> bool:
    """Whether a text that is still being written may become a quiz: its answers are not shown."""
    return _BEGINS.match(markdown) is not None


def fresh_answers(questions: Sequence[QuizQuestion]) -> str:
    """One mark for each question, before any is answered."""
    return UNANSWERED * len(questions)


def is_right(question: QuizQuestion, mark: str) -> bool:
    """Whether a question's mark is the right option's."""
    return mark == str(question.right)


def _question(number: int, head: Block, options: Block, reason: Block) -> QuizQuestion | None:
    text = _numbered_text(number, head)
    if not (text and isinstance(options, ListBlock) and isinstance(reason, Quote)):
        return None
    boxes = [item.checked for item in options.items]
    words = tuple(_fitting(_words_of_item(item), LONGEST_OPTION) for item in options.items)
    why = _fitting(words_of_blocks(reason.blocks), LONGEST_REASON)
    counted = FEWEST_OPTIONS <= len(boxes) <= MOST_OPTIONS
    if not counted or None in boxes or boxes.count(True) != 1 or not (all(words) and why):
        return None
    if len({one.casefold() for one in words}) != len(words):
        return None
    return QuizQuestion(text, words, boxes.index(True), why)


def _numbered_text(number: int, head: Block) -> str:
    if not isinstance(head, Heading | Paragraph):
        return ""
    found = _NUMBERED.fullmatch(runs_text(head.runs).strip())
    if found is None or int(found[1]) != number:
        return ""
    return _fitting(found[2], LONGEST_QUESTION)


def _words_of_item(item: Item) -> str:
    nested: Document = tuple(one for one in item.blocks if not isinstance(one, Paragraph))
    return "" if nested else words_of_blocks(item.blocks)


def _fitting(text: str, longest: int) -> str:
    """The text as one line; empty if it is too long."""
    line = card_line(text, longest + 1)
    return line if len(line) <= longest else ""
