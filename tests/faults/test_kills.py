"""kill -9, again and again, under load (R1 of security.md §3)."""

from __future__ import annotations

import asyncio
import random
import time

from tests.faults.books import balance
from tests.faults.conftest import MakeCoop, Tell
from tests.faults.coop import Coop, eventually
from tests.faults.ledger import Ledger
from tests.faults.load import busy_day, let_follow
from tests.faults.remotes import Remotes
from tests.faults.sizes import BACK_WITHIN_S, HOSTS, KILLS, LONG

LONGEST_S = 3.0 if LONG else 1.0
IN_ITS_START = 0.2
"""How often one is killed while it starts, instead of while it works."""
LOOKED_AT_EVERY = 10 if LONG else KILLS
"""Every so many kills, the next waits until everything goes on."""


async def test_nothing_is_lost_and_nothing_done_twice_however_often_it_is_killed(
    make_coop: MakeCoop, remotes: Remotes, ledger: Ledger, tell: Tell
) -> None:
    # Given an instance that is followed from many hosts
    coop = make_coop()
    await coop.start_all()
    remotes.keys = await coop.keys_of("open", "quiet", "lonely")
    hosts = [f"h{number}.localhost" for number in range(HOSTS)]
    await let_follow(coop, remotes, ledger, "open", hosts)

    # When its processes are killed at random while it is busy
    chance = random.Random(KILLS)
    back: list[tuple[float, float]] = []
    async with busy_day(coop, remotes, ledger, hosts) as publisher:
        for number in range(1, KILLS + 1):
            part = chance.choice(list(coop.parts))
            if chance.random() > IN_ITS_START:
                await coop.started(part)
            await asyncio.sleep(chance.uniform(0.1, LONGEST_S))
            ledger.write("killed", what=part)
            coop.kill(part)
            coop.start(part)
            if number % LOOKED_AT_EVERY == 0:
                back.append(await _goes_on(coop, ledger, hosts, part))
    books = await coop.idle(within=60)

    # Then everything that was taken was done once, and everybody heard everything, in order
    proven = balance(ledger, books, {coop.iri("open"): hosts})
    kills = sum(1 for _ in ledger.lines("killed"))
    since_kill, since_start = max(each for each, _ in back), max(each for _, each in back)
    tell(
        f"{kills} kills of {', '.join(coop.parts)}: {proven}; everything went on at most {since_kill:.1f} s "
        f"after a kill, {since_start:.1f} s after the new process was there"
    )
    assert remotes.unproven == []
    assert max(proven.repeats.values(), default=0) <= kills, "more than one repeat for each request in hand"
    assert publisher.uncertain == 0
    assert _repeats_follow_at_once(ledger)


async def _goes_on(coop: Coop, ledger: Ledger, hosts: list[str], part: str) -> tuple[float, float]:
    """Wait until something is taken and every host hears something.

    How long that took, and how long since the process that was started instead had begun to work: the one depends on
    how busy this machine is, the other hardly.
    """
    began = time.monotonic()
    await coop.started(part)
    ready = time.monotonic()

    async def is_so() -> bool:
        taken = any(line["status"] == 202 for line in ledger.since("sent", began))
        return taken and {line["host"] for line in ledger.since("received", began)} >= set(hosts)

    await eventually(is_so, within=BACK_WITHIN_S, what=f"everything goes on after {part} was killed")
    return time.monotonic() - began, time.monotonic() - ready


def _repeats_follow_at_once(ledger: Ledger) -> bool:
    """Whether nothing came between a delivery and its repeat: it was the request in hand."""
    last: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    for line in ledger.lines("received"):
        host, activity = line["host"], line["activity"]
        if (host, activity) in seen and last[host] != activity:
            return False
        seen.add((host, activity))
        last[host] = activity
    return True
