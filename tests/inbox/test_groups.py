"""Who follows whom."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.groups import Follow, Group, Membership
from actors.people import Actor
from actors.people.notices import Notification
from tests.village import Village, act, follow_rows


async def test_a_follow_is_accepted_and_answered(village: Village):
    # Given somebody whom we never met
    bob = village.mastodon.person("bob")
    group = village.coop.world.interior

    # When they follow a group
    follow = act(bob, "Follow", group.iri)
    outcome = await village.coop.hear(follow, by=bob)

    # Then they follow it, and are told so with their own Follow inside
    assert outcome is None
    assert bob.iri in village.coop.db.read_now(follow_rows, group)
    [accept] = village.coop.said("Accept")
    assert accept["object"]["id"] == follow["id"]
    assert accept["to"] == [bob.iri]
    await village.coop.deliver()
    assert [each["type"] for each in village.mastodon.posted] == ["Accept"]


async def test_a_repeated_follow_is_answered_again_and_counted_once(village: Village):
    bob = village.mastodon.person("bob")
    group = village.coop.world.interior
    for name in ("a", "b", "c"):
        assert await village.coop.hear(act(bob, "Follow", group.iri, name), by=bob) is None
    assert len(village.coop.said("Accept")) == 3
    assert village.coop.db.read_now(follow_rows, group) == [bob.iri]


async def test_a_follow_of_a_group_that_approves_by_hand_waits(village: Village):
    bob = village.mastodon.person("bob")
    assert await village.coop.hear(act(bob, "Follow", village.coop.world.atelier.iri), by=bob) is None
    assert village.coop.said("Accept") == []
    states = village.coop.db.read_now(lambda session: list(session.scalars(select(Follow.state))))
    assert states == ["requested"]


async def test_a_follow_of_nobody_is_refused(village: Village):
    bob = village.mastodon.person("bob")
    assert await village.coop.hear(act(bob, "Follow", "https://coop.example/g/nobody"), by=bob) == "unknown-object"


async def test_an_undone_follow_ends_embedded_or_by_id(village: Village):
    bob = village.mastodon.person("bob")
    group = village.coop.world.interior
    follow = act(bob, "Follow", group.iri)
    await village.coop.hear(follow, by=bob)
    assert bob.iri in village.coop.db.read_now(follow_rows, group)
    assert await village.coop.hear(act(bob, "Undo", follow), by=bob) is None
    assert bob.iri not in village.coop.db.read_now(follow_rows, group)
    second = act(bob, "Follow", group.iri, "second")
    await village.coop.hear(second, by=bob)
    assert await village.coop.hear(act(bob, "Undo", second["id"], "second"), by=bob) is None
    assert bob.iri not in village.coop.db.read_now(follow_rows, group)


async def test_nobody_undoes_anothers_follow(village: Village):
    bob, carol = village.mastodon.person("bob"), village.mastodon.person("carol", number=9)
    group = village.coop.world.interior
    follow = act(bob, "Follow", group.iri)
    await village.coop.hear(follow, by=bob)
    assert await village.coop.hear(act(carol, "Undo", follow), by=carol) == "not-theirs"
    assert await village.coop.hear(act(carol, "Undo", follow["id"], "by id"), by=carol) == "not-theirs"
    assert village.coop.db.read_now(follow_rows, group) == [bob.iri]


@pytest.mark.parametrize(
    ("joining", "answer", "state"),
    [("open", "Accept", "active"), ("approval", None, "requested"), ("closed", "Reject", None)],
)
async def test_a_join_of_a_group_is_answered_as_the_group_has_it(
    village: Village, joining: str, answer: str | None, state: str | None
):
    bob = village.mastodon.person("bob")
    group = village.coop.world.interior

    def rule(session: Session) -> None:
        session.get_one(Group, group.id).joining = joining

    def of_bob(session: Session) -> str | None:
        query = select(Membership.state).join(Actor, Actor.id == Membership.actor_id).where(Actor.iri == bob.iri)
        return session.scalar(query)

    village.coop.db.write_now(rule)
    join = act(bob, "Join", group.iri)
    assert await village.coop.hear(join, by=bob) is None
    assert [each["type"] for each in village.coop.said()] == ([answer] if answer else [])
    assert village.coop.db.read_now(of_bob) == state
    if state is not None:
        assert await village.coop.hear(act(bob, "Leave", group.iri), by=bob) is None
        assert village.coop.db.read_now(of_bob) == "ended"
    else:
        assert await village.coop.hear(act(bob, "Leave", group.iri), by=bob) == "not-known"


async def test_organisers_hear_who_waits_once_a_day_and_who_went(village: Village):
    bob = village.mastodon.person("bob")
    world = village.coop.world

    def told(session: Session) -> list[tuple[str, str, str]]:
        rows = session.scalars(select(Notification).where(Notification.member_id == world.noor.id))
        return [(row.kind, row.facts["who"], row.facts["path"]) for row in rows.all()]

    # A follow of a group that looks at its followers, and a request to join, however often they are repeated
    for name in ("a", "b"):
        await village.coop.hear(act(bob, "Follow", world.atelier.iri, name), by=bob)
        await village.coop.hear(act(bob, "Join", world.interior.iri, name), by=bob)
    assert village.coop.db.read_now(told) == [
        ("follow-request", "Bob", "/g/atelier/requests"),
        ("join-requested", "Bob", "/g/interior/requests"),
    ]

    # Whoever only asked goes without a word; whoever took part does not
    await village.coop.hear(act(bob, "Leave", world.interior.iri, "c"), by=bob)
    assert len(village.coop.db.read_now(told)) == 2
    village.coop.db.write_now(lambda session: setattr(session.get_one(Group, world.interior.id), "joining", "open"))
    await village.coop.hear(act(bob, "Join", world.interior.iri, "d"), by=bob)
    await village.coop.hear(act(bob, "Leave", world.interior.iri, "e"), by=bob)
    assert village.coop.db.read_now(told)[2:] == [("member-left", "Bob", "/g/interior/members")]


@pytest.mark.parametrize("verb", ["Add", "Remove", "Invite"])
async def test_what_other_groups_pin_and_appoint_is_not_kept(village: Village, verb: str):
    forum = village.server("lemmy.example").person("design", type="Group")
    target = f"{forum.iri}/featured"
    outcome = await village.coop.hear(act(forum, verb, f"{forum.iri}/posts/1", target=target), by=forum)
    assert outcome in ("collections-not-kept", "invitations-not-handled")
