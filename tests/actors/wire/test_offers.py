"""Offers and needs on the wire: ours as others must read them, others' as they send them."""

from datetime import timedelta

import pytest

from actors import offers
from actors.places import PlaceDraft
from actors.refusals import Refused
from actors.wire import offers as wire
from fediverse.errors import Malformed, Unauthorised
from fediverse.html import clean, text_of
from fediverse.limits import Limits
from fediverse.vocabulary import PUBLIC, read, write
from tests.actors.stories import LATER, need
from tests.actors.wire.documents import sample
from tests.world import NOW

LIMITS = Limits()
FULL = {
    "text": "Oude kalk, hoge plafonds. Vraag het @noor@coop.example.",
    "title_map": {"fr": "Plâtrier pour trois jours"},
    "text_map": {"fr": "Chaux ancienne."},
    "tags": ("kalk", "Brussel", "pleister", "vierde"),
    "concept_iris": ("https://coop.example/vocab/skill/plastering",),
    "place": PlaceDraft(name="Brussel", latitude=50, longitude=4),
    "begins_at": NOW + timedelta(days=20),
    "ends_at": NOW + timedelta(days=22),
    "expires_at": NOW + timedelta(days=10),
    "quantity": "3",
    "unit": "day",
    "pay": "paid",
    "pay_amount": "350",
    "pay_currency": "EUR",
    "pay_unit": "day",
    "unit_based": True,
    "urgent": True,
}


def document(session, world, group=None, **changes):
    return write(wire.to_wire(session, offers.post(session, group or world.interior, need(**changes), now=NOW)))


def lines(content: str) -> list[str]:
    return text_of(content).splitlines()


def test_a_need_is_a_note_with_its_purpose_at_the_top_level(session, world):
    note = document(session, world, **FULL)
    assert (note["type"], note["purpose"], note["unitBased"]) == ("Note", "request", True)
    assert note["attributedTo"] == note["audience"] == world.interior.iri
    assert note["publishes"] == {
        "id": f"{note['id']}#primary",
        "type": "Intent",
        "name": "Stukadoor voor drie dagen",
        "action": "deliverService",
        "resourceConformsTo": "https://coop.example/vocab/skill/plastering",
        "resourceQuantity": {"hasUnit": "day", "hasNumericalValue": "3"},
        "startTime": "2026-12-10T09:00:00Z",
        "endTime": "2026-12-12T09:00:00Z",
    }
    assert note["reciprocal"] == {
        "id": f"{note['id']}#reciprocal",
        "type": "Intent",
        "action": "transfer",
        "resourceConformsTo": "https://www.wikidata.org/wiki/Q4916",
        "resourceQuantity": {"hasUnit": "one", "hasNumericalValue": "350"},
    }
    assert note["hasEnd"] == "2026-11-30T09:00:00Z"
    assert (note["published"], note["url"]) == ("2026-11-20T09:00:00Z", note["id"])


def test_nothing_that_others_take_for_a_warning_or_a_vote_is_there(session, world):
    note = document(session, world)
    assert {"name", "summary", "updated", "finished", "actor"}.isdisjoint(note)
    assert None not in note.values()
    assert note["sensitive"] is False
    assert isinstance(note["tag"], list)
    assert note["content"]


def test_degrees_are_floats(session, world):
    place = document(session, world, **FULL)["location"]
    assert (type(place["latitude"]), type(place["longitude"])) == (float, float)


def test_it_reads_well_without_knowing_us(session, world):
    note = document(session, world, **FULL)
    assert lines(note["content"]) == [
        "Zoekt: Stukadoor voor drie dagen",
        (
            "dringend · Brussel · do 10 december 2026 tot za 12 december 2026 · 3 dagen · € 350 per dag"
            " · reageren tot ma 30 november 2026"
        ),
        "Oude kalk, hoge plafonds. Vraag het @noor.",
        f"Meer en antwoorden: {note['id'].removeprefix('https://')}",
        "#gezocht #kalk #Brussel #pleister",
    ]


