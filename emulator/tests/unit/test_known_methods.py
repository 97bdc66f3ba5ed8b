"""The table of all methods and the code are one."""

from pathlib import Path

from docs.make_mini_app import read_protocol
from telegram_emulator.api.known_methods import known_methods, missing, table
from telegram_emulator.api.methods import all_methods

DOCUMENT = Path(__file__).parents[2] / "docs/methods.md"


def test_the_table_is_that_of_the_code() -> None:
    """A method that is added or no longer played changes the document."""
    advice = "run `python docs/make_methods.py`"
    assert DOCUMENT.read_text() == table(), advice


def test_every_method_is_answered() -> None:
    """Each is played or said not to be; an unknown one is Telegram's 404."""
    played = {name.lower() for name, is_played in known_methods().items() if is_played}
    assert played == set(all_methods())
    for name, is_played in known_methods().items():
        if not is_played:
            error = missing(name.upper())
            assert (error.code, error.description.count(name)) == (400, 1)
    assert missing("sendPoem").code == 404


def test_the_comparison_has_the_tables_counts() -> None:
    """What is claimed beside another program is what the table says."""
    comparison = DOCUMENT.with_name("comparison.md").read_text()
    methods = known_methods()
    assert f"| {sum(methods.values())} of {len(methods)} |" in comparison
    protocol = read_protocol()
    played = len(protocol.methods) - len(protocol.refused)
    sent = len(protocol.events) - len(protocol.never_sent)
    all_methods = len(protocol.methods) + len(protocol.not_played)
    assert f"| {played} of {all_methods} methods and all {sent} events" in comparison
