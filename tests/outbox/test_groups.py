"""Taking part, roles, privacy and closing, with what is told to whom."""

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select

from actors import events as event_lists
from actors import groups, people
from actors import offers as offer_lists
from actors import threads as thread_lists
from actors.bonds import Follow
from actors.groups import GroupChange, GroupDraft, Person
from actors.people.notices import Notification
from actors.refusals import Refused
from actors.threads import PostDraft
from actors.views import Purpose
from outbox import events, offers, published, threads
from outbox import groups as orders
from outbox.log import Addressed, OutgoingActivity
from outbox.sharing import share
from tests.actors.stories import meeting, need
from tests.world import NOW, ORIGIN, prepared_keys


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


@pytest.fixture
def sam(world, session):
    return people.create_member(session, name="Sam", email="sam@members.example", language="fr")


@pytest.fixture
def noor(world):
    return Person(world.noor.id)


@pytest.fixture
def club(world, session):
    draft = GroupDraft("club", "Club", private=True, joining="approval")
    return groups.found(
        session, world.vault, draft, origin=ORIGIN, member_id=world.noor.id, keys=prepared_keys(7), now=NOW
    )


def told(session, member_id):
    """Kinds and facts of what the member was told, in order."""
    rows = session.scalars(select(Notification).where(Notification.member_id == member_id).order_by(Notification.id))
    return [(row.kind, row.facts) for row in rows]


def said(session, actor):
    rows = session.scalars(select(OutgoingActivity).where(OutgoingActivity.actor_id == actor.id))
    return [(row.type, row.audience, row.public) for row in rows]


def ask(session, group, person, **more):
    return orders.ask(session, group.iri, person, **({"now": NOW} | more))


def decide(session, group, by, accepted, **more):
    waiting = [each.id for each in groups.waiting_joins(session, group.id)]
    return orders.decide(session, group.iri, waiting, accepted=accepted, by=by, now=NOW, **more)


def test_organisers_hear_who_asks_and_the_one_who_asked_hears_the_answer(world, session, sam, noor):
    assert ask(session, world.interior, Person(sam.id)) == "requested"
    assert ask(session, world.interior, Person(sam.id)) == "requested"
    assert told(session, world.noor.id) == [
        ("join-requested", {"who": "Sam", "group": world.interior.name, "path": "/g/interior/requests"})
    ]
    assert decide(session, world.interior, noor, accepted=True) == 1
    assert decide(session, world.interior, noor, accepted=True) == 0
    assert told(session, sam.id) == [("join-approved", {"group": world.interior.name, "path": "/g/interior"})]
    assert groups.role_of(session, world.interior.id, Person(sam.id)) == "member"


def test_a_refusal_carries_the_organisers_word(world, session, sam, noor):
    ask(session, world.interior, Person(sam.id))
    assert refusal(decide, session, world.interior, noor, accepted=False, word="x" * 501) == "too-long"
    assert decide(session, world.interior, noor, accepted=False, word=" Later misschien. ") == 1
    assert told(session, sam.id)[0][1]["reason"] == "Later misschien."
    assert not orders.come_back(session, world.interior.iri, Person(sam.id), now=NOW)


def test_only_organisers_and_moderators_decide(world, session, sam):
    ask(session, world.interior, Person(sam.id))
    assert refusal(decide, session, world.interior, Person(sam.id), accepted=True) == "not-an-organiser"
    ada = people.create_member(session, name="Ada", email="ada@members.example", language="nl")
    groups.add_member(session, world.interior, member_id=ada.id, role="moderator", now=NOW)
    assert decide(session, world.interior, Person(ada.id), accepted=True) == 1


def test_a_request_to_one_group_is_not_decided_in_another(world, session, sam, noor):
    ask(session, world.interior, Person(sam.id))
    waiting = groups.waiting_joins(session, world.interior.id)[0]
    assert orders.decide(session, world.atelier.iri, [waiting.id], accepted=True, by=noor, now=NOW) == 0


def test_who_leaves_may_come_back_for_an_hour_but_not_who_was_removed(world, session, sam, noor):
    me = Person(sam.id)
    mine = groups.add_member(session, world.interior, member_id=sam.id, now=NOW)
    assert orders.leave(session, world.interior.iri, me, now=NOW)
    assert not orders.leave(session, world.interior.iri, me, now=NOW)
    assert told(session, world.noor.id)[0][0] == "member-left"
    assert orders.come_back(session, world.interior.iri, me, now=NOW + timedelta(minutes=59))
    assert groups.role_of(session, world.interior.id, me) == "member"
    orders.leave(session, world.interior.iri, me, now=NOW)
    assert not orders.come_back(session, world.interior.iri, me, now=NOW + timedelta(minutes=61))
    groups.add_member(session, world.interior, member_id=sam.id, now=NOW)
    orders.remove_member(session, world.interior.iri, mine.id, by=noor, now=NOW)
    assert not orders.come_back(session, world.interior.iri, me, now=NOW)


def test_a_role_is_told_and_given_by_organisers_alone(world, session, sam, noor):
    mine = groups.add_member(session, world.interior, member_id=sam.id, now=NOW)
    iri = world.interior.iri
    assert refusal(orders.set_role, session, iri, mine.id, "organiser", by=Person(sam.id), now=NOW) == (
        "not-an-organiser"
    )
    orders.set_role(session, iri, mine.id, "moderator", by=noor, now=NOW)
    orders.hand_over(session, iri, mine.id, by=noor, now=NOW)
    assert [facts["role"] for _, facts in told(session, sam.id)] == ["moderator", "organiser"]
    assert refusal(orders.leave, session, iri, Person(sam.id), now=NOW) == "last-organiser"


