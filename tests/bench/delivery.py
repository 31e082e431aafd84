"""How fast what a group says reaches the others, and what saying it costs.

    python -m tests.bench.delivery [--engine sqlite|postgresql] [--url URL] [--hosts 1000] [--posts 4] [--profile]

One process delivers to `hosts` distinct loopback authorities, all served by one other process on the other core.
Prints a table and the lines of JSON that `make bench` collects; asserts only that everything came once and in order.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import cProfile
import json
import pstats
import resource
import statistics
import tempfile
import time
import urllib.request
from datetime import datetime
from pathlib import Path

import uvloop
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.orm import Session

from actors import people
from actors.database import Database, migrate, utc_now
from actors.groups import Follow, Reach
from actors.people import Actor, Inbox, Keyring, Vault
from fediverse.fetch import Fetcher, network_for
from fediverse.limits import Limits
from fediverse.types import Activity, Note
from outbox.addressing import everybody
from outbox.delivery import Courier
from outbox.log import append
from tests import needs
from tests.bench import receiver
from tests.postgres import Cluster
from tests.world import SECRET, prepared_keys

ORIGIN = "http://coop.localhost:8000"
WORDS = "<p>" + "Wij zoeken een scenograaf voor twee dagen in oktober. " * 20 + "</p>"


def found(session: Session) -> int:
    """A group to publish; its row id."""
    vault = Vault(SECRET)
    people.ensure_instance(session, vault, origin=ORIGIN, name="Coop", keys=prepared_keys(1))
    group = people.found_local(
        session,
        vault,
        origin=ORIGIN,
        path="/g/interior",
        type="Group",
        kind="sector",
        username="interior",
        name="Interior",
        keys=prepared_keys(2),
        now=utc_now(),
    )
    session.flush()
    return group.id


def follow(session: Session, group_id: int, hosts: int, each: int, port: int) -> None:
    """`each` followers on every one of `hosts` hosts, with a shared inbox per host."""
    now = utc_now()
    names = [f"h{number:04}.localhost" for number in range(hosts)]
    session.execute(
        insert(Inbox),
        [{"iri": f"http://{name}:{port}/inbox", "authority": f"{name}:{port}", "host": name} for name in names],
    )
    inboxes = {host: inbox_id for inbox_id, host in session.execute(select(Inbox.id, Inbox.host))}
    session.execute(
        insert(Actor),
        [
            {
                "iri": f"http://{name}:{port}/u/{number}",
                "type": "Person",
                "username": f"u{number}",
                "authority": f"{name}:{port}",
                "host": name,
                "inbox_iri": f"http://{name}:{port}/u/{number}/inbox",
                "inbox_id": inboxes[name],
                "delivery_inbox_id": inboxes[name],
            }
            for name in names
            for number in range(each)
        ],
    )
    followers = session.execute(select(Actor.id, Actor.iri).where(Actor.local.is_(False))).all()
    session.execute(
        insert(Follow),
        [
            {
                "iri": f"{iri}#follow",
                "follower_id": actor_id,
                "followed_id": group_id,
                "state": "accepted",
                "accepted_at": now,
            }
            for actor_id, iri in followers
        ],
    )
    session.execute(
        insert(Reach), [{"actor_id": group_id, "inbox_id": inboxes[name], "followers": each} for name in names]
    )


def publish(session: Session, group_id: int, number: int, now: datetime) -> str:
    """One note of about 1 KiB."""
    group = session.get_one(Actor, group_id)
    to = everybody(group)
    note = Note(
        id=f"{group.iri}/notes/{number:05}",
        attributed_to=(group.iri,),
        content=WORDS,
        published=now,
        to=to.to,
        cc=to.cc,
        audience=to.audience,
    )
    create = Activity(type="Create", object=note, to=to.to, cc=to.cc, audience=to.audience)
    return append(session, group, create, audience="followers", object_iri=note.id, now=now).iri


async def deliver(
    db: Database, group_id: int, port: int, arguments: argparse.Namespace
) -> tuple[float, float, list[str]]:
    """Wall and CPU seconds from the first publication until all have everything; the activity ids in order."""
    limits = Limits()
    fetcher = Fetcher(network_for(ORIGIN), origin=ORIGIN, user_agent="Knooppunt/bench", limits=limits)
    courier = Courier(db, fetcher, Keyring(Vault(SECRET)), lanes=arguments.lanes)
    task = asyncio.create_task(courier.run())
    await asyncio.sleep(0.3)
    total = arguments.hosts * arguments.posts
    began, cpu = time.perf_counter(), time.process_time()
    said = []
    for number in range(arguments.posts):
        said.append(await db.write(publish, group_id, number, utc_now()))
        courier.wake()
    while (count := await asyncio.to_thread(ask, port, "/count")) < total:
        if time.perf_counter() - began > 120:
            raise SystemExit(f"only {count} of {total} came in two minutes")
        await asyncio.sleep(0.02)
    wall, spent = time.perf_counter() - began, time.process_time() - cpu
    await courier.drain(20)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await fetcher.close()
    return wall, spent, said


def ask(port: int, path: str):  # type: ignore[no-untyped-def]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return json.load(answer)


def publishing(db: Database, group_id: int, posts: int = 50) -> float:
    """Median milliseconds of a publication, commit included."""
    took = []
    for number in range(posts):
        began = time.perf_counter()
        db.write_now(publish, group_id, 10_000 + number, utc_now())
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def database(arguments: argparse.Namespace, name: str, folder: Path) -> Database:
    """An empty database with all tables."""
    url = arguments.url or f"sqlite:///{folder / name}.db"
    if arguments.engine == "postgresql":
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
    migrate(url)
    return Database(url)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", default="sqlite", choices=("sqlite", "postgresql"))
    parser.add_argument("--url", default="")
    parser.add_argument("--hosts", type=int, default=1_000)
    parser.add_argument("--posts", type=int, default=4)
    parser.add_argument("--lanes", type=int, default=64)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    rates, spent_ms, publish_ms = [], [], []
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        if arguments.engine == "postgresql" and not arguments.url:
            cluster = Cluster(needs.postgresql())
            stack.callback(cluster.remove)
            cluster.start()
            arguments.url = cluster.fresh()
        for run in range(arguments.runs):
            process, port = receiver.start()
            db = database(arguments, f"deliver{run}", Path(folder))
            group_id = db.write_now(found)
            db.write_now(follow, group_id, arguments.hosts, 1, port)
            profile = cProfile.Profile() if arguments.profile else None
            if profile:
                profile.enable()
            wall, cpu, said = uvloop.run(deliver(db, group_id, port, arguments))
            if profile:
                profile.disable()
                pstats.Stats(profile).sort_stats("tottime").print_stats(35)
            got = ask(port, "/report")
            assert len(got) == arguments.hosts
            assert all(each == said for each in got.values()), "not once, or not in order"
            rates.append(arguments.hosts * arguments.posts / wall)
            spent_ms.append(cpu / (arguments.hosts * arguments.posts) * 1000)
            process.kill()
            db.close()
        db = database(arguments, "publish", Path(folder))
        group_id = db.write_now(found)
        db.write_now(follow, group_id, 500, 10, 1)
        publish_ms.append(publishing(db, group_id))
        db.close()
    rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{'engine':<12}{'hosts':>7}{'posts':>7}{'deliveries/s':>14}{'CPU ms each':>13}{'publish ms':>12}{'RSS MB':>8}"
    )
    print(
        f"{arguments.engine:<12}{arguments.hosts:>7}{arguments.posts:>7}{statistics.median(rates):>14.0f}"
        f"{statistics.median(spent_ms):>13.2f}{publish_ms[0]:>12.2f}{rss_mb:>8.0f}"
    )
    print(f"runs: {', '.join(f'{rate:.0f}' for rate in rates)} deliveries/s")
    for figure, value, unit in (
        ("deliveries_per_s", statistics.median(rates), "1/s"),
        ("publish_ms", publish_ms[0], "ms"),
    ):
        print(json.dumps({"figure": figure, "engine": arguments.engine, "value": round(value, 2), "unit": unit}))


if __name__ == "__main__":
    main()
