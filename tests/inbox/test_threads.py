"""Posts, shares and likes; posting to a group by mentioning it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import groups, people
from actors.groups import Group
from actors.people import Actor
from actors.threads import Post, Reaction
from fediverse.types import PUBLIC
from tests.inbox.test_authority import follow_accepted, post_offer, posts, shares
from tests.village import NOW, Document, Village, act, note
from tests.world import Stranger


def let_post(village: Village, posting: str, member: Stranger | None = None) -> str:
    """Set the rule of the group «interior», and make `member` one of it; gives the group's IRI."""

    def write(session: Session) -> str:
        group = session.get_one(Actor, village.coop.world.interior.id)
        session.get_one(Group, group.id).posting = posting
        if member is not None:
            actor = people.find_actor(session, member.iri) or people.remember(session, member.document, now=NOW)
            groups.add_member(session, group, now=NOW, actor_id=actor.id)
        return group.iri

    return village.coop.db.write_now(write)


def mentioning(author: Stranger, group_iri: str, name: str = "1", **more: Any) -> Document:
    """A public post that mentions a group, as Mastodon sends it."""
    tag = [{"type": "Mention", "href": group_iri, "name": "@interior@coop.example"}]
    return note(author, name, tag=tag, **more) | {
        "cc": [f"{author.iri}/followers", group_iri, f"{group_iri}/followers"]
    }


def states(village: Village) -> dict[str, str]:
    def read(session: Session) -> dict[str, str]:
        rows = session.execute(select(Post.iri, Post.state).where(Post.local.is_(False)))
        return {row.iri: row.state for row in rows}

    return village.coop.db.read_now(read)


async def test_a_members_mention_is_announced_in_both_forms_once(village: Village):
    # Given Bob, who takes part in a group
    bob = village.mastodon.person("bob")
    iri = let_post(village, "members", bob)
    # When he mentions it in a public post, and his server tells us so three times
    post = mentioning(bob, iri)
    create = act(bob, "Create", post)
    for name in ("", "again", "and again"):
        await village.coop.hear(create | {"id": create["id"] + name.replace(" ", "-")}, by=bob)
    # Then the group shares it once: the whole activity for forums, and the id for microblogs
    whole, by_id = village.coop.said("Announce")
    assert whole["object"] == create
    assert by_id["object"] == post["id"]
    assert by_id["actor"] == iri
    assert bob.iri in by_id["cc"]
    assert states(village) == {post["id"]: "shown"}


async def test_anyone_may_post_where_anyone_may(village: Village):
    bob = village.mastodon.person("bob")
    iri = let_post(village, "anyone")
    assert await village.coop.hear(act(bob, "Create", mentioning(bob, iri)), by=bob) is None
    assert len(village.coop.said("Announce")) == 2


async def test_a_post_waits_where_a_moderator_decides(village: Village):
    bob = village.mastodon.person("bob")
    iri = let_post(village, "approval")
    post = mentioning(bob, iri)
    assert await village.coop.hear(act(bob, "Create", post), by=bob) is None
    assert states(village) == {post["id"]: "waiting"}
    assert village.coop.said("Announce") == []


async def test_a_private_mention_is_kept_and_not_announced(village: Village):
    bob = village.mastodon.person("bob")
    iri = let_post(village, "anyone")
    post = note(bob, to=(iri,), cc=[])
    assert await village.coop.hear(act(bob, "Create", post), by=bob) is None
    assert states(village) == {post["id"]: "kept"}
    assert village.coop.said("Announce") == []


async def test_a_reply_into_a_groups_thread_is_passed_on_as_an_activity_only(village: Village):
    # Given a post that a group shared
    bob, carol = village.mastodon.person("bob"), village.mastodon.person("carol", number=9)
    iri = let_post(village, "anyone")
    post = mentioning(bob, iri)
    await village.coop.hear(act(bob, "Create", post), by=bob)
    # When somebody answers it
    reply = note(carol, "2", inReplyTo=post["id"])
    create = act(carol, "Create", reply)
    assert await village.coop.hear(create, by=carol) is None
    # Then the comment is passed on whole, and never by its id, which would be a boost
    assert [each["object"] for each in village.coop.said("Announce")[2:]] == [create]
    assert states(village)[reply["id"]] == "shown"


