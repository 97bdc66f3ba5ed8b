"""Who may import whom: the rooms' plan, held to the code."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import Finding, files, findings, found_in, imports

# Modules beside the rooms that know them all. Every other module there is part of the base.
COMPOSITION = {
    "app",
    "backup",
    "backup_postgres",
    "cli",
    "command_groups",
    "container",
    "doctor",
    "lifecycle",
    "introduction",
    "local_mode",
    "prove",
    "rotate",
    "server",
    "tables",
    "wiring",
}
MONEY = {"plans", "metering", "ledger", "billing"}
INNER = {
    "business",
    "schedules",
    *(
        "identity",
        "conversations",
        "generation",
        "llm",
        "privacy",
        "files",
        "checks",
        "tasks",
        "safety",
    ),
    "console",
    *MONEY,
}
ROOMS = {
    "identity": set[str](),
    "llm": set[str](),
    "reading": set[str](),
    "markup": set[str](),
    "runlog": set[str](),
    "plans": set[str](),
    "ledger": set[str](),
    "metering": {"plans", "ledger"},
    "conversations": {"identity"},
    "billing": {"identity", "plans", "metering", "ledger"},
    "files": {"plans", "metering", "llm", "reading"},
    "safety": {"conversations", "llm", "metering"},
    "generation": {"conversations", "llm", "plans", "metering", "files", "runlog", "safety"},
    "checks": {"conversations", "generation", "llm", "metering", "runlog", "safety"},
    "schedules": {"generation", "metering", "files"},
    "business": set[str](),
    "privacy": {
        *("identity", "conversations", "generation", "llm", "files", "checks", "safety"),
        *MONEY,
    },
    "console": {"identity", "conversations", "generation", "privacy", "safety", *MONEY},
    "tasks": INNER - {"tasks"},
    "web": {*INNER, "runlog", "markup"},
    "bot": {*INNER, "runlog", "markup"},
}
"""Each room, and the rooms it may import; the base is open to all."""

# Narrower doors than a whole room.
DOORS = {"generation": ("backend.privacy.receipts",)}

LIBRARIES = {
    "litestar": ("backend/web/", "backend/app.py"),
    "aiogram": ("backend/bot/",),
    "jinja2": ("backend/web/", "backend/llm/prompt", "backend/bot/cards/"),
}
"""Libraries that only some places may use."""

WITHOUT_SQL = ("backend/llm/", "backend/identity/init_data.py")


def check_rooms(name: str, tree: ast.Module) -> Iterator[Finding]:
    """Imports between rooms that the plan does not have."""
    place = _place(name)
    if place in COMPOSITION:
        return
    for line, module in imports(name, tree):
        parts = module.split(".")
        if parts[0] != "backend" or len(parts) < 2 or parts[1] == place:
            continue
        if parts[1] in ("app", "cli", "container", "lifecycle"):
            yield line, f"nobody imports {parts[1]}: take what you need as an argument instead"
        elif parts[1] in ROOMS and not _may(place, module):
            yield line, _mend(place, parts[1])


def check_libraries(name: str, tree: ast.Module) -> Iterator[Finding]:
    """Libraries used outside the places that may."""
    for line, module in imports(name, tree):
        library = module.split(".")[0]
        if library in LIBRARIES and not name.startswith(LIBRARIES[library]):
            homes = ", ".join(LIBRARIES[library])
            yield (
                line,
                (
                    f"{library} belongs in {homes}: put this there, or declare a Protocol here for "
                    "container.py to fill"
                ),
            )
        if library in ("sqlalchemy", "alembic") and name.startswith(WITHOUT_SQL):
            yield line, "this part knows no database: take values as arguments and return them"


def _place(name: str) -> str:
    """The room of a file, or its own name if it is in none."""
    return name.split("/")[1].removesuffix(".py")


def _may(place: str, module: str) -> bool:
    if module.split(".")[1] in ROOMS.get(place, ()):
        return True
    return any(module == door or module.startswith(door + ".") for door in DOORS.get(place, ()))


def _mend(place: str, wanted: str) -> str:
    if place not in ROOMS:
        return (
            f"{place} is part of the base, which imports no room, and this needs {wanted}: move "
            f"it into a room, or pass in what it needs"
        )
    allowed = ", ".join(sorted(ROOMS[place])) or "the base only"
    return (
        f"{place} may import {allowed}, not {wanted}: declare a Protocol in {place} that "
        f"container.py fills, pass a value instead, or move the code; if the plan is wrong, "
        f"change it in docs/decisions and here"
    )


def test_rooms_import_as_planned() -> None:
    """Every import between rooms is one that the plan has."""
    found = findings(check_rooms)
    assert not found, "\n".join(found)


def test_libraries_stay_where_they_belong() -> None:
    """The web and bot frameworks, templates and the database are used at their own edges."""
    found = findings(check_libraries)
    assert not found, "\n".join(found)


def test_every_room_is_in_the_plan() -> None:
    """A new room is added to the plan above before anybody imports it."""
    rooms = {name.split("/")[1] for name, _ in files() if name.count("/") > 1}
    assert rooms - {"db", "doctor", "errors", "prove", "text_decoding", "wiring"} <= set(ROOMS), (
        "add the new room to ROOMS, and say what it may import"
    )


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("backend/errors/", "import backend.llm"),
        ("backend/errors/", "def f():\n    from backend import llm"),
        ("backend/db/vault.py", "from backend.identity import tables"),
        ("backend/identity/service.py", "from backend.conversations import start_turn"),
        ("backend/llm/port.py", "from ..plans import plans"),
        ("backend/web/api/me.py", "from backend.bot import views"),
        ("backend/bot/sending/views.py", "import backend.web.problems as problems"),
        ("backend/generation/service.py", "from backend.privacy import erasure"),
        ("backend/tasks/reap.py", "from backend.container import Container"),
        ("backend/new_thing.py", "from backend import billing"),
    ],
)
def test_wrong_imports_are_seen(name: str, source: str) -> None:
    """The check sees imports in every form, and says how to mend them."""
    assert found_in(check_rooms, name, source)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("backend/app.py", "from backend import bot, web"),
        ("backend/conversations/service.py", "from backend.identity import Principal"),
        ("backend/conversations/__init__.py", "from .turns import start_turn"),
        ("backend/generation/service.py", "from backend.privacy.receipts import write"),
        ("backend/llm/port.py", "from backend.errors import TanyaError\nimport asyncio"),
        ("backend/web/api/me.py", "from backend import __version__"),
    ],
)
def test_right_imports_pass(name: str, source: str) -> None:
    """The check leaves what is planned alone."""
    assert found_in(check_rooms, name, source) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("backend/llm/port.py", "import sqlalchemy as sa"),
        ("backend/identity/init_data.py", "from sqlalchemy import select"),
        ("backend/billing/stars.py", "from aiogram import Bot"),
        ("backend/bot/inbox/webhook.py", "import litestar"),
        ("backend/billing/view.py", "from jinja2 import Template"),
    ],
)
def test_wrong_libraries_are_seen(name: str, source: str) -> None:
    """The check sees libraries away from home."""
    assert found_in(check_libraries, name, source)
