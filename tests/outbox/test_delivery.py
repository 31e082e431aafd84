"""Delivery end to end, from the log to the other servers, over real rows and a clock one sets."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.database import Database
from actors.groups import Follow
from actors.people import Actor, local_actor
from fediverse.errors import Gone
from fediverse.types import PUBLIC, Activity, Note
from outbox import delivery
from outbox.delivery.distribute import distribute
from outbox.delivery.lanes import Dropped, Lane, Parked
from outbox.delivery.revival import forget_the_dead
from outbox.log import append
from outbox.moderation import block_host, unblock_host
from tests.outbox.conftest import Office, delete_note, say, update_note


def lane(office: Office, authority: str) -> Lane:
    return office.db.read_now(lambda session: session.get_one(Lane, authority))


def parked(office: Office) -> list[Parked]:
    return office.db.read_now(lambda session: list(session.scalars(select(Parked).order_by(Parked.id))))


def dropped(office: Office) -> list[Dropped]:
    return office.db.read_now(lambda session: list(session.scalars(select(Dropped).order_by(Dropped.id))))


def test_one_publication_goes_once_to_each_server_that_follows(office: Office) -> None:
    # Given three followers on two servers
    office.follow("ana", "one.example")
    office.follow("bob", "one.example")
    office.follow("cas", "two.example")

    # When the group says something
    said = office.publish("hello")
    office.deliver()

    # Then each server got it once, at its shared inbox, and the log has one row
    assert office.others.ids("one.example") == said
    assert office.others.ids("two.example") == said
    assert office.others.got["one.example"][0].inbox == "https://one.example/inbox"
    assert len(office.log()) == 1


def test_a_server_without_a_shared_inbox_gets_it_at_each_followers_own(office: Office) -> None:
    office.follow("ana", "one.example", shared_inbox=False)
    office.follow("bob", "one.example", shared_inbox=False)

    office.publish("hello", "again")
    office.deliver()

    assert [each.inbox.split("/")[4] for each in office.others.got["one.example"]] == ["ana", "bob", "ana", "bob"]
    assert lane(office, "one.example").acked_id == lane(office, "one.example").wanted_id


def test_each_server_gets_everything_in_order(office: Office) -> None:
    for name in ("one", "two", "three"):
        office.follow("ana", f"{name}.example")

    said = office.publish(*(f"n{number}" for number in range(70)))  # more than one visit takes
    office.deliver()

    for name in ("one", "two", "three"):
        assert office.others.ids(f"{name}.example") == said


def test_a_new_follower_is_not_flooded_with_what_was_said_before(office: Office) -> None:
    office.follow("ana", "one.example")
    office.publish("old")
    office.deliver()
    office.follow("bob", "two.example")

    new = office.publish("new")
    office.deliver()

    assert office.others.ids("two.example") == new


def test_two_publishers_interleaved_lose_nothing(office: Office) -> None:
    office.follow("ana", "one.example")
    # Two processes on one database: each with a connection of its own.
    second = Database(office.db.url)
    try:
        waiting = []
        for number in range(25):
            for db, name in ((office.db, "a"), (second, "b")):
                waiting.append(db._submit(say, f"{name}{number}", office.clock()))
            office.distribute()
        said = {each.result() for each in waiting}
    finally:
        second.close()
    office.deliver()

    assert set(office.others.ids("one.example")) == said
    assert len(office.others.ids("one.example")) == 50


@pytest.mark.postgres
def test_a_lower_id_never_commits_after_a_higher_one_was_read(office: Office) -> None:
    if office.db.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    office.follow("ana", "one.example")
    slow, quick = office.db.engine.connect(), Database(office.db.url)
    try:
        with Session(slow) as session, session.begin():
            first = say(session, "first", office.clock())
            waiting = quick._submit(say, "second", office.clock())
            office.distribute()  # sees neither
            assert not waiting.done()
        second = waiting.result(10)
    finally:
        slow.close()
        quick.close()
    office.deliver()

    assert office.others.ids("one.example") == [first, second]


def test_who_stops_following_gets_nothing_more(office: Office) -> None:
    office.follow("ana", "one.example")
    first = office.publish("first")
    office.deliver()

    office.publish("second")  # waits already, when
    office.unfollow("ana", "one.example")
    office.publish("third")
    office.deliver()

    assert office.others.ids("one.example") == first


def test_a_host_that_is_away_gets_all_in_order_when_it_is_back(office: Office) -> None:
    # Given one host that is silent, and one that is well
    office.follow("ana", "away.example")
    office.follow("bob", "well.example")
    office.others.silence("away.example")
    said = office.publish("n0")
    office.deliver()

    # When the group goes on publishing for six days
    for day in range(1, 7):
        office.clock.pass_(days=1)
        said += office.publish(f"n{day}")
        office.deliver()
    assert office.others.ids("well.example") == said
    probes = len(office.others.got["away.example"])
    assert probes <= 20

    # Then, back again, it gets everything, in the order in which it was said
    office.others.heal("away.example")
    office.others.got.clear()
    office.clock.pass_(hours=15)
    office.deliver()
    assert office.others.ids("away.example") == said
    assert lane(office, "away.example").failures == 0


def test_a_silent_host_is_tried_by_the_schedule(office: Office) -> None:
    office.follow("ana", "away.example")
    office.others.silence("away.example")
    office.publish("hello")
    office.deliver()
    tried = 1

    for wait in (10, 30, 60, 300, 900, 3_600, 10_800, 21_600):
        office.clock.pass_(seconds=wait - 1)
        office.deliver()
        assert len(office.others.got["away.example"]) == tried, "too early"
        office.clock.pass_(seconds=1)
        office.deliver()
        tried += 1
        assert len(office.others.got["away.example"]) == tried, "too late"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_retry_after_is_kept(office: Office, status: int) -> None:
    office.follow("ana", "busy.example")
    office.others.answers["busy.example"] = lambda _: (status, {"retry-after": "7200"})
    office.publish("hello")
    office.deliver()

    assert lane(office, "busy.example").next_attempt_at == office.clock() + timedelta(hours=2)


def test_retry_after_is_believed_for_a_day_at_most(office: Office) -> None:
    office.follow("ana", "busy.example")
    office.others.answers["busy.example"] = lambda _: (503, {"retry-after": "9999999"})
    office.publish("hello")
    office.deliver()

    assert lane(office, "busy.example").next_attempt_at == office.clock() + timedelta(hours=24)


@pytest.mark.parametrize("status", [400, 403, 413, 422])
def test_a_row_that_a_server_refuses_is_parked_after_three_tries_and_the_rest_goes_on(
    office: Office, status: int
) -> None:
    # Given a server that chokes on one note
    office.follow("ana", "one.example")
    office.others.answers["one.example"] = lambda got: status if "poison" in got.id or b"poison" in got.body else 202
    said = office.publish("before", "poison", "after")

    # When it is tried as long as it takes
    for _ in range(4):
        office.deliver()
        office.clock.pass_(minutes=1)

    # Then the note is parked, visibly, and what comes behind it has arrived
    took = [each.id for each in office.others.got["one.example"] if b"poison" not in each.body]
    assert took == [said[0], said[2]]
    [row] = parked(office)
    assert (row.authority, row.status) == ("one.example", status)
    assert f"answered {status}" in row.error
    [line] = office.db.read_now(delivery.queue, office.clock())
    assert (line.authority, line.waiting, line.parked) == ("one.example", 0, 1)


def test_a_parked_activity_can_be_sent_again_and_is_the_same_to_the_byte(office: Office) -> None:
    office.follow("ana", "one.example")
    office.others.answers["one.example"] = lambda _: 422
    said = office.publish("hello")
    for _ in range(3):
        office.deliver()
        office.clock.pass_(minutes=1)
    first = office.others.got.pop("one.example")[0]
    office.others.heal("one.example")

    assert office.db.write_now(delivery.retry, "one.example", now=office.clock()) == 1
    office.deliver()

    [again] = office.others.got["one.example"]
    assert again.id == said[0]
    assert again.body == first.body
    assert office.db.read_now(delivery.queue, office.clock()) == []


def test_knocking_twice_finds_the_signature_that_a_server_reads_and_remembers_it(office: Office) -> None:
    office.follow("ana", "new.example")
    office.others.answers["new.example"] = lambda got: 202 if got.style == "rfc9421" else 401

    office.publish("first", "second")
    office.deliver()
    assert [each.style for each in office.others.got["new.example"]] == ["cavage", "rfc9421", "rfc9421"]

    # After a month it is asked anew.
    office.clock.pass_(days=31)
    office.publish("third")
    office.deliver()
    assert [each.style for each in office.others.got["new.example"]][3:] == ["cavage", "rfc9421"]


def test_an_unknown_server_is_first_spoken_to_in_the_old_style(office: Office) -> None:
    office.follow("ana", "one.example")
    office.publish("hello")
    office.deliver()
    [got] = office.others.got["one.example"]
    assert got.style == "cavage"


def test_a_blocked_host_gets_nothing_and_neither_does_what_is_below_it(office: Office) -> None:
    office.follow("ana", "bad.example")
    office.follow("bob", "deep.bad.example")
    office.follow("cas", "good.example")
    said = office.publish("hello")  # waits for all three, when
    office.db.write_now(block_host, None, "bad.example", now=office.clock())
    office.publish("after")
    office.deliver()

    assert office.others.ids("bad.example") == []
    assert office.others.ids("deep.bad.example") == []
    assert office.others.ids("good.example")[0] == said[0]


def test_P1_a_block_leaves_only_deletes_to_be_told_once_it_is_lifted(office: Office) -> None:
    # Given a host that has a note of ours, and is then blocked
    office.follow("ana", "bad.example")
    office.publish("secret")
    office.deliver()
    office.others.got.clear()
    office.db.write_now(block_host, None, "bad.example", now=office.clock())

    # When the note is deleted meanwhile, nothing goes there
    gone = office.db.write_now(delete_note, "secret", office.clock())
    office.clock.pass_(hours=2)
    office.deliver()
    assert office.others.ids("bad.example") == []

    # Then, the block lifted, it is told that the note is gone
    office.db.write_now(unblock_host, None, "bad.example", now=office.clock())
    office.deliver()
    assert office.others.ids("bad.example") == [gone]


def test_what_is_meant_for_one_goes_to_that_one_alone(office: Office) -> None:
    ana = office.follow("ana", "one.example")
    office.follow("bob", "one.example")
    office.follow("cas", "two.example")

    def whisper(session: Session) -> str:
        from actors.people import Inbox

        group = local_actor(session, "interior")
        assert group is not None
        assert ana.inbox_id is not None
        note = Note(id=f"{group.iri}/notes/private", content="psst", to=(ana.iri,))
        return append(
            session,
            group,
            Activity(type="Create", object=note, to=(ana.iri,)),
            audience="none",
            to=[session.get_one(Inbox, ana.inbox_id)],
            object_iri=note.id,
            now=office.clock(),
        ).iri

    iri = office.db.write_now(whisper)
    office.deliver()

    assert [(each.id, each.inbox) for each in office.others.got["one.example"]] == [(iri, f"{ana.iri}/inbox")]
    assert "two.example" not in office.others.got
    assert [row.public for row in office.log()] == [False]


def test_what_is_for_followers_only_does_not_reach_who_followed_later(office: Office) -> None:
    office.follow("ana", "one.example", group="atelier")
    said = office.publish("inside", group="atelier", public=False)
    office.others.silence("one.example")
    office.deliver()
    office.clock.pass_(minutes=1)
    office.follow("zoe", "late.example", group="atelier")
    office.follow("yan", "one.example", shared_inbox=False, group="atelier")  # another inbox on the same server
    office.others.heal("one.example")
    office.others.got.clear()
    office.deliver()

    assert "late.example" not in office.others.got
    assert [(each.id, each.inbox) for each in office.others.got["one.example"]] == [
        (said[0], "https://one.example/inbox")
    ]


def test_P2_hidden_recipients_are_in_no_byte_that_is_sent_or_kept(office: Office) -> None:
    office.follow("ana", "one.example")

    def whisper(session: Session) -> None:
        group = local_actor(session, "interior")
        assert group is not None
        note = Note(
            id=f"{group.iri}/notes/bcc",
            content="hi",
            to=(PUBLIC,),
            bto=("https://x.example/hidden",),
            bcc=("https://x.example/hidden",),
        )
        activity = Activity(
            type="Create",
            object=note,
            to=(PUBLIC,),
            bcc=("https://x.example/hidden",),
            extra={"bto": ["https://x.example/hidden"]},
        )
        append(session, group, activity, audience="followers", object_iri=note.id, now=office.clock())

    office.db.write_now(whisper)
    office.deliver()

    assert office.others.got["one.example"]
    assert b"hidden" not in office.others.bytes()
    assert all(b"hidden" not in row.body for row in office.log())


def test_P4_a_delete_reaches_everyone_who_ever_got_it_and_leaves_no_copy_in_the_log(office: Office) -> None:
    # Given a note that two servers got; one of them follows no longer, and a third is away and has not got it yet
    office.follow("ana", "one.example")
    office.follow("bob", "left.example")
    office.publish("marker-string")
    office.deliver()
    office.unfollow("bob", "left.example")
    office.follow("cas", "away.example")
    office.others.silence("away.example")
    office.db.write_now(update_note, "marker-string", "marker-string again", office.clock())
    office.deliver()

    # When it is deleted
    gone = office.db.write_now(delete_note, "marker-string", office.clock())
    office.deliver()

    # Then all who had it are told, with what it was
    assert office.others.ids("one.example")[-1] == gone
    assert office.others.ids("left.example")[-1] == gone
    tombstone = office.others.got["one.example"][-1].document["object"]
    assert isinstance(tombstone, dict)
    assert (tombstone["type"], tombstone["formerType"]) == ("Tombstone", "Note")

    # And who had not got it yet gets the Delete alone, for no copy is left
    office.others.heal("away.example")
    office.others.got.clear()
    office.clock.pass_(minutes=10)
    office.deliver()
    assert office.others.ids("away.example") == [gone]
    assert all(b"<p>marker" not in row.body and b"again" not in row.body for row in office.log())
    assert [(each.reason, each.activities) for each in dropped(office)] == [("superseded", 1)]


def test_old_updates_are_overtaken_by_the_last_one_while_a_host_is_away(office: Office) -> None:
    office.follow("ana", "away.example")
    office.others.silence("away.example")
    created = office.publish("note")
    updates = [office.db.write_now(update_note, "note", f"v{number}", office.clock()) for number in range(5)]
    office.deliver()

    office.clock.pass_(days=8)
    office.others.heal("away.example")
    office.others.got.clear()
    office.deliver()

    assert office.others.ids("away.example") == [created[0], updates[-1]]
    assert [(each.reason, each.activities) for each in dropped(office)] == [("superseded", 4)]


def test_a_gone_inbox_makes_us_ask_and_the_follower_is_let_go(office: Office) -> None:
    actor = office.follow("ana", "one.example", shared_inbox=False)
    office.follow("bob", "one.example", shared_inbox=False)
    office.others.answers["one.example"] = lambda got: 410 if "/ana/" in got.inbox else 202
    office.others.documents[actor.iri] = Gone()
    office.publish("first")

    async def deliver() -> None:
        courier = office.courier()
        await courier.drain()
        assert actor.inbox_id is not None
        await courier._inquiry.look(actor.inbox_id)

    asyncio.run(deliver())
    office.clock.pass_(minutes=1)
    office.deliver()

    assert [each.inbox.split("/")[4] for each in office.others.got["one.example"]] == ["ana", "bob"]
    followers = office.db.read_now(
        lambda session: list(session.scalars(select(Actor.username).join(Follow, Follow.follower_id == Actor.id)))
    )
    assert followers == ["bob"]


def test_an_authenticated_request_from_a_silent_host_makes_us_try_at_once(office: Office) -> None:
    # Given a host that has been silent for hours, and is not tried again for hours
    office.follow("ana", "away.example")
    office.others.silence("away.example")
    said = office.publish("hello")
    for _ in range(8):
        office.deliver()
        office.clock.at = lane(office, "away.example").next_attempt_at
    office.deliver()
    office.others.heal("away.example")
    office.others.got.clear()
    office.deliver()
    assert office.others.ids("away.example") == []

    # When it sends us something signed
    assert office.db.write_now(delivery.revive, "away.example", office.clock()) is True
    office.deliver()

    # Then it gets what waited, and the next time there is nothing to change
    assert office.others.ids("away.example") == said
    assert office.db.write_now(delivery.revive, "away.example", office.clock()) is False


def test_a_host_is_away_after_a_week_and_dead_after_a_month_and_what_it_misses_is_written_down(office: Office) -> None:
    office.follow("ana", "dead.example")
    office.others.silence("dead.example")
    office.publish("one", "two")
    states = []
    for _ in range(70):
        office.deliver()
        states.append(lane(office, "dead.example").state)
        office.clock.pass_(hours=15)

    assert list(dict.fromkeys(states)) == ["alive", "away", "dead"]
    [row] = dropped(office)
    assert (row.reason, row.activities) == ("dead", 2)
    assert office.db.read_now(delivery.queue, office.clock())[0].waiting == 0


def test_followers_on_a_dead_host_are_kept_for_ninety_days(office: Office) -> None:
    office.follow("ana", "dead.example")
    office.others.silence("dead.example")
    office.publish("one")
    for _ in range(60):
        office.deliver()
        office.clock.pass_(hours=15)

    office.clock.pass_(days=40)
    assert office.db.write_now(forget_the_dead, office.clock()) == 0
    office.clock.pass_(days=20)
    assert office.db.write_now(forget_the_dead, office.clock()) == 1


def test_distributing_twice_changes_nothing(office: Office) -> None:
    office.follow("ana", "one.example")
    office.publish("hello")
    office.distribute()
    before = lane(office, "one.example")
    assert office.db.write_now(distribute, office.clock()) is False
    after = lane(office, "one.example")
    assert (after.acked_id, after.wanted_id) == (before.acked_id, before.wanted_id) == (0, 1)


def test_a_lane_without_interest_in_a_row_is_not_woken(office: Office) -> None:
    office.follow("ana", "one.example")
    office.follow("bob", "two.example", group="atelier")
    office.publish("hello")
    office.distribute()
    lanes = office.db.read_now(lambda session: list(session.scalars(select(Lane.authority))))
    assert lanes == ["one.example"]


def test_pruning_keeps_what_stands_and_what_somebody_has_still_to_get(office: Office) -> None:
    office.follow("ana", "one.example")
    said = office.publish("hello")
    office.db.write_now(update_note, "hello", "v2", office.clock())
    office.deliver()
    office.others.silence("one.example")
    office.clock.pass_(days=31)
    office.db.write_now(update_note, "hello", "v3", office.clock())
    office.deliver()

    assert office.db.write_now(delivery.prune, office.clock()) == 1

    assert [(row.type, row.iri == said[0]) for row in office.log()] == [("Create", True), ("Update", False)]
