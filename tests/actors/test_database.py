"""The bridge to the tables: reads change nothing, writes that wait share a transaction, one that fails fails alone."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session

from actors.database import POSTGRES_WRITERS, Database, Uncertain, is_postgresql
from actors.moderation import Host
from actors.refusals import Refused

pytestmark = pytest.mark.anyio

NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001  the very thing that is refused
HELD: set[asyncio.Future[None]] = set()


def add(session: Session, name: str) -> str:
    session.add(Host(name=name, policy="open"))
    session.flush()
    return name


def names(session: Session) -> list[str]:
    return list(session.scalars(select(Host.name).order_by(Host.name)))


def refuse(session: Session, name: str) -> None:
    add(session, name)
    raise Refused("not-today", name=name)


async def test_what_a_read_changed_is_not_kept(db: Database):
    await db.read(add, "a.example")
    assert await db.read(names) == []


async def test_a_write_is_there_for_the_next_reader_once_it_has_returned(db: Database):
    assert await db.write(add, "a.example") == "a.example"
    assert await db.read(names) == ["a.example"]


async def test_fifty_writers_at_once_all_arrive(db: Database):
    await asyncio.gather(*(db.write(add, f"h{n:02}.example") for n in range(50)))
    assert len(await db.read(names)) == 50


async def held_back(db: Database) -> threading.Event:
    """Keep every writer thread busy until the event is set, so that what follows waits together."""
    gate, busy = threading.Event(), threading.Semaphore(0)

    def hold(_session: Session) -> None:
        busy.release()
        gate.wait(10)

    threads = 1 if db.is_sqlite else POSTGRES_WRITERS
    for _ in range(threads):
        # One after the other, since those that wait together would share one thread.
        HELD.add(asyncio.ensure_future(db.write(hold)))
        assert await asyncio.to_thread(busy.acquire, timeout=10)
    return gate


async def test_one_that_fails_among_many_fails_alone(db: Database):
    # Given writes that wait together, a rule's refusal and a doubled key among them
    gate = await held_back(db)
    waiting = [asyncio.ensure_future(db.write(add, f"h{n}.example")) for n in range(10)]
    refused = asyncio.ensure_future(db.write(refuse, "refused.example"))
    doubled = asyncio.ensure_future(db.write(add, "h3.example"))
    await asyncio.sleep(0)

    # When they are let through
    gate.set()
    results = await asyncio.gather(*waiting, refused, doubled, return_exceptions=True)

    # Then each has its own end, and what the failed ones did is gone
    assert results[:10] == [f"h{n}.example" for n in range(10)]
    assert isinstance(results[10], Refused)
    assert results[10].facts == {"name": "refused.example"}
    assert isinstance(results[11], IntegrityError)
    assert await db.read(names) == sorted(f"h{n}.example" for n in range(10))


async def test_writes_that_wait_share_a_transaction(db: Database):
    transactions: list[int] = []

    def note_transaction(session: Session) -> None:
        transactions.append(id(session.connection().get_transaction()))

    gate = await held_back(db)
    waiting = [asyncio.ensure_future(db.write(note_transaction)) for _ in range(50)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*waiting)
    assert len(transactions) == 50
    assert len(set(transactions)) <= (1 if db.is_sqlite else POSTGRES_WRITERS)


async def test_a_statement_that_the_database_refuses_spoils_no_other(db: Database):
    def broken(session: Session) -> None:
        session.execute(text("SELECT no_such_column FROM host"))

    gate = await held_back(db)
    good = [asyncio.ensure_future(db.write(add, f"h{n}.example")) for n in range(3)]
    bad = asyncio.ensure_future(db.write(broken))
    await asyncio.sleep(0)
    gate.set()
    assert await asyncio.gather(*good) == ["h0.example", "h1.example", "h2.example"]
    with pytest.raises(DBAPIError, match="no_such_column"):
        await bad
    assert len(await db.read(names)) == 3


async def test_E5_an_error_names_the_statement_and_nothing_of_what_was_in_it(db: Database):
    def broken(session: Session) -> None:
        session.execute(text("SELECT no_such_column FROM host WHERE name = :name"), {"name": "noor@members.example"})

    with pytest.raises(DBAPIError, match="no_such_column") as error:
        await db.write(broken)
    assert "noor" not in str(error.value)


async def test_a_write_that_collided_is_run_again(db: Database):
    attempts: list[int] = []

    def collide_once(session: Session) -> int:
        attempts.append(1)
        if len(attempts) == 1:
            raise OperationalError("SELECT", {}, Exception("could not serialize"))
        return session.scalar(select(func.count()).select_from(Host)) or 0

    assert await db.write(collide_once) == 0
    assert len(attempts) == 2


async def test_a_caller_that_gave_up_leaves_its_write_done_or_not_done(db: Database):
    gate = await held_back(db)
    given_up = asyncio.ensure_future(db.write(add, "late.example"))
    await asyncio.sleep(0)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    gate.set()
    await db.write(add, "next.example")
    assert await db.read(names) == ["late.example", "next.example"]


async def test_two_processes_beside_each_other_wait_for_their_turn(db: Database, database_url: str):
    other = Database(database_url)
    try:
        pairs = [(where, f"h{n}{m}.example") for n in range(20) for m, where in enumerate((db, other))]
        await asyncio.gather(*(where.write(add, name) for where, name in pairs))
    finally:
        other.close()
    assert len(await db.read(names)) == 40


def test_a_closed_database_refuses(database_url: str):
    database = Database(database_url)
    database.close()
    with pytest.raises(RuntimeError, match="closed"):
        database.write_now(add, "a.example")


def test_times_come_back_aware_and_in_utc(db: Database):
    brussels = timezone(timedelta(hours=2))
    noon = datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=brussels)
    db.write_now(lambda session: session.add(Host(name="a.example", policy="open", created_at=noon)))
    kept = db.read_now(lambda session: session.get_one(Host, "a.example").created_at)
    assert kept == noon
    assert kept.tzinfo is UTC


def test_a_time_without_a_zone_is_no_time(db: Database):
    with pytest.raises(StatementError, match="without a zone"):
        db.write_now(lambda session: session.add(Host(name="a.example", policy="open", created_at=NAIVE)))


def test_a_session_knows_its_database(db: Database):
    assert db.read_now(is_postgresql) is not db.is_sqlite


async def test_a_commit_whose_connection_was_lost_is_not_run_again(db: Database):
    # Given a write whose commit goes through while its answer is lost
    runs: list[int] = []

    def lose_the_answer(session: Session) -> None:
        runs.append(1)
        add(session, "a.example")

        def lost(_connection: Connection) -> None:
            raise OperationalError("COMMIT", {}, Exception("server closed the connection"), connection_invalidated=True)

        event.listen(session.connection(), "commit", lost, once=True)

    # When it is written, then whoever asked is told that it may be done or not
    with pytest.raises(Uncertain):
        await db.write(lose_the_answer)
    assert runs == [1]
