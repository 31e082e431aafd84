"""What comes from outside: only the author writes, ours is never written, what was deleted does not return.

The same rules hold for offers, events and posts, so each is asked of all three.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from actors import events, moderation, offers, people, threads
from actors.moderation import Host
from actors.refusals import Refused
from tests.actors.stories import LATER, meeting, need, remote_meeting, remote_need, remote_note
from tests.world import ALICE, BOUW, NOW, stranger


@dataclass(frozen=True)
class Door:
    """One kind of thing and how it is written from outside."""

    door: Any
    draft: Any
    author: str
    keep: dict[str, Any]
    words: str

    def record(self, session, world, draft=None, *, by=None, now=NOW, **more):
        author = by or getattr(world, self.author)
        return self.door.record_remote(session, author, draft or self.draft(), now=now, **self.keep, **more)


DOORS = {
    "offer": Door(offers, remote_need, "bouw", {"shown": True}, "content"),
    "event": Door(events, remote_meeting, "bouw", {"shown": True}, "content"),
    "post": Door(threads, remote_note, "alice", {"group": None, "state": "shown"}, "content"),
}


@pytest.fixture(params=DOORS)
def door(request) -> Door:
    return DOORS[request.param]


def refusal(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value.code


def test_a_new_thing_is_kept_with_its_document(session, world, door):
    thing = door.record(session, world)
    session.flush()
    session.expire_all()
    assert door.door.find(session, thing.iri) is thing
    assert (thing.local, thing.published_at, thing.received_at) == (False, NOW, NOW)
    assert thing.document == {"type": thing.document["type"]}


def test_the_same_again_changes_nothing(session, world, door):
    first = door.record(session, world)
    again = door.record(session, world, replace(door.draft(), content="<p>Anders</p>"), now=LATER)
    assert again.id == first.id
    assert again.content == door.draft().content


def test_a_newer_version_of_the_author_replaces_the_old_one(session, world, door):
    door.record(session, world)
    newer = replace(door.draft(), content="<p>Anders</p>", updated_at=LATER)
    thing = door.record(session, world, newer, now=LATER)
    assert (thing.content, thing.updated_at) == ("<p>Anders</p>", LATER)


def test_an_older_version_that_comes_late_changes_nothing(session, world, door):
    door.record(session, world, replace(door.draft(), updated_at=LATER))
    late = replace(door.draft(), content="<p>Anders</p>", updated_at=LATER - timedelta(minutes=1))
    assert door.record(session, world, late, revised=True, now=LATER).content == door.draft().content


def test_an_update_that_does_not_say_when_counts_as_now(session, world, door):
    door.record(session, world)
    thing = door.record(session, world, replace(door.draft(), content="<p>Anders</p>"), revised=True, now=LATER)
    assert (thing.content, thing.updated_at) == ("<p>Anders</p>", LATER)


def test_an_absurd_date_of_publication_becomes_ours(session, world, door):
    thing = door.record(session, world, replace(door.draft(), published_at=NOW.replace(year=9000)))
    assert thing.published_at == NOW


def test_a_version_from_the_far_future_does_not_shut_out_the_next_one(session, world, door):
    door.record(session, world)
    door.record(session, world, replace(door.draft(), updated_at=NOW.replace(year=9000)), revised=True)
    newer = replace(door.draft(), content="<p>Anders</p>", updated_at=LATER)
    assert door.record(session, world, newer, now=LATER).content == "<p>Anders</p>"


def test_O6_ours_is_never_written_from_outside(session, world, door):
    ours = {
        "offer": lambda: offers.post(session, world.interior, need(), now=NOW),
        "event": lambda: events.post(session, world.interior, meeting(), now=NOW),
        "post": lambda: threads.say(session, world.interior, threads.PostDraft(text="Hallo"), now=NOW),
    }
    for make in ours.values():
        thing = make()
        stolen = replace(door.draft(), iri=thing.iri, updated_at=LATER)
        assert refusal(door.record, session, world, stolen, revised=True) in ("not-the-author", "kind-changed")
        assert refusal(door.record, session, world, stolen, by=world.interior) == "ours"
        session.refresh(thing)
        assert (thing.local, thing.content) != (False, door.draft().content)


def test_O6_ours_is_never_deleted_from_outside(session, world):
    offer = offers.post(session, world.interior, need(), now=NOW)
    event = events.post(session, world.interior, meeting(), now=NOW)
    post = threads.say(session, world.interior, threads.PostDraft(text="Hallo"), now=NOW)
    assert refusal(offers.delete_remote, session, offer, world.bouw, now=LATER) == "ours"
    assert refusal(events.delete_remote, session, event, world.bouw, now=LATER) == "ours"
    assert refusal(threads.delete_remote, session, post, world.alice, now=LATER) == "ours"


def test_O7_who_is_not_named_as_the_author_may_not_write_it(session, world, door):
    mallory = people.remember(session, stranger("mallory", host="evil.example", number=7).document, now=NOW)
    assert refusal(door.record, session, world, by=mallory) == "not-the-author"
    assert door.door.find(session, door.draft().iri) is None


def test_O7_a_neighbour_of_the_author_may_not_rewrite_it(session, world, door):
    thing = door.record(session, world)
    host = "partner.example" if door.author == "bouw" else "mastodon.example"
    neighbour = people.remember(session, stranger("eve", host=host, number=7).document, now=NOW)
    stolen = replace(door.draft(), author_iri=neighbour.iri, content="<p>Kwaad</p>", updated_at=LATER)
    assert refusal(door.record, session, world, stolen, by=neighbour, revised=True) == "not-the-author"
    assert refusal(door.door.delete_remote, session, thing, neighbour, now=LATER) == "not-the-author"
    session.refresh(thing)
    assert thing.content == door.draft().content


def test_O4_a_duplicate_never_widens_who_may_see_it(session, world):
    post = threads.record_remote(session, world.alice, remote_note(public=False), group=None, state="kept", now=NOW)
    threads.record_remote(session, world.alice, remote_note(public=True), group=None, state="kept", now=LATER)
    offer = offers.record_remote(session, world.bouw, remote_need(draft={"visibility": "group"}), shown=True, now=NOW)
    offers.record_remote(session, world.bouw, remote_need(), shown=True, now=LATER)
    event = events.record_remote(
        session, world.bouw, remote_meeting(draft={"visibility": "group"}), shown=True, now=NOW
    )
    events.record_remote(session, world.bouw, remote_meeting(), shown=True, now=LATER)
    assert (post.public, offer.visibility, event.visibility) == (False, "group", "group")


def test_O4_the_author_may_change_who_may_see_it(session, world):
    threads.record_remote(session, world.alice, remote_note(public=False), group=None, state="kept", now=NOW)
    wider = remote_note(public=True, updated_at=LATER)
    assert threads.record_remote(session, world.alice, wider, group=None, state="kept", now=LATER).public


def test_O13_a_suspended_author_is_stopped_at_the_store(session, world, door):
    author = getattr(world, door.author)
    author.suspended_at = NOW
    assert refusal(door.record, session, world) == "author-suspended"


@pytest.mark.parametrize("blocked", ["itself", "above"])
def test_O13_a_blocked_host_is_stopped_at_the_store(session, world, door, blocked):
    author = getattr(world, door.author)
    session.add(Host(name=author.host if blocked == "itself" else "example", policy="blocked"))
    session.flush()
    assert refusal(door.record, session, world) == "host-blocked"


def test_a_limited_host_is_not_stopped_here(session, world, door):
    session.add(Host(name=getattr(world, door.author).host, policy="limited"))
    session.flush()
    assert door.record(session, world).id


def test_what_its_author_deleted_leaves_no_word_and_never_returns(session, world, door):
    thing = door.record(session, world, replace(door.draft(), content="<p>marker</p>", document={"c": "marker"}))
    door.door.delete_remote(session, thing, getattr(world, door.author), now=LATER)
    session.refresh(thing)
    assert "marker" not in repr([getattr(thing, column.key) for column in thing.__table__.columns])
    assert refusal(door.record, session, world, replace(door.draft(), updated_at=LATER), revised=True) == "gone"


def test_O14_a_tombstone_of_somebody_else_does_not_shut_out_the_author(session, world, door):
    mallory = people.remember(session, stranger("mallory", host="evil.example", number=7).document, now=NOW)
    people.bury(session, door.draft().iri, "Note", mallory.id, now=NOW)
    assert door.record(session, world).id


def test_a_deletion_that_overtook_its_creation_is_final(session, world, door):
    people.bury(session, door.draft().iri, "Note", getattr(world, door.author).id, now=NOW)
    assert refusal(door.record, session, world) == "gone"


def test_a_thing_does_not_change_its_kind(session, world):
    threads.record_remote(session, world.alice, remote_note(), group=None, state="kept", now=NOW)
    as_offer = remote_need(iri=remote_note().iri, author_iri=ALICE.iri, updated_at=LATER)
    as_event = remote_meeting(iri=remote_note().iri, author_iri=ALICE.iri, updated_at=LATER)
    assert refusal(offers.record_remote, session, world.alice, as_offer, shown=True, now=LATER) == "kind-changed"
    assert refusal(events.record_remote, session, world.alice, as_event, shown=True, now=LATER) == "kind-changed"
    offers.record_remote(session, world.bouw, remote_need(), shown=True, now=NOW)
    as_post = remote_note(iri=remote_need().iri, author_iri=BOUW.iri, updated_at=LATER)
    code = refusal(threads.record_remote, session, world.bouw, as_post, group=None, state="kept", now=LATER)
    assert code == "kind-changed"


def test_what_waits_for_a_moderator_is_shown_when_one_says_so(session, world):
    offer = offers.record_remote(session, world.bouw, remote_need(), shown=False, now=NOW)
    event = events.record_remote(session, world.bouw, remote_meeting(), shown=False, now=NOW)
    for door, thing in ((offers, offer), (events, event)):
        assert not thing.shown
        door.show(session, thing)
        assert thing.shown
        door.hide(session, thing)
        assert not thing.shown


def test_an_offer_of_others_ends_when_its_time_is_over(session, world):
    lapsed = offers.record_remote(session, world.bouw, remote_need(draft={"expires_at": LATER}), shown=True, now=NOW)
    lasting = offers.record_remote(session, world.bouw, remote_need(2), shown=True, now=NOW)
    assert offers.expire_remote(session, LATER) == 1
    session.expire_all()
    assert (lapsed.status, lasting.status) == ("expired", "open")


def test_an_event_that_ends_before_it_begins_is_refused(session, world):
    draft = remote_meeting(draft={"ends_at": NOW})
    assert refusal(events.record_remote, session, world.bouw, draft, shown=True, now=NOW) == "ends-before-it-begins"


def test_the_policy_of_hosts_and_the_store_agree(session, world):
    session.add(Host(name="partner.example", policy="blocked"))
    session.flush()
    assert moderation.is_blocked(session, world.bouw.host)
    assert refusal(offers.record_remote, session, world.bouw, remote_need(), shown=True, now=NOW) == "host-blocked"
