"""The plain reading and the JSON-LD reading of the same document say the same; nothing is ever fetched."""

import dataclasses
import random
import socket
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fediverse.context import TERMS, with_context
from fediverse.documents import JSON, parse
from fediverse.errors import Malformed
from fediverse.jsonld import expand, normalise, readable
from fediverse.limits import Limits
from fediverse.types import BY_TYPE, Link, Object
from fediverse.types.terms import terms_of
from fediverse.vocabulary import read, write
from tests.fediverse.samples import SAMPLES

LIMITS = Limits()

# Programs whose context leaves out, or defines otherwise, terms that they use by name. Readers of JSON-LD miss these;
# reading by name, as nearly everybody does, does not.
LOOSE = {
    "akkoma/create-note",
    "akkoma/emoji-react",
    "gancio/application",
    "gancio/create-event",
    "gancio/delete-event",
    "gotosocial/create-note",
    "mastodon/quote-request",
    "misskey/person",
    "mitra/person",
    "mitra/proposal",
    "mobilizon/create-event",
    "mobilizon/group",
    "mobilizon/join-event",
    "mobilizon/update-event-cancelled",
    "wordpress/create-event",
}
STRICT = sorted(set(SAMPLES) - LOOSE)
# Not compared: what is raw JSON, and so is written as the context likes.
RAW = {"extra", "proof", "interaction_policy", "focal_point", "types"}


def plain(value: Any) -> Any:
    """A typed reading as nested tuples and dicts, without the raw parts."""
    if isinstance(value, Object | Link):
        return (type(value).__name__, {f.name: plain(getattr(value, f.name)) for f in _compared(value)})
    return tuple(plain(each) for each in value) if isinstance(value, tuple) else value


def _compared(value: Object | Link) -> list[dataclasses.Field[Any]]:
    return [field for field in dataclasses.fields(value) if field.name not in RAW]


@pytest.mark.parametrize("name", STRICT)
def test_the_plain_reading_is_the_json_ld_reading(name: str) -> None:
    document = parse(SAMPLES[name], LIMITS)
    assert plain(read(document, LIMITS)) == plain(read(normalise(document), LIMITS))


@pytest.mark.parametrize("name", sorted(LOOSE))
def test_json_ld_never_knows_more_of_a_loose_document_than_its_names_say(name: str) -> None:
    document = parse(SAMPLES[name], LIMITS)
    assert _contradictions(plain(read(document, LIMITS)), plain(read(normalise(document), LIMITS)), "") == []


def _contradictions(ours: Any, theirs: Any, where: str) -> list[str]:
    """Where the JSON-LD reading has something else; that it has nothing is no contradiction."""
    if theirs in (None, (), "") or ours == theirs:
        return []
    if isinstance(theirs, tuple) and len(theirs) == 2 and isinstance(theirs[1], dict):
        if not (isinstance(ours, tuple) and len(ours) == 2 and isinstance(ours[1], dict)):
            return [where]
        return [
            found
            for field, value in theirs[1].items()
            # «und» is the language of a context that names none, and a blank type is a type that it does not define.
            if not field.endswith("_map") and not (field == "type" and str(value).startswith(("_:", "Cryptographic")))
            for found in _contradictions(ours[1].get(field), value, f"{where}.{field}")
            if not (field == "former_type" and str(value).endswith("/Event"))
        ]
    if isinstance(theirs, tuple) and isinstance(ours, tuple) and len(ours) == len(theirs):
        return [
            f
            for at, pair in enumerate(zip(ours, theirs, strict=True))
            for f in _contradictions(*pair, f"{where}[{at}]")
        ]
    return [where]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(STRICT), st.randoms(use_true_random=False))
def test_another_way_to_write_the_same_document_reads_the_same(name: str, chance: random.Random) -> None:
    document = parse(SAMPLES[name], LIMITS)
    variant = _rewritten(document, chance)
    assert isinstance(variant, dict)
    expected = plain(read(document, LIMITS))
    assert plain(read(variant, LIMITS)) == expected
    assert plain(read(normalise(variant), LIMITS)) == expected


_SINGLE = {"to", "cc", "audience", "attributedTo", "tag", "icon", "image", "actor", "published", "inReplyTo", "object"}


def _rewritten(value: JSON, chance: random.Random) -> JSON:
    """Keys in another order, single values as arrays and arrays of one as single values, Public as `as:Public`."""
    if isinstance(value, dict):
        items = [(key, inner if key == "@context" else _rewritten(inner, chance)) for key, inner in value.items()]
        chance.shuffle(items)
        return {key: _boxed(key, inner, chance) for key, inner in items}
    if isinstance(value, list):
        return [_rewritten(inner, chance) for inner in value]
    if value == "https://www.w3.org/ns/activitystreams#Public" and chance.random() < 0.5:
        return "as:Public"
    return value