def test_a_member_founds_what_the_instance_lets_them(world, session, sam):
    project = GroupDraft("fiets", "Fiets", kind="project", part_of=(world.interior.iri,))
    made = orders.found_by(
        session, world.vault, project, origin=ORIGIN, member_id=sam.id, keys=prepared_keys(7), now=NOW
    )
    assert groups.role_of(session, made.id, Person(sam.id)) == "organiser"
    sector = GroupDraft("hout", "Hout")
    asked = {"origin": ORIGIN, "member_id": sam.id, "keys": prepared_keys(8), "now": NOW}
    assert refusal(orders.found_by, session, world.vault, sector, **asked) == "founding-not-allowed"
    assert refusal(orders.found_by, session, world.vault, sector, **asked | {"member_id": 999}) == "not-a-member"
    assert orders.found_by(session, world.vault, sector, **asked | {"member_id": world.noor.id}).kind == "sector"


def test_a_changed_group_is_told_to_its_followers(world, session, sam, noor):
    wanted = GroupChange("Interieur", "nl", summary="<p>Nieuw.</p>")
    assert refusal(orders.change, session, world.interior.iri, wanted, by=Person(sam.id), now=NOW) == "not-an-organiser"
    orders.change(session, world.interior.iri, wanted, by=noor, now=NOW)
    assert said(session, world.interior) == [("Update", "followers", True)]


# Private groups


def test_what_a_private_group_publishes_goes_to_its_followers_alone_whatever_was_asked(world, session, club):
    need_iri = offers.publish(session, club, need(visibility="public"), now=NOW).iri
    event_iri = events.publish(session, club, meeting(visibility="public"), now=NOW).iri
    note_iri = threads.say(session, club, PostDraft(text="Dag @alice@mastodon.example"), now=NOW).iri
    assert said(session, club) == [("Create", "followers", False)] * 3
    for row in session.scalars(select(OutgoingActivity).where(OutgoingActivity.actor_id == club.id)):
        document = orjson.loads(row.body)
        assert document["to"] == document["object"]["to"] == [club.followers_iri]
        assert b"#Public" not in row.body
    assert session.scalars(select(Addressed)).all() == []
    for iri in (need_iri, event_iri, note_iri):
        assert published.find(session, iri, world.keyring) is None
        assert published.find(session, iri, world.keyring, reader=world.alice) is None


def test_a_private_groups_things_stand_in_no_list_feed_or_collection(world, session, club):
    offers.publish(session, club, need(), now=NOW)
    events.publish(session, club, meeting(), now=NOW)
    threads.say(session, club, PostDraft(text="Onder ons"), now=NOW)
    outbox = published.collection(session, f"{club.iri}/outbox", world.keyring, page=True, before=None)
    assert outbox["orderedItems"] == []
    coming = published.collection(session, f"{club.iri}/events", world.keyring, page=False, before=None)
    assert coming["totalItems"] == 0
    asked = {"group_iri": club.iri, "language": "nl"}
    assert offer_lists.latest(session, purpose=Purpose.NEED, **asked) == []
    assert offer_lists.pages(session, **asked) == []
    assert event_lists.coming(session, now=NOW, **asked) == []
    assert thread_lists.latest(session, **asked) == []


def test_only_members_follow_a_private_group(world, session, club, noor):
    follow = groups.add_follower(session, world.alice, club, "https://mastodon.example/f/1", now=NOW)
    assert follow.state == "requested"
    assert refusal(orders.accept_follow, session, follow, now=NOW) == "followers-are-members"
    groups.request_join(session, club, world.alice, "https://mastodon.example/j/1", "Mag ik?", now=NOW)
    assert decide(session, club, noor, accepted=True) == 1
    session.refresh(follow)
    assert follow.state == "accepted"
    need_iri = offers.publish(session, club, need(), now=NOW).iri
    assert isinstance(published.find(session, need_iri, world.keyring, reader=world.alice), published.Closed)
    alice = groups.membership_of(session, club, world.alice)
    orders.remove_member(session, club.iri, alice.id, by=noor, now=NOW)
    assert session.get(Follow, follow.id).state == "rejected"
    assert published.find(session, need_iri, world.keyring, reader=world.alice) is None


def test_a_member_follows_a_private_group_at_once(world, session, club):
    groups.add_member(session, club, actor_id=world.alice.id, now=NOW)
    assert groups.add_follower(session, world.alice, club, "https://mastodon.example/f/1", now=NOW).state == "accepted"


def test_a_private_group_shares_nothing(world, session, club):
    iri = "https://mastodon.example/users/alice/statuses/1"
    assert refusal(share, session, club, iri, author_iri=world.alice.iri, now=NOW) == "private-group"


# Closing


def test_a_closed_group_ends_after_its_grace_and_says_so_to_all_who_ever_heard_it(world, session, sam, noor):
    offers.publish(session, world.interior, need(), now=NOW)
    assert refusal(orders.close, session, world.interior.iri, by=Person(sam.id), now=NOW) == "not-an-organiser"
    at = orders.close(session, world.interior.iri, by=noor, now=NOW)
    assert orders.end_due(session, at - timedelta(seconds=1)) == 0
    assert orders.keep_open(session, world.interior.iri, by=noor, now=NOW)
    assert not orders.keep_open(session, world.interior.iri, by=noor, now=NOW)
    assert orders.end_due(session, at) == 0
    orders.close(session, world.interior.iri, by=noor, now=NOW)
    assert orders.end_due(session, at) == 1
    assert orders.end_due(session, at) == 0
    assert said(session, world.interior)[-1] == ("Delete", "ever", True)
    assert world.interior.deleted_at is not None
    rows = session.scalars(select(OutgoingActivity).where(OutgoingActivity.type == "Create"))
    assert [row.body for row in rows] == [b""]
