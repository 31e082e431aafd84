"""The life of an offer or a need of ours."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from actors import offers, people
from actors.places import PlaceDraft
from actors.refusals import Refused
from actors.tags import Tagged
from tests.actors.stories import LATER, need
from tests.world import NOW


def refusal(call, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value


def test_a_need_is_born_open_under_the_address_of_its_group(session, world):
    offer = offers.post(session, world.interior, need(), member_id=world.noor.id, now=NOW)
    assert offer.iri.startswith(f"{world.interior.iri}/needs/")
    assert (offer.status, offer.finished, offer.shown, offer.local) == ("open", False, True, True)
    assert offers.find(session, offer.iri) is offer


def test_an_offer_has_an_address_of_its_own_kind(session, world):
    offer = offers.post(session, world.interior, need(purpose="offer"), now=NOW)
    assert "/offers/" in offer.iri


def test_what_is_typed_is_kept_and_shown_as_safe_html(session, world):
    offer = offers.post(session, world.interior, need(text="**Kalk** <script>x</script>"), now=NOW)
    assert offer.text == "**Kalk** <script>x</script>"
    assert offer.content == "<p><strong>Kalk</strong> &lt;script&gt;x&lt;/script&gt;</p>"


def test_its_language_is_the_groups_when_nobody_says(session, world):
    assert offers.post(session, world.atelier, need(language=None), now=NOW).language == "fr"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "  "}, "title-missing"),
        ({"title": "x" * 201}, "too-long"),
        ({"text": "x" * 20_001}, "too-long"),
        ({"purpose": "wish"}, "unknown-choice"),
        ({"mode": "moon"}, "unknown-choice"),
        ({"pay": "gold"}, "unknown-choice"),
        ({"visibility": "nobody"}, "unknown-choice"),
        ({"begins_at": LATER, "ends_at": NOW}, "ends-before-it-begins"),
        ({"begins_at": NOW.replace(year=3000)}, "date-absurd"),
        ({"expires_at": NOW}, "closes-in-the-past"),
        ({"title": "a\x00b"}, "unreadable-character"),
        ({"text": "a\ud800b"}, "unreadable-character"),
        ({"language": "Nederlands"}, "unknown-language"),
        ({"title_map": {"<b>": "x"}}, "unknown-language"),
        ({"work_languages": ("dutch",)}, "unknown-language"),
        ({"pay_currency": "euro"}, "unknown-choice"),
        ({"place": PlaceDraft(name="x" * 501)}, "too-long"),
        ({"place": PlaceDraft(name="x", region="x" * 65)}, "too-long"),
        ({"tags": ("x" * 101,)}, "too-long"),
        ({"place": PlaceDraft(name="Ergens", latitude=91.0, longitude=4.0)}, "place-off-the-map"),
        ({"place": PlaceDraft(name="Ergens", latitude=50.0)}, "place-off-the-map"),
        ({"place": PlaceDraft(name="Ergens", latitude=float("nan"), longitude=4.0)}, "place-off-the-map"),
        ({"quantity": "veel"}, "amount-malformed"),
        ({"pay_amount": "1e9"}, "amount-malformed"),
        ({"tags": tuple(f"t{n}" for n in range(11))}, "too-many"),
    ],
)
def test_a_need_that_makes_no_sense_is_refused(session, world, changes, code):
    assert refusal(offers.post, session, world.interior, need(**changes), now=NOW).code == code


@pytest.mark.parametrize("changes", [{"title": "x" * 200}, {"text": "x" * 20_000}, {"expires_at": LATER}])
def test_what_is_just_within_the_limit_is_taken(session, world, changes):
    assert offers.post(session, world.interior, need(**changes), now=NOW).status == "open"


def test_a_member_of_another_group_may_not_write_in_its_name(session, world):
    outsider = people.create_member(session, name="Zoë", email="zoe@members.example", language="fr", role="member")
    assert refusal(offers.post, session, world.interior, need(), member_id=outsider.id, now=NOW).code == "not-a-member"


def test_nobody_here_writes_in_the_name_of_a_group_elsewhere(session, world):
    assert refusal(offers.post, session, world.bouw, need(), now=NOW).code == "not-ours"


def test_a_change_is_always_a_whole_second_newer(session, world):
    offer = offers.post(session, world.interior, need(), now=NOW)
    offers.change(session, offer, need(title="Vier dagen"), now=NOW)
    assert (offer.title, offer.updated_at - offer.published_at) == ("Vier dagen", timedelta(seconds=1))


def test_a_need_never_becomes_an_offer(session, world):
    offer = offers.post(session, world.interior, need(), now=NOW)
    assert refusal(offers.change, session, offer, need(purpose="offer"), now=LATER).code == "purpose-is-fixed"


def test_a_draft_is_published_when_it_is_no_longer_one(session, world):
    offer = offers.post(session, world.interior, need(draft=True), now=NOW)
    assert (offer.status, offers.open_items(session, world.interior.id, 5)) == ("draft", [])
    offers.change(session, offer, need(), now=LATER)
    assert (offer.status, offer.published_at) == ("open", LATER)
    assert offers.open_items(session, world.interior.id, 5) == [offer]


def test_talks_leave_it_open_for_others(session, world):
    offer = offers.post(session, world.interior, need(), now=NOW)
    offers.mark_talks(session, offer, now=LATER)
    assert (offer.status, offer.finished) == ("talks", False)
    assert offers.open_items(session, world.interior.id, 5) == [offer]


@pytest.mark.parametrize("ending", ["filled", "withdrawn", "expired"])
def test_it_ends_once_and_saying_it_again_changes_nothing(session, world, ending):
    offer = offers.post(session, world.interior, need(), now=NOW)
    offers.close(session, offer, ending, now=LATER)
    offers.close(session, offer, ending, now=LATER + timedelta(days=1))
    assert (offer.status, offer.finished, offer.closed_at, offer.updated_at) == (ending, True, LATER, LATER)
    assert offers.open_items(session, world.interior.id, 5) == []


def test_what_has_ended_stays_ended(session, world):
    offer = offers.post(session, world.interior, need(), now=NOW)
    offers.close(session, offer, "filled", now=LATER)
    assert refusal(offers.close, session, offer, "withdrawn", now=LATER).code == "already-closed"
    assert refusal(offers.change, session, offer, need(), now=LATER).code == "already-closed"
    assert refusal(offers.mark_talks, session, offer, now=LATER).code == "already-closed"


def test_it_does_not_end_in_a_way_that_nobody_knows(session, world):
    offer = offers.post(session, world.interior, need(), now=NOW)
    assert refusal(offers.close, session, offer, "open", now=LATER).code == "unknown-choice"


def test_those_whose_time_is_over_are_due(session, world):
    over = offers.post(session, world.interior, need(expires_at=LATER), now=NOW)
    offers.post(session, world.interior, need(expires_at=LATER + timedelta(days=9)), now=NOW)
    offers.post(session, world.interior, need(), now=NOW)
    assert offers.due(session, LATER, 10) == [over]


def test_a_deleted_need_leaves_no_word_behind_and_never_returns(session, world):
    offer = offers.post(session, world.interior, need(title="Geheim", text="Geheim", tags=("geheim",)), now=NOW)
    offers.delete(session, offer, now=LATER)
    session.refresh(offer)
    kept = [getattr(offer, column.key) for column in offer.__table__.columns if column.key != "iri"]
    assert "geheim" not in repr(kept).lower()
    assert session.scalar(select(func.count()).select_from(Tagged)) == 0
    assert people.tombstone(session, offer.iri).former_type == "Note"
    assert refusal(offers.change, session, offer, need(), now=LATER).code == "gone"


def test_a_new_follower_gets_the_newest_open_ones_of_both_kinds(session, world):
    made = [
        offers.post(
            session,
            world.interior,
            need(title=str(n), purpose=("offer", "request")[n % 2]),
            now=NOW + timedelta(minutes=n),
        )
        for n in range(5)
    ]
    offers.post(session, world.interior, need(visibility="members"), now=LATER)
    assert [offer.title for offer in offers.open_items(session, world.interior.id, 3)] == ["4", "3", "2"]
    assert offers.open_items(session, world.interior.id, 9) == made[::-1]


def test_tags_are_kept_as_typed_and_found_without_regard_to_case(session, world):
    offer = offers.post(session, world.interior, need(tags=("#Hout", "Ébène")), now=NOW)
    assert offer.tags == ["Hout", "Ébène"]
    assert set(session.scalars(select(Tagged.tag))) == {"hout", "ébène"}
    offers.change(session, offer, need(tags=("staal",)), now=LATER)
    assert set(session.scalars(select(Tagged.tag))) == {"staal"}
