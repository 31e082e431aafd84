"""A PostgreSQL server that lives as long as the test run, and new databases from it in a few milliseconds.

    pytest_plugins = ["tests.postgres"]          # in conftest.py

    def test_something(postgres_cluster):
        url = postgres_cluster.fresh()           # postgresql://…, a copy of what `prepare()` made

The server listens on a socket in a folder of its own and on a random port of 127.0.0.1; its files are made by `initdb`
in a temporary folder and removed at the end. PostgreSQL refuses to run as root, so there it runs as somebody else.
`fsync` is off: killing the server loses nothing (the kernel has the pages), only a power cut would.
"""

import atexit
import contextlib
import itertools
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests import needs

USER = "knooppunt"
START_LIMIT_S = 30.0
STOP_LIMIT_S = 30.0
UNPRIVILEGED = ("postgres", "nobody")
SETTINGS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "max_wal_size": "1GB",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}


class Cluster:
    """One PostgreSQL server, from `initdb` to the removal of its files.

    `start`, `stop` or `crash`, and `start` again keep the port and the data: a test can take it away under load.
    """

    def __init__(self, programs: Path, **settings: str) -> None:
        """Make the files; `settings` are lines of postgresql.conf that go before ours."""
        self._programs = programs
        self._settings = SETTINGS | settings
        self._owner = _unprivileged_owner()
        self._folder = Path(tempfile.mkdtemp(prefix="knooppunt-pg-"))
        self._password = secrets.token_hex(16)
        self._server: subprocess.Popen[bytes] | None = None
        self._names = itertools.count(1)
        self._template = "template1"
        self.port = _free_port()
        atexit.register(self.remove)
        self._make_files()

    def start(self) -> None:
        """Start the server and come back when it answers."""
        arguments = [argument for name, value in self._settings.items() for argument in ("-c", f"{name}={value}")]
        self._server = self._popen(
            *("postgres", "-D", self._folder / "data", "-p", self.port, "-h", "127.0.0.1", "-k", self._folder),
            *arguments,
        )
        deadline = time.monotonic() + START_LIMIT_S
        while True:
            try:
                self._connect("postgres").close()
                return
            except psycopg.OperationalError:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"PostgreSQL did not start:\n{self._log()}") from None
                time.sleep(0.02)

    def stop(self) -> None:
        """Stop in good order; whoever is connected is cut off."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """Stop at once and write nothing more; the next start has to recover."""
        self._end(signal.SIGQUIT)

    def remove(self) -> None:
        """Stop the server and take its files away; more than once is no harm."""
        atexit.unregister(self.remove)
        self._end(signal.SIGQUIT)
        shutil.rmtree(self._folder, ignore_errors=True)

    def prepare(self, build: Callable[[str], None]) -> None:
        """Let `build(url)` fill an empty database, from which `fresh` will copy; it must leave no connection open."""
        name = self._create("template1")
        build(self.url(name))
        self._template = name

    def fresh(self) -> str:
        """The URL of a new database, equal to the prepared one."""
        return self.url(self._create(self._template))

    def drop(self, url: str) -> None:
        """Remove the database at `url`, and whoever is still connected to it."""
        name = url.rpartition("@/")[2].partition("?")[0]
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def url(self, database: str) -> str:
        """The address of `database` by the socket in the server's folder, for this user alone."""
        return f"postgresql://{USER}@/{database}?host={self._folder}&port={self.port}"

    def network_url(self, url: str) -> str:
        """`url` again by 127.0.0.1 and a password, for programs that cannot reach the socket."""
        name = url.rpartition("@/")[2].partition("?")[0]
        return f"postgresql://{USER}:{self._password}@127.0.0.1:{self.port}/{name}"

    def _make_files(self) -> None:
        secret = self._folder / "password"
        secret.write_text(self._password, encoding="ascii")
        if self._owner:
            for path in (self._folder, secret):
                os.chown(path, self._owner.pw_uid, self._owner.pw_gid)
        made = self._popen(
            *("initdb", "-D", self._folder / "data", "-U", USER, "-E", "UTF8", "--locale=C", "--no-sync"),
            *("--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={secret}"),
        )
        if made.wait(START_LIMIT_S) != 0:
            raise RuntimeError(f"initdb failed:\n{self._log()}")

    def _popen(self, program: str, *arguments: object) -> subprocess.Popen[bytes]:
        owner = self._owner
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                [*_end_with_parent(), self._programs / program, *map(str, arguments)],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=owner.pw_uid if owner else None,
                group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
                start_new_session=True,  # Ctrl-C is for pytest, which then stops the server itself
            )

    def _end(self, how: signal.Signals) -> None:
        server, self._server = self._server, None
        if server is None or server.poll() is not None:
            return
        server.send_signal(how)
        try:
            server.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url(database), autocommit=True, connect_timeout=5)

    def _create(self, template: str) -> str:
        name = f"{USER}_{next(self._names)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._run(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def _run(self, statement: sql.Composed) -> None:
        with contextlib.closing(self._connect("postgres")) as connection:
            connection.execute(statement)

    def _log(self) -> str:
        return (self._folder / "log").read_text(encoding="utf-8", errors="replace")[-4000:]


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A running server, started when the first test asks for it; one for each process of the run."""
    cluster = Cluster(needs.postgresql())
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


def _unprivileged_owner() -> pwd.struct_passwd | None:
    """Whose the server shall be: None for ourselves, somebody else when we are root."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError(f"PostgreSQL cannot run as root, and this machine has no user {' or '.join(UNPRIVILEGED)}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _end_with_parent() -> list[str]:
    """What goes before a program so that it ends when the test run dies without a word (on Linux)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "QUIT"] if setpriv else []
