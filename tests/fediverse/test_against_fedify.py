"""Our signatures and proofs against Fedify's, both ways: what we sign it accepts, what it signs we accept."""

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from fediverse.context import with_context
from fediverse.documents import dump, parse
from fediverse.errors import Unproven
from fediverse.keys import PublicKey, SigningKey, make_ed25519, make_rsa, multikey, pem_key, private_pem
from fediverse.limits import Limits
from fediverse.proofs import add_proof, verification_method_of, verify_proof
from fediverse.signatures import Scheme, SignedRequest, examine, sign
from fediverse.types import Actor
from fediverse.vocabulary import write
from tests import needs

ACTOR = "https://coop.example/g/interior"
INBOX = "https://peer.example/inbox?from=us"
NOTE: dict[str, Any] = {
    "@context": "https://www.w3.org/ns/activitystreams",
    "id": "https://coop.example/g/interior/activities/1",
    "type": "Create",
    "actor": ACTOR,
    "to": ["https://www.w3.org/ns/activitystreams#Public"],
    "object": {
        "id": "https://coop.example/g/interior/notes/1",
        "type": "Note",
        "attributedTo": ACTOR,
        "content": "Vendredi à midi «é» 50 €",
    },
}


class Fedify:
    """The filter in tests/peers/signing.mjs."""

    def __init__(self) -> None:
        folder = needs.peer()
        self._process = subprocess.Popen(
            [str(needs.node()), "--import", "./node20.mjs", "signing.mjs"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )

    def ask(self, question: str, **facts: object) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"ask": question, **facts}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture(scope="module")
def fedify() -> Iterator[Fedify]:
    peer = Fedify()
    yield peer
    peer.end()


@pytest.fixture(scope="module")
def rsa() -> SigningKey:
    return SigningKey(f"{ACTOR}#main-key", ACTOR, make_rsa())


@pytest.fixture(scope="module")
def ed25519() -> SigningKey:
    return SigningKey(f"{ACTOR}#ed25519-key", ACTOR, make_ed25519())


@pytest.fixture(scope="module")
def documents(rsa: SigningKey, ed25519: SigningKey) -> dict[str, Any]:
    """What Fedify may fetch: the actor with both keys."""
    actor = Actor(
        id=ACTOR,
        type="Group",
        preferred_username="interior",
        inbox=f"{ACTOR}/inbox",
        public_keys=(pem_key(rsa),),
        assertion_methods=(multikey(ed25519),),
    )
    return {ACTOR: with_context(write(actor))}


def public(key: SigningKey) -> PublicKey:
    return PublicKey(key.key_iri, key.owner_iri, key.private.public_key())


@pytest.mark.parametrize("scheme", list(Scheme))
def test_fedify_accepts_a_post_that_we_sign(
    fedify: Fedify, rsa: SigningKey, documents: dict[str, Any], scheme: Scheme
) -> None:
    body = dump(NOTE)
    now = datetime.now(UTC)
    headers = sign(
        "POST",
        INBOX,
        body,
        rsa,
        scheme,
        now=now,
        headers={"Content-Type": "application/activity+json"},
        target_with_query=False,  # like Mobilizon, Fedify looks at the path alone
    )

    answer = fedify.ask("verify", method="POST", url=INBOX, headers=headers, body=body.decode(), documents=documents)

    assert answer["key"] == rsa.key_iri


@pytest.mark.parametrize("scheme", list(Scheme))
def test_fedify_refuses_our_post_when_the_body_was_changed(
    fedify: Fedify, rsa: SigningKey, documents: dict[str, Any], scheme: Scheme
) -> None:
    body = dump(NOTE)
    headers = sign("POST", INBOX, body, rsa, scheme, now=datetime.now(UTC))

    answer = fedify.ask(
        "verify", method="POST", url=INBOX, headers=headers, body=body.decode() + " ", documents=documents
    )

    assert answer["key"] is None


@pytest.mark.parametrize("scheme", list(Scheme))
def test_fedify_accepts_a_get_that_we_sign(
    fedify: Fedify, rsa: SigningKey, documents: dict[str, Any], scheme: Scheme
) -> None:
    headers = sign(
        "GET",
        INBOX,
        None,
        rsa,
        scheme,
        now=datetime.now(UTC),
        headers={"Accept": "application/activity+json"},
        target_with_query=False,
    )

    answer = fedify.ask("verify", method="GET", url=INBOX, headers=headers, documents=documents)

    assert answer["key"] == rsa.key_iri


@pytest.mark.parametrize("scheme", list(Scheme))
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_we_accept_what_fedify_signs(fedify: Fedify, rsa: SigningKey, scheme: Scheme, method: str) -> None:
    body = json.dumps(NOTE) if method == "POST" else None
    answer = fedify.ask(
        "sign",
        method=method,
        url="https://coop.example/g/interior/inbox?x=1",
        headers={"Content-Type": "application/activity+json"} if body else {"Accept": "application/activity+json"},
        body=body,
        pem=private_pem(rsa.private),
        keyId=rsa.key_iri,
        scheme=scheme.value,
    )
    headers = {"host": "coop.example", **answer["headers"]}
    request = SignedRequest(
        method,
        "/g/interior/inbox?x=1",
        tuple(headers.items()),
        (body or "").encode(),
        "https://coop.example",
    )

    claim = examine(request, now=datetime.now(UTC))
    claim.verify(public(rsa))

    assert claim.scheme is scheme
    assert claim.key_iri == rsa.key_iri


def test_fedify_accepts_our_proof(fedify: Fedify, ed25519: SigningKey, documents: dict[str, Any]) -> None:
    document = add_proof(NOTE, ed25519, datetime.now(UTC))

    answer = fedify.ask("verifyProof", document=json.loads(dump(document)), documents=documents)

    assert answer["key"] == ed25519.key_iri


def test_fedify_refuses_our_proof_on_another_text(
    fedify: Fedify, ed25519: SigningKey, documents: dict[str, Any]
) -> None:
    document = json.loads(dump(add_proof(NOTE, ed25519, datetime.now(UTC))))
    document["object"]["content"] = "Vendredi à treize heures"

    assert fedify.ask("verifyProof", document=document, documents=documents)["key"] is None


def test_we_accept_the_proof_that_fedify_makes(fedify: Fedify, ed25519: SigningKey) -> None:
    # Given a note for followers: this call of Fedify's writes «as:Public» short although it signed it long
    note = {**NOTE, "to": [f"{ACTOR}/followers"]}

    answer = fedify.ask("prove", document=note, pem=private_pem(ed25519.private), keyId=ed25519.key_iri)
    document = parse(json.dumps(answer["document"], ensure_ascii=False).encode(), Limits())

    assert verification_method_of(document) == ed25519.key_iri
    verify_proof(document, public(ed25519), now=datetime.now(UTC))

    changed = {**document, "actor": "https://evil.example/mallory"}
    with pytest.raises(Unproven):
        verify_proof(changed, public(ed25519), now=datetime.now(UTC))


def test_fedify_reads_the_documents_that_we_write(fedify: Fedify) -> None:
    answer = fedify.ask("read", document=NOTE)

    assert answer == {"actor": ACTOR, "object": "https://coop.example/g/interior/notes/1"}
