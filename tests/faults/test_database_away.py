"""PostgreSQL that goes away in the middle of everything, and is back a moment later (R4 of security.md §3)."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from tests import needs
from tests.conftest import on_postgresql
from tests.faults.books import balance
from tests.faults.conftest import MakeCoop, Tell
from tests.faults.ledger import Ledger
from tests.faults.load import busy_day, let_follow
from tests.faults.remotes import Remotes
from tests.faults.senders import Sender
from tests.faults.sizes import RESTARTS
from tests.postgres import Cluster

BUSY_S = 2.0
AWAY_S = 0.7


@pytest.mark.skipif(not on_postgresql(), reason="SQLite has no server that could go away")
async def test_nothing_is_lost_and_nobody_sees_more_than_a_503_while_postgresql_is_restarted(
    make_coop: MakeCoop, remotes: Remotes, ledger: Ledger, tell: Tell
) -> None:
    # Given an instance that is busy, on a server of its own
    cluster = Cluster(needs.postgresql())
    try:
        await asyncio.to_thread(cluster.start)
        coop = make_coop(database_url=cluster.fresh())
        await coop.start_all()
        remotes.keys = await coop.keys_of("open", "quiet", "lonely")
        hosts = [f"h{number}.localhost" for number in range(10)]
        await let_follow(coop, remotes, ledger, "open", hosts)
        reader = Sender(coop.origin, ledger)

        # When the server is stopped at once, again and again
        answers = Counter[int]()
        async with busy_day(coop, remotes, ledger, hosts) as publisher:
            for _ in range(RESTARTS):
                await asyncio.sleep(BUSY_S)
                await asyncio.to_thread(cluster.crash)
                page = await reader.get("/")
                answers[0 if page is None else page.status] += 1
                await asyncio.sleep(AWAY_S)
                await asyncio.to_thread(cluster.start)
            await asyncio.sleep(BUSY_S)
            uncertain = publisher.uncertain
        reader.close()
        books = await coop.idle(within=60)

        # Then everything that was taken was done once, and who came in vain was told to come again
        proven = balance(ledger, books, {coop.iri("open"): hosts}, uncertain=uncertain)
        told = Counter(line["status"] for line in ledger.lines("sent"))
        tell(
            f"{RESTARTS} restarts: {proven}; answers to activities {dict(told)}, to pages {dict(answers)}, "
            f"{uncertain} publications refused"
        )
        assert set(told) <= {202, 503}
        assert set(answers) <= {200, 503}
        assert remotes.unproven == []
    finally:
        for process in coop.processes:
            process.kill()
        cluster.remove()
