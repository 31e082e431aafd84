"""Who is told what fits, when, in which language; and what is offered further."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from actors import groups, matches, offers, people
from actors.bonds import Membership
from actors.groups import GroupDraft, Person
from actors.matches import Match
from actors.people import notices
from actors.places import PlaceDraft
from actors.refusals import Refused
from actors.views import Viewer
from outbox import matches as orders
from outbox import offers as publishing
from outbox.log import OutgoingActivity
from outbox.mail import Mail
from tests.actors.stories import need
from tests.world import NOW, ORIGIN, prepared_keys

PLASTERER = "urn:knooppunt:trade:plasterer"
BRUSSELS = PlaceDraft(name="Brussel", region="BE-BRU")
NEED = need(concept_iris=(PLASTERER,), place=BRUSSELS, work_languages=("nl", "fr"))
OFFER = replace(NEED, purpose="offer", title="Plafonneur, libre en mai", language="fr", work_languages=("fr",))
BY_DAY, BY_NIGHT = NOW, NOW.replace(hour=22)
ZONE = "Europe/Brussels"


@pytest.fixture
def karim(session, world):
    made = people.create_member(session, name="Karim", email="karim@members.example", language="fr")
    session.add(Membership(group_id=world.atelier.id, member_id=made.id, state="active", created_at=NOW))
    session.flush()
    return made


@pytest.fixture
def both(session, world, karim):
    """Noor's need and Karim's offer, published one after the other."""
    publishing.publish(session, world.atelier, OFFER, member_id=karim.id, now=NOW)
    return publishing.publish(session, world.interior, NEED, member_id=world.noor.id, now=NOW)


def lines(session, member):
    return [(line.kind, line.facts) for line in notices.notifications(session, member.id)]


def test_both_sides_are_told_once_each_with_the_reasons(session, world, karim, both):
    assert orders.tell_due(session, BY_DAY, ZONE) is None
    orders.tell_due(session, BY_DAY, ZONE)
    ((kind, facts),) = lines(session, karim)
    assert (kind, facts["title"], facts["mine"], facts["purpose"]) == ("match", NEED.title, OFFER.title, "request")
    assert {reason["kind"] for reason in facts["reasons"]} >= {"same-trade", "near", "speaks"}
    ((kind, facts),) = lines(session, world.noor)
    assert (kind, facts["title"], facts["purpose"]) == ("match", OFFER.title, "offer")
    by_language = {row.recipient: row.language for row in session.scalars(select(Mail))}
    assert by_language == {"karim@members.example": "fr", "noor@members.example": "nl"}


def test_a_change_does_not_tell_again(session, world, karim, both):
    orders.tell_due(session, BY_DAY, ZONE)
    offer = offers.find(session, both.iri)
    publishing.change(session, offer, replace(NEED, text="Leem"), now=NOW + timedelta(hours=1))
    orders.tell_due(session, BY_DAY + timedelta(hours=1), ZONE)
    assert len(lines(session, karim)) == len(lines(session, world.noor)) == 1


def test_nobody_is_told_at_night_and_everybody_in_the_morning(session, world, karim, both):
    karim.time_zone = "America/New_York"
    orders.tell_due(session, BY_NIGHT, ZONE)
    assert (len(lines(session, karim)), len(lines(session, world.noor))) == (1, 0)
    orders.tell_due(session, BY_NIGHT + timedelta(hours=10), ZONE)
    assert (len(lines(session, karim)), len(lines(session, world.noor))) == (1, 1)


def test_what_was_closed_or_put_away_before_is_not_told(session, world, karim, both):
    (match,) = session.scalars(select(Match))
    viewer = Viewer(member_id=karim.id)
    orders.put_away(session, match.id, by=Person(member_id=karim.id), viewer=viewer, now=NOW)
    orders.tell_due(session, BY_DAY, ZONE)
    assert lines(session, karim) == []
    again = publishing.publish(
        session, world.interior, replace(NEED, title="Nog een"), member_id=world.noor.id, now=NOW
    )
    publishing.close(session, offers.find(session, again.iri), "filled", now=NOW)
    orders.tell_due(session, BY_DAY, ZONE)
    assert lines(session, karim) == []
    assert len(lines(session, world.noor)) == 1


def test_a_guest_is_told_by_a_direct_message_in_the_language_of_what_they_wrote(session, world):
    guest = Person(actor_id=world.alice.id)
    offer = offers.post(session, world.atelier, OFFER, by=guest, now=NOW)
    publishing.announce(session, offer, now=NOW)
    publishing.publish(session, world.interior, NEED, member_id=world.noor.id, now=NOW)
    orders.tell_due(session, BY_DAY, ZONE)
    (row,) = session.scalars(select(Mail).where(Mail.channel == "direct"))
    assert (row.recipient, row.language, row.facts["kind"]) == (world.alice.iri, "fr", "match")


def test_a_match_of_others_is_not_there(session, world, karim, both):
    (match,) = session.scalars(select(Match))
    lena = people.create_member(session, name="Lena", email=None, language="de")
    for order, given in ((orders.put_away, {"now": NOW}), (orders.take_back, {})):
        with pytest.raises(Refused, match="not-found"):
            order(session, match.id, by=Person(member_id=lena.id), viewer=Viewer(member_id=lena.id), **given)


def test_only_who_may_change_it_has_it_offered_further(session, world, karim, both):
    with pytest.raises(Refused, match="not-found"):
        orders.offer_further(session, both.iri, by=Person(member_id=karim.id), wanted=True)
    orders.offer_further(session, both.iri, by=Person(member_id=world.noor.id), wanted=True)
    assert orders.is_offered_further(session, both.iri)
    publishing.close(session, offers.find(session, both.iri), "filled", now=NOW)
    with pytest.raises(Refused, match="already-closed"):
        orders.offer_further(session, both.iri, by=Person(member_id=world.noor.id), wanted=True)


def test_what_nobody_answers_goes_to_the_region_the_sectors_and_the_partners(session, world, karim):
    # Given an offer that is too far away, and a sector that somebody else organises
    far = replace(OFFER, place=PlaceDraft(name="Arlon", region="BE-WLX"))
    publishing.publish(session, world.atelier, far, member_id=karim.id, now=NOW)
    ghent = PlaceDraft(name="Brugge", region="BE-VWV")
    asked = publishing.publish(session, world.interior, replace(NEED, place=ghent), member_id=world.noor.id, now=NOW)
    lena = people.create_member(session, name="Lena", email=None, language="de")
    sector = GroupDraft(username="bouwers", kind="sector", name="Bouw")
    keys = prepared_keys(7)
    groups.found(session, world.vault, sector, origin=ORIGIN, member_id=lena.id, keys=keys, now=NOW)
    assert session.scalars(select(Match)).all() == []
    orders.offer_further(session, asked.iri, by=Person(member_id=world.noor.id), wanted=True)
    assert orders.pursue_due(session, NOW) == 0
    # When a week passes, and another, and another
    assert orders.pursue_due(session, NOW + matches.PAUSE) == 1
    assert [match.score >= matches.LISTED for match in session.scalars(select(Match))] == [True]
    assert lines(session, lena) == []
    assert orders.pursue_due(session, NOW + 2 * matches.PAUSE) == 1
    assert [kind for kind, _ in lines(session, lena)] == ["unanswered"]
    said = select(OutgoingActivity.actor_id).where(OutgoingActivity.object_iri == asked.iri)
    before = len(session.scalars(said).all())
    assert orders.pursue_due(session, NOW + 3 * matches.PAUSE) == 1
    assert len(session.scalars(said).all()) == before + 1
    # Then there is nothing further
    assert orders.pursue_due(session, NOW + 9 * matches.PAUSE) == 0
