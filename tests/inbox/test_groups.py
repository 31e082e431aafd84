"""Who follows whom."""

from sqlalchemy import select

from actors.groups import Follow
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
