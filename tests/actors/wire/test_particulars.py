"""Our own terms: a partner instance knows an offer or a need as well as we do, and nobody else minds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors import offers
from actors.offers import OfferDraft
from actors.places import PlaceDraft
from actors.wire import offers as wire
from actors.wire.regions import NAMES
from fediverse.context import ACTIVITYSTREAMS, with_context
from fediverse.html import shown_name, text_of
from fediverse.jsonld import readable
from fediverse.limits import Limits
from fediverse.vocabulary import PUBLIC, read, write
from tests.actors.stories import LATER, need
from tests.world import NOW

LIMITS = Limits()
OWN_TERMS = {
    *("workMode", "region", "urgent", "workLanguages", "concepts", "keywords", "contactWay", "offerStatus"),
    *("payKind", "payAmount", "payAmountTo", "payCurrency", "payUnit"),
}


def written(session, offer):
    """The document as it leaves the house, byte for byte, and is parsed elsewhere."""
    return orjson.loads(orjson.dumps(with_context(write(wire.to_wire(session, offer)))))


def arrived(session, offer):
    return wire.from_wire(read(written(session, offer), LIMITS), LIMITS)


def posted(session, world, **changes):
    return offers.post(session, world.interior, need(**changes), now=NOW)


def names(chars):
    """What stays as it is where names are shown."""
    line = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=chars)
    return line.map(lambda text: shown_name(text, LIMITS)).filter(lambda text: text and not text.startswith("#"))


AMOUNTS = st.from_regex(r"[0-9]{1,12}(\.[0-9]{1,4})?", fullmatch=True)
MOMENTS = st.integers(0, 6_000_000_000).map(
    lambda seconds: datetime(1990, 1, 2, tzinfo=UTC) + timedelta(seconds=seconds)
)
CODES = st.sampled_from([*NAMES, "BE", "LU", "NL-ZE"])
DEGREES = st.tuples(st.floats(-90, 90), st.floats(-180, 180)) | st.just((None, None))
UNITS = st.sampled_from(["one", "hour", "day", "week", "month", "scène"])
CONCEPTS = st.integers(0, 99).map("https://coop.example/vocab/skill/{}".format)


@st.composite
def places(draw):
    """Nothing, a region alone, or a place with a name, with or without all else."""
    region = draw(st.none() | CODES)
    latitude, longitude = draw(DEGREES)
    if region is not None and draw(st.booleans()):
        return PlaceDraft(region=region, latitude=latitude, longitude=longitude)
    if draw(st.booleans()):
        return None
    return PlaceDraft(
        name=draw(st.sampled_from(["Coopcity", "’t Atelier <5>"])),
        street=draw(st.none() | names(30)),
        postal_code=draw(st.none() | st.just("1060")),
        locality=draw(st.none() | st.just("Sint-Gillis")),
        country=draw(st.none() | st.just("BE")),
        region=region,
        latitude=latitude,
        longitude=longitude,
    )


@st.composite
def drafts(draw):
    begins_at, ends_at = draw(st.none() | MOMENTS), draw(st.none() | MOMENTS)
    if begins_at and ends_at:
        begins_at, ends_at = sorted((begins_at, ends_at))
    quantity, available, least = (draw(st.none() | AMOUNTS) for _ in range(3))
    amount = draw(st.none() | AMOUNTS)
    return OfferDraft(
        purpose=draw(st.sampled_from(["offer", "request"])),
        title=draw(names(80)),
        text=draw(st.sampled_from(["", "Oude kalk, *hoge* plafonds.", "Met #leem.\n\n- een\n- twee"])),
        language=draw(st.sampled_from(["nl", "fr", "en", "de", "nl-BE", "pt"])),
        tags=tuple(draw(st.lists(names(30), max_size=10, unique=True))),
        concept_iris=tuple(draw(st.lists(CONCEPTS, max_size=8, unique=True))),
        place=draw(places()),
        mode=draw(st.sampled_from(["onsite", "remote", "both"])),
        begins_at=begins_at,
        ends_at=ends_at,
        expires_at=draw(st.none() | st.integers(1, 9000).map(lambda days: NOW + timedelta(days=days))),
        action=draw(st.sampled_from(["deliverService", "transfer"])),
        quantity=quantity,
        unit=draw(UNITS) if quantity or available or least else None,
        available_quantity=available,
        minimum_quantity=least,
        unit_based=draw(st.booleans()),
        pay=draw(st.sampled_from(["paid", "barter", "volunteer", "discuss"])),
        pay_amount=amount,
        pay_amount_to=draw(st.none() | AMOUNTS),
        pay_currency=draw(st.sampled_from(["EUR", "CHF", "SEK"] if amount else [None, "EUR", "SEK"])),
        pay_unit=draw(st.none() | UNITS),
        reciprocal=draw(st.none() | st.just({"type": "Intent", "name": "Grafisch werk", "action": "transfer"})),
        urgent=draw(st.booleans()),
        work_languages=tuple(draw(st.lists(st.sampled_from(["nl", "fr", "en", "vls", "de-BE"]), unique=True))),
        contact=draw(st.sampled_from(["reply", "mail", "phone", "web"])),
        contact_address=draw(st.none() | st.just("noor@post.example")),
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, database=None)
@given(draft=drafts())
def test_a_partner_knows_every_offer_and_need_as_we_do(session, world, draft):
    offer = offers.post(session, world.interior, draft, now=NOW)
    found = arrived(session, offer)
    assert found.draft == replace(offers.draft_of(offer), text="", contact_address=None)
    assert text_of(offer.content) in text_of(found.content)
    assert found.draft.visibility == "public"


def test_a_barter_somewhere_in_brussels_is_one_elsewhere(session, world):
    offer = posted(session, world, pay="barter", place=PlaceDraft(region="BE-BRU"))
    note = written(session, offer)
    assert (note["payKind"], note["region"]) == ("barter", "BE-BRU")
    assert note["location"] == {"type": "Place", "name": "Brussel"}
    theirs = offers.record_remote(
        session, world.bouw, replace(arrived(session, offer), iri=world.bouw.iri + "/1", author_iri=world.bouw.iri),
        shown=True, now=NOW,
    )  # fmt: skip
    assert (theirs.pay, theirs.region, theirs.place_name) == ("barter", "BE-BRU", None)


@pytest.mark.parametrize(
    ("language", "name"), [("nl", "Brussel"), ("fr", "Bruxelles"), ("de", "Brüssel"), ("pt", "Brussels")]
)
def test_a_region_is_named_in_the_language_of_the_thing(session, world, language, name):
    offer = posted(session, world, language=language, place=PlaceDraft(region="BE-BRU"))
    assert written(session, offer)["location"]["name"] == name


def test_a_region_without_a_code_is_a_name_and_nothing_more(session, world):
    offer = posted(session, world, place=PlaceDraft(region="Kempen"))
    assert "region" not in written(session, offer)
    assert arrived(session, offer).draft.place == PlaceDraft(name="Kempen")


def test_a_name_that_says_only_the_region_is_said_by_each_reader_herself(session, world):
    offer = posted(session, world, place=PlaceDraft(name="Bruxelles", region="BE-BRU"))
    assert arrived(session, offer).draft.place == PlaceDraft(region="BE-BRU")
    offer = posted(session, world, place=PlaceDraft(name="Brussel", region="BE-BRU", street="Kaai 1"))
    assert arrived(session, offer).draft.place == PlaceDraft(name="Brussel", region="BE-BRU", street="Kaai 1")


def test_what_is_usual_is_not_said(session, world):
    assert OWN_TERMS & set(written(session, posted(session, world))) == {"keywords"}


def test_what_fep_0837_says_is_not_said_twice(session, world):
    offer = posted(session, world, pay="paid", pay_amount="350", pay_currency="EUR")
    assert OWN_TERMS & set(written(session, offer)) == {"keywords"}


def test_the_text_for_people_is_as_it_was(session, world):
    offer = posted(session, world, pay="barter", place=PlaceDraft(region="BE-BRU"), work_languages=("fr",))
    assert text_of(written(session, offer)["content"]).splitlines()[:2] == [
        "Zoekt: Stukadoor voor drie dagen",
        "in ruil · reageren tot do 18 februari 2027",
    ]


def test_each_of_our_terms_is_defined_where_it_is_used(session, world):
    offer = posted(session, world, pay="volunteer", urgent=True, work_languages=("fr",), mode="both")
    inline = written(session, offer)["@context"][-1]
    assert inline["kp"] == "urn:knooppunt:"
    assert inline["payKind"] == "kp:payKind"
    assert {*inline} & OWN_TERMS == {"payKind", "urgent", "workLanguages", "workMode", "keywords"}


def test_our_terms_are_known_under_another_spelling(session, world):
    offer = posted(
        session,
        world,
        pay="barter",
        work_languages=("fr",),
        tags=("kalk",),
        concept_iris=("x:y", "https://a.example/b"),
    )
    note = written(session, offer)
    other = dict(note)
    for name in ("payKind", "workLanguages", "keywords"):
        other[f"k:{name}"] = other.pop(name)
    other["as:content"] = other.pop("content")
    other["@context"] = [ACTIVITYSTREAMS, {"k": "urn:knooppunt:"}, note["@context"][-1]]
    draft = wire.from_wire(read(readable(other), LIMITS), LIMITS).draft
    assert (draft.pay, draft.work_languages, draft.tags) == ("barter", ("fr",), ("kalk",))
    assert draft.concept_iris == ("https://a.example/b",)


def test_how_to_be_reached_is_sent_and_an_address_never(session, world):
    note = written(session, posted(session, world, contact="mail", contact_address="noor@post.example"))
    assert note["contactWay"] == "mail"
    assert "noor@post.example" not in orjson.dumps(note).decode()


def test_a_partner_knows_how_far_it_is(session, world):
    offer = posted(session, world)
    assert arrived(session, offer).status is None
    offers.mark_talks(session, offer, now=LATER)
    assert arrived(session, offer).status == "talks"
    offers.close(session, offer, "withdrawn", now=LATER)
    found = replace(arrived(session, offer), iri=world.bouw.iri + "/1", author_iri=world.bouw.iri)
    assert (found.finished, found.status) == (True, "withdrawn")
    theirs = offers.record_remote(session, world.bouw, found, shown=True, now=LATER)
    assert (theirs.status, theirs.finished) == ("withdrawn", True)


FOREIGN = {
    "id": "https://r.example/o/1",
    "type": "Note",
    "attributedTo": "https://r.example/u/a",
    "to": [PUBLIC],
    "purpose": "offer",
    "publishes": {"type": "Intent", "name": "Timmerwerk", "resourceConformsTo": "https://r.example/timber"},
    "tag": [{"type": "Hashtag", "name": "#hout", "href": "https://r.example/t/hout"}],
    "location": {"type": "Place", "name": "Gent"},
}


def foreign(**changes):
    return wire.from_wire(read(orjson.loads(orjson.dumps(FOREIGN | changes)), LIMITS), LIMITS)


PLAIN = OfferDraft(
    purpose="offer",
    title="Timmerwerk",
    tags=("hout",),
    concept_iris=("https://r.example/timber",),
    place=PlaceDraft(name="Gent"),
)


def test_a_document_without_our_terms_reads_as_before():
    assert foreign().draft == PLAIN


LONG = "x" * 9000


@pytest.mark.parametrize(
    ("term", "values"),
    [
        ("workMode", ["moon", 5, {}, LONG, "Remote"]),
        ("region", ["Oost-Vlaanderen", "be-bru", "BE-BRU; x", 5, {}, LONG, "BE-ABCD"]),
        ("urgent", ["true", 1, {}, [True]]),
        ("workLanguages", ["not a language", [7, None, {}, LONG, "n"], {"nl": "x"}, 3]),
        ("concepts", ["javascript:alert(1)", [LONG, {}, 3, "https://" + LONG, "mailto:a@b.example"], {"x": 1}]),
        ("keywords", [{"a": "b"}, 3, True]),
        ("contactWay", ["fax", 5, LONG]),
        ("offerStatus", ["filled", "draft", "open", 5, LONG]),
        ("payKind", ["gift", "", 5, {}, LONG]),
        ("payAmount", ["1e9", "-1", "350 €", True, -1, {}, LONG, "9" * 13]),
        ("payAmountTo", ["1e9", "", {}, LONG]),
        ("payCurrency", ["euro", "eur", 5, LONG]),
        ("payUnit", ["\u202e\u200b", "", 5, {}, LONG]),
    ],
)
def test_D5_what_makes_no_sense_in_our_terms_is_left_out(term, values):
    for value in values:
        found = foreign(**{term: value})
        assert (found.draft, found.status) == (PLAIN, None), value


def test_D1_of_too_much_in_our_terms_a_part_is_read():
    draft = foreign(
        keywords=[f"#woord{n}{LONG}" for n in range(500)],
        workLanguages=["nl", "nl", *(f"nl-{n:04}" for n in range(500))],
        concepts=[f"https://r.example/c/{n}" for n in range(500)],
        payUnit="dag" * 100,
    ).draft
    assert (len(draft.tags), len(draft.work_languages), len(draft.concept_iris)) == (10, 20, 21)
    assert max(len(tag) for tag in draft.tags) == 100
    assert len(draft.pay_unit) == 64


def test_H1_the_words_in_our_terms_are_cleaned_as_others():
    draft = foreign(keywords=["#hout\u202e", "  ", "<b>eik</b>"], payUnit="da\u0007g").draft
    assert (draft.tags, draft.pay_unit) == (("hout", "<b>eik</b>"), "dag")


def test_a_word_where_a_list_is_expected_is_a_list_of_one():
    draft = foreign(keywords="eik", workLanguages="fr", concepts="https://r.example/oak").draft
    assert (draft.tags, draft.work_languages) == (("eik",), ("fr",))
    assert draft.concept_iris == ("https://r.example/timber", "https://r.example/oak")
