"""One module a figure: what is set up, what the clock runs over, and what must be true of the outcome.

Each has `NAME`, `UNIT`, `TARGET`, and `measure(bench)`, one run: a `Result`. Nothing is asserted about speed; that
everything was done, once and in order, is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.bench.program import Engine
from tests.bench.remote import Remotes


@dataclass(frozen=True, slots=True)
class Bench:
    """What every figure is given."""

    engine: Engine
    remotes: Remotes


@dataclass(frozen=True, slots=True)
class Result:
    """One run.

    Attributes:
        value: the figure.
        aside: what else is worth a word, name -> value with its unit.
    """

    value: float
    aside: dict[str, str] = field(default_factory=dict)
