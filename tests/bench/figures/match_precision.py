"""`match_precision_at_3`: of the first three offers for a need, how many are right, of as many as can be.

Measured on the labelled set of `tests/bench/matching`, in four languages, with nothing confirmed by hand: concepts are
what the dictionary reads. Beside it, precision and recall at 1, 3 and 10, and those of two simpler ways. What each
word means exactly is said in `tests/bench/matching/measuring.py`.
"""

from __future__ import annotations

from tests.bench import seeds
from tests.bench.figures import Bench, Result
from tests.bench.matching.measuring import CUTS, Measured, measured

NAME, UNIT, TARGET = "match_precision_at_3", "", ">= 0.8"
RUNS = 1
"""Nothing in it is left to chance."""


def measure(bench: Bench) -> Result:
    found = measure_all(bench)
    return Result(found.ours.precision[3], table(found))


def measure_all(bench: Bench) -> Measured:
    """The whole set, matched by an instance of its own."""
    program = bench.engine.program()
    program.write(seeds.founded, program.origin)
    return program.write(measured, program.origin)


def table(found: Measured) -> dict[str, str]:
    """What is printed beside the figure."""
    return {
        f"precision/recall at {', '.join(map(str, CUTS))}: ours": str(found.ours),
        "words only (BM25)": str(found.words),
        "concepts only": str(found.concepts),
        "told and right": f"{found.told_right} of {found.told}",
        "told nothing where nothing fits": f"{found.silent} of {found.unanswerable}",
    }
