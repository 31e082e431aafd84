"""`demo`: three instances in one terminal, joined to each other, whose groups publish."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import click

from actors import events, offers
from actors.database import Database, utc_now
from actors.views import Purpose
from web.cli.terminal import UNUSABLE, command, fail

DEMO = Path(__file__).resolve().parent.parent / "demo"
READY_WITHIN_S = 60
"""How long an instance may take to start."""
ARRIVED_WITHIN_S = 20


@dataclass(frozen=True, slots=True)
class Place:
    """One instance of the demonstration."""

    key: str
    title: str
    port: int
    folder: Path

    @property
    def origin(self) -> str:
        return f"http://{self.key}.localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        settings = {
            "ORIGIN": self.origin,
            "PORT": str(self.port),
            "DATA_DIR": str(self.folder),
            "STARTER_FILE": str(DEMO / f"{self.key}.toml"),
            "DATABASE_URL": "",
            "SECRET_KEY": "",
            "LOG_LEVEL": "warning",
        }
        return os.environ | {f"KNOOPPUNT_{name}": value for name, value in settings.items()}


@dataclass(slots=True)
class Running:
    """The processes that were started, ended with the block."""

    places: list[Place]
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


@click.command()
@click.option("--port", type=click.IntRange(1024, 65000), default=8001, show_default=True, help="The first of three.")
@click.option("--once", is_flag=True, help="End when everything has arrived, instead of at Ctrl-C.")
@command
def demo(port: int, once: bool, as_json: bool) -> None:
    """Start Smart Brussels, Smart Antwerpen and Coopcity here, join them, and watch needs and events travel."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ExitStack() as ending:
        root = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="knooppunt-demo-")))
        names = {"brussels": "Smart Brussels", "antwerp": "Smart Antwerpen", "coopcity": "Coopcity"}
        places = [Place(key, title, port + n, root / key) for n, (key, title) in enumerate(names.items())]
        running = ending.enter_context(Running(places))
        tell = _teller(as_json)
        links = [_start(place, running) for place in places]
        for place, link in zip(places, links, strict=True):
            tell(f"{place.title:16} {place.origin}", place=place.key, origin=place.origin, sign_in_link=link)
        arrived = _play(places, ending, tell)
        if arrived:
            tell("Everything arrived everywhere.", arrived=True)
        else:
            tell("Not everything arrived in time; `knooppunt queue` would say why.", arrived=False)
        if once:
            if not arrived:
                sys.exit(1)
            return
        tell("Open any of the three in a browser. Ctrl-C ends all of them and forgets everything.")
        try:
            while all(process.poll() is None for process in running.processes):
                time.sleep(0.5)
        except KeyboardInterrupt:
            tell("Ending.")


def _teller(as_json: bool) -> Callable[..., None]:
    def tell(line: str, **facts: object) -> None:
        if not as_json:
            click.echo(line)
        elif facts:
            click.echo(json.dumps(facts))

    return tell


def _start(place: Place, running: Running) -> str:
    """Start one instance and wait until it says where it is; its sign-in link."""
    place.folder.mkdir(parents=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "web.cli", "serve", "--json"],
        env=place.environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    running.processes.append(process)
    watchdog = threading.Timer(READY_WITHIN_S, process.kill)
    watchdog.start()
    line = process.stdout.readline() if process.stdout else ""
    watchdog.cancel()
    if not line:
        fail(UNUSABLE, f"{place.title} did not start; is port {place.port} free? Try --port.")
    return str(json.loads(line).get("sign_in_link") or "")


def _play(places: list[Place], ending: ExitStack, tell: Callable[..., None]) -> bool:
    script = json.loads((DEMO / "script.json").read_text())
    by_key = {place.key: place for place in places}
    databases = {place.key: Database(f"sqlite:///{place.folder / 'knooppunt.sqlite3'}") for place in places}
    for database in databases.values():
        ending.callback(database.close)
    for line in script["follows"]:
        who, whom = line["who"].split("@"), line["whom"].split("@")
        target = by_key[whom[1]].origin.removeprefix("http://")
        _order(by_key[who[1]], ["group", "follow", who[0], f"@{whom[0]}@{target}"])
        tell(f"  {line['who']} follows {line['whom']}", who=line["who"], follows=line["whom"])
    everywhere = True
    for saying in script["says"]:
        place = by_key[saying["at"]]
        words = [_days(word) for word in saying["words"]]
        began = time.monotonic()
        _order(place, ["publish", *words])
        said = time.monotonic()
        tell(f"\n{place.title}: {saying['title']}", at=place.key, published=saying["title"])
        for key in saying["heard_by"]:
            seconds = _wait_for(databases[key], saying["title"], said)
            if seconds is None:
                everywhere = False
                tell(f"  not yet at {by_key[key].title}", to=key, title=saying["title"], seconds=None)
            else:
                there = f"  is at {by_key[key].title} {seconds:.1f} s later"
                tell(there, to=key, title=saying["title"], seconds=seconds)
        time.sleep(max(0.0, 1.0 - (time.monotonic() - began)))
    return everywhere


def _order(place: Place, words: Sequence[str]) -> dict[str, Any]:
    """Run one command on the instance, beside its running server."""
    done = subprocess.run(
        [sys.executable, "-m", "web.cli", *words, "--json"],
        env=place.environment,
        capture_output=True,
        text=True,
        timeout=READY_WITHIN_S,
        check=False,
    )
    if done.returncode:
        fail(UNUSABLE, f"{place.title}: {' '.join(words[:3])} failed: {done.stdout or done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _days(word: str) -> str:
    """`{+5d 18:30}` in a script stands for half past six in the evening in five days."""
    if not word.startswith("{+"):
        return word
    days, _, hour = word.strip("{}+").partition("d ")
    day: datetime = utc_now() + timedelta(days=int(days))
    return f"{day:%Y-%m-%d}T{hour}"


def _wait_for(database: Database, title: str, since: float) -> float | None:
    """How many seconds after `since` the instance shows what is called `title`; None if it does not in time."""
    while time.monotonic() - since < ARRIVED_WITHIN_S:
        now = utc_now()
        lines = [
            *database.read_now(offers.latest, purpose=Purpose.NEED, language="nl", limit=50),
            *database.read_now(offers.latest, purpose=Purpose.OFFER, language="nl", limit=50),
        ]
        shown = [line.title.text for line in lines]
        shown += [line.title.text for line in database.read_now(events.coming, now=now, language="nl", limit=50)]
        if any(title in each for each in shown):
            return time.monotonic() - since
        time.sleep(0.1)
    return None


COMMANDS = [demo]
