"""Applying: in order, once, together where possible; bad ones alone; slow ones by themselves. Rows D9 and S11."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from actors.database import is_postgresql
from actors.groups import Follow
from actors.people import Actor
from actors.threads import Post
from inbox.dispatch import Dispatcher, due
from inbox.log import InboundLane, IncomingActivity, Seen, load, prune
from outbox.delivery.lanes import Lane
from tests.inbox.test_authority import follow_accepted, posts
from tests.village import NOW, Village, act, follow_rows, note
from tests.world import ALICE, Stranger


def states(village: Village) -> list[tuple[str, str | None, int]]:
    def read(session: Session) -> list[tuple[str, str | None, int]]:
        rows = session.execute(
            select(IncomingActivity.state, IncomingActivity.outcome, IncomingActivity.attempts).order_by(
                IncomingActivity.id
            )
        )
        return [(row.state, row.outcome, row.attempts) for row in rows]

    return village.coop.db.read_now(read)


def poison(village: Village, iri: str) -> None:
    """Make the stored activity `iri` one that its handler falls over: its database row is beyond the engine."""

    def write(session: Session) -> None:
        session.execute(update(IncomingActivity).where(IncomingActivity.iri == iri).values(body=b'"'))

    village.coop.db.write_now(write)


async def fill(village: Village, author: Stranger, count: int) -> None:
    for number in range(count):
        answer = await village.coop.receive(act(author, "Create", note(author, str(number))), signed_by=author)
        assert answer.status == 202


async def test_a_hosts_activities_are_applied_in_the_order_in_which_they_came(village: Village):
    # Given a follow, its end, and the follow again, all waiting
    bob = village.mastodon.person("bob")
    group = village.coop.world.interior
    one, two = act(bob, "Follow", group.iri, "1"), act(bob, "Follow", group.iri, "2")
    for activity in (one, act(bob, "Undo", one), two, act(bob, "Undo", two, "x"), one | {"id": one["id"] + "-3"}):
        await village.coop.receive(activity, signed_by=bob)
    # When they are applied, the last word counts
    await village.coop.dispatcher.settle()
    assert {state for state, _, _ in states(village)} == {"applied"}
    assert village.coop.db.read_now(follow_rows, group) == [bob.iri]


async def test_one_that_refuses_undoes_only_itself(village: Village):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    await fill(village, bob, 3)
    await village.coop.receive(act(bob, "Create", note(ALICE)), signed_by=bob)
    await village.coop.receive(act(bob, "Create", note(bob, "9")), signed_by=bob)
    await village.coop.dispatcher.settle()
    assert [state for state, _, _ in states(village)] == ["applied"] * 3 + ["refused", "applied"]
    assert len(posts(village)) == 4


async def test_D9_a_row_that_cannot_be_read_stops_nobody(village: Village):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    await fill(village, bob, 3)
    poison(village, act(bob, "Create", note(bob, "1"))["id"])
    await village.coop.dispatcher.settle()
    assert [state for state, _, _ in states(village)] == ["applied", "refused", "applied"]


FAULTS = {
    "sqlite": """CREATE TRIGGER poison BEFORE INSERT ON post WHEN NEW.content LIKE '%poison%'
        BEGIN SELECT RAISE(ABORT, 'poison'); END""",
    "postgresql": """CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.content LIKE '%poison%' THEN RAISE EXCEPTION 'poison'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER poison BEFORE INSERT ON post FOR EACH ROW EXECUTE FUNCTION poison()""",
}


def build_in_a_fault(village: Village) -> None:
    """Make the tables refuse a post whose text says «poison»: something goes wrong that no handler expects."""

    def write(session: Session) -> None:
        connection = session.connection()
        connection.exec_driver_sql(
            FAULTS[connection.dialect.name].replace("%", "%%" if is_postgresql(session) else "%")
        )

    village.coop.db.write_now(write)


def applied_and_kept(session: Session) -> tuple[int, int]:
    """How many activities are marked as applied, and how many posts there are: in one statement, at one moment."""
    applied = select(func.count()).select_from(IncomingActivity).where(IncomingActivity.state == "applied")
    kept = select(func.count()).select_from(Post).where(Post.local.is_(False))
    row = session.execute(select(applied.scalar_subquery(), kept.scalar_subquery())).one()
    return row[0], row[1]


async def until(condition: Callable[[], object]) -> None:
    """Let others work until `condition` holds, for five seconds at most."""
    for _ in range(1_000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came to that")


async def test_D9_a_row_that_fails_is_tried_three_times_more_then_quarantined_and_stops_nobody(village: Village):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    bad = note(bob, "bad") | {"content": "<p>poison</p>"}
    # Given one that cannot be stored, something about the same object, and something else, in this order
    build_in_a_fault(village)
    for activity in (act(bob, "Create", bad), act(bob, "Delete", bad["id"]), act(bob, "Create", note(bob, "good"))):
        await village.coop.receive(activity, signed_by=bob)
    await village.coop.dispatcher.settle()
    # Then the other one is applied at once, and what touches the same object waits with it
    assert [state for state, _, _ in states(village)] == ["new", "new", "applied"]
    outcome = states(village)[0][1]
    assert outcome is not None
    assert re.fullmatch(r"[A-Za-z]+Error [0-9a-f]{16}", outcome)
    # And after a minute, ten minutes and an hour it is put aside, and the rest goes on
    for attempts, minutes in enumerate((1, 10, 60), start=2):
        await village.coop.dispatcher.settle()
        assert states(village)[0][2] == attempts - 1
        village.clock.forward(minutes=minutes, seconds=1)
        await village.coop.dispatcher.settle()
        assert states(village)[0][2] == attempts
    await village.coop.dispatcher.settle()
    assert [state for state, _, _ in states(village)] == ["quarantined", "refused", "applied"]
    assert village.coop.db.read_now(load).quarantined == 1


async def test_what_cannot_be_fetched_now_is_tried_again_later(village: Village):
    # Given an announced post on a server that is away
    bob = village.mastodon.person("bob")
    carol = village.server("other.example").person("carol", number=9)
    follow_accepted(village, carol)
    post = village.mastodon.note(bob)
    village.network.away.add("mastodon.example")
    announce = act(carol, "Announce", post["id"])
    await village.coop.receive(announce, signed_by=carol)
    await village.coop.dispatcher.settle()
    assert states(village) == [("new", "no-connection", 1)]
    # When it is back
    village.network.away.clear()
    village.clock.forward(minutes=2)
    await village.coop.dispatcher.settle()
    # Then the post comes in
    assert list(posts(village)) == [post["id"]]


async def test_a_silent_server_delays_only_who_waits_for_it(village: Village):
    # Given Carol, who announces something on a server that never answers
    bob = village.server("quick.example").person("bob")
    carol = village.server("other.example").person("carol", number=9)
    follow_accepted(village, bob)
    follow_accepted(village, carol)
    village.network.silent.add("mastodon.example")
    await village.coop.receive(act(carol, "Announce", "https://mastodon.example/1"), signed_by=carol)
    await village.coop.receive(act(bob, "Create", note(bob)), signed_by=bob)
    # When the dispatcher works
    work = asyncio.create_task(village.coop.dispatcher.settle())
    await until(lambda: posts(village))
    # Then Bob's post is in while Carol's is still waited for
    assert not work.done()
    assert [state for state, _, _ in states(village)] == ["new", "applied"]
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work


async def test_a_host_that_another_worker_holds_is_left_alone_until_its_lease_ends(village: Village):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    await fill(village, bob, 1)

    def hold(session: Session) -> list[str]:
        return due.claim(session, "another", ["mastodon.example"], now=village.clock())

    assert village.coop.db.write_now(hold) == ["mastodon.example"]
    await village.coop.dispatcher.settle()
    assert posts(village) == {}
    # A worker that died does not give its leases back; they end
    village.clock.forward(seconds=31)
    await village.coop.dispatcher.settle()
    assert len(posts(village)) == 1
    assert village.coop.db.read_now(lambda session: list(session.scalars(select(InboundLane.host)))) == []


async def test_on_sqlite_a_worker_that_starts_need_not_wait_for_the_leases_of_one_that_was_killed(village: Village):
    if not village.coop.db.is_sqlite:
        pytest.skip("on PostgreSQL another worker may be alive")
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    await fill(village, bob, 1)
    village.coop.db.write_now(lambda session: due.claim(session, "dead", ["mastodon.example"], now=village.clock()))
    task = asyncio.create_task(village.coop.dispatcher.run())
    try:
        await until(lambda: posts(village))
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_run_goes_on_when_the_database_is_back(village: Village):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    await fill(village, bob, 1)
    # Given tables that are not there for a while
    village.coop.db.write_now(lambda session: session.execute(text("ALTER TABLE incoming RENAME TO elsewhere")))
    task = asyncio.create_task(village.coop.dispatcher.run())
    try:
        done, _ = await asyncio.wait([task], timeout=0.2)
        assert not done
        # When they are there again, the same worker goes on
        village.coop.db.write_now(lambda session: session.execute(text("ALTER TABLE elsewhere RENAME TO incoming")))
        village.coop.dispatcher.wake()
        await until(lambda: posts(village))
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_two_workers_apply_each_activity_once(village: Village):
    people = [village.server(f"h{n}.example").person(f"p{n}", number=20 + n) for n in range(6)]
    for person in people:
        follow_accepted(village, person)
        for number in range(10):
            await village.coop.receive(
                act(person, "Follow", village.coop.world.interior.iri, str(number)), signed_by=person
            )
    other = Dispatcher(
        village.coop.db, village.coop.fetcher, origin=village.coop.origin, limits=village.coop.limits, now=village.clock
    )
    for _ in range(3):
        await asyncio.gather(village.coop.dispatcher.settle(), other.settle())
    assert {state for state, _, _ in states(village)} == {"applied"}
    assert len(village.coop.said("Accept")) == 60
    follows = village.coop.db.read_now(
        lambda session: list(
            session.scalars(select(Follow.id).join(Actor, Actor.id == Follow.followed_id).where(Actor.local))
        )
    )
    assert len(follows) == 6


async def test_who_stops_in_the_middle_has_done_all_or_nothing(village: Village):
    # Given a worker that is killed while it works, again and again
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    await fill(village, bob, 40)
    for _ in range(20):
        worker = Dispatcher(
            village.coop.db,
            village.coop.fetcher,
            origin=village.coop.origin,
            limits=village.coop.limits,
            now=village.clock,
            batch=3,
        )
        task = asyncio.create_task(worker.run())
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        # Then what is marked as applied is what had its effect, whenever one looks
        applied, kept = village.coop.db.read_now(applied_and_kept)
        assert applied == kept
    # A lease that was being taken at that moment may be left behind, even after this: each ends by itself
    for _ in range(5):
        village.clock.forward(seconds=31)
        await village.coop.dispatcher.settle()
    assert len(posts(village)) == 40


async def test_run_goes_on_when_it_is_woken(village: Village):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    task = asyncio.create_task(village.coop.dispatcher.run())
    try:
        for number in range(3):
            await village.coop.receive(act(bob, "Create", note(bob, str(number))), signed_by=bob)
            village.coop.dispatcher.wake()
            await until(lambda: len(posts(village)) > number)  # noqa: B023  awaited at once
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_hosts_take_turns(village: Village):
    loud, quiet = village.mastodon.person("loud"), village.server("quiet.example").person("quiet", number=9)
    follow_accepted(village, loud)
    follow_accepted(village, quiet)
    await fill(village, loud, 30)
    await fill(village, quiet, 1)
    worker = Dispatcher(
        village.coop.db,
        village.coop.fetcher,
        origin=village.coop.origin,
        limits=village.coop.limits,
        now=village.clock,
        batch=4,
    )
    task = asyncio.create_task(worker.run())
    await until(lambda: f"{quiet.iri}/statuses/0" in posts(village))
    assert len(posts(village)) < 31
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_old_rows_go_and_their_repeats_stay_repeats(village: Village):
    follow = act(ALICE, "Follow", village.coop.world.interior.iri)
    assert await village.coop.hear(follow, by=ALICE) is None
    later = NOW + timedelta(days=31)
    assert village.coop.db.write_now(prune, later) == 0
    row = village.coop.incoming(follow["id"])
    assert row is not None
    assert row.body is None
    assert village.coop.db.write_now(prune, NOW + timedelta(days=91)) == 1
    assert village.coop.incoming(follow["id"]) is None
    assert len(village.coop.db.read_now(lambda session: list(session.scalars(select(Seen.digest))))) == 1
    assert (await village.coop.receive(follow, signed_by=ALICE)).code == "repeated"


async def test_an_incoming_request_wakes_the_lane_of_its_host(village: Village):
    def troubled(session: Session) -> None:
        session.add(
            Lane(
                authority="mastodon.example",
                host="mastodon.example",
                failures=7,
                next_attempt_at=NOW + timedelta(hours=12),
                lease_until=NOW,
            )
        )

    village.coop.db.write_now(troubled)
    await village.coop.receive(act(ALICE, "Like", village.coop.world.interior.iri), signed_by=ALICE)
    lane = village.coop.db.read_now(lambda session: session.get(Lane, "mastodon.example"))
    assert lane is not None
    assert lane.next_attempt_at == NOW
