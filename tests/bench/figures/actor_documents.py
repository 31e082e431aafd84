"""`actor_get_per_s`: the documents of our groups, asked for over 16 kept connections."""

from __future__ import annotations

from tests.bench import seeds
from tests.bench.figures import Bench, Result
from tests.bench.remote import ACTIVITY_TYPE, Sent

NAME, UNIT, TARGET = "actor_get_per_s", "1/s", ">= 4000"
REQUESTS, CONNECTIONS = 20_000, 16
WARM_UP = 1_000


def measure(bench: Bench) -> Result:
    program = bench.engine.program()
    program.write(seeds.founded, program.origin)
    paths = [iri.removeprefix(program.origin) for iri in program.write(seeds.group_iris)]
    with program.serving() as running:
        for count in (WARM_UP, REQUESTS):
            asked = [paths[number % len(paths)] for number in range(count)]
            bench.remotes.ask("ask_for", paths=asked, authority=program.authority, accept=ACTIVITY_TYPE)
            sent: Sent = bench.remotes.ask("load", port=program.port, connections=CONNECTIONS)
            if sent.statuses != {200: count}:
                raise RuntimeError(f"not everything was answered: {sent.statuses}")
        took = sorted(sent.took_ms)
        return Result(
            REQUESTS / (sent.ended - sent.began),
            {
                "groups": str(len(paths)),
                "p95": f"{took[int(len(took) * 0.95)]:.1f} ms",
                "RSS": f"{running.peak_rss_mb:.0f} MB",
            },
        )
