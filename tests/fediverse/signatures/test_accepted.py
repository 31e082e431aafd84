"""What is accepted, in both schemes."""

from dataclasses import replace

import pytest

from fediverse.keys import SigningKey
from fediverse.signatures import (
    Scheme,
    SignedRequest,
    sign,
)
from tests.fediverse.signatures.requests import (
    BODY,
    BOTH_KEYS,
    BOTH_SCHEMES,
    GOOD_9421,
    GOOD_PARAMETERS,
    NOW,
    ORIGIN,
    RSA,
    accepted,
    cavage,
    post,
    refusal,
    rfc9421,
    with_header,
)


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
        f'keyId="{RSA.key_iri}",algorithm="rsa-sha256",'
        'headers="(request-target) host date digest content-type",signature="'
    )
    assert headers["date"] == "Tue, 09 Jun 2026 10:00:00 GMT"
    assert headers["host"] == "coop.example"


def test_our_rfc9421_header_has_the_form_that_all_read() -> None:
    headers = dict(post(Scheme.RFC9421).headers)
    assert headers["signature-input"] == (
        'sig1=("@method" "@target-uri" "content-digest");created=1780999200;'
        f'keyid="{RSA.key_iri}";alg="rsa-v1_5-sha256"'
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
