"""Processes that a walk starts: instances of ours, their commands, and the peer; ended whatever happens.

Nothing here waits by the clock alone: `eventually` asks again and again, until a deadline, for what can be seen.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from actors import groups, people
from actors.database import Database, utc_now
from actors.groups import Person
from actors.people import Vault
from inbox import log as incoming
from outbox import delivery, orders

T = TypeVar("T")
Document = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
ACTIVITY_JSON = "application/activity+json"
READY_WITHIN_S = 60.0
SEEN_WITHIN_S = 45.0
STOPPED_WITHIN_S = 10.0
COMMAND_WITHIN_S = 90.0
PAUSE_S = 0.1


def eventually(ask: Callable[[], T], *, within: float = SEEN_WITHIN_S, what: str = "") -> T:
    """What `ask` answers as soon as that is true; fails with its last answer at the deadline."""
    deadline = time.monotonic() + within
    while True:
        answer = ask()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {within:.0f} s: {what or ask}; last seen: {answer!r}"
        time.sleep(PAUSE_S)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def ask(
    url: str, *, method: str = "GET", accept: str = "", body: bytes | None = None, headers: Mapping[str, str] = {}
) -> Answer:
    """One request to a name of this machine; redirects are answers."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=20)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    sent = {"Host": parts.netloc, **({"Accept": accept} if accept else {}), **headers}
    try:
        connection.request(method, target or "/", body=body, headers=sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)
    finally:
        connection.close()


