"""`front_page_p95_ms`: the front page with 100,000 objects stored, four people asking at once.

Beside it stands the same when one asks after the other. Nothing keeps the page between two requests but the program.
"""

from __future__ import annotations

import statistics

from tests.bench import seeds
from tests.bench.figures import Bench, Result
from tests.bench.program import Program
from tests.bench.remote import Remotes

NAME, UNIT, TARGET = "front_page_p95_ms", "ms", "< 50"
OBJECTS, REQUESTS, AT_ONCE = 100_000, 300, 4
WARM_UP = 20


def measure(bench: Bench) -> Result:
    program = bench.engine.program()
    program.write(seeds.founded, program.origin)
    program.write(seeds.things, OBJECTS)
    with program.serving() as running:
        ask(program, bench.remotes, WARM_UP, 1)
        alone = ask(program, bench.remotes, REQUESTS, 1)
        together = ask(program, bench.remotes, REQUESTS, AT_ONCE)
        return Result(
            p95(together),
            {
                "p50": f"{statistics.median(together):.1f} ms",
                "alone p95": f"{p95(alone):.1f} ms",
                "alone p50": f"{statistics.median(alone):.1f} ms",
                "RSS": f"{running.peak_rss_mb:.0f} MB",
            },
        )


def ask(program: Program, remotes: Remotes, count: int, at_once: int) -> list[float]:
    """Ask for the page `count` times, so many at once; how many milliseconds each took."""
    remotes.ask("ask_for", paths=["/"] * count, authority=program.authority, accept="text/html")
    sent = remotes.ask("load", port=program.port, connections=at_once)
    if sent.statuses != {200: count}:
        raise RuntimeError(f"not everything was answered: {sent.statuses}")
    took: list[float] = sent.took_ms
    return took


def p95(took_ms: list[float]) -> float:
    return statistics.quantiles(took_ms, n=20)[-1]
