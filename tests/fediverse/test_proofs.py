"""FEP-8b32 proofs: the official vectors, and everything that must not pass."""

import copy
from datetime import UTC, datetime
from typing import Any

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fediverse.documents import dump, parse
from fediverse.errors import Malformed, Unproven
from fediverse.keys import PublicKey, SigningKey, load_multibase, make_ed25519, make_rsa
from fediverse.limits import Limits
from fediverse.proofs import add_proof, verification_method_of, verify_proof
from tests.fediverse.samples import SAMPLES

NOW = datetime(2026, 6, 9, 10, 0, tzinfo=UTC)
ALICE = "https://server.example/users/alice"
# Key, documents and signatures of the FEP's own test file (fep/8b32/fep-8b32.feature).
SECRET = base58.b58decode("3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq")[2:]
KEY = SigningKey(f"{ALICE}#ed25519-key", ALICE, Ed25519PrivateKey.from_private_bytes(SECRET))
PUBLIC_KEY = PublicKey(KEY.key_iri, ALICE, load_multibase("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"))
CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)


def unsigned(version: str) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/activitystreams", f"https://w3id.org/security/data-integrity/{version}"],
        "id": "https://server.example/activities/1",
        "type": "Create",
        "actor": ALICE,
        "object": {
            "id": "https://server.example/objects/1",
            "type": "Note",
            "attributedTo": ALICE,
            "content": "Hello world",
            "location": {"type": "Place", "longitude": -71.184902, "latitude": 25.273962},
        },
    }


def with_value(document: dict[str, Any], value: str, *, context: bool = True) -> dict[str, Any]:
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "verificationMethod": KEY.key_iri,
        "proofPurpose": "assertionMethod",
        "proofValue": value,
        "created": "2023-02-24T23:36:38Z",
    }
    return {**document, "proof": {**({"@context": document["@context"]} if context else {}), **proof}}


V1 = with_value(
    unsigned("v1"), "zLaewdp4H9kqtwyrLatK4cjY5oRHwVcw4gibPSUDYDMhi4M49v8pcYk3ZB6D69dNpAPbUmY8ocuJ3m9KhKJEEg7z"
)
V2 = with_value(
    unsigned("v2"), "z42ffGu6AUKPCFcFPiabmUvnGLPJzC7e4DGWC52NUasSSH37UMa9c58tdgVszUcZfytxa4fQ5TYHaJENCxUDe9SdL"
)
WITHOUT_CONTEXT = with_value(
    {
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v1"],
        "type": "Create",
        "actor": ALICE,
        "object": {"type": "Note", "content": "Hello world"},
    },
    "z3sXaxjKs4M3BRicwWA9peyNPJvJqxtGsDmpt1jjoHCjgeUf71TRFz56osPSfDErszyLp5Ks1EhYSgpDaNM977Rg2",
    context=False,
)
# The example of W3C «Data Integrity EdDSA Cryptosuites», same key under another name.
W3C: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    "proof": {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2#z6Mkr",
        "proofPurpose": "assertionMethod",
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "proofValue": "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX",
    },
}
W3C["proof"]["verificationMethod"] = "did:key:{0}#{0}".format("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")


@pytest.mark.parametrize("document", [V1, V2, WITHOUT_CONTEXT, W3C], ids=["v1", "v2", "no-context", "w3c"])
def test_the_official_vectors_are_accepted(document: dict[str, Any]) -> None:
    verify_proof(document, PUBLIC_KEY, now=NOW)
    verify_proof(parse(dump(document), Limits()), PUBLIC_KEY, now=NOW)


def test_our_proof_is_the_official_one_to_the_byte() -> None:
    assert add_proof(unsigned("v1"), KEY, CREATED)["proof"] == V1["proof"]


def test_the_method_is_found() -> None:
    assert verification_method_of(V1) == KEY.key_iri
    assert verification_method_of({**V1, "proof": [{"type": "Other"}, V1["proof"]]}) == KEY.key_iri
    assert verification_method_of(unsigned("v1")) is None
    assert verification_method_of({**V1, "proof": {**V1["proof"], "cryptosuite": "eddsa-rdfc-2022"}}) is None


