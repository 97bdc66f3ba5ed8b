"""The tasks in an answer: the items of its lists that begin with a box (`- [ ] item`)."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from backend.bot.cards.card_texts import card_line, words_of_blocks
from backend.bot.formatting import Document, read_markdown
from backend.markup import DetailsBlock, ListBlock, Quote

MOST_TASKS: Final = 50
"""How many can be ticked: a keyboard has room for a hundred buttons."""
LONGEST_TASK: Final = 100
"""Characters that are shown of one."""
DONE: Final = "x"
OPEN: Final = "."

_BOX: Final = re.compile(r"^[ \t>]*(?:[-*+]|\d+[.)]) \[[ xX]\] ", re.MULTILINE)


class ChecklistTask(Struct, frozen=True):
    """One task, and whether the answer itself says that it is done."""

    text: str
    done: bool


def has_tasks(markdown: str) -> bool:
    """Whether an answer seems to have tasks; reads no Markdown, so it is quick."""
    return _BOX.search(markdown) is not None


def tasks_in(markdown: str) -> list[ChecklistTask]:
    """The first MOST_TASKS tasks of an answer, in its order."""
    found = _tasks(read_markdown(markdown)) if has_tasks(markdown) else ()
    return [task for task, _ in zip(found, range(MOST_TASKS), strict=False)]


def fresh_marks(tasks: list[ChecklistTask]) -> str:
    """One mark for each task, as the answer has them."""
    return "".join(DONE if one.done else OPEN for one in tasks)


def _tasks(blocks: Document) -> Iterator[ChecklistTask]:
    for block in blocks:
        match block:
            case ListBlock(items):
                for item in items:
                    if item.checked is not None:
                        own = tuple(one for one in item.blocks if not isinstance(one, ListBlock))
                        text = card_line(words_of_blocks(own), LONGEST_TASK)
                        yield ChecklistTask(text, item.checked)
                    yield from _tasks(item.blocks)
            case Quote(inner) | DetailsBlock(blocks=inner):
                yield from _tasks(inner)