async def test_an_answer_of_no_member_is_kept_but_not_passed_on(village: Village):
    bob = village.mastodon.person("bob")
    offer_iri = village.coop.db.write_now(post_offer, village)
    reply = note(bob, inReplyTo=offer_iri)
    assert await village.coop.hear(act(bob, "Create", reply), by=bob) is None
    assert states(village) == {reply["id"]: "kept"}
    assert village.coop.said("Announce") == []


async def test_an_edit_of_a_shared_post_is_passed_on(village: Village):
    bob = village.mastodon.person("bob")
    iri = let_post(village, "anyone")
    post = mentioning(bob, iri)
    await village.coop.hear(act(bob, "Create", post), by=bob)
    update = act(bob, "Update", post | {"content": "<p>Better</p>", "updated": "2026-11-20T08:30:00Z"})
    assert await village.coop.hear(update, by=bob) is None
    assert posts(village) == {post["id"]: "<p>Better</p>"}
    assert village.coop.said("Announce")[-1]["object"] == update


async def test_a_deleted_post_is_unshared_and_does_not_return(village: Village):
    bob = village.mastodon.person("bob")
    iri = let_post(village, "anyone")
    post = mentioning(bob, iri)
    await village.coop.hear(act(bob, "Create", post), by=bob)
    gone = act(bob, "Delete", {"id": post["id"], "type": "Tombstone"})
    assert await village.coop.hear(gone, by=bob) is None
    assert posts(village) == {}
    assert len(village.coop.said("Undo")) == 2
    assert village.coop.said("Announce")[-1]["object"] == gone
    assert await village.coop.hear(act(bob, "Create", post, "again"), by=bob) == "gone"


async def test_an_update_of_something_unknown_is_not_kept(village: Village):
    bob = village.mastodon.person("bob")
    assert await village.coop.hear(act(bob, "Update", note(bob)), by=bob) == "not-known"


async def test_an_old_copy_changes_nothing(village: Village):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    new = note(bob, updated="2026-11-20T08:40:00Z") | {"content": "<p>new</p>"}
    old = note(bob, updated="2026-11-20T08:20:00Z") | {"content": "<p>old</p>"}
    await village.coop.hear(act(bob, "Create", new), act(bob, "Update", old), by=bob)
    assert posts(village) == {new["id"]: "<p>new</p>"}


@pytest.mark.parametrize("kind", ["Article", "Page", "Question", "Video"])
async def test_posts_of_every_kind_can_be_read(village: Village, kind: str):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    more: dict[str, Any] = {"type": kind, "name": "Title"}
    if kind == "Question":
        more["oneOf"] = [{"type": "Note", "name": "Yes", "replies": {"type": "Collection", "totalItems": 2}}]
    assert await village.coop.hear(act(bob, "Create", note(bob, **more)), by=bob) is None
    assert len(posts(village)) == 1


async def test_a_vote_is_not_a_post(village: Village):
    bob = village.mastodon.person("bob")
    vote = note(bob, name="x", inReplyTo="https://coop.example/g/interior/notes/1")
    del vote["content"]
    vote["name"] = "Yes"
    assert await village.coop.hear(act(bob, "Create", vote), by=bob) == "votes-not-counted"


async def test_a_thread_above_a_post_to_a_group_is_fetched_within_bounds(village: Village):
    # Given a chain of answers without end, on a hostile server
    mallory = village.evil.person("mallory")
    iri = let_post(village, "anyone")
    for number in range(60):
        village.evil.note(mallory, str(number), inReplyTo=f"{mallory.iri}/statuses/{number + 1}")
    # When its newest is sent to a group
    post = mentioning(mallory, iri, "0", inReplyTo=f"{mallory.iri}/statuses/1")
    village.evil.asked.clear()
    assert await village.coop.hear(act(mallory, "Create", post), by=mallory) is None
    # Then a few are fetched, and the post stands as it is
    assert len(village.evil.asked) <= 9
    assert states(village)[post["id"]] == "shown"


