"""Hosts, reports, acts."""

import pytest
from sqlalchemy import select

from actors import groups, moderation, people
from actors.groups import Reach
from actors.moderation import Act
from actors.people import Actor
from actors.refusals import Refused
from tests.world import NOW, ORIGIN, stranger


@pytest.mark.parametrize("typed", ["bad.test", "BAD.TEST", "bad.test.", "bad.test:8443", "https://bad.test/about"])
@pytest.mark.parametrize("host", ["bad.test", "x.bad.test", "a.b.bad.test"])
def test_a_block_covers_subdomains_however_it_was_typed(session, typed, host):
    moderation.block(session, typed, now=NOW)
    assert moderation.is_blocked(session, host)
    assert moderation.blocked_hosts(session) == ["bad.test"]


def test_a_block_in_another_script_is_the_same_block(session):
    moderation.block(session, "bücher.example", now=NOW)
    assert moderation.is_blocked(session, "xn--bcher-kva.example")


@pytest.mark.parametrize("host", ["test", "notbad.test", "bad.test.example", "good.test"])
def test_a_block_covers_nothing_else(session, host):
    moderation.block(session, "bad.test", now=NOW)
    assert moderation.policy_for(session, host) == "open"


def test_the_strictest_of_the_names_above_wins_and_partnership_is_not_inherited(session):
    moderation.allow(session, "coop.test", now=NOW)
    assert moderation.policy_for(session, "coop.test") == "partner"
    assert moderation.policy_for(session, "branch.coop.test") == "open"
    moderation.limit(session, "test", now=NOW)
    assert moderation.policy_for(session, "coop.test") == "limited"
    moderation.block(session, "branch.coop.test", now=NOW)
    assert moderation.policy_for(session, "x.branch.coop.test") == "blocked"


@pytest.mark.parametrize("address", ["127.0.0.1", "[::1]"])
def test_an_address_has_nothing_above_it(session, address):
    moderation.block(session, address, now=NOW)
    assert moderation.is_blocked(session, address)
    assert moderation.policy_for(session, "127.0.0.2") == "open"


@pytest.mark.parametrize("typed", ["", "  ", "a b", "http://", "bad..test"])
def test_what_is_no_host_is_refused(session, typed):
    with pytest.raises(Refused) as refused:
        moderation.block(session, typed, now=NOW)
    assert refused.value.code == "host-malformed"


@pytest.mark.parametrize("ours", ["coop.example", "example"])
def test_nobody_blocks_the_house_itself(world, session, ours):
    with pytest.raises(Refused) as refused:
        moderation.block(session, ours, now=NOW)
    assert refused.value.code == "host-is-ours"


def followed_both_ways(world, session):
    groups.add_follower(session, world.bouw, world.interior, "https://partner.example/f/1", now=NOW)
    waiting = groups.add_follower(session, world.bouw, world.atelier, "https://partner.example/f/2", now=NOW)
    ours = groups.request_follow(session, world.interior, world.bouw, f"{ORIGIN}/a/1", now=NOW)
    groups.follow_answered(session, ours.iri, world.bouw, True, now=NOW)
    return waiting


def states(world, session):
    session.expire_all()
    pairs = [(world.bouw, world.interior), (world.bouw, world.atelier), (world.interior, world.bouw)]
    return [groups.follow_between(session, one.id, other.id).state for one, other in pairs]


def heard(world, session):
    session.expire_all()
    return session.scalar(
        select(Reach.followers).where(
            Reach.actor_id == world.interior.id, Reach.inbox_id == world.bouw.delivery_inbox_id
        )
    )


def test_a_block_severs_follows_both_ways_and_an_unblock_restores_them(world, session):
    # Given a partner that follows and is followed
    followed_both_ways(world, session)
    assert moderation.effect_of_block(session, "partner.example") == moderation.BlockEffect(
        "partner.example", actors=1, followers=2, followed=1
    )

    # When it is blocked
    moderation.block(session, "partner.example", now=NOW, member_id=world.noor.id, reason="spam")

    # Then nothing goes there any more
    assert states(world, session) == ["severed", "severed", "severed"]
    assert heard(world, session) == 0

    # And when it is unblocked, everything is as it was
    moderation.unblock(session, "partner.example", now=NOW)
    assert states(world, session) == ["accepted", "requested", "accepted"]
    assert heard(world, session) == 1


def test_a_severed_follow_is_answered_by_nobody(world, session):
    waiting = followed_both_ways(world, session)
    moderation.block(session, "partner.example", now=NOW)
    with pytest.raises(Refused) as refused:
        groups.accept_follower(session, waiting, now=NOW)
    assert refused.value.code == "follow-severed"
    assert groups.follow_answered(session, f"{ORIGIN}/a/1", world.bouw, True, now=NOW) is None
    assert states(world, session) == ["severed", "severed", "severed"]


