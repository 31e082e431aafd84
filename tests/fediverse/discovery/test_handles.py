"""Handles are read strictly, before anything is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fediverse.discovery import Handle, parse_handle
from fediverse.errors import Malformed
from fediverse.limits import Limits

LIMITS = Limits()


@pytest.mark.parametrize(
    "text",
    ["@interior@coop.example", "interior@coop.example", "acct:interior@coop.example", " @interior@COOP.Example. "],
)
def test_a_handle_has_several_spellings_and_one_reading(text):
    handle = parse_handle(text, LIMITS)
    assert handle == Handle("interior", "coop.example")
    assert (handle.acct, str(handle)) == ("acct:interior@coop.example", "@interior@coop.example")


@pytest.mark.parametrize(
    "text",
    [
        *("@x@127.0.0.1:6379/?a=", "@x@evil.example/path", "@x@evil.example?q", "@x@evil.example#f", "@x@a@b.example"),
        *("@x@evil.example\\b", "@x@evil.example:443", "@x@evil.example:", "@x@", "@@coop.example", "coop.example", ""),
        *("@a/b@coop.example", "@a?b@coop.example", "@a b@coop.example", "@a%2f@coop.example", "@é@coop.example"),
        *("@x@coop.example\r\nHost: y", "@x@coop .example", "@.x@coop.example", "@x.@coop.example", "@x@%6cocalhost"),
        *("@x@0x7f.1", "@x@2130706433", "@x@[fe80::1%1]", "@x@localhost:8000", "acct:acct:x@coop.example"),
    ],
)
def test_S2_what_is_no_handle_is_refused(text):
    with pytest.raises(Malformed) as refusal:
        parse_handle(text, LIMITS)
    assert refusal.value.code == "bad-handle"


@pytest.mark.parametrize(
    "text", ["@x&rel=self@r.example", "@x=y@r.example", "@x@r.example&resource=acct:y", "@x;y@r.example"]
)
def test_S5_a_handle_adds_no_parameter_to_what_is_asked(text):
    with pytest.raises(Malformed):
        parse_handle(text, LIMITS)


@pytest.mark.parametrize(
    ("text", "authority"),
    [
        ("@interior@localhost:8000", "localhost:8000"),
        ("@interior@antwerp.localhost:08001", "antwerp.localhost:8001"),
        ("@interior@127.0.0.1:8000", "127.0.0.1:8000"),
        ("@interior@[::1]:8000", "[::1]:8000"),
        ("@interior@[::1]", "[::1]"),
    ],
)
def test_S2_a_port_is_for_this_machine_and_for_those_who_live_on_it(text, authority):
    assert parse_handle(text, LIMITS, loopback=True).authority == authority


@pytest.mark.parametrize(
    "text", ["@x@coop.example:8000", "@x@localhost:0", "@x@localhost:65536", "@x@localhost:80x", "@x@[::1]8"]
)
def test_S2_and_for_nobody_else(text):
    with pytest.raises(Malformed):
        parse_handle(text, LIMITS, loopback=True)


def test_a_user_name_of_64_characters_is_read_and_one_more_is_not():
    assert parse_handle(f"@{'a' * 64}@coop.example", LIMITS)
    with pytest.raises(Malformed):
        parse_handle(f"@{'a' * 65}@coop.example", LIMITS)


@given(st.text(max_size=60))
def test_every_text_is_a_handle_or_no_handle(text):
    try:
        handle = parse_handle(text, LIMITS)
    except Malformed:
        return
    assert parse_handle(str(handle), LIMITS) == handle
    assert not set("/?#@:\\ ") & set(handle.authority.strip("[]")) or handle.authority.startswith("[")


def test_H5_a_handle_is_shown_without_deceit_and_compared_without_case():
    assert parse_handle("@lea@bücher.example", LIMITS).shown == "@lea@bücher.example"
    assert parse_handle("@lea@pаypal.example", LIMITS).shown.startswith("@lea@xn--")
    assert Handle("lea", "antwerp.localhost:8001").shown == "@lea@antwerp.localhost:8001"
    assert Handle("lea", "[::1]:8001").shown == "@lea@[::1]:8001"
    assert Handle("Lea", "coop.example").same_as(Handle("lEA", "coop.example"))
    assert not Handle("lea", "coop.example").same_as(Handle("lea", "coop.example:8000"))
