"""`knooppunt demo`, as `make demo` starts it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.walks.processes import ROOT, clean_environment, free_port

WITHIN_S = 300


@pytest.mark.xdist_group("walk-demo")
def test_three_instances_join_and_everything_that_is_published_arrives_everywhere(tmp_path: Path) -> None:
    script = json.loads((ROOT / "web" / "demo" / "script.json").read_text(encoding="utf-8"))
    port = three_free_ports()

    done = subprocess.run(
        [sys.executable, "-m", "web.cli", "demo", "--once", "--port", str(port), "--json"],
        cwd=tmp_path,
        env=clean_environment() | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["place"] for each in told if "place" in each] == ["brussels", "antwerp", "coopcity"]
    accepted = {(each["who"], each["follows"]) for each in told if "follows" in each and each["seconds"] is not None}
    assert accepted == {(each["who"], each["whom"]) for each in script["follows"]}
    arrived = {(each["to"], each["title"]) for each in told if "to" in each and each["seconds"] is not None}
    assert arrived == {(key, saying["title"]) for saying in script["says"] for key in saying["heard_by"]}
    assert told[-1] == {"arrived": True}
    # And it leaves nothing: no folder, nobody who listens.
    assert list(tmp_path.iterdir()) == []
    assert not any(listens(each) for each in (port, port + 1, port + 2))


def three_free_ports() -> int:
    """The first of three ports in a row that nobody listens on."""
    for _ in range(100):
        first = free_port()
        if first < 65_000 and not any(listens(first + n) for n in range(3)):
            return first
    raise AssertionError("no three free ports in a row")


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
