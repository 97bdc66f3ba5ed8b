"""No circles between folders: whoever reads from the ground up meets nothing unknown."""

import ast
from collections.abc import Iterable
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import Final

import pytest

from tests.architecture.source import EMULATOR, files, imported_names, module_of

NOT_PARTS: Final = ("backend.db.migrations",)
"""Alembic loads migrations by their path; nobody imports them, and they import all tables."""

IGNORED: Final = {
    ("backend.db", "temporary_keys", "valkey_temporary_keys"): "Valkey's store is loaded only with "
    "VALKEY_URL, by the function that chooses a store",
}
"""Imports of one part by another that close a circle and are still to be turned round, and why."""

Arrows = dict[str, set[str]]
"""For each part of a folder, the other parts of it that it imports."""


def arrows(scope: str, sources: Iterable[tuple[str, ast.Module]]) -> Arrows:
    """The imports among what a folder holds: each folder in it is one part, each file another.

    A file's own folder is not among them: a face hands on what lies below it.
    """
    trees = {module_of(name): (name, tree) for name, tree in sources}
    found: Arrows = {}
    for module, (name, tree) in trees.items():
        part = _part(scope, module)
        if part is None or module.startswith(NOT_PARTS):
            continue
        for _, base, imported in imported_names(name, _without_types(tree)):
            full = f"{base}.{imported}"
            target = _part(scope, full if full in trees else base)
            if target not in (None, part) and (scope, part, target) not in IGNORED:
                found.setdefault(part, set()).add(str(target))
    return found


def circle(graph: Arrows) -> list[str]:
    """One circle of a graph, its first part again at the end; empty if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def _part(scope: str, module: str) -> str | None:
    if not module.startswith(scope + "."):
        return None
    return module.removeprefix(scope + ".").split(".")[0]


@cache
def _without_types(tree: ast.Module) -> ast.Module:
    """The tree without its `if TYPE_CHECKING:`, whose imports bind two files of one thing."""
    body = [node for node in tree.body if not _is_for_types(node)]
    return ast.Module(body=body, type_ignores=[])


def _is_for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


@pytest.mark.parametrize("folder", ["backend", EMULATOR])
def test_there_is_no_circle_between_folders(folder: str) -> None:
    """In every folder the parts can be read one after the other, each after what it needs."""
    sources = list(files(folder))
    scopes = [module_of(name) for name, _ in sources if name.endswith("/__init__.py")]
    found = {scope: circle(arrows(scope, sources)) for scope in scopes}
    assert not any(found.values()), "\n".join(
        f"{scope}: {' -> '.join(reversed(parts))}: move what ties them to the lower one"
        for scope, parts in found.items()
        if parts
    )


def test_a_circle_is_seen() -> None:
    """Imports of any form and depth count, and a folder counts as one part."""
    sources = {
        "backend/a/one.py": "from backend.b import two",
        "backend/b/two.py": "x = 1",
        "backend/b/three.py": "def f():\n    import backend.c",
        "backend/c.py": "from backend.a.one import y",
    }
    graph = arrows("backend", [(name, ast.parse(text)) for name, text in sources.items()])
    assert sorted(set(circle(graph))) == ["a", "b", "c"]


def test_types_and_faces_make_no_circle() -> None:
    """A face may import what lies in its folder, and that may import its neighbours."""
    sources = {
        "backend/a/__init__.py": "from backend.a.one import y",
        "backend/a/one.py": "from backend.a.two import z",
        "backend/a/two.py": "if TYPE_CHECKING:\n    from backend.a.one import y",
    }
    trees = [(name, ast.parse(text)) for name, text in sources.items()]
    assert not circle(arrows("backend", trees))
    assert not circle(arrows("backend.a", trees))
