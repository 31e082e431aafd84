"""What actors elsewhere say of themselves: changed, moved, gone; and whom they block."""

from __future__ import annotations

from sqlalchemy import select

from actors.groups import Follow
from actors.moderation import Report
from fediverse.context import with_context
from fediverse.vocabulary import write
from tests.inbox.test_authority import follow_accepted, posts
from tests.village import Village, act, follow_rows, note
from tests.world import ALICE, Stranger


def profile(stranger: Stranger, **changes: object) -> dict[str, object]:
    return with_context(write(stranger.document)) | changes


async def test_a_changed_profile_is_read_at_its_origin(village: Village):
    # Given Bob, who calls himself Robert now, and a copy that says something else
    bob = village.mastodon.person("bob")
    await village.coop.hear(act(bob, "Follow", village.coop.world.interior.iri), by=bob)
    village.mastodon.serve(profile(bob, name="Robert"))
    assert await village.coop.hear(act(bob, "Update", profile(bob, name="Copy")), by=bob) is None
    actor = village.coop.actor(bob.iri)
    assert actor is not None
    assert actor.name == "Robert"


async def test_nobody_changes_anothers_profile(village: Village):
    bob, carol = village.mastodon.person("bob"), village.mastodon.person("carol", number=9)
    await village.coop.hear(act(bob, "Follow", village.coop.world.interior.iri), by=bob)
    assert await village.coop.hear(act(carol, "Update", profile(bob, name="Forged")), by=carol) == "not-theirs"
    assert await village.coop.hear(act(carol, "Delete", bob.iri), by=carol) == "not-theirs"
    actor = village.coop.actor(bob.iri)
    assert actor is not None
    assert (actor.name, actor.deleted_at) == ("Bob", None)


async def test_who_is_gone_takes_follows_and_posts_along_and_is_heard_no_more(village: Village):
    bob = village.mastodon.person("bob")
    group = village.coop.world.interior
    follow_accepted(village, bob)
    await village.coop.hear(act(bob, "Follow", group.iri), act(bob, "Create", note(bob)), by=bob)
    village.mastodon.lose(bob.iri)
    assert await village.coop.hear(act(bob, "Delete", bob.iri), by=bob) is None
    actor = village.coop.actor(bob.iri)
    assert actor is not None
    assert actor.deleted_at is not None
    assert bob.iri not in village.coop.db.read_now(follow_rows, group)
    assert posts(village) == {}
    assert (await village.coop.receive(act(bob, "Like", group.iri), signed_by=bob)).status in (401, 403)


async def test_a_block_ends_the_follows_of_both(village: Village):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    group = village.coop.world.interior
    await village.coop.hear(act(bob, "Follow", group.iri), by=bob)
    block = act(bob, "Block", group.iri)
    assert await village.coop.hear(block, by=bob) is None
    assert village.coop.db.read_now(lambda session: list(session.scalars(select(Follow.id)))) == []
    assert await village.coop.hear(act(bob, "Undo", block), by=bob) is None


async def test_ours_follow_an_actor_that_moved_if_the_new_one_agrees(village: Village):
    # Given Bob, whom a group of ours follows, and his new home, which says that it is Bob
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    new = village.server("other.example").person("bob", number=9)
    village.servers["other.example"].serve(profile(new, alsoKnownAs=[bob.iri]))
    # When Bob moves
    assert await village.coop.hear(act(bob, "Move", bob.iri, target=new.iri), by=bob) is None
    # Then the group unfollows the old one and asks to follow the new one
    assert [each["object"]["object"] for each in village.coop.said("Undo")] == [bob.iri]
    assert village.coop.said("Follow")[-1]["object"] == new.iri


async def test_a_move_to_somebody_who_does_not_agree_is_refused(village: Village):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    carol = village.server("other.example").person("carol", number=9)
    assert await village.coop.hear(act(bob, "Move", bob.iri, target=carol.iri), by=bob) == "not-alike"
    assert village.coop.said("Undo") == []


async def test_an_actor_moves_once_in_seven_days(village: Village):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    for number, host in enumerate(("a.example", "b.example")):
        new = village.server(host).person("bob", number=9 + number)
        village.servers[host].serve(profile(new, alsoKnownAs=[bob.iri]))
    first = act(bob, "Move", bob.iri, "1", target="https://a.example/users/bob")
    second = act(bob, "Move", bob.iri, "2", target="https://b.example/users/bob")
    assert await village.coop.hear(first, by=bob) is None
    assert await village.coop.hear(second, by=bob) == "moved-lately"


async def test_nobody_moves_another(village: Village):
    bob = village.mastodon.person("bob")
    mallory = village.evil.person("mallory")
    follow_accepted(village, bob)
    village.evil.serve(profile(mallory, alsoKnownAs=[bob.iri]))
    assert await village.coop.hear(act(mallory, "Move", bob.iri, target=mallory.iri), by=mallory) == "not-theirs"


async def test_a_report_is_kept_whatever_its_form(village: Village):
    instance = village.mastodon.person("mastodon.example", type="Application")
    group = village.coop.world.interior.iri
    for number, objects in enumerate((group, [group, f"{group}/notes/1"], {"id": group, "type": "Group"})):
        flag = act(instance, "Flag", "x", str(number), content="spam") | {"object": objects}
        assert await village.coop.hear(flag, by=instance) is None
    reports = village.coop.db.read_now(lambda session: list(session.scalars(select(Report).order_by(Report.id))))
    assert [report.object_iris for report in reports] == [[group], [group, f"{group}/notes/1"], [group]]
    assert {report.content for report in reports} == {"spam"}


async def test_a_report_about_others_is_not_ours_to_keep(village: Village):
    instance = village.mastodon.person("mastodon.example", type="Application")
    assert await village.coop.hear(act(instance, "Flag", ALICE.iri), by=instance) == "not-about-ours"
