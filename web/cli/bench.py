"""`bench`: the figures of speed and memory, measured by the benchmarks of a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from web.cli.terminal import UNUSABLE, command, fail

ROOT = Path(__file__).resolve().parents[2]


@click.command()
@click.option("--figures", metavar="A,B", help="Only some, such as publish_ms,rss_mb.")
@click.option("--engine", type=click.Choice(["sqlite", "postgresql", "both"]), help="Only on this database.")
@click.option("--runs", type=click.IntRange(min=1), help="How often each is measured; the median counts.")
@command
def bench(figures: str | None, engine: str | None, runs: int | None, as_json: bool) -> None:
    """Measure speed and memory.

    On instances of its own, in about six minutes; it needs a checkout of the source.
    """
    if not (ROOT / "tests" / "bench" / "__main__.py").exists():
        fail(
            UNUSABLE,
            "The benchmarks are not installed with the program: run this in a checkout of the source, or «make bench».",
            machine=as_json,
            code="no-checkout",
        )
    asked = {"--figures": figures, "--engine": engine, "--runs": str(runs) if runs else None}
    words = [word for name, value in asked.items() if value for word in (name, value)] + ["--json"] * as_json
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-m", "tests.bench", *words], cwd=ROOT, env=environment, check=False)
    sys.exit(done.returncode)


COMMANDS = [bench]
