"""Reads the imports of the client's TypeScript, for tests that hold it to the rules."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "webapp" / "src"

IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)["']""")

Graph = Mapping[str, set[str]]
"""Each file or folder, and those that it imports."""


def sources(folder: Path = CLIENT) -> Iterator[tuple[str, str]]:
    """Every TypeScript file of the client, named as in `state/model.ts`, and its text."""
    for path in sorted(folder.rglob("*.ts*")):
        yield path.relative_to(folder).as_posix(), path.read_text("utf-8")


def imports(name: str, text: str) -> set[str]:
    """The files that one file imports, types included, at once or later."""
    folder = posixpath.dirname(name)
    found = (posixpath.normpath(posixpath.join(folder, path)) for path in IMPORT.findall(text))
    return {path for path in found if path.endswith((".ts", ".tsx"))}


def file_graph(files: Iterator[tuple[str, str]]) -> Graph:
    """Which file imports which."""
    return {name: imports(name, text) for name, text in files}


def folder_graph(files: Graph) -> Graph:
    """Which folder imports from which."""
    folders: dict[str, set[str]] = {}
    for name, targets in files.items():
        here = posixpath.dirname(name)
        there = {posixpath.dirname(target) for target in targets} - {here}
        folders.setdefault(here, set()).update(there)
    return folders


def circle(graph: Graph) -> list[str]:
    """One circle of a graph, from a node back to itself; empty if there is none."""
    done: set[str] = set()
    for start in graph:
        path: list[str] = []
        rest = [(start, iter(sorted(graph[start])))]
        while rest:
            node, targets = rest[-1]
            if len(path) < len(rest):
                path.append(node)
            target = next(targets, None)
            if target is None:
                done.add(path.pop())
                rest.pop()
            elif target in path:
                return [*path[path.index(target) :], target]
            elif target not in done:
                rest.append((target, iter(sorted(graph.get(target, ())))))
    return []
