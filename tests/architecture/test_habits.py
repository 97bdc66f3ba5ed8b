"""Rules that no linter knows: tasks, clocks and statements."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import Finding, findings, found_in, walk

TASK_STARTERS = {"create_task", "ensure_future", "run_coroutine_threadsafe"}
TASKS_IN = {"backend/nursery.py"}

CLOCKS_IN = {
    "backend/container.py": "the clock that everybody is given",
    "backend/cli.py": "the clock of a command",
    "backend/command_groups.py": "the clock of a command",
    "backend/tracing.py": "spans are dated for a collector, by the machine",
    "backend/uuid7.py": "the default of an argument",
    "backend/llm/adapters/failures.py": "the default of an argument",
}
"""Files that may ask the machine for the time, and why."""

EXECUTORS = {"execute", "executemany", "exec_driver_sql", "text", "scalar", "scalars", "stream"}


def check_tasks(name: str, tree: ast.Module) -> Iterator[Finding]:
    """Background tasks started outside the nursery."""
    if name in TASKS_IN:
        return
    for node in walk(tree):
        if isinstance(node, ast.Call) and _called(node) in TASK_STARTERS:
            yield (
                node.lineno,
                (
                    f"{_called(node)} loses the task's errors and outlives shutdown: use "
                    "Nursery.start(work, name=...), or asyncio.gather for what ends here"
                ),
            )


def check_clocks(name: str, tree: ast.Module) -> Iterator[Finding]:
    """The machine's clock read where an argument should say the time."""
    if name in CLOCKS_IN:
        return
    mend = "take `now: datetime` or `clock: Callable[[], datetime]` as an argument instead"
    for node in walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            for alias in node.names:
                if alias.name in ("time", "time_ns"):
                    yield node.lineno, f"time.{alias.name} is the machine's clock: {mend}"
        elif isinstance(node, ast.Attribute) and _reads_clock(node):
            yield node.lineno, f"{ast.unparse(node)} is the machine's clock: {mend}"


def check_statements(name: str, tree: ast.Module) -> Iterator[Finding]:
    """SQL put together from pieces of text."""
    for node in walk(tree):
        if (
            isinstance(node, ast.Call)
            and _called(node) in EXECUTORS
            and node.args
            and _is_assembled(node.args[0])
        ):
            yield (
                node.lineno,
                (
                    "a statement put together as text can be injected into: use SQLAlchemy's "
                    "expressions with bindparam, or a constant string"
                ),
            )


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _reads_clock(node: ast.Attribute) -> bool:
    owner = ast.unparse(node.value).split(".")[-1]
    if owner in ("datetime", "date"):
        return node.attr in ("now", "utcnow", "today")
    return owner == "time" and node.attr in ("time", "time_ns")


def _is_assembled(node: ast.expr) -> bool:
    """An f-string, `+`, `%` or `.format` over text."""
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.BinOp):
        sides = (node.left, node.right)
        return any(_is_text(side) or _is_assembled(side) for side in sides)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "format" and _is_text(node.func.value)
    return False


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_only_the_nursery_starts_tasks() -> None:
    """Every background task is named, logged and cancelled at shutdown."""
    found = findings(check_tasks)
    assert not found, "\n".join(found)


def test_time_is_an_argument() -> None:
    """Whatever depends on the time can be tested at any time."""
    found = findings(check_clocks)
    assert not found, "\n".join(found)


def test_statements_are_never_assembled() -> None:
    """No value ever becomes part of a statement's text."""
    found = findings(check_statements)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "asyncio.create_task(work())",
        "from asyncio import create_task\ncreate_task(work())",
        "group.create_task(work())",
        "asyncio.ensure_future(work())",
        "loop.create_task(work())",
    ],
)
def test_stray_tasks_are_seen(source: str) -> None:
    """The check sees every way to start a task; the nursery may use them."""
    assert found_in(check_tasks, "backend/bot/inbox/polling.py", source)
    assert found_in(check_tasks, "backend/nursery.py", source) == []


@pytest.mark.parametrize(
    "source",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "time.time()",
        "from time import time",
        "field(default_factory=datetime.now)",
    ],
)
def test_stray_clocks_are_seen(source: str) -> None:
    """The check sees every way to ask for the time, called or passed on."""
    assert found_in(check_clocks, "backend/billing/state.py", source)


def test_measuring_is_no_clock() -> None:
    """Durations may be measured anywhere."""
    source = "time.monotonic(); time.perf_counter(); loop.time(); self.clock.now"
    assert found_in(check_clocks, "backend/billing/state.py", source) == []


@pytest.mark.parametrize(
    "source",
    [
        'db.execute(f"DELETE FROM {table}")',
        'sa.text(f"SELECT {x}")',
        'db.exec_driver_sql("DELETE FROM " + table)',
        'db.execute("SELECT %s" % x)',
        'cursor.execute("SELECT {}".format(x))',
    ],
)
def test_assembled_statements_are_seen(source: str) -> None:
    """The check sees every way to glue text."""
    assert found_in(check_statements, "backend/db/engine.py", source)


def test_constant_statements_pass() -> None:
    """A constant is fine, and so are expressions."""
    source = 'db.execute(_FIND, {"a": f"{x}"}); sa.text("SELECT 1"); Text(text=f"{x}")'
    assert found_in(check_statements, "backend/db/engine.py", source) == []
