"""A host that is away for a while, and comes back."""

from __future__ import annotations

import time

from tests.faults.books import balance
from tests.faults.conftest import MakeCoop, Tell
from tests.faults.coop import eventually
from tests.faults.ledger import Ledger
from tests.faults.load import let_follow
from tests.faults.publishing import Publisher
from tests.faults.remotes import Remotes, away
from tests.faults.senders import Sender, follow
from tests.faults.sizes import AWAY_MISSES


async def test_a_host_that_was_away_gets_everything_in_order_and_the_others_do_not_wait_for_it(
    make_coop: MakeCoop, remotes: Remotes, ledger: Ledger, tell: Tell
) -> None:
    # Given a host that hangs up whenever it is spoken to, and others that do not
    coop = make_coop()
    await coop.start_all()
    remotes.keys = await coop.keys_of("open", "quiet", "lonely")
    hosts = [f"h{number}.localhost" for number in range(6)]
    await let_follow(coop, remotes, ledger, "open", hosts)
    gone, *others = hosts
    remotes.conduct[gone] = away

    # When the group publishes
    publisher, sender = Publisher(coop.url, ledger), Sender(coop.origin, ledger)
    try:
        published = [await publisher.publish("open") for _ in range(AWAY_MISSES)]

        # Then the others hear all of it at once
        async def others_know() -> bool:
            heard = {(line["host"], line["activity"]) for line in ledger.lines("received")}
            return all((host, activity) in heard for host in others for activity in published)

        await eventually(others_know, within=20, what="the others hear everything")
        tried = sum(line["host"] == gone for line in ledger.lines("refused"))
        assert 1 <= tried < 10

        # And when it is back and says something, it hears all that it missed, without waiting for its turn
        del remotes.conduct[gone]
        person = remotes.person(gone, "b")
        began = time.monotonic()
        await sender.send_until_taken(person, follow(person, coop.iri("lonely")))
        books = await coop.idle(within=20)
        took = time.monotonic() - began
    finally:
        sender.close()
        publisher.close()
    proven = balance(ledger, books, {coop.iri("open"): hosts})
    tell(f"{AWAY_MISSES} missed while away, all there {took:.1f} s after the return: {proven}")
    assert remotes.unproven == []
