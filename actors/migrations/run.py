"""Bring a database to the newest revision: one transaction, one process at a time.

SQLite: `BEGIN IMMEDIATE` keeps others out, and its DDL is transactional. PostgreSQL: an advisory lock does, until
the transaction ends. A process that is killed midway leaves the old schema; one that waited finds the work done.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

FOLDER = Path(__file__).parent
LOCK = 0x6B6E6F6F  # «knoo»: any number that no other program takes
TABLE = "alembic_version"
WAIT_S = 60
"""How long a process waits for the one that migrates."""


def head(folder: Path = FOLDER) -> str:
    """The newest revision, by the names of the files."""
    return max(path.name.partition("_")[0] for path in (folder / "versions").glob("[0-9]*_*.py"))


def revision_of(connection: Connection) -> str | None:
    """The revision that the database is at; None when it is empty."""
    if not inspect(connection).has_table(TABLE):
        return None
    found: str | None = connection.scalar(text(f"SELECT version_num FROM {TABLE}"))  # noqa: S608  a constant
    return found


def upgrade(url: str, folder: Path = FOLDER) -> bool:
    """Run the steps that are missing; False when there were none.

    Raises:
        RuntimeError: the database is newer than this program, or a step broke a foreign key.
    """
    with _connected(url, "BEGIN") as connection:
        if revision_of(connection) == head(folder):
            return False
    _use_write_ahead_log(url)
    with _connected(url, "BEGIN IMMEDIATE") as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        return _upgrade(connection, folder)


def _upgrade(connection: Connection, folder: Path) -> bool:
    # Imported when needed: a start that has nothing to do must not pay for Alembic.
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    before = revision_of(connection)
    if before == head(folder):
        return False
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    steps = ScriptDirectory.from_config(config)

    def missing(revision: Any, _context: Any) -> Any:
        return steps._upgrade_revs("head", revision)  # noqa: SLF001  as alembic.command.upgrade does

    with EnvironmentContext(config, steps, fn=missing) as environment:
        environment.configure(connection=connection, render_as_batch=True, transactional_ddl=True)
        try:
            environment.run_migrations()
        except CommandError as error:
            raise RuntimeError(f"the database is at revision {before}, which this version does not know") from error
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("a migration left a row without what it refers to")
    return True


@contextmanager
def _connected(url: str, opening: str) -> Iterator[Connection]:
    """A transaction on a connection of its own.

    On SQLite it begins with `opening`, and foreign keys are off, since a step may rebuild a table others refer to.
    """
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(opening))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _use_write_ahead_log(url: str) -> None:
    """Change a SQLite file over, once in its life.

    SQLite does not wait for others here, whatever its busy timeout, so several that start together have to try again.
    """
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name != "sqlite":
        return
    last_try = time.monotonic() + WAIT_S
    while True:
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            return
        except OperationalError:
            if time.monotonic() > last_try:
                raise
            time.sleep(0.02)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (f"busy_timeout={WAIT_S * 1000}", "foreign_keys=OFF", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}").close()