def test_a_limit_lifts_a_block_and_restores_follows(world, session):
    followed_both_ways(world, session)
    moderation.block(session, "partner.example", now=NOW)
    moderation.limit(session, "partner.example", now=NOW)
    assert states(world, session)[0] == "accepted"


def test_an_unblock_above_does_not_open_what_is_blocked_below(world, session):
    deep = people.remember(session, stranger("deep", "x.wide.test").document, now=NOW)
    groups.add_follower(session, deep, world.interior, "https://x.wide.test/f/1", now=NOW)
    moderation.block(session, "wide.test", now=NOW)
    moderation.block(session, "x.wide.test", now=NOW)
    moderation.unblock(session, "wide.test", now=NOW)
    session.expire_all()
    assert groups.follow_between(session, deep.id, world.interior.id).state == "severed"
    moderation.unblock(session, "x.wide.test", now=NOW)
    session.expire_all()
    assert groups.follow_between(session, deep.id, world.interior.id).state == "accepted"


def test_an_unblock_does_not_bring_back_the_suspended(world, session):
    followed_both_ways(world, session)
    moderation.block(session, "partner.example", now=NOW)
    people.suspend(session, world.bouw, now=NOW)
    moderation.unblock(session, "partner.example", now=NOW)
    assert states(world, session) == ["severed", "severed", "severed"]
    people.unsuspend(session, world.bouw)
    assert states(world, session) == ["accepted", "requested", "accepted"]


def test_lists_show_nobody_who_is_blocked_suspended_or_gone(world, session):
    def shown():
        return set(session.scalars(select(Actor.username).where(moderation.visible(), ~Actor.local)))

    assert shown() == {"alice", "bouw"}
    moderation.block(session, "partner.example", now=NOW)
    assert shown() == {"alice"}
    people.suspend(session, world.alice, now=NOW)
    assert shown() == set()


def test_an_underscore_in_a_blocked_name_is_only_an_underscore(world, session):
    people.remember(session, stranger("one", "x.a_b.test").document, now=NOW)
    people.remember(session, stranger("two", "x.acb.test").document, now=NOW)
    moderation.block(session, "a_b.test", now=NOW)
    shown = set(session.scalars(select(Actor.username).where(moderation.visible(), ~Actor.local)))
    assert shown == {"alice", "bouw", "two"}
    assert moderation.effect_of_block(session, "a_b.test").actors == 1


def test_every_act_on_a_host_is_written_down(world, session):
    moderation.block(session, "bad.test", now=NOW, member_id=world.noor.id, reason="spam", public_reason="Spam")
    moderation.unblock(session, "bad.test", now=NOW)
    moderation.limit(session, "bad.test", now=NOW)
    moderation.allow(session, "bad.test", now=NOW)
    rows = session.scalars(select(Act).order_by(Act.id)).all()
    assert [(row.verb, row.object, row.reason) for row in rows] == [
        ("block-host", "bad.test", "spam"),
        ("unblock-host", "bad.test", ""),
        ("limit-host", "bad.test", ""),
        ("allow-host", "bad.test", ""),
    ]
    assert rows[0].member_id == world.noor.id
    assert [host.policy for host in moderation.hosts(session)] == ["partner"]


def test_what_nodeinfo_says_does_not_change_a_policy(session):
    moderation.block(session, "bad.test", now=NOW)
    moderation.note_software(session, "bad.test", software="mastodon", version="4.5")
    moderation.note_software(session, "new.test", software="lemmy", version="1", title="New")
    assert [(host.name, host.policy, host.software) for host in moderation.hosts(session)] == [
        ("bad.test", "blocked", "mastodon"),
        ("new.test", "open", "lemmy"),
    ]


def test_a_report_is_kept_once_and_closed_with_a_reason(world, session):
    def flag():
        return moderation.record_report(
            session,
            iri="https://mastodon.example/flags/1",
            reporter=world.alice,
            object_iris=[world.interior.iri, world.interior.iri],
            content="x" * 20_000,
            now=NOW,
        )

    report = flag()
    assert flag().id == report.id
    assert report.object_iris == [world.interior.iri]
    assert len(report.content) == 10_000
    assert moderation.open_reports(session) == [report]
    moderation.resolve_report(session, report, member_id=world.noor.id, reason="nothing wrong", now=NOW)
    assert moderation.open_reports(session) == []
    assert moderation.acts(session)[0].reason == "nothing wrong"


def test_a_report_about_nothing_is_refused(session):
    with pytest.raises(Refused) as refused:
        moderation.record_report(session, object_iris=[], content="", now=NOW)
    assert refused.value.code == "report-empty"
