"""The emulator is a project of its own: Tanya imports it in one file, and it imports no Tanya."""

import ast
import fnmatch
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, Finding, findings, found_in, imports

EMULATOR = "telegram_emulator"
COMPOSED_IN = "backend/local_mode.py"
OURS = {"backend", "benchmarks", "webapp"}


def check_emulator(name: str, tree: ast.Module) -> Iterator[Finding]:
    """Imports of the emulator outside of local mode's composition, or as soon as it is loaded."""
    for line, module in imports(name, tree):
        if module.split(".")[0] != EMULATOR:
            continue
        if name != COMPOSED_IN:
            yield line, f"production has no {EMULATOR}: reach it through {COMPOSED_IN}"
        elif not _is_lazy(tree, line):
            yield line, f"import {EMULATOR} inside the function that needs it"


def _is_lazy(tree: ast.Module, line: int) -> bool:
    """Inside a function, or for the type checker only."""
    return any(
        node.lineno <= line <= (node.end_lineno or node.lineno)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) or _is_for_types(node)
    )


def _is_for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def test_only_local_mode_imports_the_emulator() -> None:
    """A production installation starts without it."""
    found = findings(check_emulator)
    assert not found, "\n".join(found)


def test_the_emulator_imports_nothing_of_tanya() -> None:
    """Neither its package, nor its tests, nor its page."""
    found = [
        f"{path.relative_to(ROOT)}:{line}: {module}"
        for path in _sources("*.py")
        for line, module in imports(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text()))
        if module.split(".")[0] in OURS
    ]
    found += [str(path) for path in _sources("*.ts*") if "webapp/" in path.read_text()]
    assert found == []


def _sources(pattern: str) -> Iterator[Path]:
    for folder, below, names in os.walk(ROOT / "emulator"):
        below[:] = [name for name in below if name != "node_modules"]
        yield from (Path(folder, name) for name in fnmatch.filter(names, pattern))


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("backend/app.py", "import telegram_emulator"),
        ("backend/cli.py", "def f():\n    from telegram_emulator.clock import Clock"),
        (COMPOSED_IN, "from telegram_emulator import Emulator"),
    ],
)
def test_wrong_imports_of_it_are_seen(name: str, source: str) -> None:
    """Anywhere else, however late; in composition at the top of the file."""
    assert found_in(check_emulator, name, source)


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    import telegram_emulator",
        "if TYPE_CHECKING:\n    from telegram_emulator import Emulator",
    ],
)
def test_late_imports_of_it_pass(source: str) -> None:
    """Composition imports it in the function that builds it."""
    assert found_in(check_emulator, COMPOSED_IN, source) == []
