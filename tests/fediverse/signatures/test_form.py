"""Headers that are none, headers made to be slow, damaged headers; and knocking twice."""

import random
import time
from dataclasses import replace

import pytest

from fediverse.errors import FediverseError
from fediverse.signatures import (
    Scheme,
    accept_signature_header,
    examine,
    next_scheme,
)
from tests.fediverse.signatures.requests import (
    BOTH_SCHEMES,
    GOOD_PARAMETERS,
    NOW,
    RSA,
    accepted,
    post,
    public,
    refusal,
    rfc9421,
    with_header,
)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "x",
        'keyId="a"',
        'keyId="a",signature="b",keyId="c"',
        'keyId="a" signature="b"',
        'keyId=a,signature="b"',
        'keyId="a\\"b",signature="b"',
        'keyId="unclosed',
        "=,=,=",
        "x" * 9_000,
    ],
)
def test_a_signature_header_that_is_none_is_refused(header: str) -> None:
    assert refusal(with_header(post(), "signature", header)) in {"bad-signature-header", "not-covered"}


@pytest.mark.parametrize(
    "key_iri", ["x", "acct:a@b.example", "https://", "https://a b", "file:///etc/passwd", "https://a@b/"]
)
def test_a_key_id_that_cannot_be_fetched_is_refused(key_iri: str) -> None:
    request = post(key=replace(RSA, key_iri=key_iri))
    assert refusal(request) == "bad-key-id"


@pytest.mark.parametrize(
    ("components", "code"),
    [
        ('"@method" "@target-uri" "content-digest";sf', "unsupported-component"),
        ('"@method" "@target-uri" "content-digest" "@query-param";name="x"', "unsupported-component"),
        ('"@method" "@target-uri" "content-digest" "@status"', "unsupported-component"),
        ('"@method" "@method" "@target-uri" "content-digest"', "bad-signature-header"),
        ('"@method" "@target-uri" "Content-Digest"', "bad-signature-header"),
        ('"@method" "@target-uri" "content-digest" "x-missing"', "covered-header-missing"),
        ("@method @target-uri", "bad-signature-header"),
        (" ".join(f'"x{n}"' for n in range(40)), "bad-signature-header"),
    ],
)
def test_components_that_we_do_not_read_are_refused(components: str, code: str) -> None:
    assert refusal(rfc9421(components, GOOD_PARAMETERS)) == code


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("signature-input", "sig1="),
        ("signature-input", "sig1=();created=1;created=2"),
        ("signature-input", 'sig1=("@method"'),
        ("signature-input", 'SIG1=("@method")'),
        ("signature-input", ""),
        ("signature", "sig1=:####:"),
        ("signature", "sig1=AAAA"),
        ("signature", "sig1=:A:"),
        ("signature", "sig1=:AAAA:, sig1=:AAAA:"),
        ("content-digest", "sha-256=abc"),
        ("content-digest", "sha-256=:AAAA:"),
        ("content-digest", "md5=:AAAA:"),
    ],
)
def test_rfc9421_headers_that_are_none_are_refused(name: str, value: str) -> None:
    assert refusal(with_header(post(Scheme.RFC9421), name, value)) in {
        "bad-signature-header",
        "digest-mismatch",
        "no-digest",
        "unsigned",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("signature-input", 'sig1=("' + "a" * 8_000),
        ("signature-input", "sig1=(" + " " * 8_000),
        ("signature-input", "sig1=()" + ";a" * 4_000 + "!"),
        ("signature-input", "sig1=()" + ';a="' * 2_000),
        ("signature-input", "sig1=(" + '"a" ' * 2_000 + "!"),
        ("signature", "sig1=:" + "A" * 8_000),
        ("signature", "sig1=::;" + " " * 8_000 + '"'),
        ("content-digest", "a=::," * 1_500 + "!"),
    ],
)
def test_S10_no_header_keeps_the_reader_busy(name: str, value: str) -> None:
    request = with_header(post(Scheme.RFC9421), name, value[:8_192])
    began = time.process_time()
    refusal(request)
    refusal(with_header(post(), "signature", value[:8_192]))
    assert time.process_time() - began < 0.1


@BOTH_SCHEMES
def test_K3_of_four_thousand_damaged_requests_none_is_accepted(scheme: Scheme) -> None:
    chance = random.Random(20260609)
    alphabet = '"=,;:()@ \\\t\n\x00aA0é+/%#'
    original = post(scheme)
    key = public(RSA)
    deciding = ["signature", "signature-input", "digest", "content-digest", "host"]
    if scheme is Scheme.CAVAGE:
        deciding += ["date", "content-type"]
    changed = 0
    for _ in range(4_000):
        headers = [list(pair) for pair in original.headers if pair[0] in deciding]
        target = chance.choice(headers)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(target[1]) + 1)
            match chance.randrange(4):
                case 0:
                    target[1] = target[1][:at] + chance.choice(alphabet) + target[1][at:]
                case 1:
                    target[1] = target[1][:at] + target[1][at + chance.randint(1, 8) :]
                case 2:
                    target[1] = target[1][:at] + chance.choice(alphabet) + target[1][at + 1 :]
                case _:
                    target[1] = target[1][at:] + target[1][:at]
        request = replace(original, headers=tuple((name, value) for name, value in headers))
        if _means_the_same(dict(request.headers), dict(original.headers)):
            continue
        changed += 1
        try:
            claim = examine(request, now=NOW)
            if claim.key_iri != key.key_iri:
                continue  # the key would be looked for elsewhere, and not be this one
            claim.verify(key)
        except FediverseError:
            continue
        pytest.fail(f"accepted: {request.headers}")
    assert changed > 3_000


def _means_the_same(ours: dict[str, str], theirs: dict[str, str]) -> bool:
    """Whether only white space, a header nobody signed, or the name of the algorithm was touched."""

    def bare(headers: dict[str, str]) -> dict[str, str]:
        covered = headers.get("signature-input") or headers.get("signature", "")
        kept = {
            name: "".join(value.split())
            for name, value in headers.items()
            if name.startswith(("signature", "content-digest", "digest", "host")) or name in covered
        }
        kept["host"] = kept["host"].lower()
        kept["signature"] = kept["signature"].replace("rsa-sha256", "").strip(",")
        return kept

    return bare(ours) == bare(theirs)


def test_a_host_that_refuses_one_scheme_is_asked_once_with_the_other() -> None:
    for status in (400, 401, 403):
        assert next_scheme([Scheme.CAVAGE], status) is Scheme.RFC9421
        assert next_scheme([Scheme.RFC9421], status) is Scheme.CAVAGE
        assert next_scheme([Scheme.CAVAGE, Scheme.RFC9421], status) is None


@pytest.mark.parametrize("status", [200, 202, 404, 405, 410, 413, 429, 500, 503])
def test_no_other_answer_is_a_reason_to_knock_again(status: int) -> None:
    assert next_scheme([Scheme.CAVAGE], status) is None


def test_our_401_says_what_we_accept() -> None:
    value = accept_signature_header()
    label, _, wanted = value.partition("=")
    components, _, _ = wanted.removeprefix("(").partition(")")
    assert label == "sig1"
    assert accepted(rfc9421(components, GOOD_PARAMETERS))
