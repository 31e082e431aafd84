"""The load of an ordinary busy day: followers, notes that name a group, and groups that publish."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from tests.faults.coop import Coop
from tests.faults.ledger import Ledger
from tests.faults.publishing import Publisher
from tests.faults.remotes import Remotes
from tests.faults.senders import Sender, follow, mention

MENTION_PAUSE_S = 0.8
FOLLOW_PAUSE_S = 0.1
PUBLISH_PAUSE_S = 0.4


async def let_follow(coop: Coop, remotes: Remotes, ledger: Ledger, group: str, hosts: Iterable[str]) -> None:
    """«a» of each of these hosts follows the group, and has been answered."""
    names = list(hosts)
    sender = Sender(coop.origin, ledger)
    try:
        for host in names:
            person = remotes.person(host, "a")
            await sender.send_until_taken(person, follow(person, coop.iri(group), _number(group)))
    finally:
        sender.close()
    await coop.idle(within=30)


def _number(group: str) -> int:
    return sum(group.encode())


@asynccontextmanager
async def busy_day(
    coop: Coop, remotes: Remotes, ledger: Ledger, hosts: list[str], *, publications: bool = True
) -> AsyncIterator[Publisher]:
    """Mentions of «open», new followers of «lonely» and publications of «open», for as long as the block lasts."""
    sender, publisher = Sender(coop.origin, ledger), Publisher(coop.url, ledger)
    over = asyncio.Event()

    async def pause(seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await over.wait()

    async def mentions(which: int) -> None:
        number = which
        while not over.is_set():
            person = remotes.person(hosts[number % len(hosts)], "a")
            await sender.send_until_taken(person, mention(person, coop.iri("open"), number))
            number += 2
            await pause(MENTION_PAUSE_S)

    async def follows() -> None:
        number = 0
        while not over.is_set():
            person = remotes.person(hosts[number % len(hosts)], f"b{number}")
            await sender.send_until_taken(person, follow(person, coop.iri("lonely")))
            number += 1
            await pause(FOLLOW_PAUSE_S)

    async def publish() -> None:
        while not over.is_set():
            await publisher.publish("open")
            await pause(PUBLISH_PAUSE_S)

    parts = [mentions(0), mentions(1), follows(), *([publish()] if publications else [])]
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        yield publisher
        over.set()
        await asyncio.gather(*tasks)
    finally:
        over.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        sender.close()
        await asyncio.to_thread(publisher.close)
