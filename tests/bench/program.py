"""The program under test: `knooppunt serve` with a database of its own, as an operator starts it.

The limits per host are raised, because here a few hosts send what a thousand would: `RAISED` is printed with the
figures.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from actors.database import Database, migrate
from tests import needs
from tests.postgres import Cluster
from tests.walks.processes import ROOT, clean_environment, free_port

T = TypeVar("T")

RAISED = {
    "INBOX_PER_HOST_PER_S": "100000",
    "INBOX_PER_HOST_BURST": "100000",
    "FETCHES_PER_HOST": "8",
    "FETCHES_TOTAL": "64",
}
"""Settings that bound what one host may ask of us, as environment variables without their prefix."""
SECRET = bytes(range(32))
STARTER = ROOT / "starter.toml"
STOPS_WITHIN_S = 15.0


class Engine:
    """Where the databases come from: files in a folder, or a PostgreSQL server of our own."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = Path(tempfile.mkdtemp(prefix="knooppunt-bench-"))
        self._cluster: Cluster | None = None
        if name == "postgresql":
            self._cluster = Cluster(needs.postgresql())
            self._cluster.start()
        self._made = 0

    def close(self) -> None:
        if self._cluster is not None:
            self._cluster.remove()
        shutil.rmtree(self.folder, ignore_errors=True)

    def program(self, port: int | None = None) -> Program:
        """A program with an empty database."""
        self._made += 1
        folder = self.folder / f"run-{self._made}"
        folder.mkdir()
        if self._cluster is not None:
            url = self._cluster.fresh().replace("postgresql://", "postgresql+psycopg://", 1)
        else:
            url = f"sqlite:///{folder / 'knooppunt.sqlite3'}"
        migrate(url)
        return Program(folder, url, port or free_port())


@dataclass(slots=True)
class Running:
    """A process of the program."""

    process: subprocess.Popen[bytes]

    @property
    def peak_rss_mb(self) -> float:
        """The most memory that it ever had (VmHWM), in MB of 1,048,576 bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    @property
    def cpu_s(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Program:
    """One instance: its folder, database and port, and the processes that were started for it."""

    def __init__(self, folder: Path, url: str, port: int) -> None:
        self.folder, self.url, self.port = folder, url, port
        self.authority = f"bench.localhost:{port}"
        self.origin = f"http://{self.authority}"

    def write(self, fn: Callable[..., T], *args: Any) -> T:
        """Run `fn(session, …)` and commit, beside whatever runs."""
        with contextlib.closing(Database(self.url)) as db:
            return db.write_now(fn, *args)

    @contextlib.contextmanager
    def serving(self, *words: str) -> Iterator[Running]:
        """`knooppunt serve`, ready; ended in good order at the end of the block."""
        with self._started("serve", *words) as running:
            yield running

    @contextlib.contextmanager
    def working(self) -> Iterator[Running]:
        """`knooppunt work` beside it, on PostgreSQL."""
        with self._started("work") as running:
            yield running

    @contextlib.contextmanager
    def _started(self, command: str, *words: str) -> Iterator[Running]:
        settings = RAISED | {
            "ORIGIN": self.origin,
            "PORT": str(self.port),
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.url,
            "SECRET_KEY": SECRET.hex(),
            "STARTER_FILE": str(STARTER),
            "LOG_LEVEL": "warning",
        }
        environment = clean_environment() | {f"KNOOPPUNT_{name}": value for name, value in settings.items()}
        complaints = self.folder / f"{command}.err"
        with complaints.open("ab") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "web.cli", command, *words, "--json"],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        try:
            assert process.stdout is not None
            if not process.stdout.readline():
                raise RuntimeError(f"knooppunt {command} did not start:\n{complaints.read_text()[-4000:]}")
            yield Running(process)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOPS_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if said := complaints.read_text().strip():
                print(f"  knooppunt {command} complained:\n{said[-2000:]}", file=sys.stderr)
