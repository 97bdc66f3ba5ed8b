"""A room is imported by its face: what its `__init__` lists in `__all__`."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.source import (
    EMULATOR,
    ROOT,
    Finding,
    files,
    findings,
    found_in,
    imported_names,
    module_of,
)

FACE_MODULES: Final = {
    "backend.billing.commands": "command-line code, loaded when one of its commands is called",
    "backend.bot.account.client": "aiogram, loaded where the bot is built",
    "backend.bot.edge": "aiogram, loaded where the bot is built",
    "backend.bot.ports.proving": "aiogram, loaded when `tanya prove` is called",
    "backend.bot.setup": "aiogram, loaded when `tanya telegram` is called",
    "backend.bot.ports.stars": "aiogram, loaded where Stars are booked",
    "backend.bot.inbox.stored": "for key rotation, without the handlers",
    "backend.bot.ports.support_chat": "aiogram, loaded where the bot is built",
    "backend.console.commands": "command-line code, loaded when it is called",
    "backend.db.migrate": "Alembic, loaded where migrations are looked at",
    "backend.identity.valkey_limits": "Valkey, loaded only with VALKEY_URL",
    "backend.privacy.operator_access": "for the command line, which needs the settings only",
    "backend.privacy.regulator_command": "command-line code, loaded when it is called",
    "backend.privacy.receipts_command": "command-line code, loaded when it is called",
    "backend.prove.command": "command-line code, loaded when it is called",
    "backend.reading.process": "the server's side; the locked child must not load it",
    "backend.reading.schemas": "what the server's side and the locked child say to each other",
    "backend.safety.commands": "command-line code, loaded when one of its commands is called",
    "backend.web.http_protocol": "uvicorn, loaded by a serving process only",
    "backend.wiring.operator_console": "the bot, loaded when the console is at a command line",
}
"""Modules that are faces themselves, and why the room's `__init__` must not load them.

A room's `tables` are one too: rooms above name them in SQL, and migrations need nothing else.
"""


def check_faces(name: str, tree: ast.Module) -> Iterator[Finding]:
    """Imports that reach into another room past its face."""
    project, _, own = module_of(name).partition(".")
    room = own.split(".")[0]
    for line, module, imported in imported_names(name, tree):
        parts = module.split(".")
        if parts[0] != project or len(parts) < 2 or parts[1] == room or not _is_room(parts[:2]):
            continue
        if _is_face_module(module) or (imported and _is_face_module(f"{module}.{imported}")):
            continue
        face = _face_of(module)
        if module != face:
            yield (
                line,
                f"{module} lies behind a face: add what you need to __all__ of {face} and import "
                "it from there; where the face must not load it, say why in FACE_MODULES",
            )
        elif imported and imported not in _exported(face):
            yield line, f"{face} does not export {imported}: add it to its __all__, or do without"


def _is_room(parts: list[str]) -> bool:
    return _init(".".join(parts)).exists()


def _is_face_module(module: str) -> bool:
    return module in FACE_MODULES or (module.endswith(".tables") and module.count(".") == 2)


def _face_of(module: str) -> str:
    """The nearest package: the module itself, or the one it lies in."""
    while not _init(module).exists():
        module = module.rpartition(".")[0]
    return module


def _init(package: str) -> Path:
    top = ROOT / "backend" if package.startswith("backend") else ROOT / EMULATOR
    return top.joinpath(*package.split(".")[1:], "__init__.py")


@cache
def _exported(package: str) -> frozenset[str]:
    return frozenset(_listed(_init(package)))


def _listed(path: Path) -> Iterator[str]:
    """What a file's `__all__` lists; `*module.__all__` is what that file beside it lists."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if not isinstance(node, ast.Assign) or ast.unparse(node.targets[0]) != "__all__":
            continue
        for one in getattr(node.value, "elts", ()):
            if isinstance(one, ast.Starred):
                module = ast.unparse(one.value).removesuffix(".__all__")
                yield from _listed(path.with_name(f"{module}.py"))
            else:
                yield ast.literal_eval(one)


def _bound(package: str) -> set[str]:
    """What a package's `__init__` imports or defines at its top."""
    found: set[str] = set()
    for node in ast.parse(_init(package).read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            module = str(node.module).rpartition(".")[2]
            found |= set(_listed(_init(package).with_name(f"{module}.py")))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {ast.unparse(target) for target in node.targets}
        elif isinstance(node, ast.AnnAssign):
            found.add(ast.unparse(node.target))
    return found


@pytest.mark.parametrize("folder", ["backend", EMULATOR])
def test_rooms_are_imported_by_their_faces(folder: str) -> None:
    """Whoever changes what a face does not show needs to look into that room only."""
    found = findings(check_faces, folder)
    assert not found, "\n".join(found)


def test_faces_hold_what_they_promise() -> None:
    """Every name in `__all__` is there."""
    named = [name for folder in ("backend", EMULATOR) for name, _ in files(folder)]
    packages = [module_of(name) for name in named if name.endswith("/__init__.py")]
    missing = [
        f"{package} lists {one} in __all__ and does not have it"
        for package in packages
        for one in sorted(_exported(package) - _bound(package))
    ]
    assert not missing, "\n".join(missing)


def test_face_modules_are_needed() -> None:
    """A module that nobody outside imports leaves the list."""
    used = {
        candidate
        for name, tree in files()
        for _, module, imported in imported_names(name, tree)
        for candidate in (module, f"{module}.{imported}")
        if candidate.split(".")[1:2] != [name.split("/")[1]]
    }
    unused = sorted(FACE_MODULES.keys() - used)
    assert not unused, f"take these out of FACE_MODULES: {', '.join(unused)}"


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("from backend.metering.quota import Allowance", True),
        ("import backend.metering.quota", True),
        ("def f():\n    from backend.llm.catalog.catalog import Catalog", True),
        ("from ..metering.quota import Allowance", True),
        ("from backend.metering import quota_statements", True),
        ("from backend.metering import quota, Allowance", False),
        ("from backend.llm.catalog import Catalog", False),
        ("from backend.metering import tables", False),
        ("from backend.metering.tables import quotas", False),
        ("from backend.db.migrate import upgrade", False),
        ("from backend import metering", False),
        ("from backend.settings import Settings", False),
        ("from backend.billing.booking import book", False),
    ],
)
def test_imports_past_a_face_are_seen(source: str, seen: bool) -> None:
    """The check tells a face from what lies behind it, and leaves a room's own files alone."""
    assert bool(found_in(check_faces, "backend/billing/service.py", source)) is seen
