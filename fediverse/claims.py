"""A signed request before anybody knows whether the signature is good.

Whoever receives a request examines it first (cheap, no key, no network): what comes out is a
`Claim` «the holder of this key says these bytes». Only then is the key looked for, and the claim
verified with it. Both signature schemes end in the same `Claim`.

Source: K4–K7 of the security contract; RFC 9421; draft-cavage-http-signatures-12.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum

from fediverse.errors import Malformed, Unproven
from fediverse.hosts import parse_iri
from fediverse.keys import PublicKey

OLDEST = timedelta(hours=12)
NEWEST = timedelta(hours=1)

# What the header may call the algorithm -> whether that is an RSA one. What is done is decided by the key (K7).
_RSA_NAMES = frozenset({"rsa-sha256", "rsa-v1_5-sha256"})

_ONCE = ("host", "date", "digest", "content-digest", "signature", "signature-input")


class Scheme(Enum):
    """How a request is signed."""

    CAVAGE = "cavage"
    RFC9421 = "rfc9421"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it arrived.

    Attributes:
        method: in upper case.
        target: raw path and query of the request line, as received.
        headers: (lower-case name, value decoded as latin-1), in order, duplicates kept.
        body: raw bytes.
        origin: our own configured origin as `hosts.origin_of` writes it; never taken from the request.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    origin: str

    @property
    def scheme_name(self) -> str:
        """The part of the origin before «://»."""
        return self.origin.partition("://")[0]

    @property
    def authority(self) -> str:
        """Our host, with its port when it is not the scheme's own."""
        return self.origin.partition("://")[2]


class Headers:
    """The headers of one request, by name; the ones that decide must not come twice."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, str] = {}
        for name, value in pairs:
            before = self._values.get(name)
            if before is None:
                self._values[name] = value.strip(" \t")
            elif name in _ONCE:
                raise Malformed("duplicate-header", header=name)
            else:
                self._values[name] = f"{before}, {value.strip()}"

    def get(self, name: str) -> str | None:
        """The value, or several joined by a comma; None if there is none."""
        return self._values.get(name)

    def covered(self, name: str) -> str:
        """The value of a header that the signature says it covers.

        Raises:
            Unproven: "covered-header-missing".
            Malformed: "bad-header" (a line break would let one header pass for two).
        """
        value = self._values.get(name)
        if value is None:
            raise Unproven("covered-header-missing", header=name)
        if "\n" in value or "\r" in value:
            raise Malformed("bad-header", header=name)
        return value


@dataclass(frozen=True, slots=True)
class Claim:
    """«The holder of the key `key_iri` signed this request», not yet verified.

    Attributes:
        key_iri: where the public key is to be found.
        scheme: how it was signed; what this host knows to read in return.
        signed_at: when, as signed.
        algorithm: what the header calls it, or None; only ever used to refuse.
        signature: raw bytes.
        signed: what may have been signed; more than one for cavage, where some leave out the query.
        covered: names of covered headers and components, as written.
    """

    key_iri: str
    scheme: Scheme
    signed_at: datetime
    algorithm: str | None
    signature: bytes = field(repr=False)
    signed: tuple[bytes, ...] = field(repr=False)
    covered: frozenset[str]

    def verify(self, public_key: PublicKey) -> None:
        """Check the signature, with the algorithm that belongs to the key.

        Raises:
            Unproven: "bad-signature"; "algorithm-mismatch" if the header names the other kind of key.
        """
        if self.algorithm in _RSA_NAMES and not public_key.is_rsa:
            raise Unproven("algorithm-mismatch", algorithm=self.algorithm)
        if self.algorithm == "ed25519" and public_key.is_rsa:
            raise Unproven("algorithm-mismatch", algorithm=self.algorithm)
        for data in self.signed[:-1]:
            try:
                public_key.verify(self.signature, data)
            except Unproven:
                continue
            return
        public_key.verify(self.signature, self.signed[-1])


def check_host(request: SignedRequest, headers: Headers) -> None:
    """The request must be for us: a signature for another host is a replay (K6).

    Raises:
        Unproven: "not-our-host".
    """
    host = headers.get("host")
    if host is None:
        raise Unproven("not-our-host", host=None)
    given = host.lower()
    if given != request.authority:
        default = ":443" if request.scheme_name == "https" else ":80"
        if given.removesuffix(default) != request.authority:
            raise Unproven("not-our-host", host=host[:300])


def check_moment(signed_at: datetime, now: datetime) -> None:
    """Signed within the last twelve hours, or at most one hour ahead of our clock.

    Raises:
        Unproven: "signed-too-long-ago", "signed-in-the-future".
    """
    if now - signed_at > OLDEST:
        raise Unproven("signed-too-long-ago", signed_at=signed_at.isoformat())
    if signed_at - now > NEWEST:
        raise Unproven("signed-in-the-future", signed_at=signed_at.isoformat())


def check_expiry(expires: int, now: datetime) -> None:
    """Not past its own end, clocks being an hour off at most.

    Raises:
        Unproven: "signature-expired".
    """
    if now - moment_of(expires) > NEWEST:
        raise Unproven("signature-expired")


def moment_of(seconds: int) -> datetime:
    """Seconds since 1970 as an aware datetime.

    Raises:
        Malformed: "bad-signature-header" when no calendar reaches so far.
    """
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Malformed("bad-signature-header", why="time") from error


def check_key_iri(key_iri: str) -> str:
    """`key_iri` if it is one that could be fetched.

    Raises:
        Malformed: "bad-key-id".
    """
    try:
        parse_iri(key_iri)
    except Malformed as error:
        raise Malformed("bad-key-id", why=error.code) from error
    return key_iri
