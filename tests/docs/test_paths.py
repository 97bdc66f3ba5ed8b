"""The documents: every path of this repository that stands in one is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *ROOT.glob("*/README.md"),
        *(ROOT / ".github").rglob("*.md"),
    ]
)
TOPS = "backend|webapp|tests|docs|benchmarks|emulator|deploy|.ci|.github"
PATH = re.compile(rf"`((?:{TOPS})/[\w./-]*)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_paths_lead_somewhere(page: Path) -> None:
    """A path between backticks names a file or folder; decisions that are superseded may be old."""
    text = page.read_text("utf-8")
    if "Superseded" in text.splitlines()[0]:
        return
    missing = [
        path
        for path in PATH.findall(text)
        if not any((top / path).exists() for top in (ROOT, page.parent))
    ]
    assert not missing, f"{page.name} names what is not there: {', '.join(missing)}"
