"""Tests that share something expensive are run by one worker.

Exercises tests/fixtures/groups.py.
"""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.conftest import pytest_xdist_make_scheduler
from tests.fixtures.groups import TOGETHER, group_of

ROOT = Path(__file__).parents[2]


def test_a_group_is_a_folder_or_a_file() -> None:
    """Everything that is listed is there, so a renamed file is noticed."""
    assert all((ROOT / place).exists() for place in TOGETHER)


def test_tests_of_a_group_stay_together() -> None:
    """All tests of a listed place are in one group; each other test is by itself."""
    image = "tests/deploy/test_image.py::"
    assert group_of(f"{image}test_a") == group_of(f"{image}test_b[1]")
    assert group_of(f"{image}test_a") != group_of("tests/deploy/test_sbom.py::test_a")
    assert group_of("tests/unit/test_a.py::a") != group_of("tests/unit/test_a.py::b")


def test_workers_are_handed_groups() -> None:
    """`--dist loadgroup`, as `make test` says, hands out tests by these groups and not by xdist's;
    other ways are left as they are."""
    image = "tests/deploy/test_image.py::"
    scheduler = pytest_xdist_make_scheduler(config("loadgroup"), None)
    assert scheduler._split_scope(f"{image}test_a") == scheduler._split_scope(f"{image}test_b")
    assert pytest_xdist_make_scheduler(config("loadfile"), None) is None


def config(way: str) -> Any:
    """What xdist asks pytest's configuration for."""
    return SimpleNamespace(getvalue={"dist": way, "tx": ["2*popen"]}.__getitem__)
