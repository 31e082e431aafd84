"""The throw-away PostgreSQL server of the test suite."""

import psycopg
import pytest

from tests import needs
from tests.postgres import Cluster

pytestmark = pytest.mark.postgres


def _fill(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE thing (name text)")
        connection.execute("INSERT INTO thing VALUES ('from the template')")


def _things(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [str(row[0]) for row in connection.execute("SELECT name FROM thing ORDER BY name")]


@pytest.fixture
def cluster():
    cluster = Cluster(needs.postgresql())
    cluster.start()
    yield cluster
    cluster.remove()


def test_every_fresh_database_is_a_copy_of_the_prepared_one_and_nobody_elses(cluster):
    # Given a prepared database
    cluster.prepare(_fill)

    # When one of two copies is written to
    mine, theirs = cluster.fresh(), cluster.fresh()
    with psycopg.connect(mine) as connection:
        connection.execute("INSERT INTO thing VALUES ('mine')")

    # Then the other does not see it, and both hold what was prepared
    assert _things(mine) == ["from the template", "mine"]
    assert _things(theirs) == ["from the template"]


def test_what_was_committed_is_there_after_a_crash_and_a_new_start(cluster):
    # Given a row that was committed
    cluster.prepare(_fill)
    url = cluster.fresh()
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO thing VALUES ('accepted')")

    # When the server is killed and started again
    cluster.crash()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=1)
    cluster.start()

    # Then the same address answers with the same rows
    assert _things(url) == ["accepted", "from the template"]
    assert _things(cluster.network_url(url)) == ["accepted", "from the template"]
