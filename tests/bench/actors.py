"""What it costs to know somebody: `python -m tests.bench.actors [postgresql://…]` prints, asserts nothing.

Each line is one process and one writer, with up to a hundred writes in one transaction, as the inbox has it.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from actors import groups, people
from actors.database import Database, migrate
from tests.world import ALICE, NOW, World, make_world, stranger

ACTORS = 3_000
HOSTS = 1_000
READS = 5_000


def meet(session: Session, number: int, group_id: int, *, following: bool) -> None:
    document = stranger(f"u{number}", f"h{number % HOSTS}.example", number=number % 8 + 1).document
    actor = people.remember(session, document, now=NOW, raw={})
    if following:
        group = session.get_one(people.Actor, group_id)
        groups.add_follower(session, actor, group, f"https://h{number % HOSTS}.example/follows/{number}", now=NOW)


def grouped(db: Database, calls: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]]) -> float:
    """Seconds for all calls, 64 of them waiting at a time."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(64) as pool:
        list(pool.map(lambda call: db.write_now(call[0], *call[1], **call[2]), calls))
    return time.perf_counter() - begun


def documents_alone() -> float:
    begun = time.perf_counter()
    for number in range(ACTORS):
        stranger(f"u{number}", f"h{number % HOSTS}.example", number=number % 8 + 1)
    return time.perf_counter() - begun


def show(what: str, count: int, seconds: float) -> None:
    print(f"{what:<46} {count / seconds:>9,.0f} per s   {seconds / count * 1e3:>7.3f} ms each")


def measure(db: Database) -> None:
    world: World = db.write_now(make_world)
    made = documents_alone()
    show("(making a test document, taken off below)", ACTORS, made)
    group_id = world.interior.id
    first = [(meet, (number, group_id), {"following": False}) for number in range(ACTORS)]
    show("remember a new actor", ACTORS, grouped(db, first) - made)
    show("remember a known actor again", ACTORS, grouped(db, first) - made)
    second = [(meet, (number, group_id), {"following": True}) for number in range(ACTORS, 2 * ACTORS)]
    show("remember a new actor and add the follower", ACTORS, grouped(db, second) - made)

    def read_many(session: Session, what: Callable[[Session, str], object], iri: str) -> None:
        for _ in range(READS):
            what(session, iri)

    for name, what, iri in (
        ("find a key", people.find_key, ALICE.keys.rsa.key_iri),
        ("find an actor", people.find_actor, ALICE.iri),
    ):
        begun = time.perf_counter()
        db.read_now(read_many, what, iri)
        show(name, READS, time.perf_counter() - begun)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{Path(folder) / 'bench.db'}"
        migrate(url)
        database = Database(url)
        measure(database)
        database.close()
