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
from typing import Any, Protocol, Self

import click

from actors import events, offers
from actors.database import Database, utc_now
from actors.views import Purpose
from outbox import orders
from web.cli.terminal import REFUSED, UNUSABLE, command, count, fail

DEMO = Path(__file__).resolve().parent.parent / "demo"
READY_WITHIN_S = 60
"""How long an instance or a command may take."""
ARRIVED_WITHIN_S = 60
PACE_S = 1.0
"""So that one can read along."""
COLUMN = 18
SAYS = {"need": "needs", "offer": "offers", "event": "announces", "note": "says"}


class Tell(Protocol):
    """Prints a line for people, or its facts for machines; a line without facts is for people alone."""

    def __call__(self, line: str, **facts: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Place:
    """One instance of the demonstration."""

    key: str
    title: str
    port: int
    folder: Path

    @property
    def authority(self) -> str:
        return f"{self.key}.localhost:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.authority}"

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


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the script is played, and who watches."""

    places: dict[str, Place]
    databases: dict[str, Database]
    tell: Tell


@click.command(short_help="Three instances here, joined to each other.")
@click.option("--port", type=click.IntRange(1024, 65000), default=8001, show_default=True, help="The first of three.")
@click.option("--once", is_flag=True, help="End when everything has arrived, instead of at Ctrl-C.")
@command
def demo(port: int, once: bool, as_json: bool) -> None:
    """Start Smart Brussels, Smart Antwerpen and Coopcity here, join them, and watch needs and events travel.

    With --json, one JSON document a line, as things happen; with --once, exit code 1 if something did not arrive.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ExitStack() as ending:
        root = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="knooppunt-demo-")))
        names = {"brussels": "Smart Brussels", "antwerp": "Smart Antwerpen", "coopcity": "Coopcity"}
        places = {key: Place(key, title, port + n, root / key) for n, (key, title) in enumerate(names.items())}
        running = ending.enter_context(Running())
        tell = _teller(as_json)
        tell("Three instances, each with a database and keys of its own:")
        _start(list(places.values()), running, tell)
        databases = {key: Database(f"sqlite:///{place.folder / 'knooppunt.sqlite3'}") for key, place in places.items()}
        for database in databases.values():
            ending.callback(database.close)
        try:
            arrived = _play(Stage(places, databases, tell))
            if arrived:
                tell("\nEverything arrived everywhere.", arrived=True)
            else:
                tell("\nNot everything arrived in time.", arrived=False)
            if not once:
                tell("Open the three addresses above in a browser. Ctrl-C ends all three and forgets everything.")
                while all(process.poll() is None for process in running.processes):
                    time.sleep(0.5)
        except KeyboardInterrupt:
            tell("\nEnding.")
            return
        if once and not arrived:
            sys.exit(REFUSED)


def _teller(as_json: bool) -> Tell:
    def tell(line: str, **facts: object) -> None:
        if not as_json:
            click.echo(line)
        elif facts:
            click.echo(json.dumps(facts, ensure_ascii=False))

    return tell


def _start(places: Sequence[Place], running: Running, tell: Tell) -> None:
    """Start the instances side by side, and wait until each says that it answers."""
    for place in places:
        place.folder.mkdir(parents=True)
        running.processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "web.cli", "serve", "--json"],
                env=place.environment,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,  # Ctrl-C is for us, who then end them
            )
        )
    for place, process in zip(places, running.processes, strict=True):
        watchdog = threading.Timer(READY_WITHIN_S, process.kill)
        watchdog.start()
        line = process.stdout.readline() if process.stdout else ""
        watchdog.cancel()
        if not line:
            fail(UNUSABLE, f"{place.title} did not start. Is port {place.port} free? Another one: --port.")
        said = json.loads(line)
        founded = len(said["founded"])
        tell(
            f"  {place.title:{COLUMN}}  {place.origin}  ({count(founded, 'group')}, ready in {said['seconds']} s)",
            place=place.key,
            origin=place.origin,
            groups=founded,
            seconds=said["seconds"],
        )


def _play(stage: Stage) -> bool:
    """What script.json says, line by line; whether everything arrived."""
    script = json.loads((DEMO / "script.json").read_text(encoding="utf-8"))
    stage.tell("\nTheir groups follow each other:")
    missed = [line for line in script["follows"] if not _follow(stage, line["who"], line["whom"])]
    for saying in script["says"]:
        place, words = stage.places[saying["at"]], saying["words"]
        group = words[words.index("--as") + 1]
        began = time.monotonic()
        said = _order(place, ["publish", *map(_days, words)])
        published = time.monotonic()
        stage.tell(
            f"\n{place.title}, {group}: {SAYS[words[0]]} «{saying['title']}»",
            at=place.key,
            group=group,
            published=saying["title"],
            iri=said["iri"],
        )
        missed += [key for key in saying["heard_by"] if not _arrival(stage, key, saying["title"], published)]
        time.sleep(max(0.0, PACE_S - (time.monotonic() - began)))
    return not missed


def _follow(stage: Stage, who: str, whom: str) -> bool:
    (username, key), (followed, elsewhere) = who.split("@"), whom.split("@")
    place, other = stage.places[key], stage.places[elsewhere]
    _order(place, ["group", "follow", username, f"@{followed}@{other.authority}"])
    since = time.monotonic()
    iri = f"{other.origin}/g/{followed}"
    seconds = _until(since, lambda: iri in stage.databases[key].read_now(orders.show_group, username)[1])
    outcome = "is not accepted yet" if seconds is None else f"accepted after {seconds:.1f} s"
    stage.tell(f"  {who:{COLUMN}}  -> {whom:{COLUMN}}  {outcome}", who=who, follows=whom, seconds=seconds)
    return seconds is not None


def _arrival(stage: Stage, key: str, title: str, since: float) -> bool:
    seconds = _until(since, lambda: _shows(stage.databases[key], title))
    outcome = "has not got it yet" if seconds is None else f"shows it {seconds:.1f} s later"
    stage.tell(f"  {stage.places[key].title:{COLUMN}}  {outcome}", to=key, title=title, seconds=seconds)
    return seconds is not None


def _until(since: float, seen: Callable[[], bool]) -> float | None:
    """How many seconds after `since` it was seen; None if it is not in time."""
    while time.monotonic() - since < ARRIVED_WITHIN_S:
        if seen():
            return round(time.monotonic() - since, 2)
        time.sleep(0.05)
    return None


def _shows(database: Database, title: str) -> bool:
    """Whether the front page of that instance has `title` in it: what it would list is asked of its database."""
    now = utc_now()
    titles = [
        line.title.text
        for purpose in (Purpose.NEED, Purpose.OFFER)
        for line in database.read_now(offers.latest, purpose=purpose, language="nl", limit=50)
    ]
    titles += [line.title.text for line in database.read_now(events.coming, now=now, language="nl", limit=50)]
    return any(title in each for each in titles)


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
        fail(UNUSABLE, f"{place.title}: «knooppunt {' '.join(words[:3])} …» failed: {done.stdout or done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _days(word: str) -> str:
    """`{+5d 18:30}` in a script stands for half past six in the evening in five days."""
    if not word.startswith("{+"):
        return word
    days, _, hour = word.strip("{}+").partition("d ")
    day: datetime = utc_now() + timedelta(days=int(days))
    return f"{day:%Y-%m-%d}T{hour}"


COMMANDS = [demo]
