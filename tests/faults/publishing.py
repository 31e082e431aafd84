"""Publishing without a page: in this process, or as `python -m tests.faults.publishing` in one of its own.

The program writes what it committed into the ledger, so that it may be killed too. With a pause inside the transaction,
two of them come to commit out of the order in which they took their numbers, if nothing keeps them from it.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from actors.database import Database, Uncertain, utc_now
from actors.threads import PostDraft
from outbox import orders
from outbox.log import Said
from tests.faults.ledger import Ledger

PUBLISHERS = 2
"""How many of these programs wait for each other."""
ALL_THERE_WITHIN_S = 60.0


def publish(session: Session, group: str, text: str, pause_s: float = 0.0) -> Said:
    """A note of the group."""
    said = orders.publish_note(session, group, PostDraft(text=text, language="nl"), now=utc_now())
    session.flush()
    if pause_s:
        time.sleep(pause_s)
    return said


class Publisher:
    """Publishes to one database and writes it down."""

    def __init__(self, url: str, ledger: Ledger) -> None:
        self.db = Database(url)
        self.uncertain = 0
        self._ledger = ledger
        self._count = 0

    async def publish(self, group: str) -> str | None:
        """One note; the id of its activity, or None when the database was away."""
        self._count += 1
        self._ledger.write("publishing", group=group)
        at = time.monotonic()
        try:
            said = await self.db.write(publish, group, f"Note {self._count} of {group}")
        except (DBAPIError, Uncertain):
            self.uncertain += 1
            return None
        self._ledger.write("published", group=group, activity=said.activity_iri, began=at)
        return said.activity_iri

    def close(self) -> None:
        self.db.close()


def main() -> None:
    """`python -m tests.faults.publishing URL LEDGER GROUP COUNT SEED`."""
    url, path, group, count, seed = sys.argv[1:]
    db, ledger, chance = Database(url), Ledger(Path(path)), random.Random(seed)
    deadline = time.monotonic() + ALL_THERE_WITHIN_S
    ledger.write("ready")
    try:
        while sum(1 for _ in ledger.lines("ready")) < PUBLISHERS and time.monotonic() < deadline:
            time.sleep(0.01)
        for number in range(int(count)):
            said = db.write_now(publish, group, f"Note {number} of {seed}", chance.random() * 0.02)
            ledger.write("published", group=group, activity=said.activity_iri, began=time.monotonic())
            time.sleep(chance.random() * 0.01)  # SQLite gives nobody a turn that does not find it free
    finally:
        db.close()
        ledger.close()


if __name__ == "__main__":
    main()
