"""Signed requests: what is accepted, and everything that is not, in both schemes."""

import base64
import hashlib
import hmac
import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fediverse.errors import FediverseError, Malformed, Unproven
from fediverse.keys import PublicKey, SigningKey, make_ed25519, make_rsa, public_pem
from fediverse.signatures import (
    Claim,
    Scheme,
    SignedRequest,
    accept_signature_header,
    examine,
    next_scheme,
    sign,
)

NOW = datetime(2026, 6, 9, 10, 0, 0, tzinfo=UTC)
ORIGIN = "https://coop.example"
ACTOR = "https://mastodon.example/users/alice"
BODY = b'{"type":"Follow","actor":"https://mastodon.example/users/alice"}'
RSA = SigningKey(f"{ACTOR}#main-key", ACTOR, make_rsa())
ED25519 = SigningKey(f"{ACTOR}#ed25519-key", ACTOR, make_ed25519())
STRANGER = SigningKey(f"{ACTOR}#main-key", ACTOR, make_rsa())
BOTH_KEYS = pytest.mark.parametrize("key", [RSA, ED25519], ids=["rsa", "ed25519"])
BOTH_SCHEMES = pytest.mark.parametrize("scheme", list(Scheme), ids=lambda scheme: scheme.value)


def public(key: SigningKey) -> PublicKey:
    return PublicKey(key.key_iri, key.owner_iri, key.private.public_key())


def post(
    scheme: Scheme = Scheme.CAVAGE,
    key: SigningKey = RSA,
    path: str = "/g/interior/inbox",
    *,
    now: datetime = NOW,
    body: bytes = BODY,
    more: dict[str, str] | None = None,
) -> SignedRequest:
    headers = sign(
        "POST",
        ORIGIN + path,
        body,
        key,
        scheme,
        now=now,
        headers={"Content-Type": "application/activity+json", **(more or {})},
    )
    return SignedRequest("POST", path, tuple(headers.items()), body, ORIGIN)


def cavage(
    covered: str, *, key: SigningKey = RSA, algorithm: str | None = "rsa-sha256", **changed: str
) -> SignedRequest:
    """A post whose signature is right, over the headers in `covered`."""
    values = {
        "host": "coop.example",
        "date": "Tue, 09 Jun 2026 10:00:00 GMT",
        "digest": "SHA-256=" + base64.b64encode(hashlib.sha256(BODY).digest()).decode(),
        "content-type": "application/activity+json",
        **changed,
    }
    parameters = {"created": changed.pop("created", "1780999200"), "expires": changed.pop("expires", "1780999500")}
    lines = []
    for name in covered.split():
        if name == "(request-target)":
            lines.append("(request-target): post /inbox")
        elif name.startswith("("):
            lines.append(f"{name}: {parameters[name[1:-1]]}")
        else:
            lines.append(f"{name}: {values.get(name, '')}")
    signature = base64.b64encode(key.sign("\n".join(lines).encode())).decode()
    header = f'keyId="{key.key_iri}",'
    header += f'algorithm="{algorithm}",' if algorithm else ""
    header += f"created={parameters['created']}," if "(created)" in covered else ""
    header += f"expires={parameters['expires']}," if "(expires)" in covered else ""
    values["signature"] = f'{header}headers="{covered}",signature="{signature}"'
    headers = tuple((name, value) for name, value in values.items() if name not in ("created", "expires"))
    return SignedRequest("POST", "/inbox", headers, BODY, ORIGIN)


