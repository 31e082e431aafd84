"""Remote IRIs and host names: read strictly, spelled in one way."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fediverse.errors import Malformed
from fediverse.hosts import (
    authority_of,
    canonical_host,
    covers,
    host_of,
    is_loopback_name,
    neighbourhood,
    origin_of,
    parse_iri,
    resolve_reference,
    same_origin,
    shown_host,
)
from fediverse.limits import Limits

LABEL = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20)
NAME = st.lists(LABEL, min_size=1, max_size=4).map(lambda labels: ".".join([*labels, "example"]))


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        ("ｅxample.com", "example.com"),
        ("EXAMPLE。com", "example.com"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("①②⑦.⓪.⓪.①", "127.0.0.1"),
        ("[::1]", "[::1]"),
        ("2A00:1450::0:1", "[2a00:1450::1]"),
        ("[2a00:1450:0:0:0:0:0:1]", "[2a00:1450::1]"),
    ],
)
def test_a_host_has_one_spelling(written, canonical):
    assert canonical_host(written) == canonical


@pytest.mark.parametrize(
    "written",
    [
        *("", ".", "a..b", "-a.example", "a-.example", "a b.example", "a/b", "a@b", "a\\b", "a%41.example", "a\x00.b"),
        *("127.1", "0x7f.1", "2130706433", "0177.0.0.1", "1.2.3.4.5", "256.1.1.1", "٣", "example.0x7f"),
        *("[::1", "::1]", "[fe80::1%eth0]", "fe80::1%1", "::ffff:127.0.0.1", "[::ffff:7f00:1]", "[v1.a]"),
        *("xn--a.example", "xn--example-9tf.com", "a" * 64 + ".example", ("a" * 50 + ".") * 5 + "example"),
    ],
)
def test_what_is_no_host_is_refused(written):
    with pytest.raises(Malformed) as refusal:
        canonical_host(written)
    assert refusal.value.code == "bad-host"


@given(NAME)
def test_1_6_case_and_last_dot_and_port_do_not_hide_a_host(name):
    canonical = canonical_host(name)
    assert canonical_host(name.upper()) == canonical
    assert canonical_host(name + ".") == canonical
    assert host_of(f"https://{name.upper()}:8443/x") == canonical
    assert covers(canonical, canonical_host(f"x.{name}"))


@given(st.text(min_size=1, max_size=40))
@example("ª.example")
@example("ﬀ。example")
@example("\u2f868.example")
def test_1_6_the_canonical_form_is_its_own_canonical_form_or_there_is_none(text):
    try:
        canonical = canonical_host(text)
    except Malformed:
        return
    assert canonical_host(canonical) == canonical
    assert canonical == canonical.lower()
    assert canonical.isascii()
    assert not canonical.endswith(".")
    assert parse_iri(f"https://{canonical}/").host == canonical


@pytest.mark.parametrize("host", ["x.bad.test", "BAD.TEST", "bad.test.", "a.b.bad.test", "ｂad.test"])
def test_1_6_a_block_covers_every_spelling_and_what_lies_below(host):
    assert covers("bad.test", canonical_host(host))


@pytest.mark.parametrize("host", ["notbad.test", "test", "bad.test.example", "ad.test"])
def test_a_block_covers_nothing_else(host):
    assert not covers("bad.test", host)


def test_K11_a_path_that_looks_like_a_host_changes_nothing():
    iri = "https://good.te/st/users/x"
    assert host_of(iri) == "good.te"
    assert not same_origin(iri, "https://good.test/users/x")


def test_an_origin_is_scheme_host_and_port():
    assert origin_of("HTTPS://Coop.Example:443/a?b#c") == "https://coop.example"
    assert authority_of("https://coop.example:8443/") == "coop.example:8443"
    assert origin_of("http://[::1]:8000/") == "http://[::1]:8000"
    assert same_origin("https://coop.example/a", "https://COOP.example:443/b")
    assert not same_origin("https://coop.example/a", "http://coop.example/a")
    assert not same_origin("https://coop.example/a", "https://coop.example:8443/a")
    assert not same_origin("https://coop.example/a", "https://sub.coop.example/a")


def test_what_is_sent_is_ascii_and_what_is_compared_is_the_text():
    iri = parse_iri("https://bücher.example/ü?q=é%20#frag")
    assert (iri.host, iri.target, iri.path) == ("xn--bcher-kva.example", "/%C3%BC?q=%C3%A9%20", "/%C3%BC")
    assert iri.without_fragment == "https://bücher.example/ü?q=é%20"
    assert (iri.fragment, str(iri)) == ("frag", "https://bücher.example/ü?q=é%20#frag")
    assert parse_iri("https://coop.example").target == "/"
    assert parse_iri("https://coop.example?x").target == "/?x"


@pytest.mark.parametrize(
    "text",
    [
        *("https://a.example/\r\nHost: b", "https://a.example/\n", "\thttps://a.example/", "https://a.example/ x"),
        *(
            "https://a.example/%0d%0aHost:%20b",
            "https://a.example/?q=%00",
            "https://a.example/%7F",
            "https://a\u200b.example/",
        ),
        *("https://a.example/\u2028", "https://a.example/\ud800", "https://a.example/\u202egnp.exe"),
    ],
)
def test_S6_nothing_that_could_end_a_line_or_hide_is_part_of_an_iri(text):
    with pytest.raises(Malformed) as refusal:
        parse_iri(text)
    assert refusal.value.code == "bad-iri"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "coop.example",
            "//coop.example/",
            "/g/x",
            "ftp://coop.example/",
            "data:text/html,x",
            "file:///etc/passwd",
        ),
        *("https://", "https:///x", "https://u@coop.example/", "https://u:p@coop.example/", "https://a\\@b.example/"),
        *("https://a.example:0/", "https://a.example:65536/", "https://a.example:99999999/", "https://a.example:8a/"),
        *(
            "https://a.example:٣/",
            "http://[::1",
            "http://::1/",
            "https://a.example#b#c",
            "javascript:alert(1)",
            "https:a.example",
        ),
    ],
)
def test_what_is_no_remote_iri_is_refused(text):
    with pytest.raises(Malformed):
        parse_iri(text)


@given(st.text(max_size=80).map(lambda text: f"https://{text}"))
def test_every_text_is_an_iri_or_malformed_and_never_another_error(text):
    try:
        iri = parse_iri(text)
    except Malformed:
        return
    assert iri.target.isascii()
    assert iri.target.isprintable()
    assert " " not in iri.target
    assert parse_iri(iri.origin + iri.target).origin == iri.origin


def test_an_iri_of_2048_characters_is_read_and_one_more_is_not():
    limit = Limits().url_chars
    stem = "https://coop.example/"
    assert parse_iri(stem + "a" * (limit - len(stem))).host == "coop.example"
    with pytest.raises(Malformed) as refusal:
        parse_iri(stem + "a" * (limit - len(stem) + 1))
    assert refusal.value.code == "iri-too-long"


def test_an_iri_that_was_read_before_is_judged_by_the_limits_of_today():
    assert parse_iri("https://coop.example/g/interior") == parse_iri("https://coop.example/g/interior")
    with pytest.raises(Malformed) as refusal:
        parse_iri("https://coop.example/g/interior", Limits(url_chars=20))
    assert refusal.value.code == "iri-too-long"
    for _ in range(2):
        with pytest.raises(Malformed):
            parse_iri("https://coop.example/ g")


def test_a_reference_is_read_from_where_it_stands():
    base = parse_iri("https://a.example/x/y?z")
    assert resolve_reference(base, "/p").text == "https://a.example/p"
    assert resolve_reference(base, "p").text == "https://a.example/x/p"
    assert resolve_reference(base, "//b.example/p").origin == "https://b.example"
    assert resolve_reference(base, "http://b.example/").text == "http://b.example/"


@pytest.mark.parametrize(
    "reference", ["/a\tb", "https://b.example/\r\nX: y", "//[::1", "data:,x", "file:///x", "a" * 3000]
)
def test_a_reference_that_leads_nowhere_good_is_refused(reference):
    with pytest.raises(Malformed):
        resolve_reference(parse_iri("https://a.example/"), reference)


def test_this_machine_has_few_names():
    assert all(map(is_loopback_name, ["localhost", "antwerp.localhost", "127.0.0.1", "127.8.8.8", "[::1]"]))
    others = ["localhost.example", "notlocalhost", "127.example", "128.0.0.1", "[::2]", "127.0.0.1.example", "10.0.0.1"]
    assert not any(map(is_loopback_name, others))


def test_H5_a_host_is_shown_in_its_script_unless_that_could_deceive():
    assert shown_host(canonical_host("bücher.example")) == "bücher.example"
    assert shown_host(canonical_host("пример.example")) == "пример.example"
    # Cyrillic а among Latin letters, and a word all of Cyrillic letters that look Latin.
    assert shown_host(canonical_host("pаypal.example")).startswith("xn--")
    assert shown_host(canonical_host("аррӏе.example")).startswith("xn--")
    assert shown_host("coop.example") == "coop.example"


def test_hosts_that_one_party_can_make_at_will_share_a_neighbourhood():
    assert neighbourhood("a.b.evil.example") == "evil.example"
    assert neighbourhood("x.coop.co.uk") == "coop.co.uk"
    assert neighbourhood("smart.be") == "smart.be"
    assert neighbourhood("h1.localhost") == "h1.localhost"
    assert neighbourhood("192.0.2.1") == "192.0.2.1"
    assert neighbourhood("[2a00::1]") == "[2a00::1]"
