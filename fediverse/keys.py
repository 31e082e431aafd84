"""Key pairs: make them, keep them, show them, and read those of others.

RSA-2048 is for requests (everybody reads it), Ed25519 for proofs inside documents and, where
known, for requests too. What a key may be is decided by what it is, never by what somebody's
header calls it.

Source: FEP-521a and W3C Multikey for Ed25519; SPKI PEM in `publicKey` as Mastodon sends it; K7.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

import base58
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from fediverse.errors import Malformed, Unproven
from fediverse.types import Multikey, PemKey

PrivateHalf: TypeAlias = RSAPrivateKey | Ed25519PrivateKey
PublicHalf: TypeAlias = RSAPublicKey | Ed25519PublicKey

RSA_BITS = 2048
_LEAST_RSA_BITS = 2048
_MOST_RSA_BITS = 8192  # a longer one only makes us slow
_LEAST_EXPONENT = 65537
_MOST_EXPONENT_BITS = 32
_LONGEST_PEM = 4096
_ED25519_PREFIX = b"\xed\x01"  # multicodec ed25519-pub
_RSA_PREFIX = b"\x85\x24"  # multicodec rsa-pub; FEP-521a, as Mitra sends it
_LONGEST_MULTIBASE = 1500  # an RSA key of 8192 bits has 1420 digits
_PADDING = padding.PKCS1v15()
_SHA256 = SHA256()


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private half with the IRI under which others find the public one, and its owner's."""

    key_iri: str
    owner_iri: str
    private: PrivateHalf = field(repr=False)

    @property
    def is_rsa(self) -> bool:
        """RSA; otherwise Ed25519."""
        return isinstance(self.private, RSAPrivateKey)

    def sign(self, data: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 with SHA-256, or Ed25519. Releases the GIL; RSA takes about 0.4 ms."""
        if isinstance(self.private, RSAPrivateKey):
            return self.private.sign(data, _PADDING, _SHA256)
        return self.private.sign(data)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Somebody's public key, checked for strength when it was read."""

    key_iri: str
    owner_iri: str
    public: PublicHalf

    @property
    def is_rsa(self) -> bool:
        """RSA; otherwise Ed25519."""
        return isinstance(self.public, RSAPublicKey)

    def verify(self, signature: bytes, data: bytes) -> None:
        """Check `signature` over `data` by the one algorithm of this kind of key (K7).

        Raises:
            Unproven: "bad-signature".
        """
        try:
            if isinstance(self.public, RSAPublicKey):
                self.public.verify(signature, data, _PADDING, _SHA256)
            else:
                self.public.verify(signature, data)
        except InvalidSignature:
            raise Unproven("bad-signature", key=self.key_iri) from None


def make_rsa() -> RSAPrivateKey:
    """A new RSA-2048 key; takes tens to hundreds of milliseconds."""
    return generate_private_key(public_exponent=_LEAST_EXPONENT, key_size=RSA_BITS)


def make_ed25519() -> Ed25519PrivateKey:
    """A new Ed25519 key."""
    return Ed25519PrivateKey.generate()


def private_pem(private: PrivateHalf) -> str:
    """PKCS #8 PEM without a passphrase, for our own database."""
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def load_private(pem: str) -> PrivateHalf:
    """One of our own keys from `private_pem`.

    Trusts that we wrote it: checking an RSA key again would take 40 ms.

    Raises:
        Malformed: "bad-private-key".
    """
    try:
        private = load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Malformed("bad-private-key") from error
    if not isinstance(private, RSAPrivateKey | Ed25519PrivateKey):
        raise Malformed("bad-private-key")
    return private


def public_pem(key: PrivateHalf | PublicHalf) -> str:
    """SPKI PEM («BEGIN PUBLIC KEY») of the public half."""
    return _public(key).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def load_public_pem(pem: str) -> PublicHalf:
    """The key in a stranger's PEM (SPKI, or PKCS #1 as some old servers send).

    Raises:
        Malformed: "bad-key" (not a PEM of a key), "weak-key" (RSA under 2048 or over 8192 bits, or an
            exponent that is even, under 65537 or over 32 bits), "unknown-key-type" (neither RSA nor Ed25519).
    """
    if len(pem) > _LONGEST_PEM:
        raise Malformed("bad-key")
    try:
        public = load_pem_public_key(pem.encode())
    except UnsupportedAlgorithm as error:
        raise Malformed("unknown-key-type") from error
    except (ValueError, TypeError) as error:
        raise Malformed("bad-key") from error
    return _checked(public)


def multibase(key: Ed25519PrivateKey | Ed25519PublicKey) -> str:
    """The public half as a Multikey's `publicKeyMultibase` («z6Mk…»)."""
    raw = _public(key).public_bytes(Encoding.Raw, PublicFormat.Raw)
    return "z" + base58.b58encode(_ED25519_PREFIX + raw).decode("ascii")


def load_multibase(text: str) -> PublicHalf:
    """The Ed25519 or RSA key in a stranger's `publicKeyMultibase`.

    Raises:
        Malformed: "bad-key", "weak-key", "unknown-key-type" (another multicodec).
    """
    # Decoding is quadratic, so the length is checked first.
    if len(text) > _LONGEST_MULTIBASE or not text.startswith("z") or not text.isascii():
        raise Malformed("bad-key")
    try:
        raw = base58.b58decode(text[1:])
        if raw.startswith(_ED25519_PREFIX):
            return Ed25519PublicKey.from_public_bytes(raw.removeprefix(_ED25519_PREFIX))
        if raw.startswith(_RSA_PREFIX):
            return _checked(load_der_public_key(raw.removeprefix(_RSA_PREFIX)))
    except UnsupportedAlgorithm as error:
        raise Malformed("unknown-key-type") from error
    except ValueError as error:
        raise Malformed("bad-key") from error
    raise Malformed("bad-key" if len(raw) < len(_ED25519_PREFIX) else "unknown-key-type")


def read_key(document: PemKey | Multikey) -> PublicKey:
    """The key in an actor's `publicKey` or `assertionMethod`, or in a key document of its own.

    Whether its owner lists it back, and whether the origins agree, is for the caller to check (K2).

    Raises:
        Malformed: "bad-key" (also: no id or no owner), "weak-key", "unknown-key-type".
    """
    if isinstance(document, Multikey):
        owner, text = document.controller, document.public_key_multibase
    else:
        owner, text = document.owner, document.public_key_pem
    if not document.id or not owner or not isinstance(text, str):
        raise Malformed("bad-key", key=document.id)
    public = load_multibase(text) if isinstance(document, Multikey) else load_public_pem(text)
    return PublicKey(document.id, owner, public)


def pem_key(key: SigningKey) -> PemKey:
    """What goes into the owner's `publicKey`."""
    return PemKey(id=key.key_iri, owner=key.owner_iri, public_key_pem=public_pem(key.private))


def multikey(key: SigningKey) -> Multikey:
    """What goes into the owner's `assertionMethod`. The key must be Ed25519."""
    if not isinstance(key.private, Ed25519PrivateKey):
        raise Malformed("unknown-key-type", key=key.key_iri)
    return Multikey(id=key.key_iri, controller=key.owner_iri, public_key_multibase=multibase(key.private))


def _public(key: PrivateHalf | PublicHalf) -> PublicHalf:
    return key.public_key() if isinstance(key, RSAPrivateKey | Ed25519PrivateKey) else key


def _checked(public: PublicKeyTypes) -> PublicHalf:
    """`public` if it is of a kind that we verify with, and strong enough."""
    if isinstance(public, Ed25519PublicKey):
        return public
    if not isinstance(public, RSAPublicKey):
        raise Malformed("unknown-key-type")
    exponent = public.public_numbers().e
    if not _LEAST_RSA_BITS <= public.key_size <= _MOST_RSA_BITS:
        raise Malformed("weak-key", bits=public.key_size)
    if exponent < _LEAST_EXPONENT or exponent.bit_length() > _MOST_EXPONENT_BITS or exponent % 2 == 0:
        raise Malformed("weak-key", exponent_bits=exponent.bit_length())
    return public
