"""Who serves a lane: leases, fences, crashes, and places for those in trouble."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from actors import offers, people
from actors.database import Database, Uncertain
from actors.people import Actor
from outbox import delivery
from outbox import offers as commands
from outbox.delivery import leases
from outbox.delivery.batches import Batch, next_batch
from outbox.delivery.keeping import inherit, keep, surely_holds
from outbox.delivery.lanes import Dropped, Lane
from outbox.delivery.leases import Claimed
from outbox.delivery.ledger import Ledger
from outbox.delivery.letters import Letterbox
from outbox.delivery.places import Places, Visit
from outbox.delivery.settling import Standing, after_success, settle, standing_of
from outbox.delivery.signing import Signers
from outbox.delivery.visit import visit
from outbox.delivery.wires import Wires
from tests.outbox.conftest import Office, Received, delete_note, update_note


def claim(office: Office, owner: str, n: int = 10, *, suspect: bool = False) -> list[Claimed]:
    return office.db.write_now(leases.claim, owner, n, office.clock(), suspect=suspect)


def waiting(office: Office, *hosts: str) -> None:
    for host in hosts:
        office.follow("ana", host)
    office.publish("hello")
    office.distribute()


def test_a_lane_is_held_by_one_at_a_time_and_free_again_when_the_lease_ends(office: Office) -> None:
    waiting(office, "one.example")
    assert [lane.authority for lane in claim(office, "a")] == ["one.example"]
    assert claim(office, "b") == []

    office.clock.pass_(seconds=leases.LEASE.total_seconds() - 1)
    assert claim(office, "b") == []
    office.clock.pass_(seconds=1)
    assert [lane.authority for lane in claim(office, "b")] == ["one.example"]


def test_a_renewed_lease_lasts(office: Office) -> None:
    waiting(office, "one.example")
    claim(office, "a")
    office.clock.pass_(seconds=leases.LEASE.total_seconds() * 2 / 3)
    assert office.db.write_now(leases.renew, "a", ["one.example"], office.clock()) == {"one.example"}
    office.clock.pass_(seconds=leases.LEASE.total_seconds() * 2 / 3)
    assert claim(office, "b") == []
    assert office.db.write_now(leases.renew, "b", ["one.example"], office.clock()) == set()


def test_an_acknowledgement_of_who_lost_the_lane_changes_nothing(office: Office) -> None:
    # Given a worker that stood still so long that another one took its lane
    waiting(office, "one.example")
    [lane] = claim(office, "a")
    office.clock.pass_(seconds=31)
    claim(office, "b")

    # When it writes down what it did
    done = replace(
        after_success(standing_of(lane, office.clock()), "cavage", slow=False, now=office.clock()), acked_id=1
    )
    lost = office.db.write_now(settle, "a", [done], office.clock())

    # Then it learns that the lane is not its own any more, and the row is as it was
    assert lost == {"one.example"}
    row = office.db.read_now(lambda session: session.get_one(Lane, "one.example"))
    assert (row.acked_id, row.owner, row.last_success_at) == (0, "b", None)


def test_two_couriers_share_the_lanes_and_never_serve_one_together(office: Office) -> None:
    hosts = [f"h{number}.example" for number in range(30)]
    for host in hosts:
        office.follow("ana", host)
    said = office.publish(*(f"n{number}" for number in range(5)))
    office.db.is_sqlite = False  # two couriers in one process: neither may free the other's leases

    async def both() -> None:
        await asyncio.gather(*(office.courier(lanes=4).drain(20) for _ in range(2)))

    asyncio.run(both())

    for host in hosts:
        assert office.others.ids(host) == said


class Doomed:
    """A desk that dies when the second request is to be written down."""

    closing = False

    def __init__(self, office: Office) -> None:
        self.office = office
        self.now = office.clock
        self.signers = Signers(office.pool, 2, office.clock)
        self.sign = self.signers.sign
        self.words = 0

    def holds(self, authority: str) -> bool:
        return True

    async def settle(self, standing: Standing) -> bool:
        self.words += 1
        if self.words == 2:
            raise asyncio.CancelledError
        return not self.office.db.write_now(settle, "doomed", [standing], self.now())

    def ask_after(self, inbox_id: int) -> None:
        raise AssertionError(inbox_id)


def test_a_crash_between_sending_and_writing_down_repeats_exactly_that_request(office: Office) -> None:
    # Given a worker that was killed when the second of three answers had just come
    office.follow("ana", "one.example")
    said = office.publish("a", "b", "c")
    office.distribute()
    [lane] = claim(office, "doomed")
    batch = office.db.read_now(next_batch, lane, office.clock())
    letters = Letterbox(office.world.keyring)
    office.db.read_now(letters.fill, [batch])

    async def work() -> None:
        wire = office.others.lane("one.example")
        with contextlib.suppress(asyncio.CancelledError):
            await visit(Doomed(office), wire, lane, batch, letters.take(batch.pieces))

    asyncio.run(work())
    assert office.others.ids("one.example") == said[:2]

    # When another one takes over
    office.clock.pass_(seconds=31)
    office.deliver()

    # Then that request is repeated, nothing else is, and the rest follows in order
    assert office.others.ids("one.example") == [said[0], said[1], said[1], said[2]]


class Sleepwalker(Doomed):
    """A desk that stands still after its first word, for longer than its lease lasts."""

    def holds(self, authority: str) -> bool:
        return self.words == 0


def test_who_stood_still_for_longer_than_the_lease_lasts_says_nothing_more(office: Office) -> None:
    office.follow("ana", "one.example")
    said = office.publish("a", "b", "c")
    office.distribute()
    [lane] = claim(office, "doomed")
    batch = office.db.read_now(next_batch, lane, office.clock())
    letters = Letterbox(office.world.keyring)
    office.db.read_now(letters.fill, [batch])

    async def work() -> bool:
        wire = office.others.lane("one.example")
        return await visit(Sleepwalker(office), wire, lane, batch, letters.take(batch.pieces))

    assert not asyncio.run(work())
    assert office.others.ids("one.example") == said[:1]
    # Another one takes over when the lease has ended
    office.clock.pass_(seconds=31)
    office.deliver()
    assert office.others.ids("one.example") == said


class Dreamer(Doomed):
    """A desk that stands still while it signs."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.signed = 0
        self.sign = self._sign

    def holds(self, authority: str) -> bool:
        return self.signed == 0

    async def _sign(self, *what: Any) -> dict[str, str]:
        self.signed += 1
        return await self.signers.sign(*what)


