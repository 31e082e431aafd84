"""An authenticator in software: makes passkeys and signs with them, as phones and security keys do, or wrongly.

    phone = Authenticator()
    answer = phone.make(options, origin="https://coop.example")    # options: what the page asks the browser for
    answer = phone.use(options, origin="https://coop.example")

What it should do otherwise stands in its fields. Answers are JSON, as `web/static/passkeys.js` sends them.

Source: Web Authentication Level 3 §6 (authenticator data), §7; CTAP 2.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key

PRESENT, VERIFIED, MAY_SYNC, SYNCED, HAS_KEY = 0x01, 0x04, 0x08, 0x10, 0x40


@dataclass
class Authenticator:
    """One device and its passkeys.

    Attributes:
        flags: what it says of its person.
        counts: it counts how often it was used, as security keys do.
        count: where that stands.
        believes: the relying party that it signs for; None: the one it is asked for.
        type: what its client data says that it did; None: the truth.
    """

    flags: int = PRESENT | VERIFIED
    counts: bool = False
    count: int = 0
    believes: str | None = None
    type: str | None = None
    keys: dict[bytes, tuple[EllipticCurvePrivateKey, bytes]] = field(default_factory=dict)

    def make(self, options: dict[str, Any], *, origin: str) -> str:
        """A new passkey."""
        key, credential_id = generate_private_key(SECP256R1()), secrets.token_bytes(16)
        self.keys[credential_id] = (key, _bytes(options["user"]["id"]))
        numbers = key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(credential_id).to_bytes(2, "big") + credential_id + cbor2.dumps(cose)
        data = self._data(options["rp"]["id"], HAS_KEY) + attested
        client = self._client("webauthn.create", options["challenge"], origin)
        said = {
            "clientDataJSON": _text(client),
            "attestationObject": _text(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        return _answer(credential_id, said)

    def use(
        self, options: dict[str, Any], *, origin: str, handle: bytes | None = None, signer: Authenticator | None = None
    ) -> str:
        """Sign with the last passkey.

        Args:
            options: what the page asks for.
            origin: where the page is.
            handle: whose it says it is; None: the truth.
            signer: somebody else's device, whose key it signs with.
        """
        credential_id, (key, owner) = list(self.keys.items())[-1]
        if signer is not None:
            key = list(signer.keys.values())[-1][0]
        data = self._data(options["rpId"], 0)
        client = self._client("webauthn.get", options["challenge"], origin)
        signature = key.sign(data + hashlib.sha256(client).digest(), ECDSA(hashes.SHA256()))
        said = {
            "clientDataJSON": _text(client),
            "authenticatorData": _text(data),
            "signature": _text(signature),
            "userHandle": _text(owner if handle is None else handle),
        }
        return _answer(credential_id, said)

    def _data(self, party: str, more: int) -> bytes:
        self.count += self.counts
        digest = hashlib.sha256((self.believes or party).encode()).digest()
        return digest + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str, origin: str) -> bytes:
        said = {"type": self.type or kind, "challenge": challenge, "origin": origin, "crossOrigin": False}
        return json.dumps(said).encode()


def _answer(credential_id: bytes, said: dict[str, str]) -> str:
    name = _text(credential_id)
    whole = {"id": name, "rawId": name, "type": "public-key", "response": said, "clientExtensionResults": {}}
    return json.dumps(whole)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