def test_the_first_language_leads_and_its_text_is_the_content(session, world):
    note = document(session, world, **FULL)
    assert list(note["contentMap"]) == ["nl", "fr"]
    assert note["contentMap"]["nl"] == note["content"]
    assert lines(note["contentMap"]["fr"])[:3] == [
        "Cherche : Plâtrier pour trois jours",
        (
            "urgent · Brussel · du jeu. 10 décembre 2026 au sam. 12 décembre 2026 · 3 jours · 350 € par jour"
            " · réponses jusqu’au lun. 30 novembre 2026"
        ),
        "Chaux ancienne.",
    ]
    assert lines(note["contentMap"]["fr"])[-1] == "#jecherche #kalk #Brussel #pleister"


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("nl", "Aanbod: Licht", "op afstand · vergoeding te bespreken · reageren tot do 18 februari 2027"),
        ("fr", "Offre : Licht", "à distance · rémunération à convenir · réponses jusqu’au jeu. 18 février 2027"),
        ("en", "Offer: Licht", "remote · pay to be agreed · answers until Thu 18 February 2027"),
        ("de", "Angebot: Licht", "ortsunabhängig · Vergütung nach Absprache · Antworten bis Do. 18. Februar 2027"),
        ("pt", "Offer: Licht", "remote · pay to be agreed · answers until Thu 18 February 2027"),
    ],
)
def test_each_language_has_its_own_words(session, world, language, first, second):
    note = document(session, world, purpose="offer", title="Licht", language=language, mode="remote")
    assert lines(note["content"])[:2] == [first, second]
    assert list(note["contentMap"]) == [language]


def test_a_text_has_at_most_four_hashtags(session, world):
    note = document(session, world, text="Een #kalk en #leem klus", tags=("kalk", "a", "b", "c", "d"))
    assert lines(note["content"])[-1] == "#gezocht #a"
    assert [tag["name"] for tag in note["tag"]] == ["#kalk", "#leem", "#gezocht", "#a"]


def test_a_tag_loses_what_cannot_stand_in_one(session, world):
    note = document(session, world, tags=("beeld & geluid", "<b>", "2026", "!"))
    assert lines(note["content"])[-1] == "#gezocht #beeldgeluid #b"


def test_every_mention_and_hashtag_in_the_text_stands_in_tag(session, world):
    note = document(session, world, **FULL)
    assert note["tag"][0] == {"type": "Mention", "href": world.noor_actor.iri, "name": "@noor@coop.example"}
    assert {tag["type"] for tag in note["tag"][1:]} == {"Hashtag"}
    assert note["tag"][1]["href"] == "https://coop.example/tags/gezocht"
    assert note["to"] == [PUBLIC]
    assert note["cc"] == [world.interior.followers_iri, world.noor_actor.iri]


def test_a_person_is_credited_by_consent_and_only_then(session, world):
    silent = offers.post(session, world.interior, need(), member_id=world.noor.id, now=NOW)
    assert "noor" not in repr(write(wire.to_wire(session, silent)))
    note = document(session, world, provider_iri=world.noor_actor.iri)
    assert note["publishes"]["receiver"] == world.noor_actor.iri
    assert "provider" not in note["publishes"]
    assert "Gevraagd door @noor" in lines(note["content"])
    assert world.noor_actor.iri in note["cc"]
    given = document(session, world, purpose="offer", provider_iri=world.noor_actor.iri)
    assert given["publishes"]["provider"] == world.noor_actor.iri


@pytest.mark.parametrize(
    ("ending", "nl", "fr"),
    [("filled", "ingevuld", "pourvu"), ("withdrawn", "ingetrokken", "retiré"), ("expired", "verlopen", "expiré")],
)
def test_the_end_is_said_in_words_and_in_data(session, world, ending, nl, fr):
    offer = offers.post(session, world.interior, need(title_map={"fr": "Plâtrier"}), now=NOW)
    offers.close(session, offer, ending, now=LATER)
    note = write(wire.to_wire(session, offer))
    assert note["finished"] is True
    assert note["updated"] == "2026-11-20T10:00:00Z"
    assert lines(note["content"])[0] == f"[{nl}] Zoekt: Stukadoor voor drie dagen"
    assert lines(note["contentMap"]["fr"])[0] == f"[{fr}] Cherche : Plâtrier"


def test_what_a_member_types_is_never_markup(session, world):
    evil = '<img src=x onerror=alert(1)>"&'
    draft = {"title": evil, "text": evil, "place": PlaceDraft(name=evil), "unit": evil, "quantity": "1"}
    note = document(session, world, **draft)
    assert "<img" not in note["content"]
    assert text_of(note["content"]) == text_of(clean(note["content"], LIMITS))


def test_what_is_for_the_group_goes_to_its_followers_alone(session, world):
    note = document(session, world, visibility="group")
    assert (note["to"], note["cc"]) == ([world.interior.followers_iri], [])


