"""The way in: what is refused, with which word, and how little it may cost."""

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fediverse.documents import JSON, dump, parse
from fediverse.errors import Malformed
from fediverse.limits import Limits

LIMITS = Limits()


def code_of(body: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(Malformed) as refused:
        parse(body, limits)
    return refused.value.code


def nested(depth: int) -> bytes:
    """An object with arrays in it, `depth` containers in all."""
    return b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


def test_an_ordinary_document_is_read() -> None:
    assert parse('{"type":"Note","content":"à"}'.encode(), LIMITS) == {"type": "Note", "content": "à"}


def test_what_is_no_json_or_no_object_is_refused() -> None:
    assert code_of(b"<html>") == "not-json"
    assert code_of(b"") == "not-json"
    assert code_of(b"\xff\xfe{}") == "not-json"
    assert code_of(b'{"a":"\xff"}') == "not-json"
    assert code_of(b'["https://www.w3.org/ns/activitystreams"]') == "not-an-object"
    assert code_of(b'"text"') == "not-an-object"


def test_a_body_at_the_limit_is_read_and_one_byte_more_is_not() -> None:
    limits = Limits(body_bytes=20)
    assert parse(b'{"a":"' + b"x" * 12 + b'"}', limits)
    assert code_of(b'{"a":"' + b"x" * 13 + b'"}', limits) == "body-too-large"


def test_D4_depth_at_the_limit_is_read_and_one_more_is_refused() -> None:
    assert parse(nested(32), LIMITS)
    assert code_of(nested(33)) == "too-deep"


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, nested(100_000), b'{"a":[' * 50_000])
def test_D4_a_hundred_thousand_levels_are_refused_quickly(body: bytes) -> None:
    began = time.process_time()
    assert code_of(body) == "too-deep"
    assert time.process_time() - began < 0.4


def test_D4_brackets_in_strings_are_no_depth() -> None:
    assert parse(json.dumps({"content": "[" * 5_000 + '\\"{' * 100}).encode(), LIMITS)


def test_nodes_and_keys_have_their_limits() -> None:
    limits = Limits(json_nodes=10, json_keys=3)
    assert parse(b'{"a":[1,2,3,4,5,6,7,8]}', limits)
    assert code_of(b'{"a":[1,2,3,4,5,6,7,8,9]}', limits) == "too-many-nodes"
    assert parse(b'{"a":1,"b":2,"c":3}', limits)
    assert code_of(b'{"a":1,"b":2,"c":3,"d":4}', limits) == "too-many-keys"


@pytest.mark.parametrize("field", ["to", "tag", "attachment", "oneOf"])
def test_D1_a_hundred_thousand_entries_are_refused_within_400_ms(field: str) -> None:
    body = dump({field: ["https://x.example/1"] * 40_000})[:1_048_576]
    began = time.process_time()
    assert code_of(body) in {"too-many-nodes", "not-json"}
    assert time.process_time() - began < 0.4


@pytest.mark.parametrize(
    "number",
    [
        str(2**63),
        str(-(2**63) - 1),
        "1e999",
        "-1e999",
        "NaN",
        "Infinity",
        "-Infinity",
        "9" * 25,
        "9" * 5_000,
        "1e30",
    ],
)
@pytest.mark.parametrize(
    "field",
    ["totalItems", "width", "height", "latitude", "longitude", "votersCount", "maximumAttendeeCapacity",
     "remainingAttendeeCapacity", "participantCount", "startIndex", "altitude", "radius", "unknown"],
)  # fmt: skip
def test_D5_numbers_that_no_database_holds_are_refused(field: str, number: str) -> None:
    assert code_of(f'{{"{field}":{number}}}'.encode()) == "number-out-of-range"
    assert code_of(f'{{"a":[{{"{field}":[1,{number}]}}]}}'.encode()) == "number-out-of-range"


def test_D5_the_largest_numbers_that_fit_are_read() -> None:
    assert parse(f'{{"a":{2**63 - 1},"b":{-(2**63) + 1},"c":1.5e10}}'.encode(), LIMITS)["a"] == 2**63 - 1


@pytest.mark.parametrize("text", [r"\ud800", r"\udfff", r"a\uDBFFb", r"\udc00\ud800"])
def test_D6_half_characters_are_refused(text: str) -> None:
    assert code_of(f'{{"name":"{text}"}}'.encode()) == "lone-surrogate"
    assert code_of(f'{{"{text}":1}}'.encode()) == "lone-surrogate"


def test_D6_nul_is_refused_in_values_and_keys_however_it_is_written() -> None:
    assert code_of(b'{"name":"a\\u0000b"}') == "nul-character"
    assert code_of(b'{"a":[{"na\\u0000me":"b"}]}') == "nul-character"
    assert code_of(b'{"name":"a\x00b"}') == "nul-character"


def test_D6_a_backslash_before_u0000_is_text() -> None:
    assert parse(rb'{"name":"\\u0000"}', LIMITS) == {"name": r"\u0000"}


def test_whole_surrogate_pairs_are_characters() -> None:
    assert parse(rb'{"name":"\ud83d\ude00"}', LIMITS) == {"name": "😀"}


@pytest.mark.parametrize(
    "body",
    [
        b'{"actor":"A","actor":"B"}',
        b'{"actor":"A","\\u0061ctor":"B"}',
        b'{"actor" :"A","actor":"B"}',
        b'{"actor"\t:"A","actor"\n:"B"}',
        b'{"a":{"actor":"A","x":1,"actor":"A"}}',
        b'{"a":[{"b":1},{"b":1,"b":2}]}',
        b'{"":1,"":2}',
        b'{"type":"Note","name":":smile:","type":"Note"}',
    ],
)
def test_D7_a_key_that_comes_twice_is_refused(body: bytes) -> None:
    assert code_of(body) == "duplicate-key"


def test_D7_quotes_and_colons_in_text_are_no_duplicates() -> None:
    document: dict[str, JSON] = {"name": ":blobcat:", "content": 'he said "a": "b" : c', "tag": [{"name": ":x:"}]}
    assert parse(dump(document), LIMITS) == document
    assert parse(json.dumps(document, indent=2).replace('":', '" :').encode(), LIMITS)


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
documents = st.dictionaries(
    texts,
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e15, 1e15) | texts,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=20,
    ),
    max_size=6,
)


@given(documents)
def test_what_we_write_we_read(document: dict[str, JSON]) -> None:
    assert parse(dump(document), LIMITS) == document


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_malformed(body: bytes) -> None:
    with suppress(Malformed):
        parse(body, LIMITS)


@given(documents, st.integers(0, 400), st.binary(min_size=1, max_size=3))
def test_no_damaged_document_raises_anything_but_malformed(document: dict[str, JSON], at: int, noise: bytes) -> None:
    body = dump(document)
    damaged = body[:at] + noise + body[at + len(noise) :]
    with suppress(Malformed):
        parse(damaged, LIMITS)


def test_floats_keep_their_point() -> None:
    assert dump({"latitude": 50.0}) == b'{"latitude":50.0}'
