"""Asking the cooperative's own login who somebody is: a client of OpenID Connect, for one issuer.

What the issuer says of itself is read anew for each sign-in (`discover`), so that nothing has to be thrown away when
its keys change. The person is sent to `authorize_url`; with the code that they bring back we ask for an ID token
(`redeem`), whose signature is verified by `joserfc` against the issuer's keys and the algorithms that are named here,
and whose statements are checked one by one (`read_token`). Whoever it says they are is `sub` at this issuer: no name
and no mail address makes them anybody here.

Sources: OpenID Connect Core 1.0 §3.1 and §5.3, Discovery 1.0 §4, RFC 7636, RFC 9207, RFC 9700; row L2 and S3.
"""

import base64
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from anyio import to_thread

from fediverse.documents import JSON
from fediverse.errors import FediverseError, Malformed, Unreachable
from fediverse.fetch import Answered, Fetcher, get_json, post_form
from fediverse.hosts import is_loopback_name, parse_iri
from fediverse.oauth import NotSignedIn

SCOPE = "openid profile email"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""No secret of ours signs an ID token, and «none» is none."""
LEEWAY = timedelta(minutes=2)
OLDEST = timedelta(minutes=15)
_TOKEN_CHARS, _SUBJECT_CHARS, _TEXT_CHARS, _KEYS = 16_384, 255, 200, 30


@dataclass(frozen=True, slots=True)
class Client:
    """What we are called at the issuer; without a secret, PKCE alone proves us."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Issuer:
    """What the issuer says of itself."""

    issuer: str
    authorize: str
    token: str
    keys: str
    userinfo: str
    basic: bool
    """It wants our secret in a header, not in the form."""
    names_itself: bool
    """It says in each answer who it is (RFC 9207)."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who the issuer says somebody is.

    Attributes:
        email: only one that it has verified.
        nickname: what they are called there; shown, never compared.
    """

    subject: str
    name: str = ""
    email: str = ""
    nickname: str = ""


async def discover(fetcher: Fetcher, issuer: str) -> Issuer:
    """What the issuer says of itself, if it is the one that was asked for.

    Raises:
        NotSignedIn: "issuer-silent", "issuer-strange".
    """
    said = await _asked(get_json(fetcher, issuer.rstrip("/") + "/.well-known/openid-configuration"))
    methods = said.json.get("token_endpoint_auth_methods_supported")
    found = Issuer(
        issuer=said.text("issuer"),
        authorize=said.text("authorization_endpoint"),
        token=said.text("token_endpoint"),
        keys=said.text("jwks_uri"),
        userinfo=said.text("userinfo_endpoint"),
        basic=not (isinstance(methods, list) and "client_secret_post" in methods),
        names_itself=said.json.get("authorization_response_iss_parameter_supported") is True,
    )
    usable = all(_is_place(place, fetcher) for place in (found.authorize, found.token, found.keys))
    if not said.is_yes or found.issuer != issuer or not usable:
        raise NotSignedIn("issuer-strange")
    return found


def authorize_url(issuer: Issuer, client: Client, *, back: str, state: str, nonce: str, challenge: str) -> str:
    """The page of the issuer that asks the person."""
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": back,
        "scope": SCOPE,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{issuer.authorize}{'&' if '?' in issuer.authorize else '?'}{urlencode(query)}"


async def redeem(
    fetcher: Fetcher,
    issuer: Issuer,
    client: Client,
    *,
    code: str,
    back: str,
    verifier: str,
    is_nonce: Callable[[str], bool],
    now: datetime,
) -> Somebody:
    """Who came back with `code`.

    Args:
        fetcher: how to ask.
        issuer, client: who asks whom.
        code: what they brought.
        back: where they were sent back to.
        verifier: of PKCE.
        is_nonce: whether this is the nonce that they took along.
        now: the time.

    Raises:
        NotSignedIn: "issuer-silent", "issuer-strange", "sign-in-code-spent".
    """
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    basic = ""
    if client.client_secret and issuer.basic:
        pair = f"{quote(client.client_id, safe='')}:{quote(client.client_secret, safe='')}"
        basic = base64.b64encode(pair.encode()).decode()
    else:
        fields["client_id"] = client.client_id
        if client.client_secret:
            fields["client_secret"] = client.client_secret
    given = await _asked(post_form(fetcher, issuer.token, fields, basic=basic))
    if not given.is_yes:
        raise NotSignedIn("sign-in-code-spent" if given.text("error") == "invalid_grant" else "issuer-strange")
    keys = await _asked(get_json(fetcher, issuer.keys))
    claims = await to_thread.run_sync(lambda: read_token(given.text("id_token"), keys.json, issuer, client, now=now))
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not is_nonce(nonce):
        raise NotSignedIn("issuer-strange")
    who = _somebody(claims)
    if (who.name and who.email) or not issuer.userinfo or not _is_place(issuer.userinfo, fetcher):
        return who
    return await _more_about(fetcher, issuer, who, given.text("access_token"))


