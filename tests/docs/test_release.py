"""docs/releasing.md: the version, the changelog and the tags tell the same."""

import re
import subprocess
from datetime import date
from pathlib import Path

from backend import __version__

ROOT = Path(__file__).parents[2]
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
RELEASED = re.compile(r"(\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d|unreleased)\)")


def sections() -> list[str]:
    """The changelog's headings, the newest first."""
    return HEADING.findall((ROOT / "CHANGELOG.md").read_text())


def releases() -> list[tuple[str, str]]:
    """Each version and its day, or "unreleased"; the heading *Unreleased* is of none."""
    found = [RELEASED.fullmatch(heading) for heading in sections() if heading != "Unreleased"]
    assert all(found), f"a heading is neither Unreleased nor `X.Y.Z (day)`: {sections()}"
    return [(match[1], match[2]) for match in found if match]


def numbers(version: str) -> tuple[int, ...]:
    """The version's parts, to be compared."""
    return tuple(map(int, version.split(".")))


def test_the_version_has_its_section() -> None:
    """The newest section that has a number is of the version in backend/__init__.py."""
    assert releases()[0][0] == __version__


def test_sections_are_in_order() -> None:
    """Each version once, the newest first; only the newest may wait for its release."""
    versions = [numbers(version) for version, _ in releases()]
    assert versions == sorted(set(versions), reverse=True)
    days = [date.fromisoformat(day) for _, day in releases() if day != "unreleased"]
    assert days == sorted(days, reverse=True)
    assert [day for _, day in releases()[1:] if day == "unreleased"] == []
    assert "Unreleased" not in sections()[1:]


def test_a_tag_is_of_a_released_version() -> None:
    """A commit that carries a version's tag says that version, and its section has a day."""
    command = ["git", "tag", "--points-at", "HEAD", "--list", "v*"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    for tag in done.stdout.split():  # empty, too, where there is no repository
        assert tag == f"v{__version__}"
        assert releases()[0][1] != "unreleased"
