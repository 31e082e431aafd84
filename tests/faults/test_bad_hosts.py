"""Silent, slow and failing hosts among good ones (R6 of security.md §3): the good ones must not notice."""

from __future__ import annotations

import asyncio
import statistics
import time

from outbox.delivery.courier import POLL_S
from tests.faults.conftest import MakeCoop, Tell
from tests.faults.coop import Coop, eventually
from tests.faults.ledger import Ledger
from tests.faults.load import let_follow
from tests.faults.publishing import Publisher
from tests.faults.remotes import Remotes, dripping, failing_half_the_time, silent, taking_its_time, too_busy
from tests.faults.sizes import BAD_HOSTS_GOOD, DELAY_POSTS, DELAY_ROUNDS, LONG

TOLERATED = 0.10
GOLDEN = 0.6180339887
FLOOR_S = 0.05 if LONG else 0.25
"""Below that, a difference is the noise of this machine; in the short form others use it too."""


async def test_one_silent_host_and_several_slow_ones_do_not_delay_the_others(
    make_coop: MakeCoop, remotes: Remotes, ledger: Ledger, tell: Tell
) -> None:
    # Given two groups with the same thirty good followers; ten bad ones follow only the second
    coop = make_coop()
    # One process that does everything: of several, the first that looks is the one that delivers, and how their looks
    # lie to each other would be measured instead.
    coop.parts = {"web": ("serve",)}
    await coop.start_all()
    remotes.keys = await coop.keys_of("open", "quiet", "lonely")
    good = [f"good{number}.localhost" for number in range(BAD_HOSTS_GOOD)]
    conducts = [silent, *[dripping] * 3, *(failing_half_the_time() for _ in range(3)), *[too_busy] * 2]
    bad = {f"bad{number}.localhost": conduct for number, conduct in enumerate([*conducts, taking_its_time(3.0)])}
    await let_follow(coop, remotes, ledger, "quiet", good)
    await let_follow(coop, remotes, ledger, "open", [*good, *bad])
    remotes.conduct.update(bad)

    # When the first publishes, and then the second
    publisher = Publisher(coop.url, ledger)
    try:
        without = [await _p95(coop, publisher, ledger, "quiet", good) for _ in range(DELAY_ROUNDS)]
        with_them = [await _p95(coop, publisher, ledger, "open", good) for _ in range(DELAY_ROUNDS)]
    finally:
        publisher.close()

    # Then the good ones hear it as soon in the one case as in the other
    before, after = statistics.median(without), statistics.median(with_them)
    tell(
        f"p95 from commit to receipt at {len(good)} good hosts, median of {DELAY_ROUNDS} rounds of {DELAY_POSTS}: "
        f"{before * 1000:.0f} ms without, {after * 1000:.0f} ms with {len(bad)} bad ones "
        f"({(after / before - 1) * 100:+.0f} %); rounds {_ms(without)} and {_ms(with_them)}"
    )
    assert after <= before + max(TOLERATED * before, FLOOR_S)
    assert _order_is_kept(ledger, coop.iri("open"), set(bad))


async def _p95(coop: Coop, publisher: Publisher, ledger: Ledger, group: str, hosts: list[str]) -> float:
    """The 95th percentile of the seconds between commit and receipt, over all hosts and `DELAY_POSTS` notes."""
    published: dict[str, float] = {}
    began = time.monotonic()
    for number in range(DELAY_POSTS):
        activity = await publisher.publish(group)
        assert activity is not None
        published[activity] = time.monotonic()
        # The worker looks twice a second: publications have to come at every moment of its round alike.
        await asyncio.sleep(0.1 + POLL_S * (number * GOLDEN % 1))
    delays: dict[tuple[str, str], float] = {}

    async def all_are_there() -> bool:
        for line in ledger.since("received", began):
            if line["activity"] in published and line["host"] in hosts:
                delays[line["host"], line["activity"]] = line["at"] - published[line["activity"]]
        return len(delays) == len(hosts) * len(published)

    await eventually(all_are_there, within=30, what="the good hosts hear everything")
    return statistics.quantiles(delays.values(), n=20)[-1]


def _order_is_kept(ledger: Ledger, group_iri: str, bad: set[str]) -> bool:
    """Whether even the bad hosts were told one thing after the other."""
    place = {line["activity"]: number for number, line in enumerate(ledger.lines("published"))}
    last: dict[str, int] = {}
    for line in ledger.lines("received"):
        if line["host"] in bad and line["activity"] in place:
            if place[line["activity"]] < last.get(line["host"], -1):
                return False
            last[line["host"]] = place[line["activity"]]
    return True


def _ms(figures: list[float]) -> str:
    return "/".join(f"{each * 1000:.0f}" for each in figures)
