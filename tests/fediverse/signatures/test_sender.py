"""Rows K6 and K7: for us, by that key, and by no other algorithm than its own."""

import base64
import hashlib
import hmac
from dataclasses import replace

import pytest

from fediverse.keys import public_pem
from fediverse.signatures import (
    Scheme,
)
from tests.fediverse.signatures.requests import (
    BODY,
    BOTH_SCHEMES,
    ED25519,
    GOOD_9421,
    RSA,
    STRANGER,
    cavage,
    post,
    refusal,
    rfc9421,
    with_header,
    without_header,
)


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
        header = f'keyId="{RSA.key_iri}",algorithm="{algorithm}",'
        header += f'headers="(request-target) host date digest",signature="{forged}"'
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
