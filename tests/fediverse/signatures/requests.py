"""Requests as others would send them, signed rightly but for what a test changes."""

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fediverse.errors import Malformed, Unproven
from fediverse.keys import PublicKey, SigningKey, make_ed25519, make_rsa
from fediverse.signatures import (
    Claim,
    Scheme,
    SignedRequest,
    examine,
    sign,
)

NOW = datetime(2026, 6, 9, 10, 0, 0, tzinfo=UTC)
ORIGIN = "https://coop.example"
ACTOR = "https://mastodon.example/users/alice"
BODY = b'{"type":"Follow","actor":"https://mastodon.example/users/alice"}'
RSA = SigningKey(f"{ACTOR}#main-key", ACTOR, make_rsa())
ED25519 = SigningKey(f"{ACTOR}#ed25519-key", ACTOR, make_ed25519())
STRANGER = SigningKey(f"{ACTOR}#main-key", ACTOR, make_rsa())
BOTH_KEYS = pytest.mark.parametrize("key", [RSA, ED25519], ids=["rsa", "ed25519"])
BOTH_SCHEMES = pytest.mark.parametrize("scheme", list(Scheme), ids=lambda scheme: scheme.value)


def public(key: SigningKey) -> PublicKey:
    return PublicKey(key.key_iri, key.owner_iri, key.private.public_key())


def post(
    scheme: Scheme = Scheme.CAVAGE,
    key: SigningKey = RSA,
    path: str = "/g/interior/inbox",
    *,
    now: datetime = NOW,
    body: bytes = BODY,
    more: dict[str, str] | None = None,
) -> SignedRequest:
    headers = sign(
        "POST",
        ORIGIN + path,
        body,
        key,
        scheme,
        now=now,
        headers={"Content-Type": "application/activity+json", **(more or {})},
    )
    return SignedRequest("POST", path, tuple(headers.items()), body, ORIGIN)


def cavage(
    covered: str, *, key: SigningKey = RSA, algorithm: str | None = "rsa-sha256", **changed: str
) -> SignedRequest:
    """A post whose signature is right, over the headers in `covered`."""
    values = {
        "host": "coop.example",
        "date": "Tue, 09 Jun 2026 10:00:00 GMT",
        "digest": "SHA-256=" + base64.b64encode(hashlib.sha256(BODY).digest()).decode(),
        "content-type": "application/activity+json",
        **changed,
    }
    parameters = {"created": changed.pop("created", "1780999200"), "expires": changed.pop("expires", "1780999500")}
    lines = []
    for name in covered.split():
        if name == "(request-target)":
            lines.append("(request-target): post /inbox")
        elif name.startswith("("):
            lines.append(f"{name}: {parameters[name[1:-1]]}")
        else:
            lines.append(f"{name}: {values.get(name, '')}")
    signature = base64.b64encode(key.sign("\n".join(lines).encode())).decode()
    header = f'keyId="{key.key_iri}",'
    header += f'algorithm="{algorithm}",' if algorithm else ""
    header += f"created={parameters['created']}," if "(created)" in covered else ""
    header += f"expires={parameters['expires']}," if "(expires)" in covered else ""
    values["signature"] = f'{header}headers="{covered}",signature="{signature}"'
    headers = tuple((name, value) for name, value in values.items() if name not in ("created", "expires"))
    return SignedRequest("POST", "/inbox", headers, BODY, ORIGIN)


def rfc9421(components: str, parameters: str, *, key: SigningKey = RSA, target: str = "/inbox") -> SignedRequest:
    """A post with the components and parameters given, signed rightly as long as the components exist."""
    digest = "sha-256=:" + base64.b64encode(hashlib.sha256(BODY).digest()).decode() + ":"
    path, _, query = target.partition("?")
    values = {
        "@method": "POST",
        "@target-uri": ORIGIN + target,
        "@authority": "coop.example",
        "@scheme": "https",
        "@request-target": target,
        "@path": path,
        "@query": f"?{query}",
        "content-digest": digest,
        "host": "coop.example",
        "date": "Tue, 09 Jun 2026 10:00:00 GMT",
    }
    raw = f"({components}){parameters}"
    lines = [f"{name}: {values[name.strip(chr(34))]}" for name in components.split() if name.strip('"') in values]
    base = "\n".join([*lines, f'"@signature-params": {raw}'])
    signature = base64.b64encode(key.sign(base.encode())).decode()
    headers = (
        ("host", "coop.example"),
        ("date", values["date"]),
        ("content-digest", digest),
        ("signature-input", f"sig1={raw}"),
        ("signature", f"sig1=:{signature}:"),
    )
    return SignedRequest("POST", target, headers, BODY, ORIGIN)


GOOD_9421 = '"@method" "@target-uri" "content-digest"'
GOOD_PARAMETERS = f';created=1780999200;keyid="{RSA.key_iri}";alg="rsa-v1_5-sha256"'


def refusal(request: SignedRequest, key: SigningKey = RSA, now: datetime = NOW) -> str:
    with pytest.raises((Unproven, Malformed)) as refused:
        examine(request, now=now).verify(public(key))
    return refused.value.code


def accepted(request: SignedRequest, key: SigningKey = RSA, now: datetime = NOW) -> Claim:
    claim = examine(request, now=now)
    claim.verify(public(key))
    return claim


def with_header(request: SignedRequest, name: str, value: str) -> SignedRequest:
    return replace(request, headers=tuple((n, value if n == name else v) for n, v in request.headers))


def without_header(request: SignedRequest, name: str) -> SignedRequest:
    return replace(request, headers=tuple(pair for pair in request.headers if pair[0] != name))
