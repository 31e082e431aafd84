"""Several workers on one database: never two on one host."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from outbox.delivery.leases import LEASE
from tests.conftest import on_postgresql
from tests.faults.books import balance
from tests.faults.conftest import MakeCoop, Tell
from tests.faults.ledger import Ledger
from tests.faults.load import busy_day, let_follow
from tests.faults.remotes import Remotes, taking_its_time
from tests.faults.sizes import sized

STILL = sized(1, 10)
BUSY_S = 2.0


@pytest.mark.skipif(not on_postgresql(), reason="on SQLite one process works")
async def test_two_workers_never_speak_to_one_host_together(
    make_coop: MakeCoop, remotes: Remotes, ledger: Ledger, tell: Tell
) -> None:
    # Given hosts that take their time, so that two who speak to one of them would be caught
    coop = make_coop()
    await coop.start_all()
    remotes.keys = await coop.keys_of("open", "quiet", "lonely")
    hosts = [f"h{number}.localhost" for number in range(8)]
    await let_follow(coop, remotes, ledger, "open", hosts)
    remotes.conduct.update(dict.fromkeys(hosts, taking_its_time(0.05)))

    # When two workers deliver, and now one, now the other stands still for longer than its leases last
    async with busy_day(coop, remotes, ledger, hosts):
        for number in range(STILL):
            await asyncio.sleep(BUSY_S)
            frozen = coop.playing[f"work-{number % 2 + 1}"]._popen
            os.kill(frozen.pid, signal.SIGSTOP)
            await asyncio.sleep(LEASE.total_seconds() + 1)
            os.kill(frozen.pid, signal.SIGCONT)
        await asyncio.sleep(BUSY_S)
    books = await coop.idle(within=60)

    # Then nobody was spoken to by both, and whoever had stood still let the other go on
    proven = balance(ledger, books, {coop.iri("open"): hosts})
    tell(f"{STILL} workers stood still for {LEASE.total_seconds() + 1:.0f} s: {proven}")
    assert remotes.overlaps == []
    assert max(proven.repeats.values(), default=0) <= STILL
    assert remotes.unproven == []


@pytest.mark.skipif(on_postgresql(), reason="on PostgreSQL as many work as like")
async def test_on_sqlite_a_second_worker_is_told_that_there_is_one(make_coop: MakeCoop) -> None:
    coop = make_coop()
    await coop.start_all()
    second = await asyncio.to_thread(coop.run, "work", "--json")
    assert second.returncode == 3
    assert "works on this database already" in second.stdout
