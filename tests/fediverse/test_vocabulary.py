"""Reading and writing: what others send arrives whole, and what we write reads back the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from fediverse.documents import JSON, dump, parse
from fediverse.errors import Malformed
from fediverse.limits import Limits
from fediverse.types import (
    PUBLIC,
    RFC9421,
    Activity,
    Actor,
    Article,
    Collection,
    Document,
    Event,
    Hashtag,
    Intent,
    Link,
    Measure,
    Mention,
    Note,
    Object,
    PemKey,
    Place,
    PostalAddress,
    PropertyValue,
    Proposal,
    Question,
    Tombstone,
    Unknown,
    Verbatim,
)
from fediverse.vocabulary import id_of, is_public, read, write
from tests.fediverse.samples import SAMPLES

LIMITS = Limits()
GROUP = "https://coop.example/g/interior"


def sample(name: str) -> Any:
    return read(parse(SAMPLES[name], LIMITS), LIMITS)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_reads_back_the_same_after_writing(name: str) -> None:
    thing = sample(name)
    assert not isinstance(thing, Unknown)
    assert read(parse(dump(write(thing)), LIMITS), LIMITS) == thing


@pytest.mark.parametrize("name", SAMPLES)
def test_no_field_of_a_sample_is_lost(name: str) -> None:
    def names(value: JSON) -> set[str]:
        if isinstance(value, dict):
            held = {key for key, inner in value.items() if key != "@context" and inner not in (None, [])}
            return held | {n for key, inner in value.items() if key != "@context" for n in names(inner)}
        return {n for inner in value for n in names(inner)} if isinstance(value, list) else set()

    document = parse(SAMPLES[name], LIMITS)
    assert names(document) - names(write(read(document, LIMITS))) <= {"bto", "bcc"}


def test_a_mastodon_post_to_a_group_is_read() -> None:
    create = sample("mastodon/create-note")
    assert isinstance(create, Activity)
    assert (create.type, create.actor) == ("Create", "https://mastodon.example/users/alice")
    note = create.object
    assert isinstance(note, Note)
    assert note.published == datetime(2026, 7, 15, 10, 12, 44, tzinfo=UTC)
    assert note.to == (PUBLIC,)
    assert GROUP in note.cc
    assert is_public(note)
    assert note.content_map is not None
    assert list(note.content_map) == ["fr"]
    assert [type(tag) for tag in note.tag] == [Mention, Hashtag]
    assert isinstance(note.attachment[0], Document)
    assert note.attachment[0].width == 1200
    assert id_of(note.replies) == f"{note.id}/replies"
    assert note.extra["atomUri"] == note.id
    assert not note.is_vote


def test_votes_are_known_as_votes_and_may_come_several_at_once() -> None:
    assert sample("mastodon/create-vote").object.is_vote
    votes = sample("gotosocial/create-votes")
    assert [vote.name for vote in votes.objects] == ["Lundi", "Mardi"]
    assert all(vote.is_vote for vote in votes.objects)


def test_a_poll_is_read_with_its_counts() -> None:
    question = sample("mastodon/create-question").object
    assert isinstance(question, Question)
    assert [option.name for option in question.one_of] == ["Lundi", "Mardi"]
    replies = question.one_of[0].replies
    assert isinstance(replies, Collection)
    assert replies.total_items == 2
    assert question.voters_count == 3


def test_the_two_forms_of_announce_are_read() -> None:
    by_id = sample("lemmy/announce-page-id")
    whole = sample("lemmy/announce-create-page")
    assert by_id.object == "https://lemmy.example/post/1234"
    assert isinstance(whole.object, Activity)
    assert isinstance(whole.object.object, Article)
    assert whole.object.object.type == "Page"
    assert id_of(whole.object) == "https://lemmy.example/activities/create/6e1a"


def test_a_flag_names_several_objects() -> None:
    flag = sample("mastodon/flag")
    assert flag.objects == (GROUP, f"{GROUP}/offers/0197a1")


def test_a_tombstone_is_read() -> None:
    assert isinstance(sample("mastodon/delete-note").object, Tombstone)
    assert sample("gancio/delete-event").object.former_type == "Event"


def test_mobilizons_event_is_read() -> None:
    event = sample("mobilizon/create-event").object
    assert isinstance(event, Event)
    assert event.start_time == datetime(2026, 6, 12, 17, tzinfo=UTC)
    assert event.start_time.utcoffset() == timedelta(hours=2)
    assert event.timezone == "Europe/Brussels"
    (place,) = event.location
    assert isinstance(place, Place)
    assert (place.latitude, place.longitude) == (50.8331, 4.3412)
    assert isinstance(place.address, PostalAddress)
    assert place.address.address_locality == "Bruxelles"
    assert (event.join_mode, event.maximum_attendee_capacity, event.participant_count) == ("free", 20, 6)
    assert event.contacts == ("https://mobilizon.example/@ana",)
    assert [type(each) for each in event.attachment] == [Document, Link, PropertyValue]


def test_an_event_of_gancio_has_a_place_with_a_line_of_address() -> None:
    (place,) = sample("gancio/create-event").object.location
    assert isinstance(place, Place)
    assert place.address == "Place du Jeu de Balle, 1000 Bruxelles"


def test_an_event_with_content_in_a_language_only_still_has_content() -> None:
    event = sample("wordpress/create-event").object
    assert event.content == "<p>Open deur.</p>"
    assert event.summary == "zondag 7 juni, Gent"


def test_a_group_of_lemmy_names_its_moderators() -> None:
    group = sample("lemmy/group")
    assert isinstance(group, Actor)
    assert group.moderators == "https://lemmy.example/c/freelance/moderators"
    assert group.attributed_to == ()
    assert group.shared_inbox == "https://lemmy.example/inbox"
    assert group.discoverable is None
    assert group.public_keys[0].owner == group.id


def test_endpoints_that_we_do_not_know_stay_beside_the_shared_inbox() -> None:
    group = sample("mobilizon/group")
    assert group.shared_inbox == "https://mobilizon.example/inbox"
    endpoints = write(group)["endpoints"]
    assert isinstance(endpoints, dict)
    assert set(endpoints) == {"sharedInbox", "members", "events", "discussions", "posts", "resources", "todos"}


def test_an_actor_that_reads_rfc9421_says_so() -> None:
    assert sample("mitra/person").speaks(RFC9421)
    assert sample("knooppunt/group").speaks(RFC9421)
    assert not sample("mastodon/person").speaks(RFC9421)


def test_a_stub_actor_and_a_bare_key_are_read() -> None:
    assert sample("gotosocial/stub-actor").public_keys[0].id == "https://gts.example/users/zork/main-key"
    bare = read({"id": "https://a.example/k", "owner": "https://a.example/u", "publicKeyPem": "x"}, LIMITS)
    assert isinstance(bare, PemKey)


def test_an_offer_is_read_with_fep_0837() -> None:
    offer = sample("knooppunt/create-offer").object
    assert isinstance(offer, Note)
    assert offer.is_offer_or_need
    assert offer.publishes is not None
    assert offer.publishes.resource_quantity is not None
    assert offer.publishes.resource_quantity.has_numerical_value == "2"
    assert offer.has_end == datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)
    assert isinstance(sample("mitra/proposal"), Proposal)
    assert sample("mitra/proposal").is_offer_or_need


def test_several_urls_give_the_one_for_people() -> None:
    video = sample("peertube/video")
    assert video.url == "https://peertube.example/w/2b"
    assert [link.media_type for link in video.links] == ["text/html", "video/mp4"]


def test_every_spelling_of_public_is_the_one() -> None:
    for spelling in ("as:Public", "Public", PUBLIC):
        note = read({"type": "Note", "to": spelling}, LIMITS)
        assert note.to == (PUBLIC,)
        assert is_public(note)
    assert not is_public(read({"type": "Note", "to": f"{GROUP}/followers"}, LIMITS))


def test_of_several_types_the_first_that_we_know_counts() -> None:
    note = read({"type": ["vf:Thing", "Note", "Proposal"], "content": "x"}, LIMITS)
    assert isinstance(note, Note)
    assert note.types == ("vf:Thing", "Note", "Proposal")
    assert write(note)["type"] == "Note"


def test_an_unknown_type_is_kept_as_it_came() -> None:
    document: dict[str, JSON] = {"id": "https://a.example/1", "type": "ChessGame", "moves": ["e4", {"n": 1.5}]}
    thing = read(document, LIMITS)
    assert isinstance(thing, Unknown)
    assert write(thing) == document


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("published", "yesterday"),
        ("published", "0001-01-01T00:00:00+23:59"),
        ("published", "9999-12-31T23:59:59-23:59"),
        ("published", 5),
        ("startTime", {}),
        ("sensitive", "yes"),
        ("name", {"en": "x"}),
        ("content", 5),
        ("likes", 7),
        ("url", 7),
    ],
)
def test_what_cannot_be_read_is_none_and_kept_raw(field: str, value: Any) -> None:
    thing = read({"type": "Event", field: value}, LIMITS)
    assert thing.extra[field] == value
    assert write(thing)[field] == value
    assert read(write(thing), LIMITS) == thing


def test_a_count_below_zero_or_true_is_no_count() -> None:
    for value in (-1, True, 1.5, "3"):
        collection = read({"type": "Collection", "totalItems": value}, LIMITS)
        assert isinstance(collection, Collection)
        assert collection.total_items is None


def test_an_empty_collection_differs_from_one_that_does_not_say() -> None:
    silent = read({"type": "OrderedCollection"}, LIMITS)
    empty = read({"type": "OrderedCollection", "orderedItems": []}, LIMITS)
    assert isinstance(silent, Collection)
    assert isinstance(empty, Collection)
    assert silent.items is None
    assert empty.items == ()
    assert write(empty)["orderedItems"] == []
    assert "orderedItems" not in write(silent)


@pytest.mark.parametrize(
    ("field", "limit", "code", "entry"),
    [
        ("to", 500, "too-many-recipients", "https://a.example/u"),
        ("audience", 500, "too-many-recipients", "https://a.example/u"),
        ("tag", 100, "too-many-tags", {"type": "Hashtag", "name": "#x"}),
        ("attachment", 20, "too-many-attachments", {"type": "Document"}),
        ("oneOf", 20, "too-many-options", {"type": "Note", "name": "x"}),
        ("anyOf", 20, "too-many-options", {"type": "Note", "name": "x"}),
    ],
)
def test_D1_structure_at_the_limit_is_read_and_one_more_is_refused(
    field: str, limit: int, code: str, entry: JSON
) -> None:
    assert read({"type": "Question", field: [entry] * limit}, LIMITS)
    with pytest.raises(Malformed) as refused:
        read({"type": "Question", field: [entry] * (limit + 1)}, LIMITS)
    assert refused.value.code == code


def test_D1_recipients_are_counted_together() -> None:
    half: list[JSON] = ["https://a.example/u"] * 251
    with pytest.raises(Malformed) as refused:
        read({"type": "Note", "to": half, "cc": half}, LIMITS)
    assert refused.value.code == "too-many-recipients"


def test_D1_names_and_content_that_are_too_long_are_cut() -> None:
    note = read({"type": "Note", "name": "n" * 501, "content": "é" * 60_000}, LIMITS)
    assert note.name == "n" * 500
    assert note.content is not None
    assert len(note.content.encode()) == 102_400


def test_ids_and_usernames_have_their_limits() -> None:
    long = "https://a.example/" + "x" * 2_048
    for document in ({"id": long}, {"actor": long, "type": "Like"}, {"to": [long]}, {"object": long, "type": "Like"}):
        with pytest.raises(Malformed) as refused:
            read(document, LIMITS)
        assert refused.value.code == "iri-too-long"
    assert read({"type": "Person", "preferredUsername": "x" * 64}, LIMITS)
    with pytest.raises(Malformed) as refused:
        read({"type": "Person", "preferredUsername": "x" * 65}, LIMITS)
    assert refused.value.code == "bad-username"


@pytest.mark.parametrize("identity", [5, ["https://a.example/1"], {}, "https://a.example/\n1", "https://a.example/ 1"])
def test_an_id_that_is_no_word_is_refused(identity: Any) -> None:
    with pytest.raises(Malformed) as refused:
        read({"type": "Note", "id": identity}, LIMITS)
    assert refused.value.code == "bad-id"


@pytest.mark.parametrize("kind", [5, {}, [5], ["Note", None], "N" * 101])
def test_a_type_that_is_no_word_is_refused(kind: Any) -> None:
    with pytest.raises(Malformed) as refused:
        read({"type": kind}, LIMITS)
    assert refused.value.code == "bad-type"


def test_what_we_write_bears_all_readers() -> None:
    event = Event(
        id=f"{GROUP}/events/1",
        name="Atelier",
        attributed_to=(GROUP,),
        to=(PUBLIC,),
        bto=("https://secret.example/u",),
        bcc=("https://secret.example/v",),
        audience=(GROUP,),
        start_time=datetime(2026, 6, 12, 19, tzinfo=timezone(timedelta(hours=2))),
        published=datetime(2026, 5, 1, 8, tzinfo=UTC),
        location=(Place(name="Coopcity", latitude=50, longitude=4.5),),
        tag=(Hashtag(name="#devis", href="https://coop.example/tags/devis"),),
        is_online=False,
    )
    document = write(event)
    assert document == {
        "id": f"{GROUP}/events/1",
        "type": "Event",
        "name": "Atelier",
        "published": "2026-05-01T08:00:00Z",
        "startTime": "2026-06-12T19:00:00+02:00",
        "attributedTo": GROUP,
        "to": [PUBLIC],
        "cc": [],
        "audience": GROUP,
        "tag": [{"type": "Hashtag", "href": "https://coop.example/tags/devis", "name": "#devis"}],
        "attachment": [],
        "location": {"type": "Place", "name": "Coopcity", "latitude": 50.0, "longitude": 4.5},
        "isOnline": False,
    }
    assert b"secret.example" not in dump(document)
    assert b'"latitude":50.0' in dump(document)


def test_bcc_of_others_is_not_passed_on_either() -> None:
    document: dict[str, JSON] = {"type": "Note", "to": GROUP, "bcc": ["https://secret.example/v"], "bto": 5}
    assert b"secret" not in dump(write(read(document, LIMITS)))
    assert "bto" not in write(read(document, LIMITS))


def test_somebody_elses_document_goes_inside_ours_unchanged() -> None:
    inner = parse(SAMPLES["fedify/create-article"], LIMITS)
    announce = Activity(type="Announce", actor=GROUP, object=Verbatim(document=inner))
    assert write(announce)["object"] == inner


def test_an_offer_that_we_make_reads_back() -> None:
    offer = Note(
        id=f"{GROUP}/offers/1",
        purpose="offer",
        publishes=Intent(action="deliverService", resource_quantity=Measure(has_unit="day", has_numerical_value="2")),
        finished=False,
        to=(PUBLIC,),
    )
    assert read(write(offer), LIMITS) == offer
    assert read(write(replace(offer, finished=True)), LIMITS) == replace(offer, finished=True)


def test_reading_never_raises_anything_but_malformed() -> None:
    odd: list[Any] = [None, True, 0, 1.5, "", "x", [], [[]], [None, 5], {}, {"id": 5}, {"type": []}, {"href": {}}, [{}]]
    terms = {name for body in SAMPLES.values() for name in _names(parse(body, LIMITS))}
    for kind in ("Note", "Event", "Group", "Create", "OrderedCollectionPage", "Question", "Place", "Mention", "X"):
        for name in terms:
            for value in odd:
                try:
                    thing = read({"type": kind, name: value}, LIMITS)
                except Malformed:
                    continue
                assert isinstance(thing, Object)
                if name not in ("bto", "bcc"):
                    assert read(write(thing), LIMITS) == thing


def _names(value: JSON) -> set[str]:
    if isinstance(value, dict):
        return set(value) - {"@context"} | {name for inner in value.values() for name in _names(inner)}
    return {name for inner in value for name in _names(inner)} if isinstance(value, list) else set()
