"""How fast notes of others are read and kept, and how fast the lists are with 100,000 of each thing. Prints.

    python -m tests.bench.threads            SQLite in a temporary folder
    python -m tests.bench.threads lists      only the lists (or: notes)

CPU is what this process used, which is what a busy machine measures best; wall time is what it took.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from actors import events, groups, offers, threads
from actors.database import Database, migrate
from actors.people import Actor
from actors.views import Purpose
from actors.wire import threads as wire
from fediverse.documents import parse
from fediverse.limits import Limits
from fediverse.types import Object
from fediverse.vocabulary import read
from tests.actors.stories import remote_meeting, remote_need, remote_note
from tests.world import NOW, World, make_world

NOTES = 3_000
GROUP = 100
STORED = 100_000
SAMPLE = Path(__file__).parents[1] / "samples" / "mastodon" / "create-note.json"
LIMITS = Limits()


def measured(name: str, count: int, work: Callable[[], object]) -> None:
    """Print how many `count` things in `work` come to a second."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{name:<58}{count / wall:>9.0f}/s wall{1e6 * cpu / count:>9.0f} µs CPU each")


def bodies(first: int, count: int) -> list[bytes]:
    """Creates as Mastodon sends them, each with an id of its own."""
    text = SAMPLE.read_text(encoding="utf-8")
    return [text.replace("112793425453345288", str(first + n)).encode() for n in range(count)]


def documents(texts: list[bytes]) -> Iterator[tuple[Object, dict[str, Any]]]:
    for body in texts:
        document = parse(body, LIMITS)
        activity = read(document, LIMITS)
        yield activity.objects[0], document["object"]  # type: ignore[attr-defined,misc]


def together(session: Session, author: Actor, group: Actor, drafts: list[threads.RemotePost]) -> None:
    """All in one transaction, as the dispatcher applies them."""
    for draft in drafts:
        threads.record_remote(session, author, draft, group=group, state="shown", now=NOW)


def alone(session: Session, author: Actor, group: Actor, drafts: list[threads.RemotePost]) -> None:
    """Each in a savepoint of its own, as after one of a batch has failed."""
    for draft in drafts:
        with session.begin_nested():
            threads.record_remote(session, author, draft, group=group, state="shown", now=NOW)


def in_groups(
    db: Database, world: World, drafts: list[threads.RemotePost], apply: Callable[..., None] = together
) -> None:
    for at in range(0, len(drafts), GROUP):
        db.write_now(apply, world.alice, world.interior, drafts[at : at + GROUP])


def notes(db: Database, world: World) -> None:
    texts = bodies(10**15, NOTES)
    found = [wire.from_wire(obj, LIMITS, document) for obj, document in documents(texts)]
    bare = [replace(draft, iri=f"{draft.iri}-bare", tags=()) for draft in found]
    in_groups(db, world, [replace(draft, iri=f"{draft.iri}-warm") for draft in found[:GROUP]])
    measured("parse and read", NOTES, lambda: list(documents(texts)))
    pairs = list(documents(texts))
    measured("from_wire (cleaning included)", NOTES, lambda: [wire.from_wire(o, LIMITS, d) for o, d in pairs])
    measured("record_remote, no hashtag, 100 a commit", NOTES, lambda: in_groups(db, world, bare))
    measured("record_remote, one hashtag", NOTES, lambda: in_groups(db, world, found))
    measured("record_remote again (duplicates)", NOTES, lambda: in_groups(db, world, found))
    slow = [replace(draft, iri=f"{draft.iri}-alone") for draft in bare]
    measured("record_remote, no hashtag, a savepoint each", NOTES, lambda: in_groups(db, world, slow, alone))
    fresh = bodies(2 * 10**15, NOTES)
    measured(
        "from bytes to commit",
        NOTES,
        lambda: in_groups(db, world, [wire.from_wire(o, LIMITS, d) for o, d in documents(fresh)]),
    )


