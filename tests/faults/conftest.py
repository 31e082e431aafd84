"""What the fault tests share: a ledger, the hosts around, and an instance that is ended whatever happens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import on_postgresql
from tests.faults.coop import Coop
from tests.faults.ledger import Ledger
from tests.faults.remotes import Remotes
from tests.walks.processes import starter

HERE = Path(__file__).parent
MakeCoop = Callable[..., Coop]
Tell = Callable[[str], None]
FIGURES = "figures of the faults"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.faults)
            # One after the other, whatever runs beside them: what they measure is time.
            item.add_marker(pytest.mark.xdist_group("faults"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the tests measured, whether or not they liked it."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, [])]
    lines = [value for report in reports for name, value in getattr(report, "user_properties", []) if name == FIGURES]
    if lines:
        terminalreporter.section(f"figures of the faults, {'PostgreSQL' if on_postgresql() else 'SQLite'}")
        for line in lines:
            terminalreporter.line(f"* {line}")


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Has a line printed at the end of the run."""
    return lambda line: record_property(FIGURES, line)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    book = Ledger(tmp_path / "ledger")
    yield book
    book.close()


@pytest.fixture
async def remotes(ledger: Ledger) -> AsyncIterator[Remotes]:
    async with Remotes(ledger) as neighbourhood:
        yield neighbourhood


@pytest.fixture
def make_coop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeCoop]:
    """Makes an instance that is not started yet, on the engine of the run or at `database_url`."""
    made: list[Coop] = []
    fresh: list[tuple[Any, str]] = []

    def make(*, database_url: str | None = None, **settings: str) -> Coop:
        if database_url is None and on_postgresql():
            cluster = request.getfixturevalue("postgres_cluster")
            database_url = cluster.fresh()
            fresh.append((cluster, database_url))
        quick = {"inbox_per_host_per_s": "1000", "inbox_per_host_burst": "10000"}
        groups = starter("Coop", open="anyone", quiet="anyone", lonely="members")
        coop = Coop(tmp_path / "coop", starter=groups, database_url=database_url or "", **(quick | settings))
        made.append(coop)
        return coop

    yield make
    for coop in made:
        coop.end()
    for cluster, url in fresh:
        cluster.drop(url)
