"""Keys: ours come back as they went, weak and strange ones of others are refused."""

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fediverse.errors import Malformed, Unproven
from fediverse.keys import (
    PublicKey,
    SigningKey,
    load_multibase,
    load_private,
    load_public_pem,
    make_ed25519,
    make_rsa,
    multibase,
    multikey,
    pem_key,
    private_pem,
    public_pem,
    read_key,
)
from fediverse.types import Multikey, PemKey

OWNER = "https://a.example/u"


def pem(public: PublicKeyTypes) -> str:
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def rsa_pem(bits: int, exponent: int = 65537) -> str:
    """The PEM of a modulus of `bits` bits that nobody needs to hold the private half of."""
    modulus = (1 << bits) - 1 if bits % 2 else (1 << (bits - 1)) | (1 << (bits // 2)) | 1
    return pem(rsa.RSAPublicNumbers(exponent, modulus).public_key())


def test_our_keys_come_back_from_the_database() -> None:
    for private in (make_rsa(), make_ed25519()):
        again = load_private(private_pem(private))
        assert public_pem(again) == public_pem(private)
        signing = SigningKey(f"{OWNER}#key", OWNER, again)
        public = PublicKey(f"{OWNER}#key", OWNER, load_public_pem(public_pem(private)))
        public.verify(signing.sign(b"text"), b"text")
        with pytest.raises(Unproven) as refused:
            public.verify(signing.sign(b"text"), b"another text")
        assert refused.value.code == "bad-signature"


def test_a_private_key_that_is_none_of_ours_is_refused() -> None:
    for text in ("", "no pem", public_pem(make_ed25519())):
        with pytest.raises(Malformed) as refused:
            load_private(text)
        assert refused.value.code == "bad-private-key"


def test_a_private_key_never_shows_in_a_log() -> None:
    key = SigningKey(f"{OWNER}#key", OWNER, make_ed25519())
    assert "private" not in repr(key)


def test_what_an_actor_publishes_is_read_back() -> None:
    rsa_key = SigningKey(f"{OWNER}#main-key", OWNER, make_rsa())
    ed_key = SigningKey(f"{OWNER}#ed25519-key", OWNER, make_ed25519())
    assert read_key(pem_key(rsa_key)).key_iri == rsa_key.key_iri
    assert read_key(multikey(ed_key)).owner_iri == OWNER
    assert multikey(ed_key).public_key_multibase.startswith("z6Mk")  # type: ignore[union-attr]
    with pytest.raises(Malformed):
        multikey(rsa_key)


def test_a_multikey_that_others_published_is_read() -> None:
    text = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    public = load_multibase(text)
    assert isinstance(public, Ed25519PublicKey)
    assert multibase(public) == text


def test_an_rsa_key_as_multikey_is_held_to_the_same_strength() -> None:
    for bits, code in ((2048, None), (1024, "weak-key")):
        public = rsa.generate_private_key(65537, bits).public_key()
        der = public.public_bytes(Encoding.DER, PublicFormat.PKCS1)
        text = "z" + base58.b58encode(b"\x85\x24" + der).decode()
        if code is None:
            assert load_multibase(text) == public
        else:
            with pytest.raises(Malformed) as refused:
                load_multibase(text)
            assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (rsa_pem(2048, 65537), None),
        (rsa_pem(4096, 65537), None),
        (rsa_pem(2047), "weak-key"),
        (rsa_pem(1024), "weak-key"),
        (rsa_pem(16_384), "weak-key"),
        (rsa_pem(2048, 3), "weak-key"),
        (rsa_pem(2048, 17), "weak-key"),
        (rsa_pem(2048, 2**40 + 1), "weak-key"),
        (pem(ec.generate_private_key(ec.SECP256R1()).public_key()), "unknown-key-type"),
        (pem(ed448.Ed448PrivateKey.generate().public_key()), "unknown-key-type"),
        (pem(x25519.X25519PrivateKey.generate().public_key()), "unknown-key-type"),
        (pem(dsa.generate_private_key(1024).public_key()), "unknown-key-type"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "bad-key"),
        ("", "bad-key"),
        ("x" * 100_000, "bad-key"),
        ("clé privée", "bad-key"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "pem",
)
def test_K7_only_strong_keys_of_known_kinds_are_taken(text: str, code: str | None) -> None:
    if code is None:
        assert isinstance(load_public_pem(text), rsa.RSAPublicKey)
        return
    with pytest.raises(Malformed) as refused:
        load_public_pem(text)
    assert refused.value.code in {code, "bad-key"}
    assert code == "bad-key" or refused.value.code != "ok"


@pytest.mark.parametrize("exponent", [1, 2, 4, 65536])
def test_K7_an_exponent_of_one_or_an_even_one_is_refused(exponent: int) -> None:
    # `cryptography` would not build such a key, so its DER is put together by hand
    modulus = (1 << 2047) | 1
    with pytest.raises(Malformed):
        load_public_pem(_spki(modulus, exponent))


def _spki(modulus: int, exponent: int) -> str:
    import base64

    def der(tag: int, body: bytes) -> bytes:
        size = len(body)
        length = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2, "big")
        return bytes([tag]) + length + body

    def integer(value: int) -> bytes:
        return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))

    key = der(0x30, integer(modulus) + integer(exponent))
    algorithm = der(0x30, bytes.fromhex("06092a864886f70d0101010500"))
    body = base64.b64encode(der(0x30, algorithm + der(3, b"\x00" + key))).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"


def test_the_key_put_together_by_hand_is_a_key() -> None:
    assert isinstance(load_public_pem(_spki((1 << 2047) | 1, 65537)), rsa.RSAPublicKey)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad-key"),
        ("z", "bad-key"),
        ("u7QE" + "A" * 43, "bad-key"),
        ("z0OIl", "bad-key"),
        ("z" + "1" * 1_000_000, "bad-key"),
        ("z" + base58.b58encode(b"\x80\x24" + b"k" * 33).decode(), "unknown-key-type"),
        ("z" + base58.b58encode(b"\xed\x01" + b"k" * 31).decode(), "bad-key"),
    ],
    ids=["empty", "bare", "base64", "digits", "long", "p256", "short"],
)
def test_a_multikey_that_is_none_is_refused(text: str, code: str) -> None:
    with pytest.raises(Malformed) as refused:
        load_multibase(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "document",
    [
        PemKey(id=None, owner=OWNER, public_key_pem="x"),
        PemKey(id=f"{OWNER}#k", owner=None, public_key_pem="x"),
        PemKey(id=f"{OWNER}#k", owner=OWNER),
        Multikey(id=f"{OWNER}#k", controller=OWNER),
        PemKey(id=f"{OWNER}#k", owner=OWNER, public_key_pem={"a": 1}),  # type: ignore[arg-type]
    ],
)
def test_a_key_document_without_its_parts_is_refused(document: PemKey | Multikey) -> None:
    with pytest.raises(Malformed) as refused:
        read_key(document)
    assert refused.value.code == "bad-key"
