"""`follows_per_s`: Follows of actors whom we never met, on 1,000 hosts, until each of them has its Accept.

For each the program fetches the actor and its key, verifies, keeps the follower, and delivers a signed Accept; the
clock runs from the first Follow to the arrival of the last Accept.
"""

from __future__ import annotations

from tests.bench import seeds
from tests.bench.figures import Bench, Result
from tests.bench.program import Program
from tests.bench.remote import Post, Remotes, Sent

NAME, UNIT, TARGET = "follows_per_s", "1/s", ">= 300"
HOSTS, FOLLOWS, CONNECTIONS = 1_000, 2_000, 64
WARM_UP = 100


def measure(bench: Bench) -> Result:
    program = bench.engine.program()
    program.write(seeds.founded, program.origin)
    with program.serving() as running:
        send(program, bench.remotes, 500_000, WARM_UP)
        cpu_s = running.cpu_s
        sent, done = send(program, bench.remotes, 0, FOLLOWS)
        cpu_s = running.cpu_s - cpu_s
        return Result(
            FOLLOWS / (done - sent.began),
            {
                "accepted": f"{FOLLOWS / (sent.ended - sent.began):.0f}/s",
                "CPU each": f"{cpu_s / FOLLOWS * 1000:.2f} ms",
                "RSS": f"{running.peak_rss_mb:.0f} MB",
            },
        )


def send(program: Program, remotes: Remotes, first: int, count: int) -> tuple[Sent, float]:
    """Send `count` Follows of new actors; what came of it, and when the last Accept arrived."""
    remotes.ask("forget")
    followed = f"{program.origin}/g/bench"
    actors = [remotes.actor(number % HOSTS, number) for number in range(first, first + count)]
    posts = [Post(actor, seeds.follow(actor, followed, number)) for number, actor in enumerate(actors)]
    remotes.ask("prepare", posts=posts, authority=program.authority)
    sent: Sent = remotes.ask("load", port=program.port, connections=CONNECTIONS)
    if sent.statuses != {202: count}:
        raise RuntimeError(f"not everything was accepted: {sent.statuses}")
    _, done = remotes.ask("received", at_least=count)
    fetched = remotes.ask("fetched")
    if fetched < count:
        raise RuntimeError(f"{fetched} fetches for {count} actors")
    return sent, done
