"""Keys: ours sealed at rest and kept parsed in memory, those of others found by their IRI.

A database without the vault's secret holds no usable private key (row L7 of the security contract).
Key ids are `<actor>#main-key` (RSA) and `<actor>#ed25519-key`.
"""

from __future__ import annotations

import base64
import hmac
import os
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from actors.people.tables import Actor, KeyPair, RemoteKey
from actors.refusals import Refused
from actors.statements import Prepared, sole_table
from fediverse.keys import (
    PublicKey,
    SigningKey,
    load_multibase,
    load_private,
    load_public_pem,
    make_ed25519,
    make_rsa,
    multibase,
    private_pem,
    public_pem,
)

MAIN_KEY = "#main-key"
ED25519_KEY = "#ed25519-key"

_SECRET_BYTES = 32
_NONCE_BYTES = 12
_VERSION = b"\x01"
_SEALED_FOR = b"knooppunt key pair"


class Vault:
    """Seals bytes with a secret that is kept outside the database (ChaCha20-Poly1305, a new nonce each time).

    Args:
        secret: 32 random bytes.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) != _SECRET_BYTES:
            raise ValueError(f"the secret has {len(secret)} bytes, not {_SECRET_BYTES}")
        self._cipher = ChaCha20Poly1305(secret)
        self._marking = hmac.digest(secret, b"knooppunt marks", "sha256")

    def mark(self, purpose: str, text: str) -> str:
        """22 characters for a URL that only this secret makes of `text`, for this purpose and no other."""
        whole = hmac.digest(self._marking, f"{purpose}\0{text}".encode(), "sha256")
        return base64.urlsafe_b64encode(whole[:16]).decode().rstrip("=")

    def marked(self, purpose: str, text: str) -> str:
        """`text` and its mark, as they stand in a link: who has the link can't have made it."""
        return f"{text}.{self.mark(purpose, text)}"

    def unmarked(self, purpose: str, link: str) -> str | None:
        """The text that `marked` was given; None when this secret did not mark it for this purpose."""
        text, _, mark = link.rpartition(".")
        ours = self.mark(purpose, text).encode()
        return text if hmac.compare_digest(ours, mark.encode("utf-8", "replace")) else None

    def seal(self, plain: bytes) -> bytes:
        """`plain` so that only this secret opens it: version, nonce, ciphertext with its tag."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, _SEALED_FOR)

    def unseal(self, sealed: bytes) -> bytes:
        """What was sealed.

        Raises:
            Refused: "wrong-secret" (another secret sealed it, or it was damaged).
        """
        if sealed[:1] != _VERSION:
            raise Refused("wrong-secret")
        nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, rest, _SEALED_FOR)
        except InvalidTag:
            raise Refused("wrong-secret") from None


@dataclass(frozen=True, slots=True)
class NewKeys:
    """The two private halves of an actor that is about to be founded."""

    rsa: RSAPrivateKey = field(repr=False)
    ed25519: Ed25519PrivateKey = field(repr=False)


def make_keys() -> NewKeys:
    """New keys for one actor; takes 50 to 200 ms, so make them before the transaction."""
    return NewKeys(make_rsa(), make_ed25519())


def key_pair(vault: Vault, actor_id: int, keys: NewKeys) -> KeyPair:
    """The row that keeps `keys`, sealed."""
    return KeyPair(
        actor_id=actor_id,
        rsa_private=vault.seal(private_pem(keys.rsa).encode()),
        rsa_public_pem=public_pem(keys.rsa),
        ed25519_private=vault.seal(private_pem(keys.ed25519).encode()),
        ed25519_multikey=multibase(keys.ed25519),
    )


@dataclass(frozen=True, slots=True)
class Keys:
    """What a local actor signs with."""

    rsa: SigningKey
    ed25519: SigningKey


class Keyring:
    """The parsed private keys of local actors, the `size` last used ones in memory. Safe between threads."""

    def __init__(self, vault: Vault, *, size: int = 2_000) -> None:
        self._vault = vault
        self._size = size
        self._known: OrderedDict[int, Keys] = OrderedDict()
        self._lock = threading.Lock()

    def load(self, session: Session, actor_id: int) -> Keys:
        """The keys of the local actor with this row id.

        Raises:
            Refused: "no-keys" (not one of ours), "wrong-secret".
        """
        with self._lock:
            if actor_id in self._known:
                self._known.move_to_end(actor_id)
                return self._known[actor_id]
        keys = self._read(session, actor_id)
        with self._lock:
            self._known[actor_id] = keys
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return keys

    def forget(self, actor_id: int) -> None:
        """Let go of an actor's keys, so that the next use reads them again."""
        with self._lock:
            self._known.pop(actor_id, None)

    def _read(self, session: Session, actor_id: int) -> Keys:
        # A deleted actor keeps its keys until its Delete has arrived everywhere.
        row = session.execute(
            select(Actor.iri, KeyPair.rsa_private, KeyPair.ed25519_private).join(KeyPair).where(Actor.id == actor_id)
        ).first()
        if row is None:
            raise Refused("no-keys", actor_id=actor_id)
        rsa = load_private(self._vault.unseal(row.rsa_private).decode())
        ed25519 = load_private(self._vault.unseal(row.ed25519_private).decode())
        return Keys(
            SigningKey(row.iri + MAIN_KEY, row.iri, rsa),
            SigningKey(row.iri + ED25519_KEY, row.iri, ed25519),
        )


_ACTORS, _KEYS = sole_table(Actor), sole_table(RemoteKey)
_KEY = Prepared(
    select(
        _KEYS.c.public, _KEYS.c.fetched_at, _ACTORS.c.id, _ACTORS.c.iri, _ACTORS.c.suspended_at, _ACTORS.c.deleted_at
    )
    .join(_ACTORS, _ACTORS.c.id == _KEYS.c.actor_id)
    .where(_KEYS.c.iri == bindparam("iri"))
)


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key by which somebody's signature can be checked.

    Attributes:
        suspended: its owner may not act here (suspended or deleted); what it signs is refused.
    """

    public: PublicKey
    actor_id: int
    actor_iri: str
    fetched_at: datetime
    suspended: bool


def find_key(session: Session, key_iri: str) -> KnownKey | None:
    """The key with this IRI, as its owner's own document listed it when it was last fetched; None if unknown.

    One statement, about 0.1 ms; parsing an RSA key is 0.03 ms of it, so a caller may keep what comes back.
    """
    row = _KEY.first(session, {"iri": key_iri})
    if row is None:
        return None
    public, fetched_at, actor_id, actor_iri, suspended_at, deleted_at = row
    parsed = load_public_pem(public) if public.startswith("-----") else load_multibase(public)
    return KnownKey(
        public=PublicKey(key_iri, actor_iri, parsed),
        actor_id=actor_id,
        actor_iri=actor_iri,
        fetched_at=fetched_at,
        suspended=suspended_at is not None or deleted_at is not None,
    )