def rfc9421(components: str, parameters: str, *, key: SigningKey = RSA, target: str = "/inbox") -> SignedRequest:
    """A post with the components and parameters given, signed rightly as long as the components exist."""
    digest = "sha-256=:" + base64.b64encode(hashlib.sha256(BODY).digest()).decode() + ":"
    path, _, query = target.partition("?")
    values = {
        "@method": "POST",
        "@target-uri": ORIGIN + target,
        "@authority": "coop.example",
        "@scheme": "https",
        "@request-target": target,
        "@path": path,
        "@query": f"?{query}",
        "content-digest": digest,
        "host": "coop.example",
        "date": "Tue, 09 Jun 2026 10:00:00 GMT",
    }
    raw = f"({components}){parameters}"
    lines = [f"{name}: {values[name.strip(chr(34))]}" for name in components.split() if name.strip('"') in values]
    base = "\n".join([*lines, f'"@signature-params": {raw}'])
    signature = base64.b64encode(key.sign(base.encode())).decode()
    headers = (
        ("host", "coop.example"),
        ("date", values["date"]),
        ("content-digest", digest),
        ("signature-input", f"sig1={raw}"),
        ("signature", f"sig1=:{signature}:"),
    )
    return SignedRequest("POST", target, headers, BODY, ORIGIN)


GOOD_9421 = '"@method" "@target-uri" "content-digest"'
GOOD_PARAMETERS = f';created=1780999200;keyid="{RSA.key_iri}";alg="rsa-v1_5-sha256"'


def refusal(request: SignedRequest, key: SigningKey = RSA, now: datetime = NOW) -> str:
    with pytest.raises((Unproven, Malformed)) as refused:
        examine(request, now=now).verify(public(key))
    return refused.value.code


def accepted(request: SignedRequest, key: SigningKey = RSA, now: datetime = NOW) -> Claim:
    claim = examine(request, now=now)
    claim.verify(public(key))
    return claim


def with_header(request: SignedRequest, name: str, value: str) -> SignedRequest:
    return replace(request, headers=tuple((n, value if n == name else v) for n, v in request.headers))


def without_header(request: SignedRequest, name: str) -> SignedRequest:
    return replace(request, headers=tuple(pair for pair in request.headers if pair[0] != name))


# ------------------------------------------------------------------------------------------------- what is accepted


@BOTH_KEYS
@BOTH_SCHEMES
def test_a_post_that_we_sign_is_accepted(scheme: Scheme, key: SigningKey) -> None:
    claim = accepted(post(scheme, key), key)
    assert claim.key_iri == key.key_iri
    assert claim.scheme is scheme
    assert claim.signed_at == NOW


@BOTH_SCHEMES
def test_a_get_that_we_sign_is_accepted(scheme: Scheme) -> None:
    url = f"{ORIGIN}/g/interior?page=1"
    headers = sign("GET", url, None, RSA, scheme, now=NOW, headers={"Accept": "application/activity+json"})
    request = SignedRequest("GET", "/g/interior?page=1", tuple(headers.items()), b"", ORIGIN)
    assert accepted(request).scheme is scheme
    assert "digest" not in headers
    assert refusal(replace(request, target="/g/interior?page=2")) == "bad-signature"


def test_our_cavage_header_has_the_form_that_all_read() -> None:
    headers = dict(post().headers)
    assert headers["signature"].startswith(
        f'keyId="{RSA.key_iri}",algorithm="rsa-sha256",headers="(request-target) host date digest content-type",signature="'
    )
    assert headers["date"] == "Tue, 09 Jun 2026 10:00:00 GMT"
    assert headers["host"] == "coop.example"


def test_our_rfc9421_header_has_the_form_that_all_read() -> None:
    headers = dict(post(Scheme.RFC9421).headers)
    assert headers["signature-input"] == (
        f'sig1=("@method" "@target-uri" "content-digest");created=1780999200;keyid="{RSA.key_iri}";alg="rsa-v1_5-sha256"'
    )
    assert headers["content-digest"].startswith("sha-256=:")


def test_a_port_that_is_not_the_schemes_own_is_signed_with_the_host() -> None:
    headers = sign("POST", "http://localhost:8001/inbox", BODY, RSA, Scheme.CAVAGE, now=NOW)
    assert headers["host"] == "localhost:8001"
    request = SignedRequest("POST", "/inbox", tuple(headers.items()), BODY, "http://localhost:8001")
    assert accepted(request)


def test_a_host_with_the_default_port_or_in_capitals_is_still_ours() -> None:
    for host in ("coop.example:443", "COOP.example"):
        assert accepted(cavage("(request-target) host date digest", host=host))


