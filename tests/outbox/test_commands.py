"""What the commands of each door say, and to whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import groups, people
from actors import threads as thread_rules
from actors.events import EventDraft
from actors.events import find as find_event
from actors.groups import Follow
from actors.moderation import Act, Report
from actors.offers import OfferDraft
from actors.offers import find as find_offer
from actors.people import Actor
from actors.threads import PostDraft
from fediverse.types import PUBLIC
from outbox import answers, events, moderation, offers, sharing, threads
from outbox import groups as group_commands
from outbox import people as people_commands
from outbox.log import Addressed, OutgoingActivity
from tests.world import ALICE, NOW, World, stranger

LATER = NOW + timedelta(hours=1)


def said(session: Session) -> list[dict[str, Any]]:
    """Every document of the log, in order."""
    return [orjson.loads(row.body) if row.body else {} for row in rows(session)]


def rows(session: Session) -> list[OutgoingActivity]:
    return list(session.scalars(select(OutgoingActivity).order_by(OutgoingActivity.id)))


def inboxes(session: Session, row: OutgoingActivity) -> list[str]:
    query = (
        select(people.Inbox.iri)
        .join(Addressed, Addressed.inbox_id == people.Inbox.id)
        .where(Addressed.log_id == row.id)
    )
    return list(session.scalars(query.order_by(people.Inbox.iri)))


def alice_follows(session: Session, world: World, group: Actor | None = None) -> Follow:
    return groups.add_follower(session, world.alice, group or world.interior, f"{ALICE.iri}/follows/1", now=NOW)


# Groups: following and being followed.


def test_a_follow_is_accepted_at_the_followers_own_inbox_with_the_whole_follow_inside(
    session: Session, world: World
) -> None:
    follow = alice_follows(session, world)

    group_commands.accept_follow(session, follow, now=NOW)

    [document] = said(session)
    assert (document["type"], document["actor"], document["to"]) == ("Accept", world.interior.iri, [ALICE.iri])
    assert document["object"] == {
        "id": f"{ALICE.iri}/follows/1",
        "type": "Follow",
        "actor": ALICE.iri,
        "object": world.interior.iri,
    }
    [row] = rows(session)
    assert (row.audience, row.public, inboxes(session, row)) == ("none", False, [ALICE.document.inbox])


def test_a_waiting_follower_is_let_in_or_not(session: Session, world: World) -> None:
    follow = alice_follows(session, world, world.atelier)
    assert follow.state == "requested"
    group_commands.reject_follow(session, follow, now=NOW)
    group_commands.accept_follow(session, follow, now=LATER)
    assert [document["type"] for document in said(session)] == ["Reject", "Accept"]
    assert follow.state == "accepted"


def test_our_group_asks_to_follow_another_and_takes_it_back(session: Session, world: World) -> None:
    asked = group_commands.follow(session, world.interior, world.bouw, now=NOW)
    group_commands.unfollow(session, world.interior, world.bouw, now=LATER)

    follow, undo = said(session)
    assert (follow["type"], follow["object"], follow["id"]) == ("Follow", world.bouw.iri, asked.iri)
    assert undo["type"] == "Undo"
    assert (undo["object"]["id"], undo["object"]["type"]) == (asked.iri, "Follow")
    assert [inboxes(session, row) for row in rows(session)] == [[world.bouw.inbox_iri]] * 2
    assert group_commands.unfollow(session, world.interior, world.bouw, now=LATER) is None


def test_a_follow_between_two_of_ours_says_nothing_outside(session: Session, world: World) -> None:
    group_commands.follow(session, world.atelier, world.interior, now=NOW)
    assert said(session) == []
    assert groups.is_following(session, world.atelier.id, world.interior.id)


def test_a_new_follower_gets_what_is_open_and_a_refollow_does_not_flood(session: Session, world: World) -> None:
    # Given more open needs than are sent, and an event to come
    needs = [
        offers.publish(
            session, world.interior, OfferDraft(purpose="request", title=f"need {n}"), now=NOW + timedelta(minutes=n)
        ).iri
        for n in range(15)
    ]
    event = events.publish(session, world.interior, _meeting(), now=NOW).iri
    before = len(rows(session))

    # When Alice follows
    group_commands.accept_follow(session, alice_follows(session, world), now=LATER)

    # Then she gets the newest ten needs, oldest of them first, and the event, at her own inbox only
    accept, *creates = said(session)[before:]
    assert accept["type"] == "Accept"
    assert {document["type"] for document in creates} == {"Create"}
    sent = [document["object"]["id"] for document in creates]
    assert sorted(sent) == sorted([*needs[5:], event])
    assert [iri for iri in sent if iri != event] == needs[5:]
    assert all(
        (row.audience, inboxes(session, row)) == ("none", [ALICE.document.inbox]) for row in rows(session)[before:]
    )

    # When she leaves, comes back, and asks again
    groups.remove_follower(session, world.alice.id, world.interior.id)
    again = alice_follows(session, world)
    count = len(rows(session))
    group_commands.accept_follow(session, again, now=LATER)
    group_commands.accept_follow(session, again, now=LATER)

    # Then she is answered, and nothing is sent twice
    assert [row.type for row in rows(session)[count:]] == ["Accept", "Accept"]


def test_a_second_follower_of_the_same_server_is_not_sent_what_is_there_already(session: Session, world: World) -> None:
    offers.publish(session, world.interior, OfferDraft(purpose="offer", title="desk"), now=NOW)
    group_commands.accept_follow(session, alice_follows(session, world), now=NOW)
    bob = people.remember(session, stranger("bob").document, now=NOW)
    follow = groups.add_follower(session, bob, world.interior, f"{bob.iri}/follows/1", now=NOW)
    count = len(rows(session))
    group_commands.accept_follow(session, follow, now=NOW)
    assert [row.type for row in rows(session)[count:]] == ["Accept"]


def test_who_asks_to_join_is_answered_once_it_is_decided(session: Session, world: World) -> None:
    membership = groups.request_join(session, world.interior, world.alice, f"{ALICE.iri}/joins/1", now=NOW)
    assert group_commands.answer_join(session, membership, now=NOW) is None
    group_commands.decide_join(session, membership, True, now=LATER)
    [document] = said(session)
    assert (document["type"], document["object"]["id"]) == ("Accept", f"{ALICE.iri}/joins/1")


# Offers and needs.


def test_a_need_is_published_changed_closed_and_deleted(session: Session, world: World) -> None:
    alice_follows(session, world)
    draft = OfferDraft(purpose="request", title="Two days of scenography", text="In October.", language="en")
    published = offers.publish(session, world.interior, draft, now=NOW)
    offer = find_offer(session, published.iri)
    assert offer is not None
    offers.change(session, offer, OfferDraft(purpose="request", title="Three days"), now=LATER)
    offers.close(session, offer, "filled", now=LATER + timedelta(hours=1))
    create, update, close = said(session)
    offers.delete(session, offer, now=LATER + timedelta(hours=2))

    assert [create["type"], update["type"], close["type"]] == ["Create", "Update", "Update"]
    assert create["id"] == published.activity_iri
    assert (create["object"]["purpose"], create["object"]["attributedTo"]) == ("request", world.interior.iri)
    assert create["to"] == create["object"]["to"] == [PUBLIC]
    assert world.interior.followers_iri in create["cc"]
    assert create["audience"] == world.interior.iri
    assert update["object"]["updated"] < close["object"]["updated"]
    assert close["object"]["finished"] is True
    assert len({create["id"], update["id"], close["id"]}) == 3
    *forgotten, gone = said(session)
    assert forgotten == [{}, {}, {}]
    assert (gone["type"], gone["object"]["type"], gone["object"]["formerType"]) == ("Delete", "Tombstone", "Note")
    assert rows(session)[-1].audience == "ever"


def test_what_is_for_members_only_stays_in_the_house(session: Session, world: World) -> None:
    draft = OfferDraft(purpose="offer", title="internal", visibility="members")
    published = offers.publish(session, world.interior, draft, now=NOW)
    assert published.activity_iri is None
    assert said(session) == []


def test_what_becomes_internal_is_taken_back_outside(session: Session, world: World) -> None:
    published = offers.publish(session, world.interior, OfferDraft(purpose="offer", title="desk"), now=NOW)
    offer = find_offer(session, published.iri)
    assert offer is not None
    offers.change(session, offer, OfferDraft(purpose="offer", title="desk", visibility="members"), now=LATER)
    assert [row.type for row in rows(session)] == ["Create", "Delete"]


# Events.


def _meeting(**more: Any) -> EventDraft:
    starts = NOW + timedelta(days=3)
    return EventDraft(name="Meeting", starts_at=starts, ends_at=starts + timedelta(hours=2), **more)


def test_an_event_is_announced_once_by_the_instance_and_undone_with_it(session: Session, world: World) -> None:
    published = events.publish(session, world.interior, _meeting(), now=NOW)
    event = find_event(session, published.iri)
    assert event is not None
    events.change(session, event, _meeting(text="Bring a chair."), now=LATER)
    events.cancel(session, event, now=LATER + timedelta(hours=1))

    create, announce, update, cancelled = said(session)
    assert (create["type"], create["object"]["type"], create["actor"]) == ("Create", "Event", world.interior.iri)
    assert (announce["type"], announce["actor"], announce["object"]) == ("Announce", world.instance.iri, event.iri)
    assert (update["type"], cancelled["object"]["status"]) == ("Update", "CANCELLED")

    events.delete(session, event, now=LATER + timedelta(hours=2))
    undo, delete = said(session)[4:]
    assert (undo["type"], undo["actor"], undo["object"]["id"]) == ("Undo", world.instance.iri, announce["id"])
    assert (delete["type"], delete["object"]["formerType"]) == ("Delete", "Event")


@pytest.mark.parametrize("answer", ["Accept", "Reject", "Ignore"])
def test_who_wants_to_come_is_answered_alone(session: Session, world: World, answer: Any) -> None:
    published = events.publish(session, world.interior, _meeting(), now=NOW)
    event = find_event(session, published.iri)
    assert event is not None
    events.answer_join(session, event, world.alice, f"{ALICE.iri}/joins/1", answer, now=NOW)
    row = rows(session)[-1]
    document = orjson.loads(row.body)
    assert (document["type"], document["actor"], document["to"]) == (answer, world.interior.iri, [ALICE.iri])
    assert document["object"]["id"] == f"{ALICE.iri}/joins/1"
    assert (row.audience, inboxes(session, row)) == ("none", [ALICE.document.inbox])


# Threads.


def test_a_note_is_said_changed_and_deleted(session: Session, world: World) -> None:
    spoken = threads.say(session, world.interior, PostDraft(text="Hello"), now=NOW)
    post = thread_rules.find(session, spoken.iri)
    assert post is not None
    threads.change(session, post, PostDraft(text="Hello all"), now=LATER)
    threads.delete(session, post, now=LATER)
    assert [row.type for row in rows(session)] == ["Create", "Update", "Delete"]


def test_a_shared_post_travels_by_id_and_as_the_whole_activity(session: Session, world: World) -> None:
    post = "https://mastodon.example/users/alice/statuses/1"
    create = {
        "@context": ["https://www.w3.org/ns/activitystreams", {"x": "https://x.example/#"}],
        "id": f"{post}/activity",
        "type": "Create",
        "actor": ALICE.iri,
        "object": {"id": post, "type": "Note", "content": "hi", "x": 1},
        "proof": {"type": "DataIntegrityProof", "proofValue": "z1"},
    }

    shared = sharing.share(session, world.interior, post, author_iri=ALICE.iri, activity=create, now=NOW)

    assert shared is not None
    whole, by_id = said(session)
    assert whole["object"] == create, "passed on unchanged"
    assert by_id["object"] == post
    assert by_id["to"] == whole["to"] == [PUBLIC]
    assert by_id["cc"] == [world.interior.followers_iri, ALICE.iri]
    assert whole["cc"] == [world.interior.followers_iri]
    assert [inboxes(session, row) for row in rows(session)] == [[], [ALICE.document.shared_inbox]]
    assert sharing.share(session, world.interior, post, author_iri=ALICE.iri, activity=create, now=NOW) is None


def test_what_is_no_longer_shared_is_undone_by_its_own_ids_and_forgotten(session: Session, world: World) -> None:
    post = "https://mastodon.example/users/alice/statuses/1"
    create = {
        "id": f"{post}/activity",
        "type": "Create",
        "actor": ALICE.iri,
        "object": {"id": post, "content": "marker"},
    }
    sharing.share(session, world.interior, post, author_iri=ALICE.iri, activity=create, now=NOW)
    announced = [document["id"] for document in said(session)]

    sharing.unshare(session, world.interior, post, now=LATER)

    undone = said(session)[2:]
    assert [(each["type"], each["object"]["id"], each["object"]["type"]) for each in undone] == [
        ("Undo", announced[0], "Announce"),
        ("Undo", announced[1], "Announce"),
    ]
    assert all(b"marker" not in row.body for row in rows(session))
    assert sharing.unshare(session, world.interior, post, now=LATER) is None


def test_a_comment_is_passed_on_whole_and_never_by_its_id(session: Session, world: World) -> None:
    like = {
        "id": "https://mastodon.example/likes/1",
        "type": "Like",
        "actor": ALICE.iri,
        "object": "https://x.example/1",
    }
    sharing.pass_on(session, world.interior, like, object_iri="https://x.example/1", now=NOW)
    [document] = said(session)
    assert (document["type"], document["object"]) == ("Announce", like)


# People and moderation.


def test_a_changed_profile_is_told_whole(session: Session, world: World) -> None:
    people_commands.changed(session, world.interior, now=NOW)
    [document] = said(session)
    assert (document["type"], document["actor"]) == ("Update", world.interior.iri)
    assert document["object"]["id"] == world.interior.iri
    assert document["object"]["publicKey"]["owner"] == world.interior.iri


def test_an_actor_that_leaves_is_deleted_everywhere_and_leaves_no_words(session: Session, world: World) -> None:
    alice_follows(session, world)
    threads.say(session, world.interior, PostDraft(text="marker"), now=NOW)
    people_commands.leave(session, world.interior, now=LATER)
    row = rows(session)[-1]
    assert (row.type, row.audience, orjson.loads(row.body)["object"]) == ("Delete", "ever", world.interior.iri)
    assert all(b"marker" not in each.body for each in rows(session))


def test_blocking_and_unblocking_are_in_the_act_log(session: Session, world: World) -> None:
    alice_follows(session, world)
    moderation.block_host(session, world.noor.id, "mastodon.example", "spam", now=NOW)
    assert groups.followers_count(session, world.interior) == 0
    moderation.unblock_host(session, world.noor.id, "mastodon.example", now=LATER)
    assert groups.followers_count(session, world.interior) == 1
    moderation.limit_host(session, None, "mastodon.example", now=LATER)
    moderation.allow_host(session, None, "mastodon.example", now=LATER)
    assert len(list(session.scalars(select(Act)))) == 4


def test_P5_a_forwarded_report_comes_from_the_instance_and_names_nobody(session: Session, world: World) -> None:
    post = f"{ALICE.iri}/statuses/3"
    report, flagged = moderation.report(
        session, [ALICE.iri, post], "abuse", member_id=world.noor.id, forward=True, now=NOW
    )

    [document] = said(session)
    [row] = rows(session)
    assert flagged is not None
    assert (document["type"], document["actor"], document["object"]) == ("Flag", world.instance.iri, [ALICE.iri, post])
    assert b"noor" not in row.body.lower()
    assert (row.public, inboxes(session, row)) == (False, [ALICE.document.inbox])
    assert report.forwarded


def test_a_report_that_is_not_forwarded_stays_here(session: Session, world: World) -> None:
    _, flagged = moderation.report(session, [ALICE.iri], "abuse", member_id=world.noor.id, now=NOW)
    assert flagged is None
    assert said(session) == []
    assert session.scalar(select(Report.forwarded)) is False


def test_what_has_run_out_is_closed_and_told_once(session: Session, world: World):
    # Given a need that stands for a week, and one that stands for longer
    short = OfferDraft(purpose="request", title="Ladder", language="nl", expires_at=NOW + timedelta(days=7))
    offers.publish(session, world.interior, short, now=NOW)
    offers.publish(session, world.interior, OfferDraft(purpose="request", title="Zaag", language="nl"), now=NOW)

    # When eight days have passed, twice
    later = NOW + timedelta(days=8)
    closed = [answers.expire_due(session, later) for _ in range(2)]

    # Then the first is closed, and its followers were told once
    assert closed == [1, 0]
    updates = [each for each in said(session) if each["type"] == "Update"]
    assert [each["object"]["finished"] for each in updates] == [True]
    assert "Ladder" in updates[0]["object"]["content"]
