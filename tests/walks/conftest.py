"""What the walks share: the engine of the run, and an instance or a peer that is ended whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import on_postgresql
from tests.walks.peer import Peer
from tests.walks.processes import Instance

# These choose their engines themselves, or don't ask anything of them: one of the two runs of the suite is enough.
ONCE = ["test_demo.py", "test_instances.py", "test_languages.py", "test_moving.py"]
collect_ignore = ONCE if on_postgresql() else []

MakeInstance = Callable[..., Instance]


@pytest.fixture(scope="module")
def make_instance(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Instance]]:
    """Makes instances that are not started yet: `make_instance("coop", starter=…, postgresql=True, **settings)`.

    Without `postgresql`, the engine is the one of the run.
    """
    made: list[tuple[Instance, Any]] = []

    def make(name: str, *, postgresql: bool | None = None, **given: str) -> Instance:
        cluster = url = None
        if on_postgresql() if postgresql is None else postgresql:
            cluster = request.getfixturevalue("postgres_cluster")
            url = cluster.fresh()
        instance = Instance(name, tmp_path_factory.mktemp(name), database_url=url or "", **given)
        made.append((instance, cluster))
        return instance

    yield make
    for instance, cluster in made:
        instance.end()
        if cluster is not None:
            cluster.drop(instance.database_url)


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """The running peer."""
    running = Peer(tmp_path_factory.mktemp("peer"))
    yield running
    running.end()