def test_what_is_for_members_never_goes_out(session, world):
    offer = offers.post(session, world.interior, need(visibility="members"), now=NOW)
    with pytest.raises(Refused, match="members-only"):
        wire.to_wire(session, offer)


def test_a_draft_has_no_document(session, world):
    offer = offers.post(session, world.interior, need(draft=True), now=NOW)
    with pytest.raises(Refused, match="not-published"):
        wire.to_wire(session, offer)


def test_what_is_gone_has_no_document(session, world):
    offer = offers.post(session, world.interior, need(), now=NOW)
    offers.delete(session, offer, now=LATER)
    with pytest.raises(Refused, match="gone"):
        wire.to_wire(session, offer)


def test_our_own_document_reads_back_as_it_was(session, world):
    offer = offers.post(session, world.interior, need(**FULL), now=NOW)
    found = wire.from_wire(read(write(wire.to_wire(session, offer)), LIMITS), LIMITS)
    draft = found.draft
    assert (found.iri, found.author_iri, draft.purpose, draft.title) == (
        offer.iri,
        world.interior.iri,
        "request",
        offer.title,
    )
    assert (draft.quantity, draft.unit, draft.pay, draft.pay_amount, draft.pay_currency) == (
        "3",
        "day",
        "paid",
        "350",
        "EUR",
    )
    assert (draft.begins_at, draft.ends_at, draft.expires_at) == (offer.begins_at, offer.ends_at, offer.expires_at)
    assert (draft.place.name, draft.place.latitude, draft.language) == ("Brussel", 50.0, "nl")
    assert draft.visibility == "public"


def test_a_partners_need_is_kept_and_written_nowhere(session, world):
    found = wire.from_wire(read(sample("knooppunt/create-offer.json"), LIMITS), LIMITS)
    assert found.iri == "https://coop.example/g/interior/offers/0197a1"
    assert (found.draft.purpose, found.draft.title, found.draft.tags) == (
        "offer",
        "2 jours de scénographie",
        ("offre",),
    )
    assert found.document["purpose"] == "offer"
    theirs = need()
    offer = offers.record_remote(
        session,
        world.bouw,
        offers.RemoteOffer(iri="https://partner.example/n/1", author_iri=world.bouw.iri, draft=theirs),
        shown=True,
        now=NOW,
    )
    with pytest.raises(Refused, match="not-ours"):
        wire.to_wire(session, offer)


def test_flohmarkt_offers_are_read_by_their_own_words():
    found = wire.from_wire(read(sample("flohmarkt/create-item.json"), LIMITS), LIMITS)
    assert (found.draft.purpose, found.draft.title, found.draft.pay_amount) == ("offer", "Zaagtafel", "80")


def test_mitra_proposals_are_read():
    found = wire.from_wire(read(sample("mitra/proposal.json"), LIMITS), LIMITS)
    assert (found.draft.purpose, found.draft.title, found.draft.unit_based) == ("offer", "Pay for subscription", True)


BARE = {
    "id": "https://r.example/o/1",
    "attributedTo": "https://r.example/u/a",
    "to": [PUBLIC],
    "publishes": {"type": "Intent", "name": "Timmerwerk", "action": "deliverService"},
}


def foreign(**changes):
    return read({**BARE, "type": "Note", "purpose": "offer"} | changes, LIMITS)


@pytest.mark.parametrize(
    "kind", ["Proposal", "Note", ["Note", "Proposal"], ["Proposal", "Note"], "ValueFlows:Proposal"]
)
def test_a_proposal_is_read_under_each_of_its_names(kind):
    obj = foreign(type=kind)
    assert wire.is_offer(obj)
    assert wire.from_wire(obj, LIMITS).draft.title == "Timmerwerk"


@pytest.mark.parametrize(
    ("kind", "purpose"),
    [("Offer", "offer"), ("ValueFlows:Offer", "offer"), ("Need", "request"), ("ValueFlows:Need", "request")],
)
def test_bonfires_offers_and_needs_are_read(kind, purpose):
    obj = read(
        {
            "id": "https://r.example/o/1",
            "type": kind,
            "attributedTo": "https://r.example/u/a",
            "name": "Timmerwerk",
            "summary": "<p>Twee dagen</p>",
            "to": [PUBLIC],
        },
        LIMITS,
    )
    found = wire.from_wire(obj, LIMITS)
    assert (found.draft.purpose, found.draft.title, found.content) == (purpose, "Timmerwerk", "<p>Twee dagen</p>")


