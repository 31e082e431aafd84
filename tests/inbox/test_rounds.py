"""One round applies many activities at once: what matters to the next one is there when it is looked for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.tags import Tagged
from actors.threads import Post
from inbox.dispatch import Dispatcher
from tests.inbox.test_authority import follow_accepted, posts, shares
from tests.inbox.test_dispatch import states
from tests.village import Village, act, follow_rows, note
from tests.world import Stranger


async def one_round(village: Village, author: Stranger, *activities: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Save them all, then apply them in one round; what became of each."""
    for activity in activities:
        assert (await village.coop.receive(activity, signed_by=author)).status == 202
    await village.coop.dispatcher.settle()
    return [(state, outcome) for state, outcome, _ in states(village)]


async def test_an_update_in_the_same_round_finds_its_post(village: Village):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    newer = note(bob, "1", updated="2026-11-20T09:00:00Z") | {"content": "<p>corrected</p>"}
    came = await one_round(
        village, bob, act(bob, "Create", note(bob, "0")), act(bob, "Create", note(bob)), act(bob, "Update", newer)
    )
    assert came == [("applied", None)] * 3
    assert posts(village)[newer["id"]] == "<p>corrected</p>"


async def test_a_post_that_is_taken_back_in_the_same_round_is_gone(village: Village):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    first, second = note(bob, "1"), note(bob, "2")
    came = await one_round(
        village, bob, act(bob, "Create", first), act(bob, "Delete", first["id"]), act(bob, "Create", second)
    )
    assert came == [("applied", None)] * 3
    assert list(posts(village)) == [second["id"]]


async def test_an_answer_in_the_same_round_stands_under_what_it_answers(village: Village):
    bob = village.mastodon.person("bob")
    carla = village.mastodon.person("carla")
    follow_accepted(village, bob)
    first = note(bob, "1")
    answer = note(carla, "2", inReplyTo=first["id"])
    await village.coop.receive(act(bob, "Create", first), signed_by=bob)
    await village.coop.receive(act(carla, "Create", answer), signed_by=carla)
    await village.coop.dispatcher.settle()
    # Nobody of ours follows carla: her note is kept only because what it answers was found.
    assert set(posts(village)) == {first["id"], answer["id"]}


async def test_the_same_post_in_two_activities_of_one_round_is_kept_once(village: Village):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    same = note(bob)
    came = await one_round(village, bob, act(bob, "Create", same), act(bob, "Create", same, "again"))
    assert came == [("applied", None)] * 2
    assert list(posts(village)) == [same["id"]]


async def test_a_boost_in_the_same_round_finds_its_post(village: Village):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    first = note(bob)
    came = await one_round(village, bob, act(bob, "Create", first), act(bob, "Announce", first["id"]))
    assert came == [("applied", None)] * 2
    assert (list(posts(village)), shares(village)) == ([first["id"]], 1)


async def test_each_post_of_a_round_has_its_own_tags(village: Village):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    names = ["hout", "metaal", "", "textiel"]
    activities = [
        act(bob, "Create", note(bob, str(at), tag=[{"type": "Hashtag", "name": f"#{name}"}] if name else []))
        for at, name in enumerate(names)
    ]
    await one_round(village, bob, *activities)

    def read(session: Session) -> list[tuple[str, str]]:
        rows = select(Post.iri, Tagged.tag).join(Tagged, Tagged.item_id == Post.id).where(Tagged.kind == "post")
        return [(row[0], row[1]) for row in session.execute(rows.order_by(Post.id))]

    assert village.coop.db.read_now(read) == [
        (f"{bob.iri}/statuses/{at}", name) for at, name in enumerate(names) if name
    ]


async def test_the_courier_is_woken_only_when_ours_have_said_something(village: Village):
    bob = village.mastodon.person("bob")
    follow_accepted(village, bob)
    woken: list[bool] = []
    coop = village.coop
    dispatcher = Dispatcher(
        coop.db,
        coop.fetcher,
        origin=coop.origin,
        limits=coop.limits,
        now=village.clock,
        wake_courier=lambda: woken.append(True),
    )
    await coop.receive(act(bob, "Create", note(bob)), signed_by=bob)
    await dispatcher.settle()
    assert (len(posts(village)), woken) == (1, [])
    await coop.receive(act(bob, "Follow", coop.world.interior.iri), signed_by=bob)
    await dispatcher.settle()
    assert (coop.db.read_now(follow_rows, coop.world.interior), woken) == ([bob.iri], [True])