def test_who_stood_still_while_it_signed_says_nothing_and_writes_nothing_down(office: Office) -> None:
    office.follow("ana", "one.example")
    office.publish("a")
    office.distribute()
    [lane] = claim(office, "doomed")
    batch = office.db.read_now(next_batch, lane, office.clock())
    letters = Letterbox(office.world.keyring)
    office.db.read_now(letters.fill, [batch])
    desk = Dreamer(office)

    async def work() -> bool:
        return await visit(desk, office.others.lane("one.example"), lane, batch, letters.take(batch.pieces))

    assert not asyncio.run(work())
    assert (desk.signed, desk.words) == (1, 0)
    assert office.others.ids("one.example") == []


def test_visits_whose_leases_cannot_be_renewed_end_before_another_worker_may_begin(office: Office) -> None:
    waiting(office, "kept.example", "lost.example")
    lanes = claim(office, "a")
    office.db.write_now(leases.let_go, "a", ["lost.example"])
    assert [lane.authority for lane in claim(office, "b")] == ["lost.example"]

    async def work() -> dict[str, bool]:
        loop = asyncio.get_running_loop()
        places = Places(4)
        for lane in lanes:
            place = Visit(lane, Batch((), 0), {}, True, standing_of(lane, office.clock()), loop.time() + 1)
            place.task = asyncio.create_task(asyncio.sleep(30))
            places.begin(place)
        await keep(office.db, "a", places, office.clock)
        ended = {place.lane.authority: bool(place.task and place.task.cancelling()) for place in places.all()}
        for place in places.all():
            assert place.task is not None
            place.task.cancel()
            assert surely_holds(office.db, place)
        return ended

    assert asyncio.run(work()) == {"kept.example": False, "lost.example": True}