@pytest.mark.parametrize("algorithm", ["rsa-sha256", "hs2019", None])
def test_the_names_for_rsa_that_servers_send_are_accepted(algorithm: str | None) -> None:
    assert accepted(cavage("(request-target) host date digest", algorithm=algorithm))
    assert accepted(cavage("(request-target) content-type date digest host", algorithm=algorithm))


def test_created_instead_of_date_is_accepted() -> None:
    assert accepted(cavage("(request-target) host (created) (expires) digest", algorithm="hs2019"))


def test_a_cavage_signature_over_the_path_without_its_query_is_accepted() -> None:
    headers = sign("POST", f"{ORIGIN}/inbox?x=1", BODY, RSA, Scheme.CAVAGE, now=NOW, target_with_query=False)
    assert accepted(SignedRequest("POST", "/inbox?x=1", tuple(headers.items()), BODY, ORIGIN))


@pytest.mark.parametrize(
    "components",
    [
        GOOD_9421,
        '"content-digest" "@target-uri" "@method"',
        '"@method" "@target-uri" "@authority" "host" "date" "content-digest"',
        '"@method" "@authority" "@path" "@query" "content-digest"',
        '"@method" "@authority" "@request-target" "content-digest"',
        '"@method" "@scheme" "host" "@path" "@query" "content-digest"',
    ],
)
def test_the_component_sets_that_servers_send_are_accepted(components: str) -> None:
    assert accepted(rfc9421(components, GOOD_PARAMETERS, target="/inbox?x=1"))


def test_a_signature_without_alg_and_with_nonce_and_expiry_is_accepted() -> None:
    parameters = f';keyid="{RSA.key_iri}";created=1780999200;expires=1780999500;nonce="a\\"b";tag="x"'
    assert accepted(rfc9421(GOOD_9421, parameters))


def test_collection_synchronization_is_covered_when_it_is_sent() -> None:
    more = {"Collection-Synchronization": 'collectionId="x", url="y", digest="z"'}
    for scheme in Scheme:
        request = post(scheme, more=more)
        assert "collection-synchronization" in accepted(request).covered
        assert refusal(with_header(request, "collection-synchronization", "else")) == "bad-signature"


def test_of_several_signatures_one_good_one_is_enough() -> None:
    request = post(Scheme.RFC9421)
    headers = dict(request.headers)
    headers["signature-input"] = f'proxy=("@method");created=1;keyid="x", {headers["signature-input"]}'
    headers["signature"] = f"proxy=:AAAA:, {headers['signature']}"
    assert accepted(replace(request, headers=tuple(headers.items())))


# -------------------------------------------------------------------------------------------- K5: what must be covered


def test_K5_a_request_without_a_signature_is_refused() -> None:
    assert refusal(without_header(post(), "signature")) == "unsigned"
    assert refusal(without_header(post(Scheme.RFC9421), "signature")) == "unsigned"


@pytest.mark.parametrize(
    "covered",
    [
        "date",
        "(request-target) host date",
        "(request-target) date digest",
        "(request-target) host digest",
        "host date digest",
        "digest",
    ],
)
def test_K5_a_right_signature_over_too_little_is_refused(covered: str) -> None:
    assert refusal(cavage(covered)) == "not-covered"


def test_K5_a_signature_that_does_not_say_what_it_covers_is_refused() -> None:
    request = cavage("(request-target) host date digest")
    header = dict(request.headers)["signature"].replace('headers="(request-target) host date digest",', "")
    assert refusal(with_header(request, "signature", header)) == "not-covered"


@pytest.mark.parametrize(
    "components",
    [
        '"@method"',
        '"@method" "@target-uri"',
        '"@target-uri" "content-digest"',
        '"@method" "@path" "content-digest"',
        '"@method" "@authority" "content-digest"',
        '"@method" "@authority" "@path" "content-digest"',
        "",
    ],
)
def test_K5_rfc9421_over_too_little_is_refused(components: str) -> None:
    assert refusal(rfc9421(components, GOOD_PARAMETERS, target="/inbox?x=1")) == "not-covered"


