"""The table of the Mini App protocol matches the page's code."""

from docs.make_mini_app import FRAME, read_protocol, table

DOCUMENT = FRAME.parents[2] / "docs/mini-app.md"


def test_the_table_matches_the_code() -> None:
    """After adding, refusing or dropping a method or an event the document must be regenerated."""
    advice = "run `python docs/make_mini_app.py`"
    assert DOCUMENT.read_text("utf-8") == table(), advice


def test_the_whole_protocol_is_read() -> None:
    """Every version in `methods.ts` belongs to a method in the table, and each of those has a
    handler."""
    found = read_protocol()
    assert len(found.methods) == (FRAME / "methods.ts").read_text().count("{ since:")
    handlers = (FRAME / "handlers/index.ts").read_text()
    assert [name for name in found.methods if f"  {name}: " not in handlers] == []
    assert (len(found.not_played), found.never_sent.keys() <= set(found.events)) == (6, True)
