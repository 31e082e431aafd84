"""`publish_ms`: an offer of a group with 5,000 followers on 500 hosts, commit included.

It calls what page and command call, in this process, on a database that nobody else uses: `Database.write_now` of
`outbox.offers.publish`. Beside it stands the same with one follower a host, since the cost must not grow with them.
"""

from __future__ import annotations

import contextlib
import statistics
import time

from sqlalchemy.orm import Session

from actors.database import Database, utc_now
from actors.offers import OfferDraft
from outbox.offers import publish
from tests.bench import seeds
from tests.bench.figures import Bench, Result

NAME, UNIT, TARGET = "publish_ms", "ms", "< 20"
HOSTS, EACH, TIMES = 500, 10, 60
WARM_UP = 10


def measure(bench: Bench) -> Result:
    many, worst = publications(bench, EACH)
    few, _ = publications(bench, 1)
    return Result(many, {"p95": f"{worst:.1f} ms", f"{HOSTS} followers": f"{few:.1f} ms"})


def publications(bench: Bench, each: int) -> tuple[float, float]:
    """Median and 95th percentile of one publication, in milliseconds."""
    program = bench.engine.program()
    program.write(seeds.founded, program.origin)
    program.write(seeds.followers, HOSTS, each, bench.remotes.port)
    took = []
    with contextlib.closing(Database(program.url)) as db:
        for number in range(WARM_UP + TIMES):
            began = time.perf_counter()
            db.write_now(offer, number)
            took.append((time.perf_counter() - began) * 1000)
    took = took[WARM_UP:]
    return statistics.median(took), statistics.quantiles(took, n=20)[-1]


def offer(session: Session, number: int) -> None:
    draft = OfferDraft(purpose="offer", title=f"Scenograaf {number}", text=seeds.WORDS * 4, language="nl")
    publish(session, seeds.group_of(session), draft, now=utc_now())
