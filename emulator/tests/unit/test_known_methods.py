"""The table of all methods matches the code."""

from pathlib import Path

from docs.make_mini_app import read_protocol
from telegram_emulator.api.known_methods import known_methods, missing, table
from telegram_emulator.api.methods import all_methods

DOCUMENT = Path(__file__).parents[2] / "docs/methods.md"


def test_the_table_matches_the_code() -> None:
    """After adding or removing a method the document must be regenerated."""
    advice = "run `python docs/make_methods.py`"
    assert DOCUMENT.read_text() == table(), advice


def test_every_method_is_answered() -> None:
    """Each is played or refused as not played; an unknown one is Telegram's 404."""
    played = {name.lower() for name, is_played in known_methods().items() if is_played}
    assert played == set(all_methods())
    for name, is_played in known_methods().items():
        if not is_played:
            error = missing(name.upper())
            assert (error.code, error.description.count(name)) == (400, 1)
    assert missing("sendPoem").code == 404


def test_the_comparison_has_the_tables_counts() -> None:
    """The figures in the comparison are those of the table."""
    comparison = DOCUMENT.with_name("comparison.md").read_text()
    methods = known_methods()
    assert f"| {sum(methods.values())} of {len(methods)} |" in comparison
    protocol = read_protocol()
    played = len(protocol.methods) - len(protocol.refused)
    sent = len(protocol.events) - len(protocol.never_sent)
    all_methods = len(protocol.methods) + len(protocol.not_played)
    assert f"| {played} of {all_methods} methods and all {sent} events" in comparison