async def test_a_boost_of_a_followed_actor_brings_the_post_with_its_author(village: Village):
    bob, carol = village.mastodon.person("bob"), village.server("other.example").person("carol", number=9)
    follow_accepted(village, carol)
    post = village.mastodon.note(bob)
    assert await village.coop.hear(act(carol, "Announce", post["id"]), by=carol) is None
    assert posts(village) == {post["id"]: "<p>Note 1</p>"}
    assert village.coop.actor(bob.iri) is not None
    assert await village.coop.hear(act(carol, "Announce", post["id"], "again"), by=carol) is None
    assert shares(village) == 1


async def test_a_boost_of_nobody_in_particular_fetches_nothing(village: Village):
    bob = village.mastodon.person("bob")
    mallory = village.evil.person("mallory")
    post = village.mastodon.note(bob)
    assert await village.coop.hear(act(mallory, "Announce", post["id"]), by=mallory) == "not-related"
    assert village.mastodon.asked == []


async def test_a_boost_of_ours_is_counted_and_undone(village: Village):
    bob = village.mastodon.person("bob")
    offer_iri = village.coop.db.write_now(post_offer, village)
    announce = act(bob, "Announce", offer_iri)
    before = shares(village)
    assert await village.coop.hear(announce, by=bob) is None
    assert shares(village) == before + 1
    assert await village.coop.hear(act(bob, "Undo", announce), by=bob) is None
    assert shares(village) == before
    assert await village.coop.hear(act(bob, "Undo", announce["id"], "again"), by=bob) == "not-known"


async def test_a_like_is_counted_once_and_undone_embedded_or_by_id(village: Village):
    bob = village.mastodon.person("bob")
    offer_iri = village.coop.db.write_now(post_offer, village)

    def likes() -> int:
        return len(village.coop.db.read_now(lambda session: list(session.scalars(select(Reaction.id)))))

    like = act(bob, "Like", offer_iri)
    await village.coop.hear(like, act(bob, "EmojiReact", offer_iri), by=bob)
    assert likes() == 1
    assert await village.coop.hear(act(bob, "Undo", like["id"]), by=bob) is None
    assert likes() == 0
    assert await village.coop.hear(act(bob, "Like", offer_iri, "2"), by=bob) is None
    assert await village.coop.hear(act(bob, "Undo", act(bob, "Like", offer_iri, "2")), by=bob) is None
    assert likes() == 0


async def test_a_forum_that_ours_follow_brings_a_post_with_an_announced_create(village: Village):
    # Given a group of another server that one of ours follows
    forum = village.server("lemmy.example").person("design", type="Group")
    follow_accepted(village, forum)
    bob = village.mastodon.person("bob")
    post = village.mastodon.note(bob, type="Page", summary="About design")
    # When it announces somebody's whole Create
    create = act(bob, "Create", post, cc=[forum.iri])
    assert await village.coop.hear(act(forum, "Announce", create), by=forum) is None
    # Then what is kept is what the author's server says
    assert list(posts(village)) == [post["id"]]


async def test_who_asks_to_quote_is_told_no(village: Village):
    bob = village.mastodon.person("bob")
    offer_iri = village.coop.db.write_now(post_offer, village)
    request = act(bob, "QuoteRequest", offer_iri, instrument=note(bob, "q")["id"])
    assert await village.coop.hear(request, by=bob) is None
    [reject] = village.coop.said("Reject")
    assert (reject["object"]["id"], reject["to"]) == (request["id"], [bob.iri])


async def test_unknown_things_are_recorded_and_nothing_else(village: Village):
    bob = village.mastodon.person("bob")
    for kind in ("Travel", "Arrive", "Listen"):
        assert await village.coop.hear(act(bob, kind, village.coop.world.interior.iri), by=bob) == "not-understood"
    odd = act(bob, "Create", note(bob, type="Recipe"))
    assert await village.coop.hear(odd, by=bob) == "not-understood"


async def test_public_in_any_spelling_is_public(village: Village):
    bob = village.mastodon.person("bob")
    iri = let_post(village, "anyone")
    for number, spelling in enumerate((PUBLIC, "as:Public", "Public")):
        post = mentioning(bob, iri, str(number)) | {"to": [spelling]}
        assert await village.coop.hear(act(bob, "Create", post), by=bob) is None
        assert states(village)[post["id"]] == "shown"
