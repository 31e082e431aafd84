"""What every test may ask for: a migrated database of its own, or a session that is rolled back.

`db`       a fresh `Database` (SQLite file, or PostgreSQL with KNOOPPUNT_TEST_DATABASE=postgresql)
`session`  a plain session on a database that stays empty: nothing a test does there is kept
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
from sqlalchemy.orm import Session

from actors.database import Database, migrate
from tests.world import World, make_world

if TYPE_CHECKING:
    from tests.postgres import Cluster  # pytest itself has to be the first to import a plugin

pytest_plugins = ["tests.postgres"]


# Left to itself, structlog draws each traceback with all its local variables, which takes seconds.
structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def on_postgresql() -> bool:
    """Whether this run of the suite uses PostgreSQL wherever a test asks for a database."""
    return os.environ.get("KNOOPPUNT_TEST_DATABASE", "sqlite") == "postgresql"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The run on PostgreSQL leaves out what asks for no database of the run: it would prove the same a second time."""
    if not on_postgresql():
        return
    kept = [item for item in items if _asks_for_a_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _asks_for_a_database(item)])
    items[:] = kept


OF_THE_RUN = frozenset({"database_url", "unwritten_db", "postgres_cluster", "migrated_postgres"})
WHOLE_PROCESSES = frozenset({"walks", "faults"})
"""Folders whose tests start the program itself, on the engine of the run."""


def _asks_for_a_database(item: pytest.Item) -> bool:
    fixtures = OF_THE_RUN.intersection(getattr(item, "fixturenames", ()))
    return bool(fixtures) or bool(WHOLE_PROCESSES.intersection(item.path.parts))


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("template") / "knooppunt.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_cluster: "Cluster") -> "Cluster":
    """A server whose `fresh()` databases are migrated."""
    postgres_cluster.prepare(migrate)
    return postgres_cluster


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated, empty database that belongs to this test."""
    if on_postgresql():
        cluster: Cluster = request.getfixturevalue("migrated_postgres")
        url = cluster.fresh()
        yield url
        cluster.drop(url)
        return
    path = tmp_path / "knooppunt.db"
    shutil.copyfile(request.getfixturevalue("migrated_sqlite"), path)
    yield f"sqlite:///{path}"


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def unwritten_db(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for all plain sessions; nobody commits to it."""
    if on_postgresql():
        url = request.getfixturevalue("migrated_postgres").fresh()
    else:
        path = tmp_path_factory.mktemp("unwritten") / "knooppunt.db"
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), path)
        url = f"sqlite:///{path}"
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def session(unwritten_db: Database) -> Iterator[Session]:
    with unwritten_db.engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


@pytest.fixture
def world(session: Session) -> World:
    """The named cast, in `session`."""
    return make_world(session)
