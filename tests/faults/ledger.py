"""The ledger: one line for everything that was said to the instance and everything that it said, as it happened.

A line is `{"kind": …, "at": seconds, …}`; the clock is the machine's, the same for all processes. Kinds:

* `sent`       an activity was brought to an inbox: `activity`, `type`, `host`, `status` (0: no answer)
* `publishing` a group is about to publish; `published`: it is committed, with its `activity`
* `received`   a host took a request: `host`, `activity`, `type`
* `killed`     a process was killed: `what`

Source: the measuring tool of security.md §3.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class Ledger:
    """An append-only file; a line is one write, so that several processes may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._own: dict[str, list[Line]] = {}
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def write(self, kind: str, **facts: object) -> None:
        line: Line = {"kind": kind, "at": time.monotonic(), **facts}
        self._own.setdefault(kind, []).append(line)
        os.write(self._file, json.dumps(line).encode() + b"\n")

    def since(self, kind: str, moment: float) -> list[Line]:
        """What this process wrote of this kind after `moment`, newest first; costs no more than that is long."""
        return list(takewhile(lambda line: line["at"] > moment, reversed(self._own.get(kind, []))))

    def lines(self, kind: str) -> Iterator[Line]:
        """Every line of this kind, in order."""
        with self.path.open("rb") as file:
            for line in file:
                read: Line = json.loads(line)
                if read["kind"] == kind:
                    yield read

    def close(self) -> None:
        os.close(self._file)
