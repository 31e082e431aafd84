"""The figures of speed and memory.

    python -m tests.bench [--figures a,b] [--engine sqlite|postgresql|both] [--runs 3] [--json]

Every figure is measured on whole processes, several times; the median counts. First a table for people, then one line
of JSON a figure for machines. Nothing is asserted about speed; a run in which something was lost, came twice, or was
refused is an error.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from types import ModuleType

from _pytest.outcomes import OutcomeException

from tests.bench.figures import (
    Bench,
    Result,
    actor_documents,
    deliveries,
    directory,
    follows,
    front_page,
    group_page,
    inbox,
    match_precision,
    match_recall,
    match_speed,
    memory,
    publishing,
)
from tests.bench.program import RAISED, Engine
from tests.bench.remote import Remotes

FIGURES: dict[str, ModuleType] = {
    module.NAME: module
    for module in (
        inbox,
        follows,
        deliveries,
        publishing,
        actor_documents,
        front_page,
        group_page,
        directory,
        match_speed,
        match_precision,
        match_recall,
        memory,
    )
}
ON_POSTGRESQL = (deliveries.NAME, match_speed.NAME)
"""What the default run also measures there: two processes deliver from it, and matching asks it many small things."""
RUNS = 3


def main() -> None:
    arguments = _arguments()
    began = time.monotonic()
    if not arguments.json:
        _introduce(arguments.runs)
    lines, failed = [], False
    for name in arguments.engines:
        figures = arguments.figures
        if arguments.engine == "default" and name == "postgresql":
            figures = [figure for figure in figures if figure in ON_POSTGRESQL]
        if not figures:
            continue
        try:
            engine = Engine(name)
        except OutcomeException as missing:
            print(f"{name}: left out. {missing.msg}", file=sys.stderr)
            continue
        try:
            for figure in figures:
                results = _measured(FIGURES[figure], engine, arguments.runs)
                if not results:
                    failed = True
                    continue
                _show(FIGURES[figure], name, results, machine=arguments.json)
                lines.append(_line(FIGURES[figure], name, results))
        finally:
            engine.close()
    if not arguments.json:
        print(f"\n{time.monotonic() - began:.0f} s in all\n")
    for line in lines:
        print(line)
    sys.exit(1 if failed else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="knooppunt bench")
    parser.add_argument("--figures", default=",".join(FIGURES), help=f"some of: {', '.join(FIGURES)}")
    parser.add_argument("--engine", default="default", choices=("default", "sqlite", "postgresql", "both"))
    parser.add_argument("--runs", type=int, default=RUNS, help="how often each is measured; the median counts")
    parser.add_argument("--json", action="store_true", help="the lines for machines only")
    arguments = parser.parse_args()
    arguments.figures = [name.strip() for name in arguments.figures.split(",") if name.strip()]
    if unknown := [name for name in arguments.figures if name not in FIGURES]:
        parser.error(f"no such figure: {', '.join(unknown)}; there are {', '.join(FIGURES)}")
    if arguments.runs < 1:
        parser.error("at least one run")
    both = arguments.engine in ("default", "both")
    arguments.engines = ["sqlite", "postgresql"] if both else [arguments.engine]
    return arguments


def _introduce(runs: int) -> None:
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {platform.system()}")
    print(
        f"load before: {os.getloadavg()[0]:.1f}; median of {runs} runs, each with a process and a database of its own"
    )
    raised = ", ".join(f"{name.lower()}={value}" for name, value in RAISED.items())
    print(f"raised, because few hosts stand for many here: {raised}")
    print(
        "the load comes from one other process on the same machine; it warms each process up before the clock starts\n"
    )
    print(f"{'figure':<22}{'engine':<12}{'median':>9} {'unit':<5}{'target':<9} runs", flush=True)


def _measured(module: ModuleType, engine: Engine, runs: int) -> list[Result]:
    results = []
    for _ in range(min(runs, getattr(module, "RUNS", runs))):
        try:
            with Remotes() as remotes:
                results.append(module.measure(Bench(engine, remotes)))
        except (RuntimeError, TimeoutError, OSError) as error:
            print(f"{module.NAME} on {engine.name}: a run failed: {error}", file=sys.stderr)
            return []
    return results


def _value(results: list[Result]) -> float:
    return statistics.median(result.value for result in results)


def _show(module: ModuleType, engine: str, results: list[Result], *, machine: bool) -> None:
    if machine:
        return
    runs = ", ".join(f"{result.value:.4g}" for result in results)
    print(f"{module.NAME:<22}{engine:<12}{_value(results):>9.4g} {module.UNIT:<5}{module.TARGET:<9} {runs}")
    middle = min(results, key=lambda result: abs(result.value - _value(results)))
    aside = ", ".join(f"{name} {value}" for name, value in middle.aside.items())
    print(f"{'':<22}{aside}", flush=True)


def _line(module: ModuleType, engine: str, results: list[Result]) -> str:
    return json.dumps(
        {"figure": module.NAME, "engine": engine, "value": round(_value(results), 2), "unit": module.UNIT}
    )


if __name__ == "__main__":
    main()
