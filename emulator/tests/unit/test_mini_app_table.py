"""The table of the Mini App protocol and the page's code are one."""

from docs.make_mini_app import FRAME, read_protocol, table

DOCUMENT = FRAME.parents[2] / "docs/mini-app.md"


def test_the_table_is_that_of_the_code() -> None:
    """A method or an event that is added, refused or dropped changes the document."""
    advice = "run `python docs/make_mini_app.py`"
    assert DOCUMENT.read_text("utf-8") == table(), advice


def test_nothing_of_the_protocol_escapes_the_reading() -> None:
    """Every version in `methods.ts` belongs to a method in the table, each of which is handled."""
    found = read_protocol()
    assert len(found.methods) == (FRAME / "methods.ts").read_text().count("{ since:")
    handlers = (FRAME / "handlers/index.ts").read_text()
    assert [name for name in found.methods if f"  {name}: " not in handlers] == []
    assert (len(found.not_played), found.never_sent.keys() <= set(found.events)) == (6, True)