def _boxed(key: str, value: JSON, chance: random.Random) -> JSON:
    if key not in _SINGLE or value is None or chance.random() < 0.5:
        return value
    if isinstance(value, list):
        return value[0] if len(value) == 1 else value
    return [value]


# Expanding puts a proof into a graph of its own, and graphs are refused.
@pytest.mark.parametrize("name", [name for name in STRICT if name != "fedify/create-article"])
def test_an_expanded_document_is_read_after_bringing_it_onto_our_context(name: str) -> None:
    document = parse(SAMPLES[name], LIMITS)
    (node,) = expand(document)
    assert isinstance(node, dict)
    assert plain(read(readable(node), LIMITS)) == plain(read(document, LIMITS))


def test_a_document_that_renames_terms_with_prefixes_is_read() -> None:
    document: dict[str, JSON] = {
        "@context": {"as": "https://www.w3.org/ns/activitystreams#"},
        "@id": "https://a.example/1",
        "@type": "as:Note",
        "as:content": "hallo",
        "as:to": {"@id": "as:Public"},
    }
    note = read(readable(document), LIMITS)
    assert (note.type, note.id, note.content) == ("Note", "https://a.example/1", "hallo")


def test_names_that_we_know_are_left_as_they_are() -> None:
    for body in SAMPLES.values():
        document = parse(body, LIMITS)
        assert readable(document) is document


def test_a_foreign_context_is_empty_and_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a machine on which any socket would be noticed
    def no_socket(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", no_socket)
    document: dict[str, JSON] = {
        "@context": ["https://www.w3.org/ns/activitystreams", "https://evil.example/context", "http://127.0.0.1:5432/"],
        "id": "https://a.example/1",
        "type": "Note",
        "content": "hallo",
    }

    assert read(normalise(document), LIMITS).content == "hallo"


@pytest.mark.parametrize("trick", ["@graph", "@included", "@reverse"])
def test_K10_the_tricks_that_forged_signed_documents_are_refused(trick: str) -> None:
    document: dict[str, JSON] = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": "https://a.example/1",
        "type": "Create",
        "object": {"type": "Note", trick: [{"id": "https://b.example/2", "type": "Note", "content": "forged"}]},
    }
    with pytest.raises(Malformed) as refused:
        readable(document)
    assert refused.value.code == "json-ld-trick"


@pytest.mark.parametrize(
    "document",
    [
        {"@context": 5, "as:x": 1},
        {"@context": {"a": {"@id": 5}}, "@id": "x"},
        {"@id": 5},
        {"@type": 5, "@id": "https://a.example"},
        {"@context": {"@vocab": 5}, "@id": "x"},
        {"@context": {"x": "y:z", "y": "x:z"}, "@id": "https://a.example"},
        {"@value": "x"},
        {"@context": [[[]]], "@list": []},
    ],
)
def test_bad_json_ld_is_malformed_and_nothing_else(document: Any) -> None:
    with pytest.raises(Malformed):
        readable(document)


def test_D1_a_large_document_is_not_brought_onto_our_context() -> None:
    document: dict[str, JSON] = {"as:to": ["https://a.example/u"] * 19_000}
    began = time.process_time()
    with pytest.raises(Malformed) as refused:
        readable(document)
    assert refused.value.code == "too-many-nodes"
    assert time.process_time() - began < 0.4


def test_every_extension_term_that_we_read_has_a_definition() -> None:
    defined = set(TERMS) | set(_activitystreams_terms())
    used = {term.wire for cls in {*BY_TYPE.values(), Object} for term in terms_of(cls).values()}
    # From the security contexts, and `proof`: added whole.
    used -= {"owner", "publicKeyPem", "publicKey", "controller", "publicKeyMultibase", "proof", "hreflang"}
    assert used - defined == set()
    assert {kind for kind in BY_TYPE if kind not in defined} - {"Key", "CryptographicKey", "Multikey"} == set()


def _activitystreams_terms() -> list[str]:
    import json
    from importlib import resources

    text = resources.files("fediverse").joinpath("contexts/activitystreams.json").read_text(encoding="utf-8")
    return list(json.loads(text)["@context"])


def test_our_context_holds_no_more_than_is_used() -> None:
    document = with_context({"type": "Note", "content": "x"})
    assert document["@context"] == "https://www.w3.org/ns/activitystreams"
    offer = with_context({"type": "Note", "purpose": "offer", "proof": None})
    assert offer["@context"] == [
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/data-integrity/v1",
        {"vf": "https://w3id.org/valueflows/ont/vf#", "purpose": "vf:purpose"},
    ]


def test_what_we_write_says_the_same_in_json_ld() -> None:
    for name in ("knooppunt/create-offer", "knooppunt/group", "mobilizon/create-event", "mastodon/create-question"):
        thing = read(parse(SAMPLES[name], LIMITS), LIMITS)
        document = with_context(write(thing))
        assert plain(read(normalise(document), LIMITS)) == plain(thing)
