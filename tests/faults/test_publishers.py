"""Several processes that publish at the same time: no lane may step over what commits late."""

from __future__ import annotations

import asyncio
import sys
from itertools import pairwise

from tests.conftest import on_postgresql
from tests.faults.books import balance
from tests.faults.conftest import MakeCoop, Tell
from tests.faults.ledger import Ledger
from tests.faults.load import let_follow
from tests.faults.remotes import Remotes
from tests.faults.sizes import INTERLEAVED_POSTS
from tests.walks.processes import Process


async def test_two_publishers_interleaved_are_both_heard_in_full_everywhere(
    make_coop: MakeCoop, remotes: Remotes, ledger: Ledger, tell: Tell
) -> None:
    # Given an instance whose groups are followed from the same hosts
    coop = make_coop()
    await coop.start_all()
    remotes.keys = await coop.keys_of("open", "quiet", "lonely")
    hosts = [f"h{number}.localhost" for number in range(5)]
    await let_follow(coop, remotes, ledger, "open", hosts)
    await let_follow(coop, remotes, ledger, "quiet", hosts[:3])

    # When two processes publish as fast as they can, and take their time to commit
    publishers = [
        Process(
            [
                sys.executable,
                "-m",
                "tests.faults.publishing",
                coop.url,
                str(ledger.path),
                group,
                str(INTERLEAVED_POSTS),
                group,
            ],
            coop.folder,
            f"publish-{number}",
            coop.environment,
        )
        for number, group in enumerate(("open", "quiet"))
    ]
    coop.processes += publishers
    assert [await asyncio.to_thread(each.wait, 120) for each in publishers] == [0, 0]
    books = await coop.idle(within=60)

    # Then every host heard all that concerns it, in the order of the log
    proven = balance(ledger, books, {coop.iri("open"): hosts, coop.iri("quiet"): hosts[:3]})
    authors = [row.actor for row in books.log if row.type == "Create"]
    turns = sum(one != other for one, other in pairwise(authors))
    tell(f"{proven}; the two took turns {turns} times")
    assert turns > (INTERLEAVED_POSTS / 10 if on_postgresql() else 1), "they were not interleaved"
    assert proven.repeats.total() == 0
    assert remotes.unproven == []
