"""The disk is full (R3 of security.md §3): who comes is told to come again, who reads still reads, nothing breaks."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.conftest import on_postgresql
from tests.faults.books import balance
from tests.faults.conftest import MakeCoop, Tell
from tests.faults.coop import eventually
from tests.faults.disks import Disk, LimitedFiles, SmallDisk, small_disk
from tests.faults.ledger import Ledger
from tests.faults.load import busy_day, let_follow
from tests.faults.remotes import Person, Remotes
from tests.faults.senders import Sender, mention
from tests.faults.sizes import FULL_EPISODES

AGAIN_WITHIN_S = 10.0
INTEGRITY = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check').fetchall())"
FULL_S = 1.5
Late = tuple[Person, dict[str, Any]]


@pytest.mark.skipif(on_postgresql(), reason="the data directory holds no database")
@pytest.mark.parametrize("sort", [SmallDisk, LimitedFiles])
async def test_a_full_disk_is_answered_503_and_nothing_that_was_taken_is_lost(
    make_coop: MakeCoop, remotes: Remotes, ledger: Ledger, tell: Tell, sort: type[Disk]
) -> None:
    # Given an instance that is busy, on a small disk
    coop = make_coop()
    with small_disk(sort, coop.folder / "data") as disk:
        coop.wrap = disk.wrap
        await coop.start_all()
        remotes.keys = await coop.keys_of("open", "quiet", "lonely")
        hosts = [f"h{number}.localhost" for number in range(5)]
        await let_follow(coop, remotes, ledger, "open", hosts)
        fat, reader = Sender(coop.origin, ledger), Sender(coop.origin, ledger)
        number, pages, back = 1_000_000, set[int](), list[float]()

        # When it fills up and has room again
        async with busy_day(coop, remotes, ledger, hosts, publications=False):
            late: list[Late] = []
            for _ in range(FULL_EPISODES):
                disk.fill(coop.playing["web"])
                number = await _until_refused(fat, coop.iri("open"), remotes, number, late)
                full_until = time.monotonic() + FULL_S
                while time.monotonic() < full_until:
                    for path in ("/", "/g/open"):
                        page = await reader.get(path)
                        assert page is not None
                        pages.add(page.status)
                disk.free(coop.playing["web"])
                back.append(await _taken_again(ledger))
            for person, activity in late:
                await fat.send_until_taken(person, activity)
        fat.close()
        reader.close()
        books = await coop.idle(within=60)

        # Then nothing is broken or lost
        proven = balance(ledger, books, {coop.iri("open"): hosts})
        refused = sum(line["status"] == 503 for line in ledger.lines("sent"))
        tell(
            f"{FULL_EPISODES} times full ({disk.kind}): {proven}; {refused} answered 503, "
            f"taken again {max(back):.1f} s after there was room"
        )
        assert {line["status"] for line in ledger.lines("sent")} == {202, 503}
        assert pages == {200}
        coop.kill("web")
        assert coop.inside("-c", INTEGRITY, str(coop.folder / "data" / "knooppunt.sqlite3")) == b"[('ok',)]\n"


async def _until_refused(sender: Sender, group_iri: str, remotes: Remotes, number: int, late: list[Late]) -> int:
    """Send fat notes until one is refused; that one goes to `late`, to be sent again."""
    for following in range(number, number + 2_000):
        person = remotes.person("h0.localhost", "a")
        activity = mention(person, group_iri, following)
        activity["object"]["content"] += "<p>" + "Room! " * 3_000 + "</p>"
        if await sender.send(person, activity) != 202:
            late.append((person, activity))
            return following + 1
    raise AssertionError("the disk was never full")


async def _taken_again(ledger: Ledger) -> float:
    began = time.monotonic()

    async def is_so() -> bool:
        return any(line["status"] == 202 for line in ledger.since("sent", began))

    await eventually(is_so, within=AGAIN_WITHIN_S, what="something is taken again")
    return time.monotonic() - began
