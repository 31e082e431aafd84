"""A small disk for the data directory, which a test can fill and free.

A real one needs root or user namespaces: then it is a tmpfs that only the processes of the test see. Besides, and
anywhere, the files of a process can be kept from growing (RLIMIT_FSIZE), which SQLite meets as a failed write of
another sort.
"""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from tests.walks.processes import Process, _end_with_parent

SIZE_MIB = 24
READY_WITHIN_S = 10.0
CHUNK = b"\0" * 65_536


class Disk(Protocol):
    """What can be filled.

    Attributes:
        kind: in words.
        wrap: what goes before a program that is to see it.
    """

    kind: str
    wrap: Sequence[str]

    def __init__(self, path: Path) -> None:
        """Make it at `path`, an empty folder."""

    def fill(self, process: Process) -> None:
        """Leave no room for anything that this process writes."""

    def free(self, process: Process) -> None:
        """Make room again."""

    def end(self) -> None:
        """Take it away."""


class SmallDisk(Disk):
    """A tmpfs at `path` in a mount namespace of its own, held by a process that sleeps."""

    kind = f"a tmpfs of {SIZE_MIB} MiB"

    def __init__(self, path: Path) -> None:
        as_nobody = os.geteuid() != 0
        unshare = [*_end_with_parent(), "unshare", "--mount", *(["--map-root-user"] if as_nobody else [])]
        mount = f'mount -t tmpfs -o size={SIZE_MIB}m,mode=0755 small "$1" && echo mounted && exec sleep 3600'
        self._holder = subprocess.Popen(
            [*unshare, "sh", "-c", mount, "sh", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != "mounted\n":
            self.end()
            raise OSError("no small disk: this machine gives us no mount namespace")
        pid = self._holder.pid
        self.wrap: Sequence[str] = [
            "nsenter",
            f"--target={pid}",
            "--mount",
            *(["--user", "--preserve-credentials"] if as_nobody else []),
        ]
        # Good for plain files only: SQLite takes /proc/…/root for a link and looks here instead of there.
        self._seen = Path(f"/proc/{pid}/root{path}")

    def fill(self, process: Process) -> None:
        """Leave not a byte free."""
        with contextlib.suppress(OSError), (self._seen / "ballast").open("ab", buffering=0) as ballast:
            while True:
                ballast.write(CHUNK)
        with contextlib.suppress(OSError), (self._seen / "ballast").open("ab", buffering=0) as ballast:
            while True:
                ballast.write(CHUNK[:512])

    def free(self, process: Process) -> None:
        """Take the ballast away."""
        (self._seen / "ballast").unlink()

    def end(self) -> None:
        self._holder.kill()
        self._holder.communicate()


class LimitedFiles(Disk):
    """The disk of this machine, on which no file of the process may grow while it is «full»."""

    kind = "files that may not grow"

    def __init__(self, path: Path) -> None:
        self.wrap: Sequence[str] = ()
        self._path = path

    def fill(self, process: Process) -> None:
        sizes = [each.stat().st_size for each in self._path.iterdir() if each.name.endswith("-wal")]
        self._limit(process, max(sizes, default=0))

    def free(self, process: Process) -> None:
        self._limit(process, resource.RLIM_INFINITY)

    def end(self) -> None:
        """Nothing to take away."""

    def _limit(self, process: Process, size: int) -> None:
        resource.prlimit(process._popen.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def small_disk(make: type[Disk], path: Path) -> Iterator[Disk]:
    """A disk at `path`; skips the test if this machine does not let us have one of this sort."""
    path.mkdir(parents=True)
    try:
        disk = make(path)
    except OSError as error:
        pytest.skip(str(error))
    try:
        yield disk
    finally:
        disk.end()
