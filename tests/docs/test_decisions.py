"""The decision records: one number each, which the title repeats, and links that lead somewhere."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECORDS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
LINK = re.compile(r"\]\((?:docs/)?(?:decisions/)?(\d{4}-[\w-]+\.md)")


def test_each_number_is_given_once() -> None:
    """A record is cited by its number; two branches that took the same one renumber the later."""
    times = Counter(record.name[:4] for record in RECORDS)
    twice = [number for number, count in times.items() if count > 1]
    assert not twice, f"two records have the number {', '.join(twice)}: give one the next free"
    assert sorted(times) == [f"{number:04}" for number in range(1, len(RECORDS) + 1)]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_title_repeats_the_number(record: Path) -> None:
    """`# 0001: What was decided`, so that a record names itself wherever it is quoted."""
    title = record.read_text("utf-8").splitlines()[0]
    assert re.fullmatch(rf"# {record.name[:4]}: \S.+", title), title


def test_links_to_records_lead_somewhere() -> None:
    """Every link to a record, from any document, names a file that is there."""
    names = {record.name for record in RECORDS}
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/README.md")]
    linked = [(page.name, name) for page in pages for name in LINK.findall(page.read_text("utf-8"))]
    assert linked
    assert [(page, name) for page, name in linked if name not in names] == []
