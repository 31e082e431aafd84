"""Statements past the ORM, for the few hot paths where its cost is felt.

Build them once, at the top of the room: making a statement costs more than running it. They do not flush what the
session holds back, so flush before you ask.
"""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Insert, Table
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict
from sqlalchemy.orm.util import identity_key

from actors.database import Base

R = TypeVar("R", bound=Base)


def sole_table(model: type[Base]) -> Table:
    """The table of `model`, for the hot paths that speak to it without the ORM."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is not one table")
    return table


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


def insert_row(session: Session, statement: Insert, values: dict[str, Any]) -> int:
    """Write one row past the ORM (about a third of its cost); the id it got."""
    made = session.connection().execute(statement, values).inserted_primary_key
    if made is None:
        raise TypeError("not an insert of one row")
    return int(made[0])