class Process:
    """A program that was started, with what it says in files beside `name` in `folder`."""

    def __init__(
        self, words: Sequence[str], folder: Path, name: str, environment: Mapping[str, str], cwd: Path | None = None
    ) -> None:
        self._out, self._err = folder / f"{name}.out", folder / f"{name}.err"
        with self._out.open("wb") as out, self._err.open("ab") as err:
            self._popen = subprocess.Popen(
                [*_end_with_parent(), *words],
                cwd=cwd or folder,
                env=dict(environment),
                stdin=subprocess.PIPE,  # the peer ends when this end closes
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self._out.read_text()

    @property
    def complained(self) -> str:
        return self._err.read_text()

    def first_line(self) -> str:
        """The first line that it prints, which both the instance and the peer do when they answer."""

        def line() -> str:
            assert self._popen.poll() is None, f"it ended: {self.said}{self.complained}"
            text = self.said
            return text.partition("\n")[0] if "\n" in text else ""

        return eventually(line, within=READY_WITHIN_S, what=f"{self._out.name} says something")

    def stop(self) -> tuple[int, float]:
        """End it in good order; its exit code, and how many seconds it took."""
        began = time.monotonic()
        if self._popen.poll() is None:
            self._popen.send_signal(signal.SIGTERM)
        try:
            code = self._popen.wait(STOPPED_WITHIN_S + 5)
        finally:
            self.kill()
        return code, time.monotonic() - began

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._popen.poll() is None:
            self._popen.kill()
        self._popen.wait()
        if self._popen.stdin is not None:
            self._popen.stdin.close()

    def wait(self, within: float) -> int:
        """Its exit code, when it ends by itself."""
        return self._popen.wait(within)


class Instance:
    """One of our instances: its origin, its folder, the processes that serve and work for it, and its commands."""

    def __init__(self, name: str, folder: Path, *, starter: str, database_url: str = "", **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.port = folder, free_port()
        self.host = f"{name}.localhost"
        self.authority = f"{self.host}:{self.port}"
        self.origin = f"http://{self.authority}"
        self.database_url = database_url
        (folder / "starter.toml").write_text(starter)
        chosen = {
            "ORIGIN": self.origin,
            "PORT": str(self.port),
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": database_url,
            "STARTER_FILE": str(folder / "starter.toml"),
            "LOG_LEVEL": "info",
        } | {key.upper(): value for key, value in settings.items()}
        self.environment = clean_environment() | {f"KNOOPPUNT_{key}": value for key, value in chosen.items()}
        self.processes: list[Process] = []
        self._db: Database | None = None

    def serve(self, *words: str) -> tuple[Process, Document]:
        """Start `knooppunt serve`, and what it said when it answered."""
        process = self._start("serve", *words)
        said: Document = json.loads(process.first_line())
        return process, said

    def work(self) -> Process:
        """Start `knooppunt work` and wait until it works."""
        process = self._start("work")
        assert json.loads(process.first_line()) == {"working": True}
        return process

    def end(self) -> None:
        """Kill whatever of it runs still, and print what it complained of, for whoever reads about a failure."""
        for process in self.processes:
            process.kill()
        if self._db is not None:
            self._db.close()
        for path in sorted(self.folder.glob("*.err")):
            print(f"--- {self.host} {path.name}\n{path.read_text()[-6000:]}")

    def run(self, *words: str, text: str | None = None, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run one command of `knooppunt` to its end, with `text` on its standard input."""
        return subprocess.run(
            [sys.executable, "-m", "web.cli", *words],
            cwd=self.folder,
            env=self.environment | {f"KNOOPPUNT_{key}": value for key, value in settings.items()},
            input=text,
            capture_output=True,
            text=True,
            timeout=COMMAND_WITHIN_S,
        )

    def do(self, *words: str, text: str | None = None) -> Any:
        """Run a command that has to succeed; its JSON."""
        done = self.run(*words, "--json", text=text)
        assert done.returncode == 0, f"{words}: {done.returncode} {done.stdout}{done.stderr}"
        return json.loads(done.stdout)

    def order(self, command: Callable[..., T], *given: Any, **facts: Any) -> T:
        """Give an order of `outbox`, as a command line beside the running process does, without a process for it."""
        return self.db.write_now(command, *given, now=utc_now(), **facts)

    @property
    def vault(self) -> Vault:
        return Vault(bytes.fromhex((self.folder / "data" / "secret.key").read_text().strip()))

    def organiser(self, *named: str) -> Person:
        """A new member who organises these groups."""

        def make(session: Session) -> Person:
            member = people.create_member(session, name="Olivia", email=None, language="nl")
            for name in named:
                group = orders.group_named(session, name)
                groups.add_member(session, group, member_id=member.id, role="organiser", now=utc_now())
            return Person(member.id)

        return self.db.write_now(make)

    def followers(self, group: str) -> int:
        """How many follow a group, as the database says: commands say the same, but a question takes them a second."""
        return self.db.read_now(orders.show_group, group)[0].followers

    def follows(self, group: str, iri: str) -> bool:
        """Whether a group follows `iri`, and was accepted."""
        return iri in self.db.read_now(orders.show_group, group)[1]

    def is_quiet(self) -> bool:
        """Whether everything heard is applied, and nothing that was said waits for anybody."""
        waiting = sum(each.waiting for each in self.db.read_now(delivery.queue, utc_now()))
        return not waiting and not self.db.read_now(incoming.load).waiting

    @property
    def db(self) -> Database:
        """The database of the running instance, to look into."""
        if self._db is None:
            self._db = Database(self.database_url or f"sqlite:///{self.folder / 'data' / 'knooppunt.sqlite3'}")
        return self._db

    def handle(self, group: str) -> str:
        return f"@{group}@{self.authority}"

    def iri(self, group: str) -> str:
        return f"{self.origin}/g/{group}"

    def page(self, path: str) -> str:
        """The HTML of a page that has to be there."""
        answer = ask(self.origin + path if path.startswith("/") else path, accept="text/html")
        assert answer.status == 200, f"{path}: {answer.status} {answer.text[:500]}"
        return answer.text

    def document(self, iri: str) -> Any:
        """The document for machines at an address that has to have one."""
        answer = ask(iri, accept=ACTIVITY_JSON)
        assert answer.status == 200, f"{iri}: {answer.status} {answer.text[:500]}"
        return answer.json

    def shows(self, words: str, path: str = "/") -> Callable[[], bool]:
        """A question for `eventually`: whether the page at `path` has these words."""
        return lambda: words in self.page(path)

    def _start(self, command: str, *words: str) -> Process:
        name = f"{command}-{len(self.processes)}"
        line = [sys.executable, "-m", "web.cli", command, *words, "--json"]
        process = Process(line, self.folder, name, self.environment)
        self.processes.append(process)
        return process


def starter(name: str, **postings: str) -> str:
    """A starter description: an instance called `name`, with a sector group for each username -> posting rule."""
    groups = [
        f'[[group]]\nusername = "{username}"\nkind = "sector"\nregion = "BE-BRU"\nposting = "{posting}"\n'
        f'[group.name]\nen = "Group {username}"\n'
        for username, posting in postings.items()
    ]
    return f'name = "{name}"\nlanguages = ["en", "nl", "fr", "de"]\n' + "\n".join(groups)


def clean_environment() -> dict[str, str]:
    """The environment without anybody's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KNOOPPUNT_")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def _end_with_parent() -> list[str]:
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []
