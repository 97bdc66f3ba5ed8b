"""Size budgets: a file is understood in one reading, a function at a glance."""

import ast
from collections.abc import Iterator
from typing import Final

import pytest

from tests.architecture.source import ROOT, Finding, files, found_in, walk

FILE_LINES: Final = 300
FUNCTION_LINES: Final = 40

LARGE_FILES: Final[dict[str, str]] = {}
"""Files that may be longer, and why; those with a date are still to be split. A migration is read
once and never changed: none counts."""

LONG_FUNCTIONS: Final[dict[str, str]] = {}
"""Functions that may be longer, by `file:name`, and why; those with a date are still to be cut."""


def check_functions(name: str, tree: ast.Module) -> Iterator[Finding]:
    """Functions that are longer than a screen."""
    for node in walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES and f"{name}:{node.name}" not in LONG_FUNCTIONS:
                yield (
                    node.lineno,
                    f"{node.name} has {lines} lines, {FUNCTION_LINES} at most: give a step of it a "
                    "name of its own, or say in LONG_FUNCTIONS why it reads better whole",
                )


def _counted() -> list[tuple[str, ast.Module]]:
    return [one for one in files() if "/migrations/versions/" not in one[0]]


def test_files_are_short() -> None:
    """A file holds one thing; what has grown holds two."""
    long = []
    for name, _ in _counted():
        lines = len((ROOT / name).read_text("utf-8").splitlines())
        if lines > FILE_LINES and name not in LARGE_FILES:
            long.append(f"{name}: {lines} lines, {FILE_LINES} at most: split it by what it holds")
    assert not long, "\n".join(long)


def test_functions_are_short() -> None:
    """A function does one thing at one level."""
    found = [
        f"{name}:{line}: {text}"
        for name, tree in _counted()
        for line, text in check_functions(name, tree)
    ]
    assert not found, "\n".join(found)


def test_exceptions_are_needed() -> None:
    """What has been cut meanwhile leaves the list, so that it does not grow again unseen."""
    short = [
        name
        for name in LARGE_FILES
        if len((ROOT / name).read_text("utf-8").splitlines()) <= FILE_LINES
    ]
    long = {
        f"{name}:{node.name}"
        for name, tree in _counted()
        for node in walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > FUNCTION_LINES
    }
    unneeded = sorted({*short, *(LONG_FUNCTIONS.keys() - long)})
    assert not unneeded, f"take these out of the exceptions: {', '.join(unneeded)}"


@pytest.mark.parametrize(("lines", "seen"), [(FUNCTION_LINES, False), (FUNCTION_LINES + 1, True)])
def test_a_long_function_is_seen(lines: int, seen: bool) -> None:
    """The check counts the lines of a function, its head included."""
    source = "def f():\n" + "    x = 1\n" * (lines - 1)
    assert bool(found_in(check_functions, "backend/x.py", source)) is seen
