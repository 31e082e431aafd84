"""An instance of ours as processes that are killed and started again."""

from __future__ import annotations

import asyncio
import json
import pickle
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from fediverse.keys import PublicKey, read_key
from fediverse.limits import Limits
from fediverse.types import Actor as ActorDocument
from fediverse.vocabulary import read
from tests.faults.books import Books, read_books
from tests.faults.remotes import ACTIVITY_JSON
from tests.faults.senders import Sender
from tests.walks.processes import Instance, Process

T = TypeVar("T")

STARTED_WITHIN_S = 30.0
PAUSE_S = 0.05
READ_BOOKS = (
    "import pickle, sys; from tests.faults.books import read_books;"
    " sys.stdout.buffer.write(pickle.dumps(read_books(sys.argv[1])))"
)


async def eventually(ask: Callable[[], Awaitable[T | None]], *, within: float, what: str) -> T:
    """What `ask` answers as soon as that is true; fails at the deadline."""
    deadline = time.monotonic() + within
    while True:
        answer = await ask()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {within:.0f} s: {what}; last seen: {answer!r}"
        await asyncio.sleep(PAUSE_S)


class Coop(Instance):
    """An instance whose processes have parts to play: «web», «work-1», …; a part is always played by one process.

    Attributes:
        parts: what each part runs: the words after `knooppunt`.
        wrap: what stands before the program of every process.
    """

    def __init__(self, folder: Path, *, starter: str, database_url: str = "", **settings: str) -> None:
        super().__init__("coop", folder, starter=starter, database_url=database_url, **settings)
        self.parts: dict[str, Sequence[str]] = {"web": ("serve",)}
        if database_url:
            self.parts = {"web": ("serve", "--no-worker"), "work-1": ("work",), "work-2": ("work",)}
        self.wrap: Sequence[str] = ()
        self.playing: dict[str, Process] = {}

    @property
    def url(self) -> str:
        """The database's address, in SQLAlchemy's form."""
        if self.database_url:
            return self.database_url.replace("postgresql://", "postgresql+psycopg://")
        return f"sqlite:///{self.folder / 'data' / 'knooppunt.sqlite3'}"

    def start(self, part: str) -> Process:
        """Start the process of this part, without waiting for it."""
        name = f"{part}-{len(self.processes)}"
        words = [*self.wrap, sys.executable, "-m", "web.cli", *self.parts[part], "--json"]
        process = self.playing[part] = Process(words, self.folder, name, self.environment)
        self.processes.append(process)
        return process

    async def start_all(self) -> None:
        """Start every part, the web first, since it founds what is not there, and wait until all are ready."""
        for part in self.parts:
            process = self.start(part)
            await asyncio.to_thread(process.first_line)

    async def started(self, part: str) -> dict[str, object]:
        """What the part's process said when it was ready."""
        said: dict[str, object] = json.loads(await asyncio.to_thread(self.playing[part].first_line))
        return said

    def kill(self, part: str) -> None:
        """As a power cut would."""
        self.playing[part].kill()

    def end(self) -> None:
        """Kill whatever runs still; what nobody complained of is not worth a line."""
        for process in self.processes:
            process.kill()
        for path in self.folder.glob("*.err"):
            if not path.stat().st_size:
                path.unlink()
        super().end()

    async def books(self) -> Books:
        if not self.wrap:
            return await asyncio.to_thread(read_books, self.url)
        read: Books = pickle.loads(await asyncio.to_thread(self.inside, "-c", READ_BOOKS, self.url))
        return read

    def inside(self, *words: str) -> bytes:
        """What Python says to these words where this instance's processes run."""
        line = [*self.wrap, sys.executable, *words]
        return subprocess.run(line, env=self.environment, capture_output=True, check=True, timeout=60).stdout

    async def idle(self, within: float) -> Books:
        """The books once nothing waits any more."""

        async def look() -> Books | None:
            books = await self.books()
            self._last = (books.incoming, books.behind[:5])
            return books if books.idle else None

        try:
            return await eventually(look, within=within, what="everything is applied and delivered")
        except AssertionError as failure:
            raise AssertionError(f"{failure}; {self._last}") from None

    async def keys_of(self, *groups: str) -> dict[str, PublicKey]:
        """The keys that these groups show."""
        keys: dict[str, PublicKey] = {}
        async with sender(self) as asker:
            for path in [*(f"/g/{group}" for group in groups), "/actor"]:
                answer = await asker.get(path, ACTIVITY_JSON)
                assert answer is not None
                assert answer.status == 200, path
                document = read(json.loads(answer.body), Limits())
                assert isinstance(document, ActorDocument)
                keys |= {key.id: read_key(key) for key in document.public_keys if key.id}
        return keys


@asynccontextmanager
async def sender(coop: Coop) -> AsyncIterator[Sender]:
    """Somebody who only asks."""

    class _Nowhere:
        def write(self, kind: str, **facts: object) -> None:
            """Not written down."""

    one = Sender(coop.origin, _Nowhere())  # type: ignore[arg-type]
    try:
        yield one
    finally:
        one.close()
