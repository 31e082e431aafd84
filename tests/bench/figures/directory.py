"""`directory_p95_ms`: the directory of 5,000 members, 100,000 objects stored, four signed-in members asking at once.

They ask for its first and a middle page, and for words, a region and a language, as people do who look for somebody.
"""

from __future__ import annotations

from tests.bench import seeds
from tests.bench.figures import Bench, Result
from tests.bench.figures.front_page import OBJECTS, read
from tests.bench.figures.group_page import MEMBERS

NAME, UNIT, TARGET = "directory_p95_ms", "ms", "< 100"
ASKED = (
    "/people",
    "/people?page=100",
    "/people?q=noor",
    "/people?q=licht+peeters",
    "/people?q=nobody-is-called-so",
    "/people?region=BE-BRU&speaks=fr",
)


def measure(bench: Bench) -> Result:
    program = bench.engine.program()
    program.write(seeds.founded, program.origin)
    program.write(seeds.things, OBJECTS)
    secret = program.write(seeds.members, MEMBERS)
    with program.serving() as running:
        return read(program, bench.remotes, running, ASKED, cookie=f"session={secret}")
