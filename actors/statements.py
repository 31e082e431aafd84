"""Statements past the ORM, for the few hot paths where its cost is felt.

Build them once, at the top of the room: making a statement costs more than running it. They do not flush what the
session holds back, so flush before you ask.

`Prepared` goes furthest. SQLAlchemy works out anew how to say a statement each time it is run, which takes several
times as long as SQLite needs for the answer; this one is worked out once for each kind of database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Insert, Table, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict
from sqlalchemy.orm.util import identity_key
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.selectable import SelectBase

from actors.database import Base

R = TypeVar("R", bound=Base)
_Convert = Callable[[Any], Any]
_Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Form:
    """How a statement is said to one kind of database.

    Attributes:
        values: the names of its parameters in their order, each with what turns a value into the driver's.
        fixed: the values of those that stand in the statement itself.
        columns: what turns the driver's values back, by position; only where something does.
    """

    text: str
    values: tuple[tuple[str, _Convert | None], ...]
    fixed: Mapping[str, Any]
    columns: tuple[tuple[int, _Convert], ...]


class Prepared:
    """A statement handed to the driver as it is: so many parameters and no lists of them, and plain tuples come back.

    Args:
        statement: a query, or an insert.
        columns: of an insert: what it fills.
    """

    def __init__(self, statement: SelectBase | Insert | ReturningInsert[Any], columns: Iterable[str] = ()) -> None:
        self._statement = statement
        self._columns = list(columns) or None
        self._forms: dict[str, _Form] = {}

    def rows(self, session: Session, values: Mapping[str, Any]) -> list[_Row]:
        """What it gives for these values; nothing for an insert without RETURNING.

        Raises:
            DBAPIError: as any statement.
        """
        connection = session.connection()
        form = self._forms.get(connection.dialect.name) or self._made(connection.dialect)
        rows = _run(connection, form, {**form.fixed, **values} if form.fixed else values)
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

    def _made(self, dialect: Dialect) -> _Form:
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=self._columns)
        if "[POSTCOMPILE_" in compiled.string:
            raise TypeError(f"a list among the parameters: {compiled.string}")
        binds = compiled.binds
        names = compiled.positiontup if compiled.positional else list(binds)
        columns = ((at, _out(column.type, dialect)) for at, column in enumerate(self._statement.exported_columns))
        form = _Form(
            text=str(compiled),
            values=tuple((name, _into(binds[name].type, dialect)) for name in names),
            fixed={name: binds[name].effective_value for name in names if not binds[name].required},
            columns=tuple((at, convert) for at, convert in columns if convert is not None),
        )
        self._forms[dialect.name] = form
        return form


def _into(kind: Any, dialect: Dialect) -> _Convert | None:
    convert: _Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return convert


def _out(kind: Any, dialect: Dialect) -> _Convert | None:
    convert: _Convert | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return convert


def _converted(row: _Row, columns: tuple[tuple[int, _Convert], ...]) -> _Row:
    values = list(row)
    for at, convert in columns:
        values[at] = convert(values[at])
    return tuple(values)


def _run(connection: Connection, form: _Form, values: Mapping[str, Any]) -> list[_Row]:
    said = [values[name] if convert is None else convert(values[name]) for name, convert in form.values]
    if connection.dialect.name != "sqlite":
        named = {name: value for (name, _), value in zip(form.values, said, strict=True)}
        result = connection.exec_driver_sql(form.text, named)
        return [tuple(row) for row in result] if result.returns_rows else []
    driver: Any = connection.connection.driver_connection
    kinds: Any = connection.dialect.loaded_dbapi
    try:
        rows: list[_Row] = driver.execute(form.text, said).fetchall()
    except kinds.Error as error:
        # Whoever asked knows SQLAlchemy's errors, not the driver's.
        raise DBAPIError.instance(form.text, said, error, kinds.Error, dialect=connection.dialect) from error
    return rows


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
