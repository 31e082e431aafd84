"""`deliveries_per_s`: what a group says, to 1,000 servers; every one received once, and in order on each.

The posts are written by another process, as the command line would; the clock runs from the first arrival to the last.
On PostgreSQL two processes share the work (`serve` and `work`), on SQLite one does it, with threads that sign.
"""

from __future__ import annotations

import contextlib

from tests.bench import seeds
from tests.bench.figures import Bench, Result
from tests.bench.program import Program, Running
from tests.bench.remote import Remotes

NAME, UNIT, TARGET = "deliveries_per_s", "1/s", ">= 1500"
HOSTS, POSTS = 1_000, 8


def measure(bench: Bench) -> Result:
    program = bench.engine.program()
    program.write(seeds.founded, program.origin)
    program.write(seeds.followers, HOSTS, 1, bench.remotes.port)
    bench.remotes.ask("forget")
    with contextlib.ExitStack() as stack:
        running = [stack.enter_context(program.serving())]
        if bench.engine.name == "postgresql":
            running.append(stack.enter_context(program.working()))
        seconds, cpu_s = deliver(program, bench.remotes, running)
        return Result(
            HOSTS * POSTS / seconds,
            {
                "CPU each": f"{cpu_s / (HOSTS * POSTS) * 1000:.2f} ms",
                "RSS": " + ".join(f"{each.peak_rss_mb:.0f}" for each in running) + " MB",
            },
        )


def deliver(program: Program, remotes: Remotes, running: list[Running]) -> tuple[float, float]:
    """Say `POSTS` things; wall seconds until every server has all of them, and CPU seconds."""
    cpu_s = sum(each.cpu_s for each in running)
    program.write(seeds.said, 1, POSTS)
    began, done = remotes.ask("received", at_least=HOSTS * POSTS)
    cpu_s = sum(each.cpu_s for each in running) - cpu_s
    got = remotes.ask("report")
    orders = {tuple(each) for each in got.values()}
    if len(got) != HOSTS or len(orders) != 1 or len(set(orders.pop())) != POSTS:
        raise RuntimeError("something came twice, not at all, or in another order")
    return done - began, cpu_s
