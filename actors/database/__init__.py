"""The database: one bridge to the tables, and what tables are made of.

* `columns`  the base, types of columns, ids, the clock
* `engines`  how connections begin
* `bridge`   `Database.read` and `Database.write`, with group commit
"""

from __future__ import annotations

from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from actors.database.bridge import POSTGRES_WRITERS, Database, Uncertain
from actors.database.columns import Base, BigId, Json, Moment, new_uuid, row_id, utc_now
from actors.migrations import run

__all__ = [
    "POSTGRES_WRITERS",
    "Base",
    "BigId",
    "Database",
    "Json",
    "Moment",
    "Uncertain",
    "head_is_current",
    "is_postgresql",
    "migrate",
    "new_uuid",
    "row_id",
    "utc_now",
]


def is_postgresql(session: Session) -> bool:
    """Whether the session speaks to PostgreSQL; SQLite otherwise."""
    connection: Connection = session.connection()
    return connection.dialect.name == "postgresql"


def migrate(url: str) -> bool:
    """Bring the database at `url` to the newest schema; False when it was there already (costs a few milliseconds).

    Any number of processes may start together: one does it, the others wait and find it done.

    Raises:
        RuntimeError: the database belongs to a newer version.
    """
    return run.upgrade(url)


def head_is_current(session: Session) -> bool:
    """Whether the database has the schema that this version knows."""
    return run.revision_of(session.connection()) == run.head()
