"""Cards: what of an answer is a checklist or a quiz, and the widgets that show them.

Exercises backend/bot/cards/card_texts.py, backend/bot/cards/checklists.py,
backend/bot/cards/quizzes.py, backend/bot/cards/tapped.py, backend/bot/cards/widget_pages.py,
backend/bot/cards/widget_answers.py, backend/bot/cards/widget_calls.py.
"""

import json
import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.bot.cards.card_texts import card_line
from backend.bot.cards.checklists import MOST_TASKS, ChecklistTask, fresh_marks, tasks_in
from backend.bot.cards.quizzes import QuizQuestion, begins_quiz, read_quiz
from backend.bot.cards.tapped import QUIZ_ANSWER, TICK, CardTap, read_card_tap, tap_key
from backend.bot.cards.widget_answers import WidgetState, widget_answer
from backend.bot.cards.widget_calls import (
    HIGHEST,
    LARGEST_COMPRESSED,
    LONGEST_ANSWER,
    fits_widget,
    height_of,
    read_widget_tap,
)
from backend.bot.cards.widget_pages import checklist_page, menu_page, quiz_page
from backend.errors import NotFound
from backend.i18n import languages, translator

ID = UUID(int=7)
QUIZ = """### 1. Which planet is the largest?
- [ ] Saturn
- [x] Jupiter
- [ ] Neptune

> Jupiter weighs more than all the others together.

### 2. Which one is the hottest?
- [x] Venus
- [ ] Mercury

> Its air keeps the heat.

### 3. How many have rings?
- [ ] One
- [ ] Two
- [x] Four
- [ ] None

> All four giants have some.
"""
HOSTILE = (
    '</script><script>alert(1)</script> <img src=x onerror="alert(2)"> {{ 7*7 }} `${1}` \' " \\ '
    "\u202eevil\u202c \u2066x\u2069 \u200f <!-- ]]> \u2028 &lt;b&gt;"
)


@pytest.mark.parametrize("language", languages())
def test_the_simulated_quiz_is_one(language: str) -> None:
    """In every language."""
    questions = read_quiz(translator(language)("simulation.quiz"))
    assert questions is not None
    assert len(questions) == 3


def test_a_quiz_is_read() -> None:
    """Each question with its options, the right one and the reason; a bold line may be its head."""
    questions = read_quiz(QUIZ)
    assert questions is not None
    assert [one.right for one in questions] == [1, 0, 2]
    assert questions[0] == QuizQuestion(
        "Which planet is the largest?",
        ("Saturn", "Jupiter", "Neptune"),
        1,
        "Jupiter weighs more than all the others together.",
    )
    assert read_quiz(re.sub(r"### (.*)", r"**\1**", QUIZ)) == questions


@pytest.mark.parametrize(
    "changed",
    [
        "",
        "Here is your quiz:\n\n" + QUIZ,
        QUIZ + "\nGood luck!",
        QUIZ.replace("- [x] Jupiter", "- [ ] Jupiter"),
        QUIZ.replace("- [ ] Saturn", "- [x] Saturn"),
        QUIZ.replace("- [ ] Saturn", "- Saturn"),
        QUIZ.replace("- [ ] Saturn", "- [ ] jupiter"),
        QUIZ.replace("> Its air keeps the heat.", "Its air keeps the heat."),
        QUIZ.replace("### 2.", "### 4."),
        QUIZ.replace("### 2.", "### "),
        QUIZ.replace("- [ ] Mercury\n", ""),
        QUIZ.replace("- [ ] Mercury", "- [ ] " + "m" * 101),
        QUIZ.replace("- [ ] None", "- [ ] None\n- [ ] Some"),
        QUIZ.replace("Which planet", "W" * 300),
        QUIZ[: QUIZ.index("### 3")],
        QUIZ + QUIZ.replace("### 1", "### 4").replace("### 2", "### 5").replace("### 3", "### 6"),
    ],
)
def test_anything_else_is_no_quiz(changed: str) -> None:
    """Not one right option, too few or too many, twice the same, other words around, no reason."""
    assert read_quiz(changed) is None


@given(st.text(max_size=200), st.integers(0, len(QUIZ)))
def test_no_text_breaks_the_reader(text: str, at: int) -> None:
    """Whatever a model writes, it is a quiz or none, and it has tasks or none."""
    for words in (text, QUIZ[:at] + text + QUIZ[at:]):
        questions = read_quiz(words)
        assert questions is None or all(0 <= one.right < len(one.options) <= 4 for one in questions)
        assert len(fresh_marks(tasks_in(words))) <= MOST_TASKS


def test_a_draft_of_a_quiz_is_seen_from_its_first_words() -> None:
    """At every length the text may become a quiz; other answers may not once they differ."""
    assert all(begins_quiz(QUIZ[:end]) for end in range(8, len(QUIZ)))
    assert not begins_quiz("### 1. Introduction\nIt began in 1969.")
    assert not begins_quiz("1. Open it.\n2. Close it.")
    assert not begins_quiz("Well: ")


def test_tasks_are_found_at_every_depth() -> None:
    """In lists within lists and quotations; items without a box and code are no tasks."""
    text = (
        "Pack:\n- [ ] **Shoes**\n  - [x] laces\n- bread\n\n> - [ ] a `map`\n\n"
        "```\n- [ ] code\n```\n\n1. [ ] first"
    )
    tasks = tasks_in(text)
    assert [(one.text, one.done) for one in tasks] == [
        ("Shoes", False),
        ("laces", True),
        ("a map", False),
        ("first", False),
    ]
    assert fresh_marks(tasks) == ".x.."
    assert tasks_in("- a\n- b [x] c") == []
    assert len(tasks_in("- [ ] one\n" * 80)) == MOST_TASKS


