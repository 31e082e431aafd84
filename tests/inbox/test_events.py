"""Events of others, and who comes to ours; offers and needs of others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import events, moderation, offers
from actors.events import Attendance, Event
from actors.offers import Offer
from actors.people import Actor
from tests.inbox.test_authority import follow_accepted
from tests.inbox.test_threads import let_post
from tests.village import NOW, Document, Village, act, note
from tests.world import Stranger


def gathering(author: Stranger, name: str = "1", **more: Any) -> Document:
    return note(
        author,
        name,
        type="Event",
        startTime="2026-12-12T19:00:00+01:00",
        endTime="2026-12-12T21:00:00+01:00",
        **more,
    ) | {"name": "Open atelier"}


def need(author: Stranger, name: str = "1", **more: Any) -> Document:
    iri = f"{author.iri}/statuses/{name}"
    intent = {"id": f"{iri}#primary", "type": "Intent", "action": "deliverService", "name": "A carpenter"}
    return note(author, name, purpose="request", publishes=intent, **more)


def partner(village: Village, host: str) -> None:
    def write(session: Session) -> None:
        moderation.allow(session, host, now=NOW)

    village.coop.db.write_now(write)


def limited(village: Village, host: str) -> None:
    def write(session: Session) -> None:
        moderation.limit(session, host, now=NOW)

    village.coop.db.write_now(write)


def shown(village: Village) -> dict[str, bool]:
    def read(session: Session) -> dict[str, bool]:
        found = {row.iri: row.shown for row in session.execute(select(Event.iri, Event.shown).where(~Event.local))}
        return found | {
            row.iri: row.shown for row in session.execute(select(Offer.iri, Offer.shown).where(~Offer.local))
        }

    return village.coop.db.read_now(read)


MAKERS = pytest.mark.parametrize("make", [gathering, need])


@MAKERS
async def test_what_a_followed_actor_publishes_is_shown(village: Village, make: Any):
    theirs = village.server("partner.example").person("theirs", type="Group")
    follow_accepted(village, theirs)
    assert await village.coop.hear(act(theirs, "Create", make(theirs)), by=theirs) is None
    assert shown(village) == {f"{theirs.iri}/statuses/1": True}


@MAKERS
async def test_what_a_partner_publishes_is_shown(village: Village, make: Any):
    theirs = village.server("partner.example").person("theirs", type="Group")
    partner(village, "partner.example")
    assert await village.coop.hear(act(theirs, "Create", make(theirs)), by=theirs) is None
    assert shown(village) == {f"{theirs.iri}/statuses/1": True}


@MAKERS
async def test_what_a_limited_host_publishes_waits_for_a_moderator(village: Village, make: Any):
    theirs = village.server("partner.example").person("theirs", type="Group")
    follow_accepted(village, theirs)
    limited(village, "partner.example")
    assert await village.coop.hear(act(theirs, "Create", make(theirs)), by=theirs) is None
    assert shown(village) == {f"{theirs.iri}/statuses/1": False}


@MAKERS
async def test_what_a_stranger_publishes_is_not_kept(village: Village, make: Any):
    theirs = village.server("partner.example").person("theirs", type="Group")
    assert await village.coop.hear(act(theirs, "Create", make(theirs)), by=theirs) == "not-related"
    assert shown(village) == {}


async def test_an_event_that_names_a_group_of_ours_waits_for_a_moderator(village: Village):
    theirs = village.server("partner.example").person("theirs", type="Group")
    event = gathering(theirs, audience=village.coop.world.interior.iri)
    assert await village.coop.hear(act(theirs, "Create", event), by=theirs) is None
    assert shown(village) == {event["id"]: False}


async def test_an_offer_that_somebody_posts_to_a_group_is_shared(village: Village):
    bob = village.mastodon.person("bob")
    iri = let_post(village, "anyone")
    item = need(bob) | {"cc": [iri]}
    assert await village.coop.hear(act(bob, "Create", item), by=bob) is None
    assert shown(village) == {item["id"]: True}
    assert [each["object"] for each in village.coop.said("Announce")][1] == item["id"]


@MAKERS
async def test_a_change_and_an_end_are_applied(village: Village, make: Any):
    theirs = village.server("partner.example").person("theirs", type="Group")
    follow_accepted(village, theirs)
    item = make(theirs)
    changed = item | {"updated": "2026-11-20T08:30:00Z", "content": "<p>Changed</p>"}
    await village.coop.hear(act(theirs, "Create", item), act(theirs, "Update", changed), by=theirs)

    def content(session: Session) -> str:
        found = events.find(session, item["id"]) or offers.find(session, item["id"])
        assert found is not None
        return found.content

    assert "Changed" in village.coop.db.read_now(content)
    gone = {"id": item["id"], "type": "Tombstone", "formerType": item["type"]}
    assert await village.coop.hear(act(theirs, "Delete", gone), by=theirs) is None
    assert village.coop.db.read_now(content) == ""


@MAKERS
async def test_what_a_followed_group_announces_is_shown_with_its_author(village: Village, make: Any):
    relay = village.server("partner.example").person("partner.example", type="Application")
    follow_accepted(village, relay)
    theirs = village.server("far.example").person("theirs", type="Group", number=9)
    item = village.servers["far.example"].serve(make(theirs))
    assert await village.coop.hear(act(relay, "Announce", item["id"]), by=relay) is None
    assert shown(village) == {item["id"]: True}


async def test_a_person_speaks_for_a_group_of_the_same_server_as_mobilizon_has_it(village: Village):
    # Given Mobilizon: the person acts, the group is the author
    server = village.server("mobilizon.example")
    ana, group = server.person("ana"), server.person("club", type="Group", number=9)
    follow_accepted(village, group)
    event = gathering(group, actor=ana.iri)
    assert await village.coop.hear(act(ana, "Create", event), by=ana) is None
    assert shown(village) == {event["id"]: True}
    # But nobody speaks for a group elsewhere
    eve = village.evil.person("eve")
    forged = gathering(eve, "2", actor=eve.iri) | {"attributedTo": group.iri}
    assert await village.coop.hear(act(eve, "Create", forged), by=eve) == "not-the-author"


def our_event(village: Village, **more: Any) -> str:
    def write(session: Session) -> str:
        group = session.get_one(Actor, village.coop.world.interior.id)
        draft = events.EventDraft(
            name="Atelier", starts_at=NOW + timedelta(days=3), ends_at=NOW + timedelta(days=3, hours=2), **more
        )
        return events.post(session, group, draft, now=NOW).iri

    return village.coop.db.write_now(write)


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({"join_mode": "free"}, "Accept"),
        ({"join_mode": "restricted"}, None),
        ({"join_mode": "external", "external_url": "https://tickets.example/1"}, "Ignore"),
    ],
)
async def test_a_join_is_answered_as_the_event_has_it(village: Village, more: dict[str, Any], answer: str | None):
    bob = village.mastodon.person("bob")
    join = act(bob, "Join", our_event(village, **more), participationMessage="See you!")
    assert await village.coop.hear(join, by=bob) is None
    assert [each["type"] for each in village.coop.said()] == ([answer] if answer else [])
    if answer:
        assert village.coop.said()[0]["object"]["id"] == join["id"]


async def test_a_full_event_says_no_and_a_seat_that_is_left_is_free_again(village: Village):
    bob, carol = village.mastodon.person("bob"), village.mastodon.person("carol", number=9)
    iri = our_event(village, capacity=1)
    await village.coop.hear(act(bob, "Join", iri), by=bob)
    await village.coop.hear(act(carol, "Join", iri), by=carol)
    assert [each["type"] for each in village.coop.said()] == ["Accept", "Reject"]
    assert await village.coop.hear(act(bob, "Leave", iri), by=bob) is None
    await village.coop.hear(act(carol, "Join", iri, "again"), by=carol)
    assert [each["type"] for each in village.coop.said()] == ["Accept", "Reject", "Accept"]


async def test_a_join_is_undone(village: Village):
    bob = village.mastodon.person("bob")
    join = act(bob, "Join", our_event(village))
    await village.coop.hear(join, by=bob)
    assert await village.coop.hear(act(bob, "Undo", join), by=bob) is None
    states = village.coop.db.read_now(lambda session: list(session.scalars(select(Attendance.state))))
    assert states == ["left"]


async def test_a_join_of_nothing_is_refused(village: Village):
    bob = village.mastodon.person("bob")
    join = act(bob, "Join", "https://coop.example/g/interior/events/none")
    assert await village.coop.hear(join, by=bob) in ("unknown-object", "not-understood")


async def test_only_the_organiser_answers_our_join(village: Village):
    # Given an event elsewhere, which Noor has asked to come to
    theirs = village.server("partner.example").person("theirs", type="Group")
    mallory = village.evil.person("mallory")
    follow_accepted(village, theirs)
    item = gathering(theirs)
    await village.coop.hear(act(theirs, "Create", item), by=theirs)
    join_iri = f"{village.coop.world.noor_actor.iri}/activities/join-1"

    def ask(session: Session) -> None:
        event = events.find(session, item["id"])
        assert event is not None
        noor = village.coop.world.noor_actor.id
        session.add(Attendance(event_id=event.id, actor_id=noor, join_iri=join_iri, state="requested"))

    def state(session: Session) -> str | None:
        return session.scalar(select(Attendance.state).where(Attendance.join_iri == join_iri))

    village.coop.db.write_now(ask)
    assert await village.coop.hear(act(mallory, "Accept", join_iri), by=mallory) == "not-theirs"
    assert village.coop.db.read_now(state) == "requested"
    assert await village.coop.hear(act(theirs, "Accept", join_iri), by=theirs) is None
    assert village.coop.db.read_now(state) == "accepted"
