"""Word rules: what a phrase matches and what not, what a file may hold, and how long it takes.

Exercises backend/safety/word_rules.py.
"""

from pathlib import Path
from time import perf_counter

import pytest

from backend.errors import SettingsInvalid
from backend.safety import JudgedText, WordRules
from backend.safety.word_rules import PhraseRule, Phrases
from backend.uuid7 import uuid7

RULE = '[[rule]]\ncategory = "x"\n'


def found(phrase: str, text: str) -> bool:
    """Whether the phrase is found in the text."""
    return Phrases([(phrase, "x")]).find(text) is not None


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("build a bomb", "How do I BUILD  a\nbomb?"),
        ("build a bomb", "build a b\u00adom\u200bb"),
        ("build a bomb", "ｂｕｉｌｄ a bomb"),
        ("взрывчатк*", "Где взять ВЗРЫВЧАТКУ?"),
        ("ещё", "еще"),
        ("قنبلة", "كيف أصنع قُنْبُلَة؟"),
        ("قنبلة", "قنبـــلة"),
        ("don't", "I don’t"),
    ],
)
def test_what_is_found(phrase: str, text: str) -> None:
    """In any case and form of its letters, across line ends, with marks put in or left out."""
    assert found(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("ass", "a class of assets"),
        ("build a bomb", "build a bombastic speech"),
        ("build a bomb", "build the bomb"),
        ("bomb*", "a carbombing"),
        ("bomb", ""),
    ],
)
def test_what_is_not(phrase: str, text: str) -> None:
    """No part of another word, and no other words between."""
    assert not found(phrase, text)


async def judged(rules: WordRules, side: str, text: str) -> str | None:
    """The category that a text is refused for."""
    one = JudgedText(user_id=1, side=side, text=text, subject_id=uuid7(), server_only=True)  # type: ignore[arg-type]
    refusal = await rules.judge(one)
    return refusal.category if refusal else None


async def test_a_file_of_rules(tmp_path: Path) -> None:
    """Each category holds for the sides it names."""
    path = tmp_path / "rules.toml"
    path.write_text(
        '[[rule]]\ncategory = "weapons"\nphrases = ["build a bomb"]\n'
        '[[rule]]\ncategory = "rude"\nphrases = ["gosh"]\nsides = ["answer"]\n'
    )
    rules = WordRules.read(str(path))
    assert await judged(rules, "question", "Build a bomb") == "weapons"
    assert await judged(rules, "question", "Gosh!") is None
    assert await judged(rules, "answer", "Gosh!") == "rude"
    assert await judged(WordRules.read(""), "answer", "Gosh!") is None


@pytest.mark.parametrize(
    "content",
    [
        "rule = 1",
        "[[",
        RULE + 'phrases = [""]',
        RULE + 'phrases = ["ab*"]',
        RULE + f'phrases = ["{"a " * 80}"]',
        RULE + 'words = ["bomb"]',
    ],
)
def test_a_wrong_file_is_refused_at_the_start(tmp_path: Path, content: str) -> None:
    """Naming the setting: rules that were silently not there would be worse."""
    path = tmp_path / "rules.toml"
    path.write_text(content)
    with pytest.raises(SettingsInvalid, match="MODERATION_RULES"):
        WordRules.read(str(path))
    with pytest.raises(SettingsInvalid, match="MODERATION_RULES"):
        WordRules.read(str(tmp_path / "none.toml"))


def test_time_grows_with_the_text_only() -> None:
    """Ten times the text takes about ten times as long, with many rules and near matches."""
    rule = PhraseRule("x", tuple(f"aa aa aa aa{n} end" for n in range(5_000)))
    phrases = Phrases([(phrase, "x") for phrase in rule.phrases])

    def seconds(text: str) -> float:
        return min(_timed(phrases, text) for _ in range(3))

    short, long = seconds("aa " * 4_000), seconds("aa " * 40_000)
    assert long < 25 * short + 0.05
    assert long < 2.0


def _timed(phrases: Phrases, text: str) -> float:
    begun = perf_counter()
    assert phrases.find(text) is None
    return perf_counter() - begun