def test_words_on_a_card_stand_in_one_line_and_turn_nothing() -> None:
    """Marks of direction, control characters and line ends are gone; a long text is cut."""
    assert card_line("a\u202eb\u2066c\u200f\x00\u2028 d\n\te", 20) == "abc d e"
    assert card_line("abcdef", 4) == "abc…"


def test_taps_are_read_strictly() -> None:
    """What a card sends comes back as it was; anything else is no tap, and no error."""
    for prefix in (TICK, QUIZ_ANSWER):
        data = f"{tap_key(prefix, ID)}12:x"
        assert len(data) <= 64
        assert read_card_tap(data) == CardTap(ID, 12, "x")
    begin = f"tick:{ID.hex}"
    forged = ("", "tick:", f"{begin}:-1:x", f"{begin}:1:", "tick:zz:1:x", "a:b:c:d:e")
    for data in (*forged, f"{begin}:999999:x", f"{begin}:²:x"):
        with pytest.raises(NotFound):
            read_card_tap(data)


def test_taps_of_widgets_are_read_from_updates() -> None:
    """Only those with data; another update is none."""
    query = {"id": "1", "from": {"id": 5, "language_code": "de"}, "data": "tap"}
    tap = read_widget_tap({"update_id": 1, "widget_query": query})
    assert tap is not None
    assert (tap.person_id, tap.language, tap.data) == (5, "de", "tap")
    assert read_widget_tap({"update_id": 1, "widget_query": {**query, "data": None}}) is None
    assert read_widget_tap({"update_id": 1, "message": {}}) is None


def embedded(page: str) -> dict[str, object]:
    """The data in a page's script, as a JavaScript engine reads it."""
    found = re.search(r"var data = (\{.*?\}), marks = ", page)
    assert found is not None
    data: dict[str, object] = json.loads(found[1])
    return data


def test_hostile_words_stay_words() -> None:
    """Nothing in a model's text ends the script or opens an element; it is shown as it is."""
    text = card_line(HOSTILE, 300)
    task = ChecklistTask(text, False)
    question = QuizQuestion(text, (text, "b"), 0, text)
    t = translator("en")
    pages = [
        checklist_page([task], ".", "tick:1:", t),
        quiz_page([question] * 3, "quiz:1:", t),
        menu_page(text, [text], [(text, "premium:trial")], t),
    ]
    for page in pages:
        assert page.count("<script>") == page.count("</script>") == 1
        assert "<img" not in page
        assert not re.search("[\u2028\u2029\u202a-\u202e\u2066-\u2069]", page)
    assert embedded(pages[0])["tasks"] == [text]


def test_a_quiz_does_not_tell_its_answers() -> None:
    """Neither which options are right nor why is in the document that the person's app gets."""
    questions = read_quiz(QUIZ)
    assert questions is not None
    page = quiz_page(questions, "quiz:1:", translator("en"))
    assert "Jupiter" in page
    assert "weighs more" not in page
    other = [QuizQuestion(one.text, one.options, 0, "?") for one in questions]
    assert quiz_page(other, "quiz:1:", translator("en")) == page


@pytest.mark.parametrize("language", languages())
def test_widgets_fit_in_every_language(language: str) -> None:
    """A full list, a quiz of the largest size and the plans stay within Telegram's 4,096 compressed
    bytes, and an answer to a tap within 1,024."""
    t = translator(language)
    words = t("bot.description")
    assert len(words) > 40
    tasks = [ChecklistTask(card_line(f"{n} {words[n:]}", 60), False) for n in range(20)]
    question = card_line(words, 150)
    options = tuple(card_line(f"{n}{words[n * 9 :]}", 50) for n in range(4))
    questions = [QuizQuestion(f"{n}{question[n:]}", options, 0, words) for n in range(5)]
    plans = [(t("bot.premium.button.resume"), f"premium:{n}") for n in range(8)]
    pages = (
        checklist_page(tasks, "." * 20, tap_key(TICK, ID), t),
        quiz_page(questions, tap_key(QUIZ_ANSWER, ID), t),
        menu_page(question, [words[:200]] * 3, plans, t),
    )
    assert LARGEST_COMPRESSED == 4_096
    assert all(map(fits_widget, pages))
    state = WidgetState(marks="x" * 50, right="0" * 5, note=words * 20)
    assert len(widget_answer(state).encode()) <= LONGEST_ANSWER
    assert f'dir="{t.direction}"' in pages[0]


def test_heights_are_estimated() -> None:
    """Ten short tasks fit into Telegram's 600 pixels, thirteen or ten long ones do not."""
    assert height_of(["Your list", ""], ["Shoes"] * 10) <= HIGHEST
    assert height_of(["Your list", ""], ["Shoes"] * 13) > HIGHEST
    assert height_of(["Your list", ""], ["Shoes " * 12] * 10) > HIGHEST


def test_what_is_too_large_is_no_widget() -> None:
    """Text that does not compress is measured as Telegram measures it."""
    noise = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(3000))
    assert not fits_widget(noise)
    assert not fits_widget("a" * 32_769)
    assert fits_widget("a" * 32_768)