def test_K5_rfc9421_without_created_is_refused() -> None:
    assert refusal(rfc9421(GOOD_9421, f';keyid="{RSA.key_iri}"')) == "not-covered"
    assert refusal(rfc9421(GOOD_9421, f';created="soon";keyid="{RSA.key_iri}"')) == "not-covered"


@BOTH_SCHEMES
def test_K5_a_changed_body_is_refused(scheme: Scheme) -> None:
    assert refusal(replace(post(scheme), body=BODY + b" ")) == "digest-mismatch"


def test_K5_a_body_without_digest_is_refused() -> None:
    assert refusal(without_header(post(), "digest")) == "covered-header-missing"
    assert refusal(without_header(post(Scheme.RFC9421), "content-digest")) == "covered-header-missing"
    assert refusal(cavage("(request-target) host date digest", digest="MD5=abc")) == "no-digest"
    assert refusal(cavage("(request-target) host date digest", digest="SHA-256=a,SHA-256=b")) == "no-digest"


def test_K5_a_get_with_a_body_must_cover_it() -> None:
    headers = sign("GET", f"{ORIGIN}/inbox", None, RSA, Scheme.CAVAGE, now=NOW)
    assert refusal(SignedRequest("GET", "/inbox", tuple(headers.items()), BODY, ORIGIN)) == "not-covered"


@BOTH_SCHEMES
@pytest.mark.parametrize(
    ("ago", "code"),
    [
        (timedelta(hours=13), "signed-too-long-ago"),
        (timedelta(hours=12, seconds=1), "signed-too-long-ago"),
        (timedelta(hours=12), None),
        (-timedelta(hours=1), None),
        (-timedelta(hours=1, seconds=1), "signed-in-the-future"),
    ],
)
def test_K5_a_signature_is_good_for_twelve_hours_and_an_hour_ahead(
    scheme: Scheme, ago: timedelta, code: str | None
) -> None:
    request = post(scheme, now=NOW - ago)
    if code is None:
        assert accepted(request)
    else:
        assert refusal(request) == code


def test_K5_created_and_expires_are_held_to_the_same_window() -> None:
    covered = "(request-target) host (created) (expires) digest"
    assert refusal(cavage(covered, algorithm="hs2019", created="1780900000")) == "signed-too-long-ago"
    assert refusal(cavage(covered, algorithm="hs2019", created="1781999200")) == "signed-in-the-future"
    assert refusal(cavage(covered, algorithm="hs2019", expires="1780990000")) == "signature-expired"
    assert refusal(rfc9421(GOOD_9421, GOOD_PARAMETERS + ";expires=1780990000")) == "signature-expired"


def test_K5_created_with_rsa_sha256_is_refused_as_the_draft_says() -> None:
    assert refusal(cavage("(request-target) host (created) digest")) == "bad-signature-header"


@pytest.mark.parametrize("header", ["signature", "digest", "host", "date"])
def test_K5_a_deciding_header_that_comes_twice_is_refused(header: str) -> None:
    request = post()
    twice = replace(request, headers=(*request.headers, (header, dict(request.headers)[header])))
    assert refusal(twice) == "duplicate-header"


@pytest.mark.parametrize("header", ["signature", "signature-input", "content-digest", "host", "date"])
def test_K5_a_deciding_header_that_comes_twice_is_refused_in_rfc9421(header: str) -> None:
    request = post(Scheme.RFC9421)
    twice = replace(request, headers=((header, dict(request.headers)[header]), *request.headers))
    assert refusal(twice) == "duplicate-header"


@pytest.mark.parametrize(
    "date",
    ["", "yesterday", "2026-06-09T10:00:00Z", "Tue, 09 Jun 2026 10:00:00 +0200", "Tue, 31 Jun 2026 10:00:00 GMT",
     "Tue, 09 Jux 2026 10:00:00 GMT", "Tue, 09 Jun 99999 10:00:00 GMT"],
)  # fmt: skip
def test_K5_a_date_that_is_none_is_refused(date: str) -> None:
    assert refusal(cavage("(request-target) host date digest", date=date)) == "bad-date"


