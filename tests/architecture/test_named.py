"""Every module is named in a test: whoever changes one searches for it and finds what to run."""

import ast
import re
from collections.abc import Iterator
from typing import Final

from tests.architecture.source import ROOT, files, imported_names, module_of

DOTTED: Final = re.compile(r"\bbackend(?:\.\w+)+")
PATH: Final = re.compile(r"\bbackend(?:/\w+)+\.py")


def named_in(text: str) -> set[str]:
    """The modules that a test file imports, or names in its words."""
    found = {name.removesuffix(".py").replace("/", ".") for name in PATH.findall(text)}
    found.update(DOTTED.findall(text))
    for _, module, imported in imported_names("tests/x.py", ast.parse(text)):
        found.update((module, f"{module}.{imported}"))
    return found


def _modules() -> Iterator[str]:
    for name, _ in files():
        if not name.endswith("/__init__.py") and "/migrations/versions/" not in name:
            yield module_of(name)


def test_every_module_is_named_in_a_test() -> None:
    """It is imported there, or its path stands in the docstring of the test that exercises it."""
    named: set[str] = set()
    for path in (ROOT / "tests").rglob("*.py"):
        named |= named_in(path.read_text("utf-8"))
    unnamed = sorted(module for module in _modules() if module not in named)
    assert not unnamed, "\n".join(
        f"no test names {module}: write one, or name its path in the one that exercises it"
        for module in unnamed
    )


def test_names_are_seen_in_each_form() -> None:
    """As an import, a dotted name and a path; a face alone does not name what lies behind it."""
    text = (
        '"""Exercises back' + 'end/a/b.py."""\n'
        "from backend.c import d\n"
        "from backend.e.f import g\n"
        "x = 'back" + "end.h.i'\n"
    )
    named = named_in(text)
    assert {f"backend.{one}" for one in ("a.b", "c.d", "e.f", "h.i")} <= named
    assert "backend.c.e" not in named
