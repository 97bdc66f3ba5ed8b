"""Mutation testing: `make mutate` changes the core in small ways and asks whether a test notices.

The changes are cosmic-ray's, each made in a copy of the repository and undone. A module's changes
are taken in a random order that a seed fixes, for as long as its share of the minutes lasts. What
survives is printed as a diff: write the test that tells it apart, or see that both mean the same.
"""

import argparse
import difflib
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import parso  # before cosmic-ray, whose own imports of it go in a circle
from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes
from cosmic_ray.mutating import mutate_code
from msgspec import Struct

from tests.mutation.named import NAMED, NamedMutation

ROOT: Final = Path(__file__).parents[2]
_BILLING: Final = "tests/integration/billing"
TESTS: Final = {
    "backend/identity/init_data.py": "tests/unit/identity/test_init_data.py",
    "backend/ledger/movements.py": "tests/unit/billing/test_movements.py",
    "backend/generation/request/model_choice.py": "tests/unit/generation/test_model_choice.py",
    "backend/generation/run/timer_wheel.py": "tests/unit/generation/test_wheel.py",
    "backend/generation/run/outcome.py": "tests/unit/generation/test_outcome.py",
    "backend/billing/state.py": "tests/unit/billing/test_state.py",
    "backend/billing/view.py": "tests/unit/billing/test_view.py tests/unit/billing/test_state.py",
    "backend/metering/quota.py": f"{_BILLING}/test_quota.py {_BILLING}/test_spending.py",
    "backend/metering/quota_statements.py": f"{_BILLING}/test_quota.py {_BILLING}/test_spending.py",
}
"""The core, and the tests that are to notice."""
BROKEN: Final = {"core/ExceptionReplacer"}
"""cosmic-ray 8.7 raises AttributeError over `except a.B`."""
CPU_SECONDS, WALL_SECONDS = 90, 600
"""A change that makes the tests work or wait for so long is noticed too."""


class Mutation(Struct, frozen=True):
    """One change: the source with it, and where it lies."""

    source: str
    operator: str


class Score(Struct):
    """How many changes of a module were noticed."""

    module: str
    possible: int
    killed: int = 0
    survived: int = 0

    def __str__(self) -> str:
        tried = self.killed + self.survived
        share = f"{self.killed / tried:6.0%}" if tried else "     –"
        return f"{self.module:48} {share}  {self.killed} of {tried} tried, {self.possible} possible"


def mutations(source: str) -> Iterator[Mutation]:
    """Every change that cosmic-ray knows for a source; annotations and docstrings stay."""
    parsed = parso.parse(source)  # type: ignore[no-untyped-call, unused-ignore]
    nodes = list(ast_nodes(parsed))
    for name in sorted(plugins.operator_names()):
        kind = plugins.get_operator(name)
        if kind.arguments() or name in BROKEN:
            continue
        operator: Any = kind()
        count = sum(1 for node in nodes for _ in operator.mutation_positions(node))
        for occurrence in range(count):
            changed = mutate_code(source, operator, occurrence)
            if changed is not None and changed != source and _is_code(changed, source):
                yield Mutation(changed, name)


def _is_code(changed: str, source: str) -> bool:
    """Whether more than an annotation's `X | None` was changed, which nobody evaluates."""
    lines = [
        line[1:]
        for line in difflib.unified_diff(source.splitlines(), changed.splitlines(), n=0)
        if line.startswith("-") and not line.startswith("---")
    ]
    return not all("| None" in line or " | " in line.partition("=")[0] for line in lines)


def try_module(copy: Path, module: str, seconds: float, seed: int) -> Score:
    """Try as many changes as the time allows."""
    path = copy / module
    source = path.read_text("utf-8")
    found = list(mutations(source))
    random.Random(seed).shuffle(found)
    score = Score(module, len(found))
    deadline = time.monotonic() + seconds
    for mutation in found:
        if time.monotonic() > deadline:
            break
        path.write_text(mutation.source, "utf-8")
        if passes(copy, TESTS[module]):
            score.survived += 1
            _show(module, source, mutation)
        else:
            score.killed += 1
    path.write_text(source, "utf-8")
    return score


def try_named(copy: Path, named: NamedMutation) -> bool:
    """Whether its test notices it."""
    path = copy / named.module
    source = path.read_text("utf-8")
    path.write_text(source.replace(named.old, named.new), "utf-8")
    noticed = not passes(copy, f"{named.file} -k {named.test}")
    path.write_text(source, "utf-8")
    print(f"{'Noticed' if noticed else 'SURVIVED'}: {named.module}, by {named.test}", flush=True)
    return noticed


def passes(copy: Path, tests: str) -> bool:
    """Whether these tests pass in the copy, on SQLite: what is changed is the same on both."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider"]
    command += ["-m", "not postgres"]
    try:
        done = subprocess.run(
            [*command, *tests.split()],
            cwd=copy,
            capture_output=True,
            timeout=WALL_SECONDS,
            preexec_fn=_bound_cpu_time,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _bound_cpu_time() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def _show(module: str, source: str, mutation: Mutation) -> None:
    print(f"\nSurvived: {mutation.operator} in {module}")
    changed = mutation.source.splitlines()
    for line in list(difflib.unified_diff(source.splitlines(), changed, lineterm="", n=0))[2:]:
        print(f"  {line}", flush=True)


def main() -> None:
    """Run it and print the scores."""
    parser = argparse.ArgumentParser(prog="make mutate", description="Mutation tests of the core")
    parser.add_argument("--minutes", type=float, default=60, help="for all modules together")
    parser.add_argument("--seed", type=int, default=1, help="another one tries other changes")
    parser.add_argument("--only", default="", help="modules whose path holds this")
    chosen = parser.parse_args()
    modules = [module for module in TESTS if chosen.only in module]
    scores = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in ("backend", "tests", "emulator"):
            ignored = shutil.ignore_patterns("node_modules", "__pycache__", "static")
            shutil.copytree(ROOT / part, copy / part, ignore=ignored)
        shutil.copy(ROOT / "pyproject.toml", copy)
        noticed = [try_named(copy, one) for one in NAMED if chosen.only in one.module]
        for module in modules:
            assert passes(copy, TESTS[module]), f"{TESTS[module]} fails without any change"
            scores.append(try_module(copy, module, chosen.minutes * 60 / len(modules), chosen.seed))
    killed, survived = sum(s.killed for s in scores), sum(s.survived for s in scores)
    print("\n" + "\n".join(map(str, scores)))
    print(
        f"{killed} of {killed + survived} changes were noticed ({killed / (killed + survived):.0%})"
    )
    sys.exit(0 if all(noticed) else 1)


if __name__ == "__main__":
    main()