def test_a_second_line_smuggled_into_a_header_is_refused() -> None:
    request = cavage("(request-target) host date digest content-type")
    assert refusal(with_header(request, "content-type", "a\nhost: coop.example")) == "bad-header"


# --------------------------------------------------------------------------------------------------- K6: no replay


@BOTH_SCHEMES
def test_K6_the_same_bytes_to_another_inbox_are_refused(scheme: Scheme) -> None:
    assert refusal(replace(post(scheme), target="/g/sound/inbox")) == "bad-signature"


@BOTH_SCHEMES
def test_K6_a_request_for_another_host_is_refused(scheme: Scheme) -> None:
    assert refusal(replace(post(scheme), origin="https://other.example")) == "not-our-host"
    assert refusal(without_header(post(scheme), "host")) == "not-our-host"


@BOTH_SCHEMES
def test_K6_our_host_on_another_port_is_another_host(scheme: Scheme) -> None:
    assert refusal(with_header(post(scheme), "host", "coop.example:8443")) == "not-our-host"


@BOTH_SCHEMES
def test_K6_another_method_is_refused(scheme: Scheme) -> None:
    assert refusal(replace(post(scheme), method="PUT")) == "bad-signature"


# ----------------------------------------------------------------------------------- K7: the key decides the algorithm


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "none", "rsa-sha1", "ecdsa-sha256", "", "RSA-SHA256 "])
def test_K7_an_unknown_algorithm_is_refused(algorithm: str) -> None:
    assert refusal(cavage("(request-target) host date digest", algorithm=algorithm or "x")) == "unknown-algorithm"


def test_K7_a_hmac_with_the_public_key_as_secret_is_refused() -> None:
    # Given a signature that a reader of the header's «algorithm» would find good
    text = (
        f"(request-target): post /inbox\nhost: coop.example\ndate: Tue, 09 Jun 2026 10:00:00 GMT\ndigest: {_digest()}"
    )
    secret = public_pem(RSA.private).encode()
    forged = base64.b64encode(hmac.new(secret, text.encode(), "sha256").digest()).decode()
    for algorithm, code in (("hmac-sha256", "unknown-algorithm"), ("hs2019", "bad-signature")):
        request = cavage("(request-target) host date digest")
        header = f'keyId="{RSA.key_iri}",algorithm="{algorithm}",headers="(request-target) host date digest",signature="{forged}"'
        assert refusal(with_header(request, "signature", header)) == code


def _digest() -> str:
    return "SHA-256=" + base64.b64encode(hashlib.sha256(BODY).digest()).decode()


def test_K7_a_key_of_the_other_kind_is_refused() -> None:
    assert refusal(post(Scheme.RFC9421, RSA), ED25519) == "algorithm-mismatch"
    assert refusal(post(Scheme.RFC9421, ED25519), RSA) == "algorithm-mismatch"
    assert refusal(post(Scheme.CAVAGE, RSA), ED25519) == "algorithm-mismatch"
    assert refusal(post(Scheme.CAVAGE, ED25519), RSA) == "bad-signature"


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "rsa-pss-sha512", "ecdsa-p256-sha256", "none"])
def test_K7_an_unknown_algorithm_is_refused_in_rfc9421(algorithm: str) -> None:
    parameters = f';created=1780999200;keyid="{RSA.key_iri}";alg="{algorithm}"'
    assert refusal(rfc9421(GOOD_9421, parameters)) == "unknown-algorithm"


@BOTH_SCHEMES
def test_a_signature_by_another_key_is_refused(scheme: Scheme) -> None:
    assert refusal(post(scheme, STRANGER)) == "bad-signature"


# ------------------------------------------------------------------------------------------------------------ form


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


# ------------------------------------------------------------------------------------------------------------ fuzz


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


# ----------------------------------------------------------------------------------------------------- knocking twice


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
