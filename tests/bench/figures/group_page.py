"""`group_page_p95_ms`: the pages of groups with 100,000 objects and 5,000 members stored, four people asking at once.

Each asks for one group after the other, ours and one of a partner, so that nothing is at hand from a moment ago.
"""

from __future__ import annotations

from tests.bench import seeds
from tests.bench.figures import Bench, Result
from tests.bench.figures.front_page import OBJECTS, read

NAME, UNIT, TARGET = "group_page_p95_ms", "ms", "< 100"
MEMBERS = 5_000
PARTNER = "/elsewhere/group?iri=https%3A%2F%2Fpartner0.example%2Fg%2Fbouw"


def measure(bench: Bench) -> Result:
    program = bench.engine.program()
    program.write(seeds.founded, program.origin)
    program.write(seeds.things, OBJECTS)
    program.write(seeds.members, MEMBERS)
    paths = [iri.removeprefix(program.origin) for iri in program.write(seeds.group_iris)]
    with program.serving() as running:
        return read(program, bench.remotes, running, [*paths, PARTNER])
