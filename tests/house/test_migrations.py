"""The migrations build the schema that the models describe, on both engines, and survive being run by many at once."""

import multiprocessing
import shutil
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from actors.database import Database, head_is_current, migrate
from actors.migrations import run
from tests.house.schema import differences, every_model


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    cluster = request.getfixturevalue("postgres_cluster")
    name = cluster._create("template1")
    yield cluster.url(name)
    cluster.drop(cluster.url(name))


def _schema(url: str) -> dict[str, object]:
    """Everything that the database says about its tables, sorted."""
    engine = create_engine(url)
    with engine.connect() as connection:
        seen = inspect(connection)
        found = {
            table: (
                sorted((column["name"], str(column["type"]), column["nullable"]) for column in seen.get_columns(table)),
                sorted(
                    (
                        str(index["name"]),
                        tuple(index["column_names"]),
                        bool(index["unique"]),
                        str(next((v for k, v in index.get("dialect_options", {}).items() if k.endswith("where")), "")),
                    )
                    for index in seen.get_indexes(table)
                ),
                sorted((str(key["name"]), tuple(key["column_names"])) for key in seen.get_unique_constraints(table)),
                sorted(
                    (str(key["name"]), tuple(key["constrained_columns"]), str(key["options"]))
                    for key in seen.get_foreign_keys(table)
                ),
            )
            for table in seen.get_table_names()
            if table != run.TABLE
        }
    engine.dispose()
    return found


def test_the_migrations_build_what_the_models_describe(empty_url, tmp_path, request):
    # Given one database made by the migrations, and one made from the models
    migrate(empty_url)
    if empty_url.startswith("sqlite"):
        other_url = f"sqlite:///{tmp_path / 'models.db'}"
    else:
        cluster = request.getfixturevalue("postgres_cluster")
        other_url = cluster.url(cluster._create("template1"))
    engine = create_engine(other_url)
    every_model().create_all(engine)
    engine.dispose()

    # Then they are equal, and Alembic sees no difference either
    assert _schema(empty_url) == _schema(other_url)
    engine = create_engine(empty_url)
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


def test_a_second_migration_finds_nothing_to_do_and_is_quick(empty_url):
    assert migrate(empty_url) is True
    begun = time.perf_counter()
    assert migrate(empty_url) is False
    assert time.perf_counter() - begun < 0.3
    database = Database(empty_url)
    assert database.read_now(head_is_current)
    database.close()


def _migrate_and_tell(url: str, told: "multiprocessing.SimpleQueue[object]") -> None:
    try:
        told.put(migrate(url))
    except Exception as error:  # noqa: BLE001  told to the test
        told.put(repr(error))


def test_of_several_processes_that_start_together_one_migrates_and_the_others_find_it_done(empty_url):
    # Given four processes
    spawn = multiprocessing.get_context("spawn")
    told = spawn.SimpleQueue()
    processes = [spawn.Process(target=_migrate_and_tell, args=(empty_url, told)) for _ in range(4)]

    # When they migrate the same empty database
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)

    # Then exactly one did it and nobody failed
    assert sorted(str(told.get()) for _ in processes) == ["False", "False", "False", "True"]


def test_a_migration_that_is_broken_off_leaves_the_old_schema(empty_url, tmp_path):
    # Given one more step that fails after it has changed something
    folder = tmp_path / "migrations"
    shutil.copytree(run.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    last = run.head()
    (folder / "versions" / f"{int(last) + 1:04}_broken.py").write_text(
        "from alembic import op\n"
        f'revision, down_revision, branch_labels, depends_on = "{int(last) + 1:04}", "{last}", None, None\n'
        "def upgrade():\n"
        '    op.execute("ALTER TABLE host ADD COLUMN colour text")\n'
        '    raise OSError("the power went out")\n'
    )
    migrate(empty_url)
    before = _schema(empty_url)

    # When it runs
    with pytest.raises(OSError, match="power"):
        run.upgrade(empty_url, folder)

    # Then nothing of it is there, nor its revision
    assert _schema(empty_url) == before
    engine = create_engine(empty_url)
    with engine.connect() as connection:
        assert run.revision_of(connection) == last
    engine.dispose()


def test_a_database_of_a_newer_version_is_left_alone(empty_url):
    migrate(empty_url)
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(RuntimeError, match="9999"):
        migrate(empty_url)