def test_a_lane_is_not_visited_twice_at_once_though_its_lease_has_ended(office: Office) -> None:
    # Given a visit that waits for an answer
    for host in ("slow.example", "good.example"):
        office.follow("ana", host)
    said = office.publish("a")
    office.others.deaf = {"slow.example"}
    arrived = asyncio.Event()

    def note(_: Received) -> int:
        arrived.set()
        return 202

    office.others.answers["good.example"] = note

    async def run() -> None:
        courier = office.courier()
        task = asyncio.create_task(courier.run())
        async with asyncio.timeout(10):
            await arrived.wait()
            while not office.others.ids("slow.example"):  # noqa: ASYNC110  a deaf host tells nobody
                await asyncio.sleep(0)
            # When its lease was not renewed in time, and there is more for everybody
            office.clock.pass_(seconds=31)
            arrived.clear()
            said.extend(await asyncio.to_thread(office.publish, "b"))
            courier.wake()
            await arrived.wait()
        # Then only the other one is visited, and in the end each has everything in order
        assert office.others.ids("slow.example") == said[:1]
        office.others.deaf = set()
        office.others.never.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    office.clock.pass_(seconds=31)
    office.deliver()
    assert office.others.ids("slow.example") == office.others.ids("good.example") == said


class Doubtful(Database):
    """Its connection is lost at the first commit, which was done all the same."""

    lost = False

    async def write(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        done = await super().write(fn, *args, **kwargs)
        if not self.lost:
            self.lost = True
            raise Uncertain("the connection was lost at the commit")
        return done


def test_an_acknowledgement_whose_commit_is_in_doubt_is_written_again_and_nothing_falls(office: Office) -> None:
    waiting(office, "one.example")
    [lane] = claim(office, "a")
    standing = replace(standing_of(lane, office.clock()), acked_id=1)

    async def work() -> bool:
        db = Doubtful(office.db.url)
        ledger = Ledger(db, "a", office.clock, lambda: None)
        running = asyncio.create_task(ledger.run())
        await asyncio.sleep(0)  # it begins
        try:
            async with asyncio.timeout(10):
                return await ledger.settle(standing)
        finally:
            running.cancel()
            await asyncio.to_thread(db.close)

    assert asyncio.run(work())
    assert office.db.read_now(lambda session: session.scalars(select(Lane.acked_id)).all()) == [1]


def test_on_sqlite_a_restarted_worker_need_not_wait_for_old_leases(office: Office) -> None:
    if not office.db.is_sqlite:
        pytest.skip("on PostgreSQL other workers may be alive")
    waiting(office, "one.example")
    claim(office, "killed")
    office.deliver()
    assert len(office.others.ids("one.example")) == 1


def test_a_worker_that_starts_while_the_database_is_away_begins_when_it_is_back(office: Office) -> None:
    if not office.db.is_sqlite:
        pytest.skip("on PostgreSQL there is nothing to inherit")
    waiting(office, "one.example")
    claim(office, "killed")
    office.db.write_now(lambda session: session.execute(text("ALTER TABLE lane RENAME TO elsewhere")))

    async def work() -> None:
        starting = asyncio.create_task(inherit(office.db))
        done, _ = await asyncio.wait([starting], timeout=0.2)
        assert not done
        await office.db.write(lambda session: session.execute(text("ALTER TABLE elsewhere RENAME TO lane")))
        async with asyncio.timeout(10):
            await starting

    asyncio.run(work())
    assert [lane.authority for lane in claim(office, "b")] == ["one.example"]


def test_lanes_in_trouble_are_taken_from_their_own_places(office: Office) -> None:
    waiting(office, "good.example", "silent.example")
    office.others.silence("silent.example")
    office.deliver()
    office.publish("again")
    office.distribute()
    office.clock.pass_(minutes=1)

    assert [lane.authority for lane in claim(office, "a", suspect=False)] == ["good.example"]
    assert [lane.authority for lane in claim(office, "a", suspect=True)] == ["silent.example"]


def test_silent_servers_do_not_keep_the_others_waiting(office: Office) -> None:
    # Given more servers that never answer than there are places, and some that do
    silent = [f"silent{number}.example" for number in range(6)]
    good = [f"good{number}.example" for number in range(12)]
    for host in (*silent, *good):
        office.follow("ana", host)
    said = office.publish("a", "b")
    office.others.deaf = set(silent)
    all_have_all = asyncio.Event()

    def note(_: Received) -> int:
        if all(office.others.ids(host) == said for host in good):
            all_have_all.set()
        return 202

    office.others.answers = dict.fromkeys(good, note)

    async def deliver() -> None:
        task = asyncio.create_task(office.courier(lanes=2, overtime_s=0.01).run())
        async with asyncio.timeout(10):
            await all_have_all.wait()
        # Then the others have everything while the silent ones still hold their lines
        assert all(len(office.others.ids(host)) <= 1 for host in silent)
        office.others.never.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(deliver())


def test_what_another_process_publishes_is_noticed_without_being_told(office: Office) -> None:
    # Given a courier that has nothing to do
    office.follow("ana", "one.example")
    arrived = asyncio.Event()

    def note(_: Received) -> int:
        arrived.set()
        return 202

    office.others.answers["one.example"] = note

    async def run() -> None:
        courier = office.courier()
        await courier.drain()
        task = asyncio.create_task(courier.run())
        # When somebody else writes to the log, and nobody wakes it
        await asyncio.to_thread(office.publish, "hello")
        async with asyncio.timeout(5):
            await arrived.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())