@pytest.mark.parametrize(("side", "purpose"), [("provider", "offer"), ("receiver", "request")])
def test_a_bare_intent_is_an_offer_or_a_need_by_who_gives(side, purpose):
    intent = {"id": "https://r.example/i/1", "type": "Intent", "name": "Timmerwerk", side: "https://r.example/u/a"}
    obj = read({**intent, "attributedTo": "https://r.example/u/a"}, LIMITS)
    assert wire.from_wire(obj, LIMITS).draft.purpose == purpose


def test_an_offer_of_an_agreement_is_an_activity_and_no_offer():
    assert not wire.is_offer(read(sample("knooppunt/offer-agreement.json", inner=False), LIMITS))


@pytest.mark.parametrize("changes", [{"purpose": "fun"}, {"publishes": None}, {"purpose": None}])
def test_an_ordinary_note_is_no_offer(changes):
    obj = foreign(**changes)
    assert not wire.is_offer(obj)
    with pytest.raises(Malformed, match="not-an-offer"):
        wire.from_wire(obj, LIMITS)


def test_O7_an_offer_whose_author_lives_elsewhere_is_refused():
    with pytest.raises(Unauthorised, match="foreign-author"):
        wire.from_wire(foreign(attributedTo="https://s.example/u/b"), LIMITS)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"attributedTo": None}, "no-author"),
        ({"id": None}, "no-id"),
        ({"publishes": {"type": "Intent"}, "content": ""}, "no-title"),
        ({"id": "ftp://r.example/1"}, "bad-iri"),
    ],
)
def test_an_offer_that_lacks_what_it_needs_is_refused(changes, code):
    with pytest.raises(Malformed, match=code):
        wire.from_wire(foreign(**changes), LIMITS)


def test_the_first_line_is_the_title_when_there_is_no_other():
    obj = foreign(publishes={"type": "Intent"}, content="<p><b>Timmerwerk</b> gezocht</p><p>Snel</p>")
    assert wire.from_wire(obj, LIMITS).draft.title == "Timmerwerk gezocht"


@pytest.mark.parametrize(
    "nonsense",
    [
        {"location": {"type": "Place", "name": "X", "latitude": 400, "longitude": 4}},
        {"location": {"type": "Place", "name": "X", "latitude": 50}},
        {"publishes": {**BARE["publishes"], "resourceQuantity": {"hasNumericalValue": "1e999", "hasUnit": "day"}}},
        {"publishes": {**BARE["publishes"], "resourceQuantity": {"hasNumericalValue": 2**70}}},
        {"publishes": {**BARE["publishes"], "startTime": "9998-01-01T00:00:00Z"}},
        {"hasEnd": "1001-01-01T00:00:00Z"},
        {"url": "javascript:alert(1)"},
    ],
)
def test_D5_a_value_that_makes_no_sense_is_left_out(nonsense):
    draft = wire.from_wire(foreign(**nonsense), LIMITS)
    assert (draft.draft.begins_at, draft.draft.expires_at, draft.url) == (None, None, None)
    assert draft.draft.quantity is None
    assert draft.draft.place is None or draft.draft.place.latitude is None


def test_nobody_credits_a_person_of_another_server():
    publishes = {**BARE["publishes"], "provider": "https://coop.example/u/noor"}
    assert wire.from_wire(foreign(publishes=publishes), LIMITS).draft.provider_iri is None
    publishes = {**BARE["publishes"], "provider": "https://r.example/u/b"}
    assert wire.from_wire(foreign(publishes=publishes), LIMITS).draft.provider_iri == "https://r.example/u/b"


def test_H1_the_words_of_others_are_cleaned_when_they_are_read():
    evil = '<p onclick=x>Hallo<script>alert(1)</script> <a href="javascript:x">y</a></p>'
    publishes = {**BARE["publishes"], "name": "Timmer\u202ewerk\u0007"}
    found = wire.from_wire(foreign(content=evil, publishes=publishes), LIMITS)
    assert found.content == '<p>Hallo <a rel="nofollow noopener noreferrer ugc">y</a></p>'
    assert found.draft.title == "Timmerwerk"


def test_what_money_cannot_say_is_a_barter():
    reciprocal = {"type": "Intent", "action": "transfer", "name": "Grafisch werk"}
    draft = wire.from_wire(foreign(reciprocal=reciprocal), LIMITS).draft
    assert (draft.pay, draft.reciprocal["name"]) == ("barter", "Grafisch werk")
