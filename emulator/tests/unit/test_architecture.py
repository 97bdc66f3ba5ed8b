"""Architecture rules: what the package may import, and what may start tasks."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "telegram_emulator"
PROVIDED_BY = {
    "markdown_it": "markdown-it-py",
    "multidict": "aiohttp",
    "pydantic": "aiogram",
    "yarl": "aiohttp",
}
"""Modules whose name differs from the dependency that provides them."""
ASKED_FOR_BY = {("pytest_plugin.py", "pytest")}
"""Files that are only loaded through what they import."""
TASK_STARTERS = {"create_task", "ensure_future", "run_coroutine_threadsafe"}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    """Every file of the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    """The first part of every imported module's name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").split(".")[0]


def test_only_declared_dependencies_are_imported() -> None:
    """The package works when it is installed alone."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {line.split(">")[0] for line in project["dependencies"]}
    assert set(PROVIDED_BY.values()) <= declared
    known = {*declared, *PROVIDED_BY, *sys.stdlib_module_names, PACKAGE.name}
    found = {(path.name, name) for path, tree in trees() for name in imported(tree)}
    assert {(file, name) for file, name in found if name not in known} == ASKED_FOR_BY


def test_only_the_nursery_starts_tasks() -> None:
    """Every background task is named, logged and cancelled at the end."""
    strays = [
        f"{path.name}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in TASK_STARTERS
        if path.name != "nursery.py"
    ]
    assert strays == []
