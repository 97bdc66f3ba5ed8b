"""Figures: medians with their spread, kept as JSON, shown as tables, written into the page.

`docs/performance.md` has a pair of comment marks for each measure; what stands between them is
written here, the rest by hand.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.machine import OUT, described, load_average, revision

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
console = Console()


class Row(msgspec.Struct):
    """One figure. `met` is None where there is no target."""

    name: str
    value: str
    target: str = ""
    met: bool | None = None

    @classmethod
    def at_most(cls, name: str, values: Sequence[float], most: float, digits: int) -> "Row":
        """A figure whose median should not be over `most`."""
        return cls(name, spread(values, digits), f"≤ {most:g}", median(values) <= most)


class Results(msgspec.Struct):
    """A measure's tables by title, and where and when they were made."""

    tables: dict[str, list[Row]] = {}
    machine: str = ""
    when: str = ""
    revision: str = ""
    busy: float = 0.0


def spread(values: Sequence[float], digits: int) -> str:
    """The median, with the least and the most where they differ."""
    middle, least, most = (f"{x:.{digits}f}" for x in (median(values), min(values), max(values)))
    return middle if least == most else f"{middle} ({least}–{most})"


def store(measure: str, title: str, rows: list[Row]) -> None:
    """Keep one table, show it, and write the page anew."""
    path = OUT / "results" / f"{measure}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    results = msgspec.json.decode(path.read_bytes(), type=Results) if path.exists() else Results()
    results.tables[title] = rows
    results.machine, results.revision = described(), revision()
    results.when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    results.busy = round(load_average(), 1)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results)))
    _show(f"{measure}: {title}", rows)
    if PAGE.exists():
        PAGE.write_text(_placed(PAGE.read_text(), measure, results))


def _show(title: str, rows: list[Row]) -> None:
    table = Table(title=title, title_justify="left")
    for name in ("figure", "median (least–most)", "target", ""):
        table.add_column(name)
    for row in rows:
        table.add_row(row.name, row.value, row.target, _verdict(row))
    console.print(table)


def _verdict(row: Row) -> str:
    return "" if row.met is None else "met" if row.met else "missed"


def _placed(page: str, measure: str, results: Results) -> str:
    """The page with the measure's figures between its marks."""
    begin, end = f"<!-- {measure}: begin -->", f"<!-- {measure}: end -->"
    pattern = re.compile(re.escape(begin) + r".*?" + re.escape(end), re.DOTALL)
    return pattern.sub(lambda _: f"{begin}\n\n{_markdown(results)}\n{end}", page)


def _markdown(results: Results) -> str:
    parts = []
    for title, rows in results.tables.items():
        lines = [f"| {title} | median (least–most) | target | |", "|---|---|---|---|"]
        lines += [f"| {r.name} | {r.value} | {r.target} | {_verdict(r)} |" for r in rows]
        parts.append("\n".join(lines) + "\n")
    parts.append(
        f"{results.when}, commit {results.revision}; {results.machine}; "
        f"load average at the end {results.busy}.\n"
    )
    return "\n".join(parts)