def _set(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    *where, last = path.split("/")
    inner: Any = changed
    for step in where:
        inner = inner[step]
    inner[last] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("object/content", "Hello  world"),
        ("object/location/latitude", 25.273963),
        ("actor", "https://evil.example/mallory"),
        ("added", 1),
        ("@context", ["https://www.w3.org/ns/activitystreams"]),
        ("proof/created", "2023-02-24T23:36:39Z"),
        ("proof/verificationMethod", "https://evil.example/mallory#key"),
        ("proof/expires", "2100-01-01T00:00:00Z"),
        ("proof/domain", "x"),
    ],
)
def test_a_changed_document_or_proof_is_refused(path: str, value: Any) -> None:
    with pytest.raises(Unproven) as refused:
        verify_proof(_set(V1, path, value), PUBLIC_KEY, now=NOW)
    assert refused.value.code == "bad-signature"


def test_another_key_is_refused_and_rsa_too() -> None:
    other = PublicKey(KEY.key_iri, ALICE, make_ed25519().public_key())
    with pytest.raises(Unproven):
        verify_proof(V1, other, now=NOW)
    with pytest.raises(Unproven) as refused:
        verify_proof(V1, PublicKey(KEY.key_iri, ALICE, make_rsa().public_key()), now=NOW)
    assert refused.value.code == "algorithm-mismatch"
    with pytest.raises(Malformed):
        add_proof(unsigned("v1"), SigningKey(KEY.key_iri, ALICE, make_rsa()), NOW)


def test_a_proof_that_has_expired_is_refused() -> None:
    document = _set(V1, "proof/expires", "2023-02-24T23:36:39Z")
    with pytest.raises(Unproven) as refused:
        verify_proof(document, PUBLIC_KEY, now=NOW)
    assert refused.value.code == "proof-expired"


def test_no_proof_is_no_proof() -> None:
    for proof in (None, [], {}, "z", {"type": "DataIntegrityProof"}):
        with pytest.raises(Unproven) as refused:
            verify_proof({**unsigned("v1"), "proof": proof}, PUBLIC_KEY, now=NOW)
        assert refused.value.code == "no-proof"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("proofValue", None),
        ("proofValue", "uAAAA"),
        ("proofValue", "z0OIl"),
        ("proofValue", "z" + "1" * 1_000_000),
        ("proofValue", "zé"),
        ("verificationMethod", 5),
        ("verificationMethod", ""),
        ("verificationMethod", "https://a.example/" + "x" * 3_000),
        ("expires", "soon"),
    ],
)
def test_a_proof_that_is_none_is_malformed(field: str, value: Any) -> None:
    document = _set(V1, f"proof/{field}", value)
    question = verification_method_of if field == "verificationMethod" else _verify
    with pytest.raises(Malformed) as refused:
        question(document)
    assert refused.value.code == "bad-proof"


def _verify(document: dict[str, Any]) -> None:
    verify_proof(document, PUBLIC_KEY, now=NOW)


def test_a_number_that_javascript_cannot_hold_is_refused() -> None:
    with pytest.raises(Malformed) as refused:
        add_proof({**unsigned("v1"), "n": 2**53 + 1}, KEY, NOW)
    assert refused.value.code == "not-canonical"
    with pytest.raises(Unproven) as unproven:
        verify_proof({**V1, "n": 2**53 + 1}, PUBLIC_KEY, now=NOW)
    assert unproven.value.code == "not-canonical"


def test_floats_without_fraction_are_proved_as_javascript_writes_them() -> None:
    signed = add_proof({"id": "https://a.example/1", "latitude": 50.0}, KEY, NOW)
    assert dump(signed).startswith(b'{"@context":["https://w3id.org/security/data-integrity/v1"]')
    verify_proof({**signed, "latitude": 50}, PUBLIC_KEY, now=NOW)


def test_K10_a_linked_data_signature_proves_nothing_and_disturbs_nothing() -> None:
    # Given a document with a Linked Data Signature, as Mastodon sends it
    deleted = parse(SAMPLES["mastodon/delete-note"], Limits())
    assert "signature" in deleted
    with pytest.raises(Unproven) as refused:
        verify_proof(deleted, PUBLIC_KEY, now=NOW)
    assert refused.value.code == "no-proof"

    # And one that carries both: the proof was made before the signature
    verify_proof({**V1, "signature": {"type": "RsaSignature2017", "signatureValue": "AAAA"}}, PUBLIC_KEY, now=NOW)
