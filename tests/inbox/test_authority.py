"""Who may say what about what: rows O1–O9, O11 and O13 of the security contract, each with the grant beside it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actors import groups, moderation, offers, people
from actors.groups import Follow
from actors.people import Actor
from actors.threads import Post, Share
from fediverse.types import PUBLIC
from tests.village import NOW, Document, Village, act, note, proven
from tests.world import BOUW, Stranger


def follow_accepted(village: Village, who: Stranger) -> None:
    """One of our groups follows `who`, and was accepted."""

    def write(session: Session) -> None:
        ours = people.find_actor(session, village.coop.world.interior.iri)
        theirs = people.find_actor(session, who.iri) or people.remember(session, who.document, now=NOW)
        assert ours is not None
        follow = groups.request_follow(session, ours, theirs, f"{ours.iri}/activities/f-{theirs.id}", now=NOW)
        session.flush()
        groups.follow_answered(session, follow.iri, theirs, True, now=NOW)

    village.coop.db.write_now(write)


def posts(village: Village) -> dict[str, str]:
    """The content of every post of others that stands, by IRI."""

    def read(session: Session) -> dict[str, str]:
        rows = session.execute(select(Post.iri, Post.content).where(Post.local.is_(False), Post.deleted_at.is_(None)))
        return {row.iri: row.content for row in rows}

    return village.coop.db.read_now(read)


def shares(village: Village) -> int:
    return village.coop.db.read_now(
        lambda session: session.scalar(select(func.count()).select_from(Share)) or 0  # one number is all that matters
    )


async def test_a_post_of_somebody_whom_ours_follow_is_kept(village: Village):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    assert await village.coop.hear(act(bob, "Create", note(bob)), by=bob) is None
    assert posts(village) == {f"{bob.iri}/statuses/1": "<p>Note 1</p>"}


async def test_a_post_that_has_nothing_to_do_with_us_is_not_kept(village: Village):
    bob = village.mastodon.person("bob")
    assert await village.coop.hear(act(bob, "Create", note(bob)), by=bob) == "not-related"
    assert posts(village) == {}


async def test_O1_a_document_that_claims_another_origin_is_refused(village: Village):
    # Given a document on Mallory's server that says it is Bob
    bob = village.mastodon.person("bob")
    mallory = village.evil.person("mallory")
    follow_accepted(village, bob)
    before = village.coop.actor(bob.iri)
    fake = {"id": bob.iri, "type": "Person", "preferredUsername": "bob", "inbox": f"{bob.iri}/inbox", "name": "Forged"}
    village.evil.serve(fake, at="https://evil.test/users/bob")
    # When she announces it
    follow_accepted(village, mallory)
    outcome = await village.coop.hear(act(mallory, "Announce", "https://evil.test/users/bob"), by=mallory)
    # Then nothing of it is believed
    assert outcome is not None
    after = village.coop.actor(bob.iri)
    assert before is not None
    assert after is not None
    assert after.name == before.name


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "application/ld+json"])
async def test_O2_a_file_that_somebody_uploaded_is_no_object(village: Village, media_type: str):
    bob = village.mastodon.person("bob")
    carol = village.mastodon.person("carol", number=9)
    follow_accepted(village, carol)
    upload = note(bob) | {"id": "https://mastodon.example/uploads/a.json"}
    village.mastodon.serve(upload, media_type=media_type)
    assert await village.coop.hear(act(carol, "Announce", upload["id"]), by=carol) == "not-activitypub"
    assert posts(village) == {}


async def test_O3_a_url_gives_no_authority(village: Village):
    mallory = village.evil.person("mallory")
    follow_accepted(village, mallory)
    posing = note(mallory, url="https://mastodon.example/@bob/1")
    assert await village.coop.hear(act(mallory, "Create", posing), by=mallory) is None
    assert list(posts(village)) == [posing["id"]]


@pytest.mark.parametrize("verb", ["Create", "Update", "Announce"])
async def test_O4_nobody_widens_the_audience_of_anothers_post(village: Village, verb: str):
    # Given a private note of Bob's to Noor, which we hold
    bob = village.mastodon.person("bob")
    mallory = village.evil.person("mallory")
    follow_accepted(village, mallory)
    private = note(bob, to=(village.coop.world.noor_actor.iri,), cc=[])
    village.mastodon.lose(private["id"], 404)
    assert await village.coop.hear(act(bob, "Create", private), by=bob) is None
    # When Mallory shows it to everybody
    wider = private | {"to": [PUBLIC], "content": "<p>wider</p>"}
    await village.coop.hear(act(mallory, verb, wider), by=mallory)
    # Then it is as private as it was
    [(public, content)] = village.coop.db.read_now(
        lambda session: list(session.execute(select(Post.public, Post.content)))
    )
    assert (public, content) == (False, "<p>Note 1</p>")


async def test_O5_a_group_cannot_announce_somebodys_delete(village: Village):
    # Given a note of Bob's that we hold, and a group of Mallory's that we follow
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    village.mastodon.serve(note(bob))
    await village.coop.hear(act(bob, "Create", note(bob)), by=bob)
    group = village.evil.person("group", type="Group")
    follow_accepted(village, group)
    inner = act(bob, "Delete", note(bob)["id"])
    # When the group announces a Delete in Bob's name
    outcome = await village.coop.hear(act(group, "Announce", inner), by=group)
    # Then Bob's server is asked, and the note stays
    assert outcome == "still-there"
    assert list(posts(village)) == [note(bob)["id"]]


@pytest.mark.parametrize("confirmed", ["proof", "gone"])
async def test_O5_an_announced_delete_counts_when_it_is_confirmed(village: Village, confirmed: str):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    village.mastodon.serve(note(bob))
    await village.coop.hear(act(bob, "Create", note(bob)), by=bob)
    group = village.server("partner.example").person("bouw", type="Group", number=6)
    follow_accepted(village, group)
    inner = act(bob, "Delete", note(bob)["id"])
    if confirmed == "proof":
        inner = proven(bob, inner)
    else:
        village.mastodon.lose(note(bob)["id"])
    assert await village.coop.hear(act(group, "Announce", inner), by=group) is None
    assert posts(village) == {}


async def test_O5_an_announced_update_is_read_at_its_origin(village: Village):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    village.mastodon.serve(note(bob))
    await village.coop.hear(act(bob, "Create", note(bob)), by=bob)
    group = village.evil.person("group", type="Group")
    follow_accepted(village, group)
    forged = note(bob) | {"content": "<p>forged</p>", "updated": "2026-11-20T08:30:00Z"}
    await village.coop.hear(act(group, "Announce", act(bob, "Update", forged)), by=group)
    assert posts(village) == {note(bob)["id"]: "<p>Note 1</p>"}


@pytest.mark.parametrize("verb", ["Create", "Update", "Delete", "Announce"])
async def test_O6_nothing_of_ours_is_written_from_outside(village: Village, verb: str):
    # Given an offer of ours
    iri = village.coop.db.write_now(post_offer, village)
    mallory = village.evil.person("mallory")
    follow_accepted(village, mallory)
    forged: Document = note(mallory) | {"id": iri, "attributedTo": village.coop.world.interior.iri}
    thing: Any = act(mallory, "Delete", iri) if verb == "Announce" else forged
    # When somebody writes under its id
    outcome = await village.coop.hear(act(mallory, verb, thing), by=mallory)
    # Then it stands as it was
    assert outcome in ("ours", "ours-in-their-group")
    offer = village.coop.db.read_now(offers.find, iri)
    assert offer is not None
    assert (offer.deleted_at, offer.title) == (None, "Twee dagen scenografie")
    assert posts(village) == {}


async def test_O7_a_note_of_one_server_is_not_anothers(village: Village):
    bob = village.mastodon.person("bob")
    mallory = village.evil.person("mallory")
    follow_accepted(village, mallory)
    forged = note(mallory) | {"attributedTo": bob.iri}
    assert await village.coop.hear(act(mallory, "Create", forged), by=mallory) == "not-the-author"
    village.evil.serve(forged)
    assert await village.coop.hear(act(mallory, "Announce", forged["id"]), by=mallory) == "not-the-author"
    assert posts(village) == {}


async def test_O7_a_note_is_not_its_neighbours_either(village: Village):
    bob, carol = village.mastodon.person("bob"), village.mastodon.person("carol", number=9)
    follow_accepted(village, bob)
    follow_accepted(village, carol)
    assert await village.coop.hear(act(carol, "Create", note(bob)), by=carol) == "not-the-author"


async def test_O8_a_copy_inside_an_announce_is_only_its_id(village: Village):
    bob = village.mastodon.person("bob")
    mallory = village.evil.person("mallory")
    follow_accepted(village, mallory)
    genuine = village.mastodon.note(bob)
    forged = genuine | {"content": "<p>forged</p>"}
    assert await village.coop.hear(act(mallory, "Announce", forged), by=mallory) is None
    assert posts(village) == {genuine["id"]: "<p>Note 1</p>"}
    assert shares(village) == 1


async def test_O8_a_foreign_copy_inside_a_create_is_refused(village: Village):
    bob = village.mastodon.person("bob")
    mallory = village.evil.person("mallory")
    follow_accepted(village, mallory)
    assert await village.coop.hear(act(mallory, "Create", note(bob)), by=mallory) == "foreign-object"


async def test_O9_a_post_to_a_group_that_does_not_let_its_author_is_not_shown(village: Village):
    # Given a group in which members post
    bob = village.mastodon.person("bob")
    group = village.coop.world.interior
    # When somebody who is no member names it
    addressed = note(bob, cc=[group.iri], audience=group.iri)
    outcome = await village.coop.hear(act(bob, "Create", addressed), by=bob)
    # Then it waits for a moderator, and nobody is told
    assert outcome is None
    assert village.coop.said("Announce") == []
    state = village.coop.db.read_now(
        lambda session: session.scalar(select(Post.state).where(Post.iri == addressed["id"]))
    )
    assert state == "waiting"


async def test_O11_only_the_followed_one_accepts(village: Village):
    # Given a Follow of ours that waits for an answer
    def ask(session: Session) -> str:
        interior, bouw = (
            session.get_one(Actor, each.id) for each in (village.coop.world.interior, village.coop.world.bouw)
        )
        return groups.request_follow(session, interior, bouw, f"{interior.iri}/activities/f", now=NOW).iri

    def state(session: Session) -> str | None:
        return session.scalar(select(Follow.state).where(Follow.follower_id == village.coop.world.interior.id))

    iri = village.coop.db.write_now(ask)
    mallory = village.evil.person("mallory")
    # When somebody else accepts it, by id or in full
    full = {"id": iri, "type": "Follow", "actor": village.coop.world.interior.iri, "object": BOUW.iri}
    assert await village.coop.hear(act(mallory, "Accept", iri), by=mallory) == "no-such-follow"
    assert await village.coop.hear(act(mallory, "Accept", full), by=mallory) == "no-such-follow"
    # Then it still waits; and the followed one's own answer counts
    assert village.coop.db.read_now(state) == "requested"
    assert await village.coop.hear(act(BOUW, "Accept", full), by=BOUW) is None
    assert village.coop.db.read_now(state) == "accepted"


async def test_O13_a_suspended_authors_post_does_not_come_in_by_a_boost(village: Village):
    bob, carol = village.mastodon.person("bob"), village.mastodon.person("carol", number=9)
    follow_accepted(village, carol)
    village.mastodon.note(bob)

    def suspend(session: Session) -> None:
        people.suspend(session, people.remember(session, bob.document, now=NOW), now=NOW)

    village.coop.db.write_now(suspend)
    assert await village.coop.hear(act(carol, "Announce", note(bob)["id"]), by=carol) == "suspended"
    assert posts(village) == {}


async def test_O13_a_blocked_hosts_post_does_not_come_in_by_a_boost(village: Village):
    mallory = village.evil.person("mallory")
    carol = village.mastodon.person("carol", number=9)
    follow_accepted(village, carol)
    village.evil.note(mallory)

    def block(session: Session) -> None:
        moderation.block(session, "evil.test", now=NOW)

    village.coop.db.write_now(block)
    assert await village.coop.hear(act(carol, "Announce", note(mallory)["id"]), by=carol) == "blocked-host"
    assert village.evil.asked == []
    assert posts(village) == {}


async def test_what_somebody_brings_without_a_proof_is_read_at_its_origin(village: Village):
    bob = village.mastodon.person("bob")
    carrier = village.server("relay.example").person("relay", type="Application")
    follow_accepted(village, bob)
    genuine = village.mastodon.note(bob)
    brought = act(bob, "Create", genuine | {"content": "<p>forged</p>"})
    assert (await village.coop.receive(brought, signed_by=carrier)).status == 202
    await village.coop.dispatcher.settle()
    assert posts(village) == {genuine["id"]: "<p>Note 1</p>"}


async def test_a_delete_that_somebody_brings_counts_only_when_it_is_gone(village: Village):
    bob = village.mastodon.person("bob")
    carrier = village.server("relay.example").person("relay", type="Application")
    follow_accepted(village, bob)
    village.mastodon.note(bob)
    await village.coop.hear(act(bob, "Create", note(bob)), by=bob)
    for name, status in (("a", None), ("b", 410)):
        if status is not None:
            village.mastodon.lose(note(bob)["id"], status)
        brought = act(bob, "Delete", note(bob)["id"], name)
        await village.coop.receive(brought, signed_by=carrier)
        await village.coop.dispatcher.settle()
        assert (posts(village) == {}) is (status is not None)


async def test_nobody_deletes_anothers_post(village: Village):
    bob, carol = village.mastodon.person("bob"), village.mastodon.person("carol", number=9)
    follow_accepted(village, bob)
    await village.coop.hear(act(bob, "Create", note(bob)), by=bob)
    assert await village.coop.hear(act(carol, "Delete", note(bob)["id"]), by=carol) == "not-the-author"
    assert await village.coop.hear(act(bob, "Delete", note(bob)["id"]), by=bob) is None
    assert posts(village) == {}


def post_offer(session: Session, village: Village) -> str:
    group = session.get_one(Actor, village.coop.world.interior.id)
    draft = offers.OfferDraft(purpose="offer", title="Twee dagen scenografie", language="nl")
    return offers.post(session, group, draft, now=NOW).iri
