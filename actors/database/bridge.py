"""The one bridge to the tables: `Database.read` and `Database.write`, column types, ids.

Everything that touches tables is a plain function `f(session, ...)`. `read` runs it on a reading
connection and rolls back; `write` hands it to a writer thread. Many writes that wait at the same
time share one transaction (group commit); the caller goes on only after the commit. When one of
them fails, the transaction is given up and done again with a savepoint for each, so that it fails
alone. A write that collided with another writer is run again by itself. So a write may be run more
than once: it must be free of outside effects.

SQLite has one writer at a time whatever we do: one writer thread, `BEGIN IMMEDIATE`, write-ahead
log, and `synchronous=FULL`, which group commit makes cheap. PostgreSQL gets a few writer threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from actors.database.engines import open_engine

P = ParamSpec("P")
T = TypeVar("T")

GROUP_LIMIT = 100
"""How many waiting writes share one transaction at most."""
WRITE_ATTEMPTS = 4
POSTGRES_WRITERS = 4
READERS = 4


class Uncertain(SQLAlchemyError):
    """The connection was lost while a commit was under way: it is done, or it is not.

    Nobody runs the write again: whoever asked must look, or ask again in a way that may be repeated.
    """


@dataclass(slots=True)
class _Write:
    """A write that waits for its turn."""

    work: Callable[[Session], Any]
    done: Future[Any]


class Database:
    """Two engines on one database, and the two ways to use them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        writers = 1 if self.is_sqlite else POSTGRES_WRITERS
        self._write_engine = open_engine(url, writing=True, connections=writers)
        self._read_engine = open_engine(url, writing=False, connections=READERS)
        self._reading = sessionmaker(self._read_engine, expire_on_commit=False, autoflush=False)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._queue: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._writers = [
            threading.Thread(target=self._serve_writes, name=f"writer-{n}", daemon=True) for n in range(writers)
        ]
        self._closed = False
        for thread in self._writers:
            thread.start()

    @property
    def engine(self) -> Engine:
        """The writing engine, for migrations and backups."""
        return self._write_engine

    async def read(self, fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(session, ...)` in a thread; whatever it changed is rolled back."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, lambda: self.read_now(fn, *args, **kwargs))

    async def write(self, fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(session, ...)` in a writer thread and come back once it is committed.

        Raises:
            IntegrityError, OperationalError: it collided with another writer `WRITE_ATTEMPTS` times in a row.
        """
        # A commit that is under way can't be called back: shield it, so that a cancelled caller leaves
        # the write either done or not done, and the future never resolves into a dead waiter.
        return await asyncio.shield(asyncio.wrap_future(self._submit(fn, *args, **kwargs)))

    def read_now(self, fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """`read` for callers without an event loop (command line, migrations, tests)."""
        with self._reading() as session:
            return fn(session, *args, **kwargs)

    def write_now(self, fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """`write` for callers without an event loop."""
        return self._submit(fn, *args, **kwargs).result()

    def settle(self) -> None:
        """Let nothing of what was deleted stay beside the database (on SQLite: in its write-ahead log).

        Readers that are under way may keep a part of it until the next time.
        """
        if self.is_sqlite:
            with self._read_engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Finish the writes that wait, then let go of every connection."""
        if self._closed:
            return
        self._closed = True
        for _ in self._writers:
            self._queue.put(None)
        for thread in self._writers:
            thread.join()
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._write_engine.dispose()
        self._read_engine.dispose()

    def _submit(self, fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        if self._closed:
            raise RuntimeError("the database is closed")
        done: Future[T] = Future()
        self._queue.put(_Write(lambda session: fn(session, *args, **kwargs), done))
        return done

    def _serve_writes(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, last = [first], False
            with contextlib.suppress(queue.Empty):
                while len(batch) < GROUP_LIMIT:
                    following = self._queue.get_nowait()
                    if following is None:
                        last = True
                        break
                    batch.append(following)
            try:
                self._serve_batch(batch)
            except BaseException as error:  # noqa: BLE001  a dead writer would leave everybody waiting
                for write in batch:
                    if not write.done.done():
                        write.done.set_exception(error)
            if last:
                return

    def _serve_batch(self, batch: list[_Write]) -> None:
        if len(batch) > 1 and (self._plainly(batch) or self._together(batch)):
            return
        for write in batch:
            if not write.done.done():
                self._alone(write)

    def _plainly(self, batch: list[_Write]) -> bool:
        """Try the whole batch in one transaction without savepoints, which cost more than most writes; False when
        anything at all went wrong, and nothing was done.
        """
        results = []
        try:
            with self._writing() as session:
                for write in batch:
                    results.append(write.work(session))
                    session.flush()
                    session.expunge_all()
        except Uncertain:
            raise
        except BaseException:  # noqa: BLE001  whose it is will be found with savepoints
            return False
        for write, result in zip(batch, results, strict=True):
            write.done.set_result(result)
        return True

    def _together(self, batch: list[_Write]) -> bool:
        """Try the whole batch in one transaction, each in a savepoint; False when the transaction itself was lost."""
        results: list[tuple[_Write, Any]] = []
        again: list[_Write] = []
        failed: list[tuple[_Write, BaseException]] = []
        try:
            with self._writing() as session:
                for write in batch:
                    try:
                        with session.begin_nested():
                            result = write.work(session)
                        results.append((write, result))
                    except (IntegrityError, OperationalError):
                        again.append(write)
                        if not session.is_active:
                            raise
                    except DBAPIError:
                        raise
                    except BaseException as error:  # noqa: BLE001  handed to the one who asked, who decides
                        failed.append((write, error))
                    session.expunge_all()
        except Uncertain:
            raise
        except SQLAlchemyError:
            return False
        for write, result in results:
            write.done.set_result(result)
        for write, refusal in failed:
            write.done.set_exception(refusal)
        for write in again:
            self._alone(write)
        return True

    def _alone(self, write: _Write) -> None:
        for attempt in range(1, WRITE_ATTEMPTS + 1):
            try:
                with self._writing() as session:
                    result = write.work(session)
            except (IntegrityError, OperationalError) as error:
                if attempt == WRITE_ATTEMPTS:
                    write.done.set_exception(error)
                    return
            except BaseException as error:  # noqa: BLE001  handed to the one who asked, who decides
                write.done.set_exception(error)
                return
            else:
                write.done.set_result(result)
                return

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Session]:
        with self._write_engine.connect() as connection, Session(connection, expire_on_commit=False) as session:
            transaction = session.begin()
            try:
                yield session
                session.flush()
            except BaseException:
                transaction.rollback()
                raise
            try:
                transaction.commit()
            except DBAPIError as error:
                if error.connection_invalidated:
                    raise Uncertain("the connection was lost at the commit") from error
                raise
