"""`match_recall_at_10`: of the offers that are right for a need, how many are among the first ten."""

from __future__ import annotations

from tests.bench.figures import Bench, Result
from tests.bench.figures.match_precision import RUNS, measure_all, table

__all__ = ["NAME", "RUNS", "TARGET", "UNIT", "measure"]

NAME, UNIT, TARGET = "match_recall_at_10", "", ">= 0.9"


def measure(bench: Bench) -> Result:
    found = measure_all(bench)
    return Result(found.ours.recall[10], table(found))