def read_token(
    token: str, keys: Mapping[str, JSON], issuer: Issuer, client: Client, *, now: datetime
) -> Mapping[str, Any]:
    """What an ID token says, if this issuer signed it for us, a moment ago.

    Raises:
        NotSignedIn: "issuer-strange".
    """
    # Only here, and only when somebody comes back from the issuer: most processes never need it.
    from joserfc import jwt
    from joserfc.errors import JoseError

    try:
        claims = _verified(token, keys)
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=int(LEEWAY.total_seconds()),
            iss={"essential": True, "value": issuer.issuer},
            aud={"essential": True, "value": client.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(dict(claims))
    except (JoseError, ValueError, TypeError):
        raise NotSignedIn("issuer-strange") from None
    subject, made_at, party, for_whom = (claims.get(name) for name in ("sub", "iat", "azp", "aud"))
    too_old = not isinstance(made_at, int | float) or made_at < (now - OLDEST).timestamp()
    for_others_too = isinstance(for_whom, list) and len(for_whom) > 1
    if (
        too_old
        or not isinstance(subject, str)
        or not 0 < len(subject) <= _SUBJECT_CHARS
        or ((party is not None or for_others_too) and party != client.client_id)
    ):
        raise NotSignedIn("issuer-strange")
    return claims


def _verified(token: str, keys: Mapping[str, JSON]) -> Mapping[str, Any]:
    """The claims of a token that one of these keys has signed."""
    from joserfc import jws, jwt
    from joserfc.errors import BadSignatureError, JoseError
    from joserfc.jwk import import_key

    if not 0 < len(token) <= _TOKEN_CHARS or not token.isascii():
        raise BadSignatureError
    wanted = jws.extract_compact(token.encode()).headers().get("kid")
    listed = keys.get("keys")
    for each in (listed if isinstance(listed, list) else [])[:_KEYS]:
        # Public keys alone: a shared secret among them would let whoever reads the list sign.
        if not isinstance(each, dict) or each.get("kty") not in ("RSA", "EC", "OKP") or each.get("use") == "enc":
            continue
        if wanted is not None and each.get("kid") != wanted:
            continue
        try:
            return jwt.decode(token, import_key(each), algorithms=list(ALGORITHMS)).claims  # type: ignore[arg-type]
        except (JoseError, ValueError, TypeError):
            continue
    raise BadSignatureError


async def _more_about(fetcher: Fetcher, issuer: Issuer, who: Somebody, token: str) -> Somebody:
    """Name and address, from where issuers keep them that put neither into the token; nothing is lost without them."""
    try:
        told = await get_json(fetcher, issuer.userinfo, token=token)
    except FediverseError:
        return who
    if not told.is_yes or not hmac.compare_digest(told.text("sub").encode(), who.subject.encode()):
        return who
    more = _somebody(told.json)
    return Somebody(who.subject, who.name or more.name, who.email or more.email, who.nickname or more.nickname)


def _somebody(claims: Mapping[str, Any]) -> Somebody:
    def text(name: str) -> str:
        value = claims.get(name)
        line = " ".join(value.split()) if isinstance(value, str) and value.isprintable() else ""
        return line if len(line) <= _TEXT_CHARS else ""

    verified = claims.get("email_verified") is True
    return Somebody(text("sub"), text("name"), text("email") if verified else "", text("preferred_username"))


async def _asked(question: Awaitable[Answered]) -> Answered:
    try:
        return await question
    except Unreachable as error:
        raise NotSignedIn("issuer-silent") from error
    except FediverseError as error:
        raise NotSignedIn("issuer-strange") from error


def _is_place(url: str, fetcher: Fetcher) -> bool:
    """Whether a person or a secret may be sent there: with TLS, or on this machine where we are on it ourselves."""
    try:
        place = parse_iri(url, fetcher.limits)
    except Malformed:
        return False
    return place.scheme == "https" or (fetcher.on_loopback and is_loopback_name(place.host))
