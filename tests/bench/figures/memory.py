"""`rss_mb`: the most memory that one process ever had while it did everything that the other figures measure.

One instance with 100,000 objects and 1,000 followers on 1,000 hosts takes notes, takes Follows and fetches their
actors, delivers, answers documents and pages, one after the other.
"""

from __future__ import annotations

from tests.bench import seeds
from tests.bench.figures import Bench, Result, actor_documents, deliveries, follows, front_page, inbox
from tests.bench.remote import ACTIVITY_TYPE

NAME, UNIT, TARGET = "rss_mb", "MB", "< 150"
RUNS = 1
"""It is a maximum over everything; once is enough."""


def measure(bench: Bench) -> Result:
    program = bench.engine.program()
    remotes = bench.remotes
    program.write(seeds.founded, program.origin)
    program.write(seeds.things, front_page.OBJECTS)
    program.write(seeds.followers, deliveries.HOSTS, 1, remotes.port)
    actors = [remotes.actor(number % inbox.HOSTS, number + 100) for number in range(inbox.ACTORS)]
    program.write(seeds.known, actors)
    peaks = {}
    with program.serving() as running:
        peaks["started"] = running.peak_rss_mb
        inbox.send(program, remotes, actors, 0, inbox.NOTES)
        peaks["inbox"] = running.peak_rss_mb
        remotes.ask("forget")
        deliveries.deliver(program, remotes, [running])
        peaks["deliveries"] = running.peak_rss_mb
        follows.send(program, remotes, 10_000, follows.FOLLOWS)
        peaks["follows"] = running.peak_rss_mb
        front_page.ask(program, remotes, ["/"], front_page.REQUESTS, front_page.AT_ONCE)
        peaks["pages"] = running.peak_rss_mb
        paths = ["/g/bench"] * actor_documents.REQUESTS
        remotes.ask("ask_for", paths=paths, authority=program.authority, accept=ACTIVITY_TYPE)
        remotes.ask("load", port=program.port, connections=actor_documents.CONNECTIONS)
        return Result(running.peak_rss_mb, {f"after {name}": f"{mb:.0f} MB" for name, mb in peaks.items()})