def test_a_stopped_courier_finishes_the_request_in_hand_and_gives_its_lanes_back(office: Office) -> None:
    office.follow("ana", "one.example")
    said = office.publish("a", "b")
    asked = asyncio.Event()

    def note(_: Received) -> int:
        asked.set()
        return 202

    office.others.answers["one.example"] = note

    async def run() -> None:
        task = asyncio.create_task(office.courier().run())
        await asked.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())

    row = office.db.read_now(lambda session: session.get_one(Lane, "one.example"))
    assert row.owner == ""
    assert row.acked_id == len(office.others.ids("one.example"))
    office.deliver()
    assert office.others.ids("one.example") == said


def test_idle_connections_are_kept_for_a_burst_and_bounded() -> None:
    opened: list[str] = []
    closed: list[str] = []

    class Line:
        def __init__(self, authority: str) -> None:
            self.authority = authority
            opened.append(authority)

        def close(self) -> None:
            closed.append(self.authority)

    seconds = 0.0
    wires = Wires(Line, 2, clock=lambda: seconds)  # type: ignore[arg-type]
    wires.give_back("a", wires.take("a"))
    wires.give_back("a", wires.take("a"))
    assert opened == ["a"]
    for name in ("b", "c"):
        wires.give_back(name, wires.take(name))
    assert closed == ["a"]
    seconds = 15.0
    wires.sweep()
    assert closed == ["a", "b", "c"]


def test_a_row_to_several_inboxes_goes_on_where_it_was_left(office: Office) -> None:
    for name in ("ana", "bob", "cas"):
        office.follow(name, "one.example", shared_inbox=False)
    office.publish("hello")
    office.others.answers["one.example"] = lambda got: 503 if "/bob/" in got.inbox else 202
    office.deliver()
    row = office.db.read_now(lambda session: session.get_one(Lane, "one.example"))
    assert (row.acked_id, row.acked_inbox_id > 0) == (0, True)

    office.others.heal("one.example")
    office.clock.pass_(seconds=10)
    office.deliver()
    assert [got.inbox.split("/")[4] for got in office.others.got["one.example"]] == ["ana", "bob", "bob", "cas"]


