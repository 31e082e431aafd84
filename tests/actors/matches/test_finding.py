"""Which pairs are found, for whom, and what ends them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from actors import matches, moderation, offers, people
from actors.bonds import Membership
from actors.matches import Match, MatchCard, MatchTerm
from actors.places import PlaceDraft
from actors.views import Viewer
from tests.actors.stories import need, remote_need
from tests.world import NOW

PLASTERER = "urn:knooppunt:trade:plasterer"
BRUSSELS = PlaceDraft(name="Brussel", region="BE-BRU")
NEED = need(concept_iris=(PLASTERER,), place=BRUSSELS, work_languages=("nl", "fr"))
OFFER = replace(NEED, purpose="offer", title="Plafonneur, libre en mai", language="fr", work_languages=("fr",))


@pytest.fixture
def karim(session):
    return people.create_member(session, name="Karim", email="karim@members.example", language="fr")


def publish(session, group, draft, member=None, now=NOW):
    # The house itself writes, so that nobody has to take part first; then it is that member's.
    offer = offers.post(session, group, draft, now=now)
    offer.member_id = member.id if member else None
    matches.look(session, offer, now=now)
    return offer


def pairs(session) -> list[tuple[int, int]]:
    rows = session.scalars(select(Match).where(Match.score >= matches.LISTED).order_by(Match.id))
    return [(row.need_id, row.offer_id) for row in rows]


def test_a_need_finds_the_offer_that_stood_before_and_an_offer_the_need(session, world, karim):
    offer = publish(session, world.atelier, OFFER, karim)
    first = publish(session, world.interior, NEED, world.noor)
    assert pairs(session) == [(first.id, offer.id)]
    second = publish(session, world.atelier, replace(OFFER, title="Enduits"), karim)
    assert pairs(session) == [(first.id, offer.id), (first.id, second.id)]
    assert session.scalars(select(Match.untold)).all() == [True, True]


def test_nobody_is_matched_with_oneself(session, world):
    publish(session, world.atelier, OFFER, world.noor)
    publish(session, world.interior, NEED, world.noor)
    assert pairs(session) == []


def test_a_change_ends_the_pair_and_a_change_back_brings_it_again(session, world, karim):
    publish(session, world.atelier, OFFER, karim)
    asked = publish(session, world.interior, NEED, world.noor)
    offers.change(session, asked, replace(NEED, concept_iris=("urn:x:baker",), title="Bakker"), now=NOW)
    matches.look(session, asked, now=NOW)
    assert pairs(session) == []
    offers.change(session, asked, NEED, now=NOW + timedelta(minutes=1))
    matches.look(session, asked, now=NOW)
    assert len(pairs(session)) == 1


@pytest.mark.parametrize("ending", ["close", "delete", "hide", "for-the-group"])
def test_what_is_no_longer_open_to_all_loses_its_card_and_is_shown_no_more(session, world, karim, ending):
    offer = publish(session, world.atelier, OFFER, karim)
    asked = publish(session, world.interior, NEED, world.noor)
    assert len(matches.beside(session, asked.iri, language="nl", now=NOW)) == 1
    match ending:
        case "close":
            offers.close(session, offer, "filled", now=NOW)
        case "delete":
            offers.delete(session, offer, now=NOW)
        case "hide":
            offers.hide(session, offer)
        case _:
            offer.visibility = "group"
    matches.look(session, offer, now=NOW)
    assert matches.beside(session, asked.iri, language="nl", now=NOW) == []
    assert session.scalars(select(MatchCard.offer_id)).all() == [asked.id]
    assert offer.id not in session.scalars(select(MatchTerm.offer_id)).all()


def test_what_ran_out_is_swept_away(session, world):
    asked = publish(session, world.interior, replace(NEED, expires_at=NOW + timedelta(days=1)), world.noor)
    assert matches.sweep(session, NOW) == 0
    assert matches.sweep(session, NOW + timedelta(days=2)) == 1
    assert session.scalar(select(func.count()).select_from(MatchTerm)) == 0
    assert asked.status == "open"


def test_a_partners_need_is_matched_and_a_blocked_partners_is_not(session, world, karim):
    given = {"concept_iris": (PLASTERER,), "place": BRUSSELS, "work_languages": ("nl", "fr")}
    theirs = offers.record_remote(session, world.bouw, remote_need(draft=given), shown=True, now=NOW)
    matches.look(session, theirs, now=NOW)
    offer = publish(session, world.atelier, OFFER, karim)
    assert pairs(session) == [(theirs.id, offer.id)]
    (fit,) = matches.beside(session, offer.iri, language="fr", now=NOW)
    assert (fit.line.iri, fit.line.host) == (theirs.iri, "partner.example")
    moderation.block(session, "partner.example", member_id=world.noor.id, now=NOW)
    assert matches.beside(session, offer.iri, language="fr", now=NOW) == []
    again = publish(session, world.atelier, replace(OFFER, title="Enduits"), karim)
    assert again.id not in {pair[1] for pair in pairs(session)}


def test_nobody_is_matched_with_the_group_that_removed_them(session, world, karim):
    session.add(Membership(group_id=world.interior.id, member_id=karim.id, state="ended", role="removed"))
    offer = publish(session, world.atelier, OFFER, karim)
    publish(session, world.interior, NEED, world.noor)
    assert pairs(session) == []
    matches.look(session, offer, now=NOW)
    assert pairs(session) == []


def test_what_is_for_members_is_matched_among_members_alone(session, world, karim):
    inside = publish(session, world.interior, replace(NEED, visibility="members"), world.noor)
    guests = publish(session, world.atelier, OFFER)
    guests.writer_id = world.alice.id
    matches.look(session, guests, now=NOW)
    offer = publish(session, world.atelier, OFFER, karim)
    assert pairs(session) == [(inside.id, offer.id)]


def test_what_the_author_confirmed_weighs_more_than_what_the_words_say(session, world):
    told = publish(session, world.interior, NEED, world.noor)
    read = publish(session, world.interior, replace(NEED, concept_iris=()), world.noor)
    by_item = {row.offer_id: row.concepts for row in session.scalars(select(MatchCard))}
    assert by_item[told.id][PLASTERER] == 1.0
    assert 0 < by_item[read.id][PLASTERER] < 1.0


def test_not_relevant_leaves_one_list_and_teaches_it_alone(session, world, karim):
    offer = publish(session, world.atelier, OFFER, karim)
    publish(session, world.interior, NEED, world.noor)
    noor, her = Viewer(member_id=world.noor.id), Viewer(member_id=karim.id)
    (own,) = matches.for_reader(session, noor, language="nl", now=NOW)
    matches.put_away(session, own.fits[0].match_id, offer.id, member_id=world.noor.id, actor_id=None, now=NOW)
    matches.put_away(session, own.fits[0].match_id, offer.id, member_id=world.noor.id, actor_id=None, now=NOW)
    assert matches.for_reader(session, noor, language="nl", now=NOW)[0].fits == ()
    assert len(matches.for_reader(session, her, language="fr", now=NOW)[0].fits) == 1
    assert set(matches.learnt(session, world.noor.id, None)) == {PLASTERER}
    assert matches.learnt(session, karim.id, None) == {}
    # What is of the same trade scores less for her from now on, and as before for everybody else
    before = own.fits[0].score
    other = publish(session, world.atelier, replace(OFFER, title="Enduits"), karim)
    (own,) = matches.for_reader(session, noor, language="nl", now=NOW)
    assert [fit.line.iri for fit in own.fits] == [other.iri]
    assert own.fits[0].score < before
    matches.take_back(session, session.scalars(select(Match.id)).first(), member_id=world.noor.id, actor_id=None)
    assert len(matches.for_reader(session, noor, language="nl", now=NOW)[0].fits) == 2


def test_what_waits_a_week_for_an_answer_stands_on_the_board(session, world):
    asked = publish(session, world.interior, NEED, world.noor)
    assert matches.unanswered(session, language="nl", now=NOW) == []
    later = NOW + timedelta(days=8)
    assert [each.line.iri for each in matches.unanswered(session, language="nl", now=later)] == [asked.iri]
    assert matches.unanswered(session, language="nl", now=later, groups=[world.atelier.id]) == []
    offers.mark_talks(session, asked, now=later)
    assert matches.unanswered(session, language="nl", now=later) == []


def test_who_asked_for_it_is_offered_further_step_by_step(session, world):
    asked = publish(session, world.interior, NEED, world.noor)
    matches.plead(session, asked, wanted=True)
    assert matches.due(session, NOW, 9) == []
    at, steps = NOW, []
    for _ in range(4):
        at += matches.PAUSE
        steps += [matches.advance(session, plea, offer, now=at) for plea, offer in matches.due(session, at, 9)]
    assert steps == [matches.Step.WIDER, matches.Step.SECTORS, matches.Step.PARTNERS]


def test_what_is_in_talks_or_no_longer_wanted_is_not_offered_further(session, world):
    asked = publish(session, world.interior, NEED, world.noor)
    later = NOW + matches.PAUSE
    matches.plead(session, asked, wanted=True)
    matches.plead(session, asked, wanted=False)
    assert matches.due(session, later, 9) == []
    matches.plead(session, asked, wanted=True)
    offers.mark_talks(session, asked, now=NOW)
    assert [matches.advance(session, plea, offer, now=later) for plea, offer in matches.due(session, later, 9)] == [
        None
    ]
    assert matches.due(session, later, 9) == []
