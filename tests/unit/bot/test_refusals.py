"""Refusals in the chat: any error of the server comes out in plain words, in every language."""

from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest

from backend.bot.answering.answers import refusal
from backend.errors import OperatorCapReached, SpendingCapReached, TanyaError
from backend.i18n import languages, translator


def every(kind: type[TanyaError] = TanyaError) -> Iterator[type[TanyaError]]:
    """All errors that have a code of their own."""
    for one in kind.__subclasses__():
        if "code" in vars(one):
            yield one
        yield from every(one)


def placeholders(text: str) -> set[str]:
    """The names in a text's braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("kind", list(every()), ids=lambda kind: kind.code)
def test_every_error_has_words(kind: type[TanyaError]) -> None:
    """In each language a title and a detail, filled in; never a key, a code or a brace."""
    for language in languages():
        t = translator(language)
        wanted = {
            n for part in ("title", "detail") for n in placeholders(t(f"error.{kind.code}.{part}"))
        }
        details: dict[str, Any] = dict.fromkeys(wanted, "some")
        words = refusal(kind(**details), t)
        assert kind.code not in words, language
        assert not {"{", "}"} & set(words), language
        assert len(words) > len("A title"), language


@pytest.mark.parametrize("language", languages())
def test_a_cap_is_said_with_its_figures(language: str) -> None:
    """What the cap is and when it ends; of the operator's cap no figure is told."""
    t = translator(language)
    words = refusal(
        SpendingCapReached(cap="2.00", spent="1.95", reserved="0.04", renewsOn="2026-12-01"), t
    )
    assert all(figure in words for figure in ("2.00", "1.95", "0.04", "2026-12-01"))
    assert "$" not in refusal(OperatorCapReached(), t)