def test_a_batch_is_bounded_and_its_end_is_where_it_is_surely_complete(office: Office) -> None:
    for number in range(20):
        office.follow(f"u{number}", "one.example", shared_inbox=False)
    office.publish("a", "b", "c")
    office.distribute()
    [lane] = claim(office, "a")
    batch = office.db.read_now(next_batch, lane, office.clock())
    assert len(batch.pieces) == 50
    assert [piece.log_id for piece in batch.pieces] == [1] * 20 + [2] * 20 + [3] * 10
    assert batch.until == 2


def test_a_host_that_returns_from_the_dead_is_told_how_things_stand(office: Office) -> None:
    # Given a host that knows one need, misses a second one and the end of a note, and dies
    office.follow("ana", "dead.example")
    interior = office.world.interior

    def post(title: str) -> str:
        def work(session: Session) -> str:
            group = session.get_one(Actor, interior.id)
            draft = offers.OfferDraft(purpose="request", title=title)
            return commands.publish(session, group, draft, now=office.clock()).iri

        return office.db.write_now(work)

    known = post("known")
    office.publish("note")
    office.deliver()
    office.others.silence("dead.example")
    office.clock.pass_(minutes=1)
    missed = post("missed")
    gone = office.db.write_now(delete_note, "note", office.clock())
    for _ in range(70):
        office.deliver()
        office.clock.pass_(hours=15)
    assert [each.reason for each in office.db.read_now(lambda session: list(session.scalars(select(Dropped))))] == [
        "dead"
    ]

    # When it sends us something again
    office.others.heal("dead.example")
    office.others.got.clear()
    office.db.write_now(delivery.revive, "dead.example", office.clock())
    office.deliver()

    # Then it hears the Delete, who we are, what changed and what is new, and is alive
    told = [(each.document["type"], _object(each.document)) for each in office.others.got["dead.example"]]
    assert office.others.ids("dead.example")[0] == gone
    assert told == [
        ("Delete", f"{interior.iri}/notes/note"),
        ("Update", interior.iri),
        ("Update", known),
        ("Create", missed),
    ]
    assert office.db.read_now(delivery.queue, office.clock()) == []

    # And is not told twice
    office.others.got.clear()
    office.db.write_now(delivery.revive, "dead.example", office.clock())
    office.deliver()
    assert office.others.got == {}


def _object(document: dict[str, object]) -> object:
    thing = document["object"]
    return thing["id"] if isinstance(thing, dict) else thing


def test_the_queue_says_what_waits_for_whom_since_when_and_why(office: Office) -> None:
    office.follow("ana", "one.example")
    office.others.silence("one.example")
    office.publish("a", "b")
    office.deliver()
    office.clock.pass_(hours=2)

    [line] = office.db.read_now(delivery.queue, office.clock())

    assert (line.authority, line.waiting, line.why) == ("one.example", 2, "timeout")
    assert line.oldest_age == timedelta(hours=2)
    load = office.db.read_now(delivery.load, office.clock())
    assert (load.lanes_waiting, load.lanes_failing, load.oldest_waiting_s, load.parked) == (1, 1, 7200.0, 0)


def test_a_letter_that_cannot_be_signed_is_parked_and_stops_nobody(office: Office) -> None:
    # Given an activity of an actor whose keys are lost
    office.follow("ana", "one.example")

    def lose(session: Session) -> None:
        row = session.get(people.KeyPair, office.world.atelier.id)
        session.delete(row)

    office.follow("ana", "one.example", group="atelier")
    office.publish("lost", group="atelier")
    office.db.write_now(lose)
    said = office.publish("fine")
    office.deliver()

    assert office.others.ids("one.example") == said
    assert office.db.read_now(delivery.queue, office.clock())[0].parked == 1


def test_an_update_is_sent_after_its_create_even_from_two_groups(office: Office) -> None:
    office.follow("ana", "one.example")
    office.follow("ana", "one.example", group="atelier")
    first = office.publish("a")
    second = office.publish("b", group="atelier")
    third = office.db.write_now(update_note, "a", "new", office.clock())
    office.deliver()
    assert office.others.ids("one.example") == [*first, *second, third]
