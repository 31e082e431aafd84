"""Proofs that travel inside a document: FEP-8b32 with `eddsa-jcs-2022`.

A document with a proof says itself who wrote it, so it may arrive through anybody (an Announce by a
group). Linked Data Signatures say the same but were forged too often; they are never looked at here.

Source: FEP-8b32; W3C «Data Integrity EdDSA Cryptosuites» §3.3; RFC 8785; K10.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

import base58
import rfc8785

from fediverse.documents import JSON
from fediverse.errors import Malformed, Unproven
from fediverse.keys import PublicKey, SigningKey
from fediverse.vocabulary.writing import stamp

CONTEXT = "https://w3id.org/security/data-integrity/v1"

_SUITE = "eddsa-jcs-2022"
_LONGEST_VALUE = 100  # 64 bytes are at most 88 base-58 digits
_LONGEST_IRI = 2048


def add_proof(document: Mapping[str, JSON], key: SigningKey, created: datetime) -> dict[str, JSON]:
    """`document` with a `proof` by `key` (Ed25519), which replaces any other.

    The data integrity context is added to `@context` if it is not there. Plain and quick (0.1 ms).

    Raises:
        Malformed: "unknown-key-type", "not-canonical" (a number that JavaScript cannot hold).
    """
    if key.is_rsa:
        raise Malformed("unknown-key-type", key=key.key_iri)
    unsigned = {name: value for name, value in document.items() if name not in ("proof", "signature", "@context")}
    context = _with_our_context(document.get("@context"))
    signed: dict[str, JSON] = {"@context": context, **unsigned}
    proof: dict[str, JSON] = {
        "@context": context,
        "type": "DataIntegrityProof",
        "cryptosuite": _SUITE,
        "created": stamp(created.replace(microsecond=0).astimezone(UTC)),
        "verificationMethod": key.key_iri,
        "proofPurpose": "assertionMethod",
    }
    value = key.sign(_digest(proof, signed))
    signed["proof"] = {**proof, "proofValue": "z" + base58.b58encode(value).decode("ascii")}
    return signed


def verification_method_of(document: Mapping[str, JSON]) -> str | None:
    """The IRI of the key whose proof `document` carries; None if it carries none that we can check.

    Raises:
        Malformed: "bad-proof".
    """
    proof = _proof_of(document)
    if proof is None:
        return None
    method = proof.get("verificationMethod")
    if isinstance(method, dict):
        method = method.get("id")
    if not isinstance(method, str) or not 0 < len(method) <= _LONGEST_IRI:
        raise Malformed("bad-proof", why="verificationMethod")
    return method


def verify_proof(document: Mapping[str, JSON], public_key: PublicKey, *, now: datetime) -> None:
    """Check that `document`, all of it but `proof` and `signature`, was signed with `public_key`.

    That the key is the one `verification_method_of` names, and that its owner may say this, is for the caller.

    Raises:
        Unproven: "no-proof", "bad-signature", "proof-expired", "not-canonical".
        Malformed: "bad-proof".
    """
    proof = _proof_of(document)
    if proof is None:
        raise Unproven("no-proof")
    if public_key.is_rsa:
        raise Unproven("algorithm-mismatch", key=public_key.key_iri)
    signature = _signature(proof)
    config = {name: value for name, value in proof.items() if name != "proofValue"}
    _check_expiry(config, now)
    unsigned = {name: value for name, value in document.items() if name not in ("proof", "signature")}
    if "@context" in config:
        if not _begins_with(unsigned.get("@context"), config["@context"]):
            raise Unproven("bad-signature", why="@context")
        configs = [config]
    else:
        # The specification signs the proof without a context as it stands; Fedify always signs the document's with it.
        configs = [config, {**config, "@context": unsigned.get("@context")}]
    try:
        digests = [_digest(each, unsigned) for each in configs]
    except Malformed as error:
        raise Unproven("not-canonical") from error
    for digest in digests[:-1]:
        try:
            public_key.verify(signature, digest)
        except Unproven:
            continue
        return
    public_key.verify(signature, digests[-1])


def _proof_of(document: Mapping[str, JSON]) -> dict[str, JSON] | None:
    """The first proof of our suite and purpose."""
    given = document.get("proof")
    for proof in given[:10] if isinstance(given, list) else [given]:
        if (
            isinstance(proof, dict)
            and proof.get("type") == "DataIntegrityProof"
            and proof.get("cryptosuite") == _SUITE
            and proof.get("proofPurpose") == "assertionMethod"
        ):
            return proof
    return None


def _signature(proof: Mapping[str, JSON]) -> bytes:
    text = proof.get("proofValue")
    if not isinstance(text, str) or not text.startswith("z") or len(text) > _LONGEST_VALUE or not text.isascii():
        raise Malformed("bad-proof", why="proofValue")
    try:
        return base58.b58decode(text[1:])
    except ValueError as error:
        raise Malformed("bad-proof", why="proofValue") from error


def _check_expiry(proof: Mapping[str, JSON], now: datetime) -> None:
    expires = proof.get("expires")
    if expires is None:
        return
    try:
        moment = datetime.fromisoformat(str(expires))
    except ValueError as error:
        raise Malformed("bad-proof", why="expires") from error
    if moment.tzinfo is None or moment < now:
        raise Unproven("proof-expired")


def _begins_with(context: JSON, beginning: JSON) -> bool:
    if context == beginning:
        return True
    if not isinstance(context, list):
        return False
    first = beginning if isinstance(beginning, list) else [beginning]
    return context[: len(first)] == first


def _with_our_context(context: JSON) -> list[JSON]:
    listed: list[JSON] = []
    if isinstance(context, list):
        listed = list(context)
    elif context is not None:
        listed = [context]
    if CONTEXT in listed:
        return listed
    at = sum(1 for each in listed if isinstance(each, str))
    return [*listed[:at], CONTEXT, *listed[at:]]


def _digest(config: Mapping[str, JSON], document: Mapping[str, JSON]) -> bytes:
    """What is signed: the hash of the proof's settings, then that of the document."""
    try:
        return b"".join(hashlib.sha256(rfc8785.dumps(dict(part))).digest() for part in (config, document))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise Malformed("not-canonical") from error
