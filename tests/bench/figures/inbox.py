"""`inbox_applied_per_s`: notes of 50 known actors on 10 hosts, from the first request to the last one applied.

Every note is signed with its author's RSA key (draft-cavage, as Mastodon does), comes over one of 64 connections to
the shared inbox, and is kept, because a group of ours follows its author. Applied means: its row says so, and the
count of them is that of the requests.
"""

from __future__ import annotations

import time

from actors.database import Database
from tests.bench import seeds
from tests.bench.figures import Bench, Result
from tests.bench.program import Program
from tests.bench.remote import Post, Remotes, Sent

NAME, UNIT, TARGET = "inbox_applied_per_s", "1/s", ">= 1500"
HOSTS, ACTORS, NOTES, CONNECTIONS = 10, 50, 6_000, 64
WARM_UP = 500


def measure(bench: Bench) -> Result:
    program = bench.engine.program()
    program.write(seeds.founded, program.origin)
    actors = senders(bench.remotes)
    program.write(seeds.known, actors)
    with program.serving() as running:
        send(program, bench.remotes, actors, 0, WARM_UP)
        cpu_s = running.cpu_s
        sent, done = send(program, bench.remotes, actors, WARM_UP, NOTES)
        cpu_s = running.cpu_s - cpu_s
        took = sorted(sent.took_ms)
        return Result(
            NOTES / (done - sent.began),
            {
                "accepted": f"{NOTES / (sent.ended - sent.began):.0f}/s",
                "answer p50": f"{took[len(took) // 2]:.0f} ms",
                "CPU each": f"{cpu_s / NOTES * 1000:.2f} ms",
                "RSS": f"{running.peak_rss_mb:.0f} MB",
            },
        )


def senders(remotes: Remotes) -> list[str]:
    """The ids of the actors."""
    return [remotes.actor(number % HOSTS, number) for number in range(ACTORS)]


def send(program: Program, remotes: Remotes, actors: list[str], first: int, count: int) -> tuple[Sent, float]:
    """Send `count` notes; what came of it, and when the last of them was applied."""
    posts = [
        Post(actor, seeds.create(actor, number))
        for number in range(first, first + count)
        for actor in (actors[number % len(actors)],)
    ]
    remotes.ask("prepare", posts=posts, authority=program.authority)
    db = Database(program.url)
    try:
        before = db.read_now(seeds.applied, "Create")
        sent: Sent = remotes.ask("load", port=program.port, connections=CONNECTIONS)
        if sent.statuses != {202: count}:
            raise RuntimeError(f"not everything was accepted: {sent.statuses}")
        while not db.read_now(seeds.is_all_dealt_with):
            time.sleep(0.005)
        done = time.monotonic()
        got = db.read_now(seeds.applied, "Create") - before
    finally:
        db.close()
    if got != count:
        raise RuntimeError(f"{got} of {count} were applied")
    return sent, done
