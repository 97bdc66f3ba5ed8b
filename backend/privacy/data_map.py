"""The data map: every table and column that is kept, what for, how long, and who sees it.

Declared in data_map.toml; a test compares it with the tables, so that a column without a
declaration fails. docs/data-map.md is written from it: `python -m backend.privacy.data_map`.
"""

from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

HERE: Final = Path(__file__).with_suffix(".toml")
PAGE: Final = Path(__file__).parents[2] / "docs" / "data-map.md"

KINDS: Final = {
    "person": "Telegram id",
    "sealed": "what was said or handed over, sealed under the person's key",
    "id": "random ids",
    "reference": "references of Telegram's, and codes",
    "facts": "facts as JSON",
    "choice": "choices and names of models, plans, languages",
    "state": "states",
    "figure": "figures",
    "time": "times",
    "hash": "hashes",
    "key": "keys, wrapped or public",
}
"""Descriptions of kinds of columns."""


class TableDeclaration(Struct, frozen=True, forbid_unknown_fields=True):
    """A table with a description, and its columns by kind."""

    what: str
    why: str
    kept: str
    seen_by: str
    person: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()
    id: tuple[str, ...] = ()
    reference: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    choice: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    figure: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    hash: tuple[str, ...] = ()
    key: tuple[str, ...] = ()

    def columns(self) -> dict[str, tuple[str, ...]]:
        """The columns by kind; kinds that the table has none of are left out."""
        return {kind: names for kind in KINDS if (names := getattr(self, kind))}


@cache
def declarations() -> dict[str, TableDeclaration]:
    """Every table's declaration, by its name."""
    return msgspec.toml.decode(HERE.read_bytes(), type=dict[str, TableDeclaration])


def markdown() -> str:
    """The map as a page."""
    lines = [
        "# Data map",
        "",
        "Written by `python -m backend.privacy.data_map` from `backend/privacy/data_map.toml`;",
        "tests hold it to the tables. Everything is in the deployment's own database.",
        "",
        "| table | what | why | how long | who sees it |",
        "|---|---|---|---|---|",
    ]
    for name, one in sorted(declarations().items()):
        lines.append(f"| `{name}` | {one.what} | {one.why} | {one.kept} | {one.seen_by} |")
    lines += ["", "## Columns", ""]
    for name, one in sorted(declarations().items()):
        kinds = (
            f"{KINDS[kind]}: {', '.join(f'`{column}`' for column in columns)}"
            for kind, columns in one.columns().items()
        )
        lines.append(f"- `{name}`: {'; '.join(kinds)}.")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(markdown(), encoding="utf-8")
