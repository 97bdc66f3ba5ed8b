"""Reads the backend's source as syntax trees, for tests that hold it to the architecture rules."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

Finding = tuple[int, str]
"""A line, and what is wrong there with how to mend it."""
Check = Callable[[str, ast.Module], Iterator[Finding]]
"""Looks at one file, named as in `backend/llm/port.py`, and its tree."""


EMULATOR = "emulator/telegram_emulator"


@cache
def files(folder: str = "backend") -> tuple[tuple[str, ast.Module], ...]:
    """Every Python file of the backend, or of another package; each is parsed once."""
    return tuple(
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8")))
        for path in sorted((ROOT / folder).rglob("*.py"))
    )


@cache
def walk(tree: ast.AST) -> tuple[ast.AST, ...]:
    """All nodes of a tree, walked once for all the checks that look at it."""
    return tuple(ast.walk(tree))


def findings(check: Check, folder: str = "backend") -> list[str]:
    """What a check finds in the whole backend, as lines an editor can jump to."""
    return [
        f"{name}:{line}: {text}" for name, tree in files(folder) for line, text in check(name, tree)
    ]


def found_in(check: Check, name: str, source: str) -> list[str]:
    """What a check finds in made-up source: how the checks themselves are tested."""
    return [text for _, text in check(name, ast.parse(source))]


def module_of(name: str) -> str:
    """`backend/llm/port.py` as `backend.llm.port`."""
    return (
        name.removeprefix("emulator/")
        .removesuffix(".py")
        .removesuffix("/__init__")
        .replace("/", ".")
    )


def imports(name: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, at any depth, with its line.

    `from backend import llm` counts as `backend.llm`; relative imports are resolved.
    """
    for line, module, imported in imported_names(name, tree):
        if not imported:
            yield line, module
            continue
        yield line, f"{module}.{imported}"
        yield line, module


def imported_names(name: str, tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Every import of a file with its line: the module, and the name taken from it or ""."""
    for node in walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(name, node)
            yield from ((node.lineno, base, alias.name) for alias in node.names)


def _absolute(name: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module_of(name).split(".")
    up = node.level - (1 if name.endswith("/__init__.py") else 0)
    parts = package[: len(package) - up] + ([node.module] if node.module else [])
    return ".".join(parts)
