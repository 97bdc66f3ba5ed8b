"""Topics of questions, the notices they bring, and help lines with their sources.

Exercises backend/safety/topics.py, backend/bot/answering/topic_notes.py.
"""

from datetime import UTC, date, datetime, timedelta
from time import perf_counter

import pytest

from backend.bot.answering.topic_notes import topic_words
from backend.doctor.policies import check_help_lines
from backend.i18n import languages, translator
from backend.safety import all_help_lines, first_topic, help_lines
from backend.safety.topics import CLIENTS, client_copy, topic_of


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("What dosage of ibuprofen is safe?", "medicine"),
        ("Нужен ли мне адвокат?", "law"),
        ("ما الجرعة؟ أخذت الدواء أمس", "medicine"),
        ("Should I invest in gold?", "money"),
        ("Когда выборы в этом году?", "elections"),
        ("I want to die", "crisis"),
        ("I feel so low that I want to die, and my taxes are due", "crisis"),
        ("Не хочу жить", "crisis"),
        ("أفكر في الانتحار", "crisis"),
        ("Ich will nicht mehr leben.", "crisis"),
        ("A veces pienso en el suicidio", "crisis"),
        ("می‌خوام بمیرم", "crisis"),
        ("J'ai envie de mourir", "crisis"),
        ("मैं मरना चाहती हूँ", "crisis"),
        ("Aku ingin mati", "crisis"),
        ("Eu quero morrer", "crisis"),
        ("Artık yaşamak istemiyorum", "crisis"),
        ("Я більше не хочу жити", "crisis"),
        ("有时候我想死", "crisis"),
        ("我应该买哪只股票？", "money"),
        ("¿Qué dosis de ibuprofeno es segura?", "medicine"),
        ("Brauche ich einen Anwalt?", "law"),
        ("Seçimler ne zaman?", "elections"),
        ("¿Quién mató a Kennedy?", None),
        ("Die Geschichte des Krebses im Aquarium", None),
        ("我在学习做饭", None),
        ("How high is K2?", None),
        ("Call a taxi", None),
        ("What is an issue?", None),
        ("A history of suicide prevention", None),
        ("He did not want to die", None),
        ("Роман о самоубийстве героя", None),
        ("Мой выбор – чай", None),
        ("", None),
        ("a " * 50_000 + "symptom", None),
    ],
)
def test_what_a_question_is_about(text: str, topic: str | None) -> None:
    """As the client tells it: in all languages, a crisis before all others, and nothing of a crisis
    where nobody speaks of themselves."""
    assert topic_of(text) == topic


def test_the_client_has_the_same_list() -> None:
    """Its copy is made from this one."""
    assert CLIENTS.read_text("utf-8") == client_copy(), "run `python -m backend.safety.topics`"


def test_once_a_conversation() -> None:
    """A notice for the first question of its kind; a crisis has one of its own."""
    assert first_topic(["Hello", "My symptoms?"]) == "medicine"
    assert first_topic(["My symptoms?", "And the tax on it?"]) is None
    assert first_topic(["My symptoms?", "I want to die"]) == "crisis"
    assert first_topic(["I want to die", "I want to die"]) is None
    assert first_topic(["I want to die", "My symptoms?"]) == "medicine"
    assert first_topic(["My symptoms?", "Hello"]) is None


def test_it_takes_little_time() -> None:
    """Whatever is in the text: each pattern goes over its beginning once."""
    begun = perf_counter()
    for text in ("feeling suicida " * 4_000, "don" * 20_000, "أ" * 50_000):
        assert topic_of(text) is None
    assert perf_counter() - begun < 1.0


def test_every_help_line_has_a_source_and_a_day() -> None:
    """A number that nobody can trace is worse than none."""
    for line in all_help_lines():
        assert line.source.startswith("https://"), line.region
        assert date(2026, 1, 1) <= line.read_on <= date(2100, 1, 1), line.region
        assert line.contact.strip()
        assert line.language in languages()


def test_old_help_lines_are_to_be_read_again() -> None:
    """`tanya doctor` says which, a year after somebody read them."""
    oldest = min(line.read_on for line in all_help_lines())
    then = datetime.combine(oldest, datetime.min.time(), UTC)
    assert not check_help_lines(then + timedelta(days=365)).mend
    finding = check_help_lines(then + timedelta(days=366))
    assert finding.mend
    assert "topics.toml" in finding.mend


@pytest.mark.parametrize("language", languages())
def test_a_crisis_is_told_whom_to_call(language: str) -> None:
    """The local emergency number always; lines with their region's name in the reader's words."""
    t = translator(language)
    words = topic_words("crisis", t)
    assert words.startswith(t("app.topic.crisis"))
    assert words.count("\n") == len(help_lines(language))
    if language == "en":
        assert "United States: 988" in words
    assert topic_words("law", t) == t("app.topic.law")
