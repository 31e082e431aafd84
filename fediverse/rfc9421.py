"""HTTP Message Signatures and Content-Digest.

Our own reading instead of `http-message-signatures`: that library rebuilds a request object for each
message, joins what came twice, and takes the target from the request it is given. We need the raw target,
our configured origin, a refusal of duplicates, the byte copy of the signature parameters, all well
under 0.1 ms.

Covered components may not carry parameters of their own (`;sf`, `;req`, …): nobody in the
fediverse sends them, and each would be another way to read the same bytes.

Source: RFC 9421, RFC 9530; interop.md §4.2 and §4.4.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import datetime

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
from fediverse.errors import FediverseError, Malformed, Unproven
from fediverse.keys import SigningKey

_LABEL = r"[a-z*][a-z0-9_.*-]*"
_VALUE = r'(?:"(?:[^"\\]|\\["\\])*"|-?[0-9]{1,15}|\?[01]|:[A-Za-z0-9+/=]*:|[A-Za-z*][A-Za-z0-9:/!#$%&\'*+.^_`|~-]*)'
_MEMBER = re.compile(
    rf'\s*({_LABEL})=(\(((?: *"[^"\\]*"(?:;{_LABEL}(?:={_VALUE})?)*)*) *\)((?:;[ ]*{_LABEL}(?:={_VALUE})?)*))\s*(?:,|$)'
)
_ITEM = re.compile(rf' *"([^"\\]*)"((?:;{_LABEL}(?:={_VALUE})?)*)')
_PARAMETER = re.compile(rf";[ ]*({_LABEL})(?:=({_VALUE}))?")
_BYTES_MEMBER = re.compile(rf"\s*({_LABEL})=:([A-Za-z0-9+/=]*):(?:;[^,]*)?\s*(?:,|$)")
_LONGEST_HEADER = 8192
_MOST_SIGNATURES = 4
_MOST_COVERED = 32
_ALGORITHMS = frozenset({"rsa-v1_5-sha256", "ed25519"})
_DIGESTS: dict[str, Callable[[bytes], "hashlib._Hash"]] = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}


def examine(request: SignedRequest, headers: Headers, *, now: datetime) -> Claim:
    """Every check that needs no key. Of several signatures the first that could do counts.

    Raises:
        Unproven, Malformed: as `fediverse.signatures.examine`.
    """
    check_host(request, headers)
    inputs = headers.get("signature-input") or ""
    signatures = _byte_members(headers.get("signature") or "")
    first_error: FediverseError | None = None
    for label, raw, items, parameters in _members(inputs):
        signature = signatures.get(label)
        if signature is None:
            continue
        try:
            return _examine_one(request, headers, raw, _components(items), _parameters(parameters), signature, now)
        except (Unproven, Malformed) as error:
            first_error = first_error or error
    raise first_error or Unproven("unsigned")


def sign(
    method: str,
    uri: str,
    headers: dict[str, str],
    body: bytes | None,
    key: SigningKey,
    *,
    now: datetime,
    also: Iterable[str] = (),
) -> dict[str, str]:
    """`headers` (lower-case names) with Content-Digest, Signature-Input and Signature added.

    Args:
        method: in upper case.
        uri: the target URI exactly as it will be requested.
        headers: what will be sent.
        body: exactly the bytes that will be sent.
        key: RSA or Ed25519.
        now: the moment of sending.
        also: headers to cover when they are in `headers`.
    """
    values = {"@method": method, "@target-uri": uri}
    if body is not None:
        headers["content-digest"] = f"sha-256=:{_base64(hashlib.sha256(body).digest())}:"
        values["content-digest"] = headers["content-digest"]
    values.update({name: headers[name] for name in also if name in headers})
    algorithm = "rsa-v1_5-sha256" if key.is_rsa else "ed25519"
    covered = " ".join(f'"{name}"' for name in values)
    raw = f'({covered});created={int(now.timestamp())};keyid="{key.key_iri}";alg="{algorithm}"'
    headers["signature-input"] = f"sig1={raw}"
    headers["signature"] = f"sig1=:{_base64(key.sign(_base(values, raw)))}:"
    return headers


def _examine_one(
    request: SignedRequest,
    headers: Headers,
    raw: str,
    covered: list[str],
    parameters: dict[str, str | int],
    signature: bytes,
    now: datetime,
) -> Claim:
    key_iri, created = parameters.get("keyid"), parameters.get("created")
    if not isinstance(key_iri, str):
        raise Malformed("bad-signature-header", why="no keyid")
    algorithm = parameters.get("alg")
    if algorithm is not None and algorithm not in _ALGORITHMS:
        raise Unproven("unknown-algorithm", algorithm=str(algorithm)[:100])
    if not isinstance(created, int):
        raise Unproven("not-covered", missing=["created"])
    _check_coverage(request, covered)
    signed_at = moment_of(created)
    check_moment(signed_at, now)
    expires = parameters.get("expires")
    if expires is not None:
        if not isinstance(expires, int):
            raise Malformed("bad-signature-header", why="expires")
        check_expiry(expires, now)
    if "content-digest" in covered:
        _check_digest(headers.covered("content-digest"), request.body)
    return Claim(
        key_iri=check_key_iri(key_iri),
        scheme=Scheme.RFC9421,
        signed_at=signed_at,
        algorithm=str(algorithm) if algorithm is not None else None,
        signature=signature,
        signed=(_base({name: _value_of(name, request, headers) for name in covered}, raw),),
        covered=frozenset(covered),
    )


def _check_coverage(request: SignedRequest, covered: list[str]) -> None:
    """Method, target and host, and the digest of a body; the target in any of the ways that name it whole."""
    if len(covered) > _MOST_COVERED or len(set(covered)) != len(covered):
        raise Malformed("bad-signature-header", why="components")
    missing = []
    if "@method" not in covered:
        missing.append("@method")
    if "@target-uri" not in covered:
        by_host = "@authority" in covered or "host" in covered
        by_path = "@request-target" in covered or (
            "@path" in covered and ("@query" in covered or "?" not in request.target)
        )
        if not (by_host and by_path):
            missing.append("@target-uri")
    if (request.method not in ("GET", "HEAD") or request.body) and "content-digest" not in covered:
        missing.append("content-digest")
    if missing:
        raise Unproven("not-covered", missing=missing)


def _value_of(name: str, request: SignedRequest, headers: Headers) -> str:
    if not name.startswith("@"):
        return headers.covered(name)
    path, _, query = request.target.partition("?")
    match name:
        case "@method":
            return request.method
        case "@target-uri":
            return request.origin + request.target
        case "@authority":
            return request.authority
        case "@scheme":
            return request.scheme_name
        case "@request-target":
            return request.target
        case "@path":
            return path
        case "@query":
            return f"?{query}"
    raise Unproven("unsupported-component", component=name[:100])


def _base(values: dict[str, str], raw: str) -> bytes:
    """The signature base (RFC 9421 §2.5); `raw` must be the very bytes of the Signature-Input member."""
    lines = [f'"{name}": {value}' for name, value in values.items()]
    lines.append(f'"@signature-params": {raw}')
    try:
        return "\n".join(lines).encode("latin-1")
    except UnicodeEncodeError as error:
        raise Malformed("bad-header") from error


def _members(header: str) -> list[tuple[str, str, str, str]]:
    """(label, whole value, components, parameters) of each signature in `Signature-Input`."""
    found = [(match[1], match[2], match[3], match[4]) for match in _each(_MEMBER, header)]
    if len(found) > _MOST_SIGNATURES or len({member[0] for member in found}) != len(found):
        raise Malformed("bad-signature-header", why="labels")
    return found


def _byte_members(header: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for match in _each(_BYTES_MEMBER, header):
        if match[1] in found or len(found) > _MOST_SIGNATURES:
            raise Malformed("bad-signature-header", why="labels")
        found[match[1]] = _decode(match[2])
    return found


def _each(pattern: re.Pattern[str], header: str) -> Iterable[re.Match[str]]:
    """Matches that together are the whole of `header`."""
    if len(header) > _LONGEST_HEADER:
        raise Malformed("bad-signature-header", why="too long")
    at = 0
    while at < len(header):
        match = pattern.match(header, at)
        if match is None:
            raise Malformed("bad-signature-header", why="syntax")
        yield match
        at = match.end()


def _components(items: str) -> list[str]:
    found = []
    for match in _ITEM.finditer(items):
        if match[2]:
            raise Unproven("unsupported-component", component=match[0].strip()[:100])
        name = match[1]
        if name != name.lower():
            raise Malformed("bad-signature-header", why="components")
        found.append(name)
    return found


def _parameters(text: str) -> dict[str, str | int]:
    found: dict[str, str | int] = {}
    for match in _PARAMETER.finditer(text):
        name, value = match[1], match[2]
        if name in found:
            raise Malformed("bad-signature-header", why="parameters")
        if value is None:
            continue
        if value.startswith('"'):
            found[name] = value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
        elif value.lstrip("-").isdigit():
            found[name] = int(value)
    return found


def _check_digest(header: str, body: bytes) -> None:
    """Every digest that we know must be right, and there must be one."""
    known = 0
    for match in _each(_BYTES_MEMBER, header):
        function = _DIGESTS.get(match[1])
        if function is None:
            continue
        known += 1
        if _decode(match[2]) != function(body).digest():
            raise Unproven("digest-mismatch")
    if not known:
        raise Unproven("no-digest")


def _decode(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("bad-signature-header", why="base64") from error


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