def fill(session: Session, world_ids: tuple[int, int, int]) -> None:
    """`STORED` offers, events and posts: most of them elsewhere, closed or past, as in years of use."""
    interior, bouw, alice = (session.get_one(Actor, each) for each in world_ids)
    offer = offers.record_remote(session, bouw, remote_need(draft={"tags": ("hout",)}), shown=True, now=NOW)
    event = events.record_remote(session, bouw, remote_meeting(draft={"tags": ("hout",)}), shown=True, now=NOW)
    post = threads.record_remote(session, alice, remote_note(), group=interior, state="shown", now=NOW)
    session.flush()
    for row, many in ((offer, offer_like), (event, event_like), (post, post_like)):
        session.refresh(row)
        table = row.__table__
        seed = {column.key: getattr(row, column.key) for column in table.columns if column.key != "id"}
        for at in range(0, STORED, 2_000):
            session.execute(insert(table), [seed | many(n, interior.id) for n in range(at, at + 2_000)])


def offer_like(n: int, group_id: int) -> dict[str, Any]:
    at = NOW - timedelta(minutes=n)
    ours = n % 3 == 0
    return {
        "iri": f"https://x.example/o/{n}",
        "purpose": ("offer", "request")[n % 2],
        "published_at": at,
        "updated_at": at,
        "status": "open" if n % 4 == 0 else "filled",
        "finished": n % 4 != 0,
        "local": ours,
        **({"group_id": group_id} if ours else {}),
    }


def event_like(n: int, group_id: int) -> dict[str, Any]:
    at: datetime = NOW + timedelta(hours=500 - n)
    ours = n % 3 == 0
    return {
        "iri": f"https://x.example/e/{n}",
        "starts_at": at,
        "ends_at": at,
        "over_at": at,
        "updated_at": NOW - timedelta(minutes=n),
        "local": ours,
        **({"group_id": group_id} if ours else {}),
    }


def post_like(n: int, group_id: int) -> dict[str, Any]:
    at = NOW - timedelta(minutes=n)
    ours = n % 3 == 0
    return {
        "iri": f"https://x.example/p/{n}",
        "published_at": at,
        "updated_at": at,
        "local": ours,
        "in_reply_to_iri": f"https://x.example/p/{n // 10}" if n % 2 else None,
        **({"author_id": group_id} if ours else {}),
    }


def lists(db: Database, world: World) -> None:
    db.write_now(fill, (world.interior.id, world.bouw.id, world.alice.id))
    iri = world.interior.iri
    asked: dict[str, Callable[[Session], object]] = {
        "offers.latest": lambda s: offers.latest(s, purpose=Purpose.OFFER, language="nl", now=NOW),
        "offers.latest of a group": lambda s: offers.latest(
            s, purpose=Purpose.NEED, group_iri=iri, language="nl", now=NOW
        ),
        "offers.pages": lambda s: offers.pages(s, language="nl", now=NOW),
        "events.coming": lambda s: events.coming(s, now=NOW, language="nl"),
        "events.coming of a group": lambda s: events.coming(s, now=NOW, group_iri=iri, language="nl"),
        "events.pages": lambda s: events.pages(s, language="nl"),
        "threads.latest of a group": lambda s: threads.latest(s, group_iri=iri, language="nl"),
        "threads.pages": lambda s: threads.pages(s, language="nl"),
        "threads.replies": lambda s: threads.replies(s, "https://x.example/p/1"),
        "groups.lines": lambda s: groups.lines(s, language="nl", now=NOW),
        "groups.figures": lambda s: groups.figures(s, now=NOW),
    }
    for name, ask in asked.items():
        times = []
        for _ in range(40):
            start = time.perf_counter()
            db.read_now(ask)
            times.append(1e3 * (time.perf_counter() - start))
        cuts = quantiles(times, n=20)
        print(f"{name:<30} with {STORED} rows of each: p50 {cuts[9]:.1f} ms, p95 {cuts[18]:.1f} ms")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        migrate(url)
        db = Database(url)
        world = db.write_now(make_world)
        if "lists" not in sys.argv:
            notes(db, world)
        if "notes" not in sys.argv:
            lists(db, world)
        db.close()


if __name__ == "__main__":
    main()
