"""Statements past the ORM, for the few hot paths where its cost is felt.

Build them once, at the top of the room: making a statement costs more than running it. They do not flush what the
session holds back, so flush before you ask.

`Prepared` goes furthest. SQLAlchemy works out anew how to say a statement each time it is run, which takes several
times as long as SQLite needs for the answer; this one is worked out once for each kind of database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Float, Insert, Table, TextClause, Update, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict
from sqlalchemy.orm.util import identity_key
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.selectable import SelectBase

from actors.database import Base

R = TypeVar("R", bound=Base)
TOGETHER = (16, 4)
"""How many rows one statement inserts, while there are so many; SQLite makes each of these statements once."""
_LIST = re.compile(r"__\[POSTCOMPILE_(\w+)\]")
_Convert = Callable[[Any], Any]
_Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Form:
    """How a statement is said to one kind of database.

    Attributes:
        values: the names of its parameters in their order, each with what turns a value into the driver's.
        fixed: the values of those that stand in the statement itself.
        columns: what turns the driver's values back, by position; only where something does.
        lists: the names of its parameters that are lists.
    """

    text: str
    values: tuple[tuple[str, _Convert | None], ...]
    fixed: Mapping[str, Any]
    columns: tuple[tuple[int, _Convert], ...]
    lists: frozenset[str]

    def said(self, values: Mapping[str, Any]) -> list[Any]:
        """The parameters as the driver takes them, in their order."""
        return [values[name] if convert is None else convert(values[name]) for name, convert in self.values]


class Prepared:
    """A statement handed to the driver as it is, and plain tuples come back.

    Only on SQLite, if there is a list among its parameters (`expanding=True`); elsewhere SQLAlchemy runs that one.

    Args:
        statement: a query, an insert or an update.
        columns: of an insert: what it fills.
    """

    def __init__(
        self,
        statement: SelectBase | TextClause | Insert | ReturningInsert[Any] | Update,
        columns: Iterable[str] = (),
    ) -> None:
        self._statement: Any = statement
        self._columns = list(columns) or None
        self._forms: dict[str, _Form] = {}

    def rows(self, session: Session, values: Mapping[str, Any]) -> list[_Row]:
        """What it gives for these values; nothing for an insert without RETURNING.

        Raises:
            DBAPIError: as any statement.
        """
        connection = session.connection()
        form = self._forms.get(connection.dialect.name) or self._made(connection.dialect)
        if form.fixed:
            values = {**form.fixed, **values}
        if not form.lists:
            rows = _run(connection, form, values)
        elif _is_sqlite(connection):
            rows = _driver(connection, *_with_lists(form, values)).fetchall()
        else:
            return _plain(connection.execute(self._statement, values))
        return [_converted(row, form.columns) for row in rows] if form.columns else rows

    def first(self, session: Session, values: Mapping[str, Any]) -> _Row | None:
        """The first row, if any."""
        rows = self.rows(session, values)
        return rows[0] if rows else None

    def insert(self, session: Session, values: Mapping[str, Any]) -> int:
        """The id of the row that it made; for an insert that returns just that.

        Raises:
            DBAPIError: as any statement.
        """
        return int(self.rows(session, values)[0][0])

    def insert_many(self, session: Session, many: Sequence[Mapping[str, Any]]) -> list[_Row]:
        """Insert `many` rows with few statements; what the insert returns for them, in any order.

        Raises:
            DBAPIError: as any statement.
        """
        connection = session.connection()
        if not _is_sqlite(connection):
            return _plain(connection.execute(self._statement, list(many))) if many else []
        form = self._forms.get(connection.dialect.name) or self._made(connection.dialect)
        one = f"({', '.join('?' * len(form.values))})"
        rows: list[_Row] = []
        at = 0
        while at < len(many):
            size = next((size for size in TOGETHER if size <= len(many) - at), 1)
            said = [value for values in many[at : at + size] for value in form.said({**form.fixed, **values})]
            text = form.text.replace(one, ", ".join([one] * size), 1)
            rows += _driver(connection, text, said).fetchall()
            at += size
        return [_converted(row, form.columns) for row in rows] if form.columns else rows

    def _made(self, dialect: Dialect) -> _Form:
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=self._columns)
        binds = compiled.binds
        lists = frozenset(_LIST.findall(compiled.string))
        if any(not binds[name].required for name in lists):
            raise TypeError(f"a list that stands in the statement itself: {compiled.string}")
        names = compiled.positiontup if compiled.positional else list(binds)
        given = () if isinstance(self._statement, TextClause | Update) else self._statement.exported_columns
        columns = ((at, _out(column.type, dialect)) for at, column in enumerate(given))
        form = _Form(
            text=str(compiled),
            values=tuple((name, _into(binds[name].type, dialect)) for name in names),
            fixed={name: binds[name].effective_value for name in names if not binds[name].required},
            columns=tuple((at, convert) for at, convert in columns if convert is not None),
            lists=lists,
        )
        self._forms[dialect.name] = form
        return form


def _with_lists(form: _Form, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """A statement with lists and its parameters, for SQLite.

    A list is filled up with its last value to a power of two, so that there are few statements to be remembered.
    """
    lengths = {name: 1 << (len(values[name]) - 1).bit_length() if values[name] else 1 for name in form.lists}
    said: list[Any] = []
    for name, convert in form.values:
        if name not in lengths:
            said.append(values[name] if convert is None else convert(values[name]))
            continue
        listed = list(values[name]) or [None]
        listed += listed[-1:] * (lengths[name] - len(listed))
        said += listed if convert is None else map(convert, listed)
    return _LIST.sub(lambda found: ", ".join("?" * lengths[found[1]]), form.text), said


def _into(kind: Any, dialect: Dialect) -> _Convert | None:
    convert: _Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return convert


def _out(kind: Any, dialect: Dialect) -> _Convert | None:
    if isinstance(kind, Float) and not kind.asdecimal:
        return None  # the drivers give floats; psycopg's processor asks for the kind of column, known only with a row
    convert: _Convert | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return convert


def _converted(row: _Row, columns: tuple[tuple[int, _Convert], ...]) -> _Row:
    values = list(row)
    for at, convert in columns:
        values[at] = convert(values[at])
    return tuple(values)


def _run(connection: Connection, form: _Form, values: Mapping[str, Any]) -> list[_Row]:
    said = form.said(values)
    if _is_sqlite(connection):
        rows: list[_Row] = _driver(connection, form.text, said).fetchall()
        return rows
    named = {name: value for (name, _), value in zip(form.values, said, strict=True)}
    return _plain(connection.exec_driver_sql(form.text, named))


def _plain(result: CursorResult[Any]) -> list[_Row]:
    return [tuple(row) for row in result] if result.returns_rows else []


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _driver(connection: Connection, text: str, said: list[Any]) -> Any:
    """What SQLite's driver gives for the statement; its errors as those of SQLAlchemy, which everybody knows."""
    driver: Any = connection.connection.driver_connection
    kinds: Any = connection.dialect.loaded_dbapi
    try:
        return driver.execute(text, said)
    except kinds.Error as error:
        raise DBAPIError.instance(text, said, error, kinds.Error, dialect=connection.dialect) from error


def sole_table(model: type[Base]) -> Table:
    """The table of `model`, for the hot paths that speak to it without the ORM."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is not one table")
    return table


def new_row(table: Table) -> Prepared:
    """An insert of one whole row that the database numbers; see `Prepared.insert`."""
    return Prepared(insert(table).returning(table.c.id), [column.name for column in table.c if column.name != "id"])


def adopt(session: Session, model: type[R], values: dict[str, Any]) -> R:
    """The object of a row which was just written past the ORM, known to the session; `values` has its id too."""
    # By way of the instance's dict: what was just inserted needs no history, and 30 instrumented sets cost as much
    # as the insert.
    row = model()
    instance_dict(row).update(values)
    make_transient_to_detached(row)
    # SQLite gives the id of a row that was rolled back to the next one: whoever still holds that ghost keeps it.
    ghost = session.identity_map.get(identity_key(instance=row))
    if ghost is not None:
        session.expunge(ghost)
    session.add(row)
    return row
