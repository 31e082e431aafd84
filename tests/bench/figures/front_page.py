"""`front_page_p95_ms`: the front page with 100,000 objects stored, four people asking at once.

Beside it stands the same when one asks after the other. Nothing keeps the page between two requests but the program.
What asks here also asks for the figures of other pages.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from tests.bench import seeds
from tests.bench.figures import Bench, Result
from tests.bench.program import Program, Running
from tests.bench.remote import Remotes

NAME, UNIT, TARGET = "front_page_p95_ms", "ms", "< 50"
OBJECTS, REQUESTS, AT_ONCE = 100_000, 300, 4
WARM_UP = 20


def measure(bench: Bench) -> Result:
    program = bench.engine.program()
    program.write(seeds.founded, program.origin)
    program.write(seeds.things, OBJECTS)
    with program.serving() as running:
        return read(program, bench.remotes, running, ["/"])


def read(program: Program, remotes: Remotes, running: Running, paths: Sequence[str], cookie: str = "") -> Result:
    """What readers of these pages wait, one after the other and four at once."""
    ask(program, remotes, paths, WARM_UP, 1, cookie)
    alone = ask(program, remotes, paths, REQUESTS, 1, cookie)
    together = ask(program, remotes, paths, REQUESTS, AT_ONCE, cookie)
    return Result(
        p95(together),
        {
            "p50": f"{statistics.median(together):.1f} ms",
            "alone p95": f"{p95(alone):.1f} ms",
            "alone p50": f"{statistics.median(alone):.1f} ms",
            "RSS": f"{running.peak_rss_mb:.0f} MB",
        },
    )


def ask(
    program: Program, remotes: Remotes, paths: Sequence[str], count: int, at_once: int, cookie: str = ""
) -> list[float]:
    """Ask for the pages in turn, `count` times, so many at once; how many milliseconds each took."""
    asked = [paths[n % len(paths)] for n in range(count)]
    remotes.ask("ask_for", paths=asked, authority=program.authority, accept="text/html", cookie=cookie)
    sent = remotes.ask("load", port=program.port, connections=at_once)
    if sent.statuses != {200: count}:
        raise RuntimeError(f"not everything was answered: {sent.statuses}")
    took: list[float] = sent.took_ms
    return took


def p95(took_ms: list[float]) -> float:
    return statistics.quantiles(took_ms, n=20)[-1]
