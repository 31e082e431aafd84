"""What waits for a moderator, and what their yes and no do."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import events, groups, moderation, offers, threads
from actors.views import WaitingKind
from outbox.log import OutgoingActivity
from outbox.waiting import decide, waiting
from tests.actors.stories import LATER, remote_meeting, remote_need, remote_note
from tests.world import NOW, World


def said(session: Session) -> list[str]:
    """The types of what ours said, in order."""
    return list(session.scalars(select(OutgoingActivity.type).order_by(OutgoingActivity.id)))


def test_who_asks_to_follow_a_group_that_decides_waits_until_somebody_says_yes(session: Session, world: World) -> None:
    follow = groups.add_follower(session, world.alice, world.atelier, "https://mastodon.example/follows/1", now=NOW)
    (line,) = waiting(session, language="fr")
    assert (line.kind, line.id, line.who.name) == (WaitingKind.FOLLOW, follow.id, "Alice")
    assert line.group is not None
    assert line.group.name == "Atelier Canal"

    assert decide(session, line.kind, line.id, accepted=True, member_id=world.noor.id, now=LATER)

    assert groups.is_following(session, world.alice.id, world.atelier.id)
    assert said(session)[-1] == "Accept"
    assert waiting(session, language="fr") == []
    act = moderation.acts(session)[0]
    assert (act.verb, act.object, act.member_id) == ("approve", follow.iri, world.noor.id)


def test_a_no_to_a_follower_is_told_to_them(session: Session, world: World) -> None:
    follow = groups.add_follower(session, world.alice, world.atelier, "https://mastodon.example/follows/1", now=NOW)
    assert decide(session, WaitingKind.FOLLOW, follow.id, accepted=False, member_id=world.noor.id, now=LATER)
    assert not groups.is_following(session, world.alice.id, world.atelier.id)
    assert said(session)[-1] == "Reject"


def test_a_post_that_waits_is_shared_once_somebody_says_yes(session: Session, world: World) -> None:
    post = threads.record_remote(session, world.alice, remote_note(), group=world.atelier, state="waiting", now=NOW)
    (line,) = waiting(session, language="en")
    assert (line.kind, line.text_html) == (WaitingKind.POST, "<p>Dag allemaal</p>")

    assert decide(session, line.kind, line.id, accepted=True, member_id=world.noor.id, now=LATER)

    assert post.state == "shown"
    assert threads.share_of(session, world.atelier.id, post.iri) is not None
    assert said(session)[-1] == "Announce"


def test_a_post_that_is_declined_is_not_shown_and_nobody_hears_of_it(session: Session, world: World) -> None:
    post = threads.record_remote(session, world.alice, remote_note(), group=world.atelier, state="waiting", now=NOW)
    before = said(session)
    assert decide(session, WaitingKind.POST, post.id, accepted=False, member_id=world.noor.id, now=LATER)
    assert post.state == "hidden"
    assert said(session) == before
    assert waiting(session, language="en") == []


def test_things_of_a_partner_whom_nobody_knows_are_shown_after_a_yes(session: Session, world: World) -> None:
    offers.record_remote(session, world.bouw, remote_need(), shown=False, now=NOW)
    events.record_remote(session, world.bouw, remote_meeting(), shown=False, now=NOW)
    lines = waiting(session, language="nl")
    assert {line.kind for line in lines} == {WaitingKind.OFFER, WaitingKind.EVENT}
    assert all(decide(session, line.kind, line.id, accepted=True, member_id=None, now=LATER) for line in lines)
    assert events.find(session, remote_meeting().iri).shown  # type: ignore[union-attr]
    assert offers.find(session, remote_need().iri).shown  # type: ignore[union-attr]


def test_what_was_declined_is_not_asked_again(session: Session, world: World) -> None:
    offers.record_remote(session, world.bouw, remote_need(), shown=False, now=NOW)
    events.record_remote(session, world.bouw, remote_meeting(), shown=False, now=NOW)
    for line in waiting(session, language="nl"):
        assert decide(session, line.kind, line.id, accepted=False, member_id=None, now=LATER)
    assert waiting(session, language="nl") == []
    assert not offers.find(session, remote_need().iri).shown  # type: ignore[union-attr]


def test_a_second_decision_changes_nothing(session: Session, world: World) -> None:
    follow = groups.add_follower(session, world.alice, world.atelier, "https://mastodon.example/follows/1", now=NOW)
    assert decide(session, WaitingKind.FOLLOW, follow.id, accepted=True, member_id=None, now=LATER)
    before = said(session)
    assert not decide(session, WaitingKind.FOLLOW, follow.id, accepted=False, member_id=None, now=LATER)
    for kind in WaitingKind:
        assert not decide(session, kind, 10**9, accepted=True, member_id=None, now=LATER)
    assert said(session) == before
