"""A whole family of things and the index: indexed anew by stretches, looked at by samples, and after its authors.

A door makes one `Family` of its table and of how a row of it is to be found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, inspect, text

from actors.people.tables import Actor
from actors.search.keeping import Entry, drop, is_kept, keep, show_author
from actors.search.tables import SearchEntry, SearchText
from actors.statements import sole_table


@dataclass(frozen=True, slots=True)
class Family:
    """One table whose rows can be found.

    Attributes:
        name: offer, event, group or person.
        rows: all of them, with an `id`.
        number: the column of the id.
        entry_for: a row as it is to be found; None for what nobody may find.
        author: the column of the author's id, where there is one.
    """

    name: str
    rows: Select[Any]
    number: ColumnElement[int]
    entry_for: Callable[[Connection, Any], Entry | None]
    author: ColumnElement[int] | None = None

    def index(self, connection: Connection, row: Any, *, is_news: bool = True) -> None:
        """Let the thing of this row (or object) be found as it is now, or no more.

        `is_news`: if it was not found before, alerts may tell it.
        """
        entry = self.entry_for(connection, row)
        if entry is None:
            drop(connection, self.name, row.id)
        else:
            keep(connection, entry, came_at=None if is_news else entry.at)

    def index_after(self, connection: Connection, after_id: int, limit: int) -> tuple[int | None, int]:
        """Index at most `limit` of the rows above `after_id`: from where to go on (None: that was all), how many."""
        stretch = self.rows.where(self.number > after_id).order_by(self.number).limit(limit)
        rows = connection.execute(stretch).all()
        for row in rows:
            self.index(connection, row, is_news=False)
        return (int(rows[-1].id) if len(rows) == limit else None), len(rows)

    def wrong(self, connection: Connection, limit: int) -> int:
        """How many of the newest `limit` rows are found otherwise than they should be."""
        rows = connection.execute(self.rows.order_by(self.number.desc()).limit(limit)).all()
        return sum(not is_kept(connection, self.name, row.id, self.entry_for(connection, row)) for row in rows)

    def follow_author(self, connection: Connection, actor: Actor) -> None:
        """What follows for the things of `actor`, whose row is being written: shown, hidden, or found by others."""
        changed = {name for name in _DECIDING if inspect(actor).attrs[name].history.has_changes()}
        if "indexable" in changed and self.author is not None:
            for row in connection.execute(self.rows.where(self.author == actor.id)).all():
                self.index(connection, row)
        if changed - {"indexable"}:
            show_author(connection, actor.id, in_sight=actor.suspended_at is None and actor.deleted_at is None)


def clear(connection: Connection) -> None:
    """Empty the whole index."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO search_index (search_index) VALUES ('delete-all')"))
    connection.execute(delete(sole_table(SearchText)))
    connection.execute(delete(sole_table(SearchEntry)))


def tidy(connection: Connection) -> None:
    """Merge what lies in pieces: on SQLite the words of what was erased leave the file with that."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO search_index (search_index) VALUES ('optimize')"))


_DECIDING = ("indexable", "suspended_at", "deleted_at")
