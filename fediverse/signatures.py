"""Signed requests: examine theirs, sign ours; draft-cavage here, RFC 9421 in its own room.

A request with `Signature-Input` is RFC 9421, any other is draft-cavage. `examine()` does everything
that needs no key; `Claim.verify()` does the rest. Sign at the moment of sending, not before: some
servers bear one minute only.

Source: draft-cavage-http-signatures-12 as Mastodon and GoToSocial read it; interop.md §4; K5–K7.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

from fediverse import rfc9421
from fediverse.claims import (
    Claim,
    Headers,
    Scheme,
    SignedRequest,
    check_expiry,
    check_host,
    check_key_iri,
    check_moment,
    moment_of,
)
from fediverse.errors import Malformed, Unproven
from fediverse.hosts import parse_iri
from fediverse.keys import SigningKey

__all__ = ["Claim", "Scheme", "SignedRequest", "accept_signature_header", "examine", "next_scheme", "sign"]

_PARAMETER = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"([^"\\]*)"|([0-9]{1,15}))\s*(?:,|$)')
_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r" (?:GMT|UTC|\+0000)"
)
_MONTHS = {
    "Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6,
    "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11, "Dec": 12,
}  # fmt: skip
_ALGORITHMS = frozenset({"rsa-sha256", "hs2019", "ed25519"})
_LONGEST_HEADER = 8192
_MOST_COVERED = 32
_TRY_THE_OTHER = frozenset({400, 401, 403})
_ALSO_COVERED = {"POST": ("content-type",), "GET": ("accept",)}
_IF_GIVEN = ("collection-synchronization",)


def examine(request: SignedRequest, *, now: datetime) -> Claim:
    """Every check that needs no key: form, coverage, time, digest, host.

    A POST must cover its target, host, time and digest; a GET the first three.

    Raises:
        Unproven: "unsigned", "not-covered", "covered-header-missing", "not-our-host", "no-digest", "digest-mismatch",
            "signed-too-long-ago", "signed-in-the-future", "signature-expired", "unknown-algorithm",
            "unsupported-component".
        Malformed: "duplicate-header", "bad-signature-header", "bad-key-id", "bad-header", "bad-date".
    """
    headers = Headers(request.headers)
    if headers.get("signature-input") is not None:
        return rfc9421.examine(request, headers, now=now)
    return _examine_cavage(request, headers, now)


def sign(
    method: str,
    url: str,
    body: bytes | None,
    key: SigningKey,
    scheme: Scheme,
    *,
    now: datetime,
    headers: Mapping[str, str] | None = None,
    target_with_query: bool = True,
) -> dict[str, str]:
    """All headers to send with a request, signature included. Plain and slow (RSA 0.4 ms): call it in a thread.

    Args:
        method: "GET" or "POST".
        url: where it goes.
        body: exactly the bytes that will be sent; None for a GET.
        key: whose word it is.
        scheme: see `next_scheme`.
        now: the moment of sending.
        headers: others to send; Content-Type, Accept and Collection-Synchronization are covered too.
        target_with_query: False signs the path alone, which some servers expect (cavage only).

    Raises:
        Malformed: "bad-iri" and the like, for `url`.
    """
    place = parse_iri(url)
    given = {name.lower(): value for name, value in (headers or {}).items()}
    given["host"] = place.authority
    given["date"] = format_datetime(now.astimezone(UTC), usegmt=True)
    if scheme is Scheme.RFC9421:
        return rfc9421.sign(method, f"{place.origin}{place.target}", given, body, key, now=now, also=_IF_GIVEN)
    covered = ["(request-target)", "host", "date"]
    if body is not None:
        given["digest"] = f"SHA-256={_sha256(body)}"
        covered.append("digest")
    covered += [name for name in (*_ALSO_COVERED.get(method, ()), *_IF_GIVEN) if name in given]
    target = place.target if target_with_query else place.path
    given["(request-target)"] = f"{method.lower()} {target}"
    text = "\n".join(f"{name}: {given[name]}" for name in covered)
    del given["(request-target)"]
    signature = base64.b64encode(key.sign(text.encode())).decode("ascii")
    algorithm = "rsa-sha256" if key.is_rsa else "hs2019"
    given["signature"] = (
        f'keyId="{key.key_iri}",algorithm="{algorithm}",headers="{" ".join(covered)}",signature="{signature}"'
    )
    return given


def next_scheme(tried: Sequence[Scheme], status: int) -> Scheme | None:
    """Knocking twice: which scheme to try after those `tried` were answered with `status`.

    None: do not try again. The first knock with a host that is not known is cavage; Mobilizon and Gancio
    know nothing else.
    """
    if len(tried) != 1 or status not in _TRY_THE_OTHER:
        return None
    return Scheme.RFC9421 if tried[0] is Scheme.CAVAGE else Scheme.CAVAGE


def accept_signature_header() -> str:
    """The value of `Accept-Signature` that goes with our 401: what we would accept (RFC 9421 §5.1)."""
    return 'sig1=("@method" "@target-uri" "content-digest");created;keyid;alg="rsa-v1_5-sha256"'


def _examine_cavage(request: SignedRequest, headers: Headers, now: datetime) -> Claim:
    header = headers.get("signature")
    if header is None:
        raise Unproven("unsigned")
    check_host(request, headers)
    parameters = _parameters(header)
    key_iri, encoded = parameters.get("keyId"), parameters.get("signature")
    if key_iri is None or encoded is None:
        raise Malformed("bad-signature-header", why="no keyId or no signature")
    algorithm = parameters.get("algorithm")
    if algorithm is not None and algorithm not in _ALGORITHMS:
        raise Unproven("unknown-algorithm", algorithm=algorithm[:100])
    covered = parameters.get("headers", "date").lower().split(" ")
    _check_coverage(request, covered, algorithm)
    signed_at = _check_times(covered, parameters, headers, now)
    if "digest" in covered:
        _check_digest(headers.covered("digest"), request.body)
    check_key_iri(key_iri)
    targets = [request.target]
    if "?" in request.target:
        targets.append(request.target.partition("?")[0])
    return Claim(
        key_iri=key_iri,
        scheme=Scheme.CAVAGE,
        signed_at=signed_at,
        algorithm=algorithm,
        signature=_decode(encoded),
        signed=tuple(_cavage_text(covered, request.method, target, parameters, headers) for target in targets),
        covered=frozenset(covered),
    )


def _parameters(header: str) -> dict[str, str]:
    """The comma-separated parameters of a cavage `Signature` header; each at most once."""
    if len(header) > _LONGEST_HEADER:
        raise Malformed("bad-signature-header", why="too long")
    found: dict[str, str] = {}
    at = 0
    while at < len(header):
        match = _PARAMETER.match(header, at)
        if match is None or match[1] in found:
            raise Malformed("bad-signature-header", why="syntax")
        found[match[1]] = match[3] if match[2] is None else match[2]
        at = match.end()
    return found


def _check_coverage(request: SignedRequest, covered: list[str], algorithm: str | None) -> None:
    if len(covered) > _MOST_COVERED or len(set(covered)) != len(covered):
        raise Malformed("bad-signature-header", why="headers")
    needed = ["(request-target)", "host"]
    if request.method not in ("GET", "HEAD") or request.body:
        needed.append("digest")
    missing = [name for name in needed if name not in covered]
    if "date" not in covered and "(created)" not in covered:
        missing.append("date")
    if missing:
        raise Unproven("not-covered", missing=missing)
    if algorithm == "rsa-sha256" and ("(created)" in covered or "(expires)" in covered):
        # The draft forbids it, because older readers of rsa-sha256 would take these for headers.
        raise Malformed("bad-signature-header", why="(created) with rsa-sha256")


def _check_times(covered: list[str], parameters: dict[str, str], headers: Headers, now: datetime) -> datetime:
    """All times that are signed must be near; gives the one to show."""
    signed_at = None
    if "(created)" in covered:
        signed_at = moment_of(_seconds(parameters, "created"))
        check_moment(signed_at, now)
    if "date" in covered:
        signed_at = _read_date(headers.covered("date"))
        check_moment(signed_at, now)
    if "(expires)" in covered:
        check_expiry(_seconds(parameters, "expires"), now)
    if signed_at is None:
        raise Unproven("not-covered", missing=["date"])
    return signed_at


def _seconds(parameters: dict[str, str], name: str) -> int:
    text = parameters.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise Malformed("bad-signature-header", why=name)
    return int(text)


def _read_date(text: str) -> datetime:
    match = _DATE.fullmatch(text)
    if match is None or match[2] not in _MONTHS:
        raise Malformed("bad-date", date=text[:100])
    try:
        return datetime(
            int(match[3]), _MONTHS[match[2]], int(match[1]), int(match[4]), int(match[5]), int(match[6]), tzinfo=UTC
        )
    except ValueError as error:
        raise Malformed("bad-date", date=text[:100]) from error


def _check_digest(header: str, body: bytes) -> None:
    """`Digest` may name several; SHA-256 is the one that counts, and it must be named once."""
    named = [part.strip() for part in header.split(",")]
    ours = [part[8:] for part in named if part[:8].upper() == "SHA-256="]
    if len(ours) != 1:
        raise Unproven("no-digest")
    if ours[0] != _sha256(body):
        raise Unproven("digest-mismatch")


def _cavage_text(covered: list[str], method: str, target: str, parameters: dict[str, str], headers: Headers) -> bytes:
    lines = []
    for name in covered:
        if name == "(request-target)":
            value = f"{method.lower()} {target}"
        elif name in ("(created)", "(expires)"):
            value = parameters.get(name[1:-1], "")
        else:
            value = headers.covered(name)
        lines.append(f"{name}: {value}")
    try:
        return "\n".join(lines).encode("latin-1")
    except UnicodeEncodeError as error:
        raise Malformed("bad-header") from error


def _decode(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("bad-signature-header", why="base64") from error


def _sha256(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")
