"""Runs the statements of every turn without SQLAlchemy's execution machinery.

SQLAlchemy builds a dozen objects for each execution: ten times what SQLite itself takes for these
small statements. A statement marked `hot` is compiled by SQLAlchemy once; after that its SQL goes
directly to the driver, with the same type processors. See docs/decisions/0012-hot-statements.md.
"""

from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler

S = TypeVar("S", bound=sa.Executable)

_MAY_MISS: Final[set[sa.Executable]] = set()
_BESIDE: Final[dict[sa.Executable, frozenset[sa.Table]]] = {}

# Keyed by statement, database and parameter names, since the names determine an INSERT's columns.
_PLANS: Final[dict[sa.Executable, dict[tuple[str, ...], "StatementPlan | None"]]] = {}


def hot(statement: S, *, may_miss: bool = False, beside: Sequence[sa.Table] = ()) -> S:
    """Mark a module-level statement that runs at every turn. `may_miss`: it is a change that need
    not find a row, nor only one; see `Database.write`. `beside`: it only looks whether these tables
    have a row, so changes of their rows may be sent together with it."""
    _PLANS[statement] = {}
    if may_miss:
        _MAY_MISS.add(statement)
    _BESIDE[statement] = frozenset(beside)
    return statement


def plan_of(
    statement: sa.Executable, parameters: Mapping[str, Any], dialect: sa.Dialect
) -> "StatementPlan | None":
    """The plan of a marked statement; None if it is not marked or uses features not supported
    here."""
    plans = _PLANS.get(statement)
    if plans is None:
        return None
    key = (dialect.name, *parameters)
    if key not in plans:
        plans[key] = _made(statement, parameters, dialect)
    return plans[key]


class Begun:
    """One transaction, for those who keep something as long as it lasts."""


class StatementPlan:
    """A compiled statement: its SQL, parameters and columns, each with its type's processor."""

    __slots__ = (
        *("_inputs", "_make_row", "_outputs", "sql", "tables"),
        *("adds", "changes", "gives_rows", "locks", "may_miss"),
    )

    def __init__(
        self, statement: Any, compiled: SQLCompiler, parameters: Mapping[str, Any]
    ) -> None:
        self.sql = str(compiled)
        self.adds = compiled.isinsert
        self.changes = compiled.isinsert or compiled.isupdate or compiled.isdelete
        self.gives_rows = bool(compiled._result_columns)
        self.locks = getattr(statement, "_for_update_arg", None) is not None
        self.may_miss = statement in _MAY_MISS
        self.tables = frozenset(
            one for one in visitors.iterate(statement) if isinstance(one, sa.Table)
        ).difference(_BESIDE.get(statement, ()))
        to_store = {
            name: processor
            for name, processor in compiled._bind_processors.items()
            if type(compiled.binds[name].type) is not sa.LargeBinary  # drivers take bytes
        }
        values = compiled.construct_params(parameters, escape_names=False)
        # A value that is not a parameter is part of the statement's text.
        self._inputs: list[tuple[str | None, Any, Any]] = [
            (name if name in parameters else None, values[name], to_store.get(name))
            for name in compiled.positiontup or ()
        ]
        columns = compiled._result_columns
        self._outputs = [
            (number, processor)
            for number, column in enumerate(columns)
            if (processor := column.type._cached_result_processor(compiled.dialect, None))
        ]
        names = [column.keyname for column in columns]
        row: Any = namedtuple("row", names, rename=True)  # type: ignore[misc]
        self._make_row = row._make

    def values(self, parameters: Mapping[str, Any]) -> list[Any]:
        """What the driver is given, in the SQL's order."""
        values = []
        for name, constant, store in self._inputs:
            value = constant if name is None else parameters[name]
            if store is not None:
                # A UUID, which most are, without a call: `UUID.hex` is a property of two.
                value = f"{value.int:032x}" if type(value) is UUID else store(value)
            values.append(value)
        return values

    def rows(self, raw: Sequence[Any], rowcount: int) -> "Rows":
        """The driver's rows as SQLAlchemy would give them."""
        return Rows([self._opened(row) for row in raw], rowcount)

    def _opened(self, row: Sequence[Any]) -> Any:
        values = list(row)
        for number, process in self._outputs:
            values[number] = process(values[number])
        return self._make_row(values)


class Rows:
    """A statement's rows, with the part of SQLAlchemy's `Result` that the rooms use."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> list[Any]:
        """All rows."""
        return self._rows

    def first(self) -> Any:
        """The first row, or None."""
        return self._rows[0] if self._rows else None

    def one_or_none(self) -> Any:
        """The only row, or None.

        Raises:
            MultipleResultsFound.
        """
        if len(self._rows) > 1:
            raise MultipleResultsFound("more than one row")
        return self.first()

    def one(self) -> Any:
        """The only row.

        Raises:
            NoResultFound, MultipleResultsFound.
        """
        if not self._rows:
            raise NoResultFound("no row")
        return self.one_or_none()

    def scalar_one_or_none(self) -> Any:
        """The only row's first column, or None. Raises as `one_or_none`."""
        row = self.one_or_none()
        return None if row is None else row[0]

    def scalar_one(self) -> Any:
        """The only row's first column. Raises as `one`."""
        return self.one()[0]


def _made(
    statement: Any, parameters: Mapping[str, Any], dialect: sa.Dialect
) -> StatementPlan | None:
    compiled = statement.compile(dialect=dialect, column_keys=list(parameters))
    needs_more = (
        compiled.post_compile_params
        or compiled.literal_execute_params
        or compiled.insert_prefetch
        or compiled.update_prefetch
        or compiled.implicit_returning
    )
    return None if needs_more else StatementPlan(statement, compiled, parameters)
