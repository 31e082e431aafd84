"""Founding, following, taking part."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from actors import groups, moderation, people
from actors.groups import GroupDraft, Membership, Reach
from actors.refusals import Refused
from tests.world import ALICE, NOW, ORIGIN, prepared_keys, stranger


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


def found(session, world, **changes):
    draft = GroupDraft(**({"username": "music", "name": "Music"} | changes))
    return groups.found(session, world.vault, draft, origin=ORIGIN, keys=prepared_keys(7), now=NOW)


def reach(session, actor):
    """inbox id -> followers heard there."""
    session.expire_all()
    return {row.inbox_id: row.followers for row in session.scalars(select(Reach).where(Reach.actor_id == actor.id))}


def follow(session, follower, followed, iri="https://mastodon.example/follows/1"):
    return groups.add_follower(session, follower, followed, iri, now=NOW)


# Founding


def test_a_group_is_founded_with_its_rules_and_its_organiser(world, session):
    rules = groups.rules_of(session, world.interior)
    assert (rules.region, rules.level, rules.posting, rules.joining) == ("BE-BRU", "regional", "members", "approval")
    assert groups.is_moderator(session, world.interior, world.noor_actor)
    assert groups.moderators(session, world.interior) == [world.noor_actor]


def test_a_project_belongs_to_its_sector_groups(world, session):
    assert groups.part_of(session, world.atelier) == [world.interior.iri]
    assert groups.projects_of(session, world.interior.iri) == [world.atelier]
    groups.set_part_of(session, world.atelier, ("https://partner.example/g/bouw",))
    assert groups.projects_of(session, world.interior.iri) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "  "}, "name-missing"),
        ({"username": "A"}, "name-malformed"),
        ({"username": "interior"}, "name-taken"),
        ({"username": "noor"}, "name-taken"),
        ({"kind": "club"}, "kind-unknown"),
        ({"level": "world"}, "level-unknown"),
        ({"posting": "nobody"}, "posting-unknown"),
        ({"joining": "maybe"}, "joining-unknown"),
        ({"kind": "project"}, "project-without-group"),
        ({"kind": "project", "part_of": ("interior",)}, "group-malformed"),
    ],
)
def test_a_group_that_is_not_well_described_is_refused(world, session, changes, code):
    assert refusal(found, session, world, **changes) == code


# Followers


def test_an_open_group_is_followed_at_once_and_heard_at_the_shared_inbox(world, session):
    made = follow(session, world.alice, world.interior)
    assert (made.state, made.accepted_at) == ("accepted", NOW)
    assert reach(session, world.interior) == {world.alice.delivery_inbox_id: 1}
    assert groups.followers_count(session, world.interior) == 1
    assert groups.followers_on(session, world.interior, "mastodon.example") == [world.alice]
    assert groups.has_follower_on(session, world.interior.id, "mastodon.example")
    assert not groups.has_follower_on(session, world.interior.id, "partner.example")


def test_two_followers_behind_one_inbox_are_one_reach(world, session):
    bob = people.remember(session, stranger("bob", number=7).document, now=NOW)
    follow(session, world.alice, world.interior)
    follow(session, bob, world.interior, "https://mastodon.example/follows/2")
    assert reach(session, world.interior) == {world.alice.delivery_inbox_id: 2}
    groups.remove_follower(session, bob.id, world.interior.id)
    assert reach(session, world.interior) == {world.alice.delivery_inbox_id: 1}


def test_a_repeated_follow_changes_only_its_id(world, session):
    first = follow(session, world.alice, world.interior)
    second = follow(session, world.alice, world.interior, "https://mastodon.example/follows/9")
    assert (first.id, second.iri) == (second.id, "https://mastodon.example/follows/9")
    assert reach(session, world.interior) == {world.alice.delivery_inbox_id: 1}


def test_who_approves_by_hand_lets_followers_wait(world, session):
    waiting = follow(session, world.alice, world.atelier)
    assert waiting.state == "requested"
    assert groups.waiting_follows(session) == groups.waiting_follows(session, world.atelier.id) == [waiting]
    assert groups.waiting_follows(session, world.interior.id) == []
    assert reach(session, world.atelier) == {}

    assert groups.accept_follower(session, waiting, now=NOW) is True
    assert groups.accept_follower(session, waiting, now=NOW) is False
    assert reach(session, world.atelier) == {world.alice.delivery_inbox_id: 1}


def test_a_rejected_follower_is_not_heard_and_may_ask_again(world, session):
    waiting = follow(session, world.alice, world.atelier)
    assert groups.reject_follower(session, waiting, now=NOW)
    assert reach(session, world.atelier) == {}
    assert follow(session, world.alice, world.atelier).state == "requested"


def test_rejecting_an_accepted_follower_ends_the_reach(world, session):
    made = follow(session, world.alice, world.interior)
    groups.reject_follower(session, made, now=NOW)
    assert reach(session, world.interior) == {world.alice.delivery_inbox_id: 0}


def test_who_goes_leaves_a_reach_of_zero_behind_so_that_a_delete_finds_them(world, session):
    made = follow(session, world.alice, world.interior)
    gone = groups.remove_follower(session, world.alice.id, world.interior.id)
    assert gone.iri == made.iri
    assert reach(session, world.interior) == {world.alice.delivery_inbox_id: 0}
    assert groups.remove_follower(session, world.alice.id, world.interior.id) is None


def test_who_may_not_follow_is_refused(world, session):
    assert refusal(follow, session, world.alice, world.bouw) == "not-ours"
    assert refusal(follow, session, world.interior, world.interior) == "follows-itself"
    people.suspend(session, world.alice, now=NOW)
    assert refusal(follow, session, world.alice, world.interior) == "actor-suspended"
    people.unsuspend(session, world.alice)
    moderation.block(session, "mastodon.example", now=NOW)
    assert refusal(follow, session, world.alice, world.interior) == "host-blocked"
    people.mark_deleted(session, world.atelier, now=NOW)
    assert refusal(follow, session, world.bouw, world.atelier) == "gone"


def test_a_follower_from_a_limited_host_waits(world, session):
    moderation.limit(session, "mastodon.example", now=NOW)
    assert follow(session, world.alice, world.interior).state == "requested"


def test_a_follower_that_moves_its_inbox_is_heard_at_the_new_one(world, session):
    follow(session, world.alice, world.interior)
    old = world.alice.delivery_inbox_id
    moved = people.remember(session, replace(ALICE.document, shared_inbox=None), now=NOW)
    assert moved.delivery_inbox_id != old
    assert reach(session, world.interior) == {old: 0, moved.delivery_inbox_id: 1}


def test_the_follows_of_a_deleted_actor_end_and_its_inbox_counts_right(world, session):
    bob = people.remember(session, stranger("bob", number=7).document, now=NOW)
    follow(session, world.alice, world.interior)
    follow(session, bob, world.interior, "https://mastodon.example/follows/2")
    people.mark_deleted(session, bob, now=NOW)
    assert reach(session, world.interior) == {world.alice.delivery_inbox_id: 1}
    assert groups.followers_count(session, world.interior) == 1


def test_a_suspended_follower_is_cut_off_and_comes_back_with_the_suspension(world, session):
    follow(session, world.alice, world.interior)
    people.suspend(session, world.alice, now=NOW)
    assert reach(session, world.interior) == {world.alice.delivery_inbox_id: 0}
    people.unsuspend(session, world.alice)
    assert reach(session, world.interior) == {world.alice.delivery_inbox_id: 1}


# What ours follow


def asked(session, world, iri=f"{ORIGIN}/g/interior/activities/1"):
    return groups.request_follow(session, world.interior, world.bouw, iri, now=NOW)


def test_O11_a_follow_of_ours_is_active_only_when_the_followed_one_accepts(world, session):
    # Given a request
    request = asked(session, world)
    assert request.state == "requested"
    assert not groups.is_following(session, world.interior.id, world.bouw.id)

    # When somebody else accepts it, it stays pending
    assert groups.follow_answered(session, request.iri, world.alice, True, now=NOW) is None
    pair = (world.interior.iri, world.bouw.iri)
    assert groups.follow_answered(session, pair, world.alice, True, now=NOW) is None
    assert not groups.is_followed_by_ours(session, world.bouw.id)

    # When the followed one does, it is active
    assert groups.follow_answered(session, request.iri, world.bouw, True, now=NOW).state == "accepted"
    assert groups.is_following(session, world.interior.id, world.bouw.id)
    assert groups.is_followed_by_ours(session, world.bouw.id)
    assert groups.followed_iris(session, world.interior) == [world.bouw.iri]


def test_O11_an_answer_may_name_the_pair_instead_of_the_id(world, session):
    asked(session, world)
    pair = (world.interior.iri, world.bouw.iri)
    assert groups.follow_answered(session, pair, world.bouw, True, now=NOW).state == "accepted"


def test_O11_nobody_accepts_a_follow_of_somebody_elses(world, session):
    """A Follow between strangers (or towards us) is not ours to be answered to."""
    made = follow(session, world.bouw, world.atelier, "https://partner.example/follows/1")
    assert groups.follow_answered(session, made.iri, world.bouw, True, now=NOW) is None
    assert groups.follow_between(session, world.bouw.id, world.atelier.id).state == "requested"


def test_a_rejection_may_come_after_an_acceptance(world, session):
    request = asked(session, world)
    groups.follow_answered(session, request.iri, world.bouw, True, now=NOW)
    assert groups.follow_answered(session, request.iri, world.bouw, False, now=NOW).state == "rejected"
    assert groups.following(session, world.interior) == []


def test_asking_again_keeps_what_was_accepted(world, session):
    request = asked(session, world)
    groups.follow_answered(session, request.iri, world.bouw, True, now=NOW)
    again = asked(session, world, f"{ORIGIN}/g/interior/activities/2")
    assert (again.state, again.iri) == ("accepted", f"{ORIGIN}/g/interior/activities/1")


def test_a_group_stops_following_and_knows_what_to_undo(world, session):
    request = asked(session, world)
    assert groups.end_follow(session, world.interior.id, world.bouw.id).iri == request.iri
    assert groups.follow_by_iri(session, request.iri) is None


def test_ours_do_not_follow_who_is_blocked_and_strangers_follow_nobody_through_us(world, session):
    moderation.block(session, "partner.example", now=NOW)
    assert refusal(asked, session, world) == "host-blocked"
    assert refusal(groups.request_follow, session, world.alice, world.interior, "x:1", now=NOW) == "not-ours"


# Taking part


def set_rules(session, group, **rules):
    row = groups.rules_of(session, group)
    for name, value in rules.items():
        setattr(row, name, value)
    session.flush()


def join(session, world, group=None, iri="https://mastodon.example/joins/1"):
    return groups.request_join(session, group or world.interior, world.alice, iri, "hello", now=NOW)


def test_a_join_waits_for_an_organiser(world, session):
    waiting = join(session, world)
    assert (waiting.state, waiting.message) == ("requested", "hello")
    assert groups.waiting_joins(session, world.interior.id) == [waiting]
    assert not groups.is_member(session, world.interior, world.alice)
    assert groups.decide_join(session, waiting, True, now=NOW)
    assert groups.is_member(session, world.interior, world.alice)
    assert not groups.decide_join(session, waiting, False, now=NOW)
    assert groups.is_member(session, world.interior, world.alice)


def test_an_open_group_is_joined_at_once_and_left_again(world, session):
    set_rules(session, world.interior, joining="open")
    assert join(session, world).state == "active"
    assert groups.members_count(session, world.interior) == 2
    assert groups.leave(session, world.interior, world.alice, now=NOW).state == "ended"
    assert groups.leave(session, world.interior, world.alice, now=NOW) is None
    assert join(session, world).state == "active"


@pytest.mark.parametrize(("joining", "code"), [("closed", "join-closed"), ("invitation", "join-by-invitation")])
def test_a_group_that_nobody_may_ask_refuses_joins(world, session, joining, code):
    set_rules(session, world.interior, joining=joining)
    assert refusal(join, session, world) == code


def test_who_is_barred_does_not_join(world, session):
    assert refusal(groups.request_join, session, world.bouw, world.alice, "x:1", now=NOW) == "not-our-group"
    moderation.block(session, "mastodon.example", now=NOW)
    assert refusal(join, session, world) == "host-blocked"
    people.suspend(session, world.alice, now=NOW)
    assert refusal(join, session, world) == "actor-suspended"


@pytest.mark.parametrize(
    ("posting", "alice", "noor"),
    [("members", "wait", "announce"), ("anyone", "announce", "announce"), ("approval", "wait", "announce")],
)
def test_who_may_post_follows_the_groups_rule(world, session, posting, alice, noor):
    set_rules(session, world.interior, posting=posting)
    assert groups.may_post(session, world.interior, world.alice) == alice
    assert groups.may_post(session, world.interior, world.noor_actor) == noor


def test_a_member_from_elsewhere_may_post_where_members_may(world, session):
    groups.decide_join(session, join(session, world), True, now=NOW)
    assert groups.may_post(session, world.interior, world.alice) == "announce"


def test_who_comes_from_a_limited_host_waits_at_best_and_from_a_blocked_one_is_refused(world, session):
    set_rules(session, world.interior, posting="anyone")
    moderation.limit(session, "mastodon.example", now=NOW)
    assert groups.may_post(session, world.interior, world.alice) == "wait"
    moderation.block(session, "mastodon.example", now=NOW)
    assert groups.may_post(session, world.interior, world.alice) == "refuse"


def test_a_suspended_author_may_not_post_nor_anybody_to_a_stranger(world, session):
    set_rules(session, world.interior, posting="anyone")
    assert groups.may_post(session, world.bouw, world.alice) == "refuse"
    people.suspend(session, world.alice, now=NOW)
    assert groups.may_post(session, world.interior, world.alice) == "refuse"


def test_moderators_are_those_who_are_public_and_still_there(world, session):
    groups.add_member(session, world.interior, actor_id=world.alice.id, role="moderator", now=NOW)
    silent = people.create_member(session, name="Silent", email=None, language="fr")
    groups.add_member(session, world.interior, member_id=silent.id, role="moderator", now=NOW)
    assert groups.moderators(session, world.interior) == [world.noor_actor, world.alice]
    people.suspend(session, world.alice, now=NOW)
    assert groups.moderators(session, world.interior) == [world.noor_actor]
    assert not groups.is_moderator(session, world.interior, world.alice)


def test_a_membership_is_one_row_per_person(world, session):
    groups.add_member(session, world.interior, member_id=world.noor.id, role="moderator", now=NOW)
    rows = session.scalars(select(Membership).where(Membership.group_id == world.interior.id)).all()
    assert [(row.role, row.state) for row in rows] == [("moderator", "active")]
    assert refusal(groups.add_member, session, world.interior, now=NOW) == "nobody"
    assert refusal(groups.add_member, session, world.interior, member_id=1, role="king", now=NOW) == "role-unknown"


def test_who_was_rejected_before_the_block_of_their_host_is_not_accepted_during_it(world, session):
    follow = groups.add_follower(session, world.alice, world.interior, "https://x.test/1", now=NOW)
    groups.reject_follower(session, follow, now=NOW)
    moderation.block(session, world.alice.host, now=NOW)
    with pytest.raises(Refused) as refusal:
        groups.accept_follower(session, follow, now=NOW)
    assert refusal.value.code == "host-blocked"
    moderation.unblock(session, world.alice.host, now=NOW)
    assert groups.accept_follower(session, follow, now=NOW)
