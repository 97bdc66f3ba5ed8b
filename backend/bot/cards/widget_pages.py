"""The HTML of widgets. All of it is our own but the texts, which are escaped: in elements by Jinja,
in the script as JSON without any of the signs that end or open a tag."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from backend.bot.cards.checklists import ChecklistTask
from backend.bot.cards.quizzes import MOST_OPTIONS, QuizQuestion
from backend.i18n import Translator


def checklist_page(tasks: Sequence[ChecklistTask], marks: str, key: str, t: Translator) -> str:
    """Tasks to tick; a tap sends `key`, the task's position and its new mark."""
    data = {"tasks": [one.text for one in tasks], "marks": marks, "key": key}
    return _page("checklist", t("bot.tick.title"), data, t)


def quiz_page(questions: Sequence[QuizQuestion], key: str, t: Translator) -> str:
    """One question after the other, unanswered; which options are right is told with the answer to
    a tap, which sends `key`, the question's position and the option's."""
    count = len(questions)
    data = {
        "quiz": [
            {"head": question_head(at, count, t), "text": one.text, "options": one.options}
            for at, one in enumerate(questions)
        ],
        "scores": [score_words(right, count, t) for right in range(count + 1)],
        "next": t("bot.quiz.next"),
        "marks": "." * count,
        "key": key,
    }
    return _page("quiz", "", data, t, most=MOST_OPTIONS)


def menu_page(
    title: str, lines: Sequence[str], choices: Sequence[tuple[str, str]], t: Translator
) -> str:
    """Lines of text and choices: pairs of a label and of what a tap sends."""
    data = {"choices": [sent for _, sent in choices], "marks": ""}
    return _page("menu", title, data, t, lines=lines, choices=choices)


def question_head(at: int, count: int, t: Translator) -> str:
    """Which question it is, of how many."""
    return t("bot.quiz.question", number=t.number(at + 1), count=t.number(count))


def score_words(right: int, count: int, t: Translator) -> str:
    """How many answers were right."""
    return t("bot.quiz.score", right=t.number(right), count=t.number(count))


def _page(name: str, title: str, data: dict[str, Any], t: Translator, **more: Any) -> str:
    known = {"title": title, "direction": t.direction, **more}
    page = _templates().get_template(f"{name}.html.j2")
    return page.render(data=data | {"failed": t("bot.cards.failed")}, **known)


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return made
