"""Asking another server who somebody is: a client of the API that Mastodon began and many servers speak.

We introduce ourselves there once (`introduce`), send the person to `authorize_url`, and with the code that they bring
back we ask for a token (`redeem`), for the account (`account`), and give the token back (`revoke`). The server says who
the person is, so what it says is believed about its own accounts and about nobody else's: `actor_of` finds the actor,
which must be on that very server and answer to that name.

PKCE is always used unless the server says that it knows other methods only. The narrowest scope is asked for that
tells who somebody is: `profile` where it is offered, else `read:accounts`.

Sources: docs.joinmastodon.org (methods/apps, methods/oauth, methods/accounts, spec/oauth), RFC 6749, RFC 7636,
RFC 8414, RFC 9207; S3 and O1 of the security contract.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from fediverse.discovery import find, parse_handle
from fediverse.documents import JSON
from fediverse.errors import Declined, FediverseError, ForbiddenAddress, Malformed, Unauthorised, Unreachable
from fediverse.fetch import Answered, Fetched, Fetcher, get_json, post_form
from fediverse.hosts import origin_of, parse_iri

NARROW_SCOPE, WIDER_SCOPE = "profile", "read:accounts"
PEOPLE = frozenset({"Person", "Service", "Organization"})
_SECRET_CHARS = 2_048
_NOT_ABOUT_US = frozenset({"invalid_grant", "invalid_scope", "unsupported_grant_type", "unauthorized_client"})


class NotSignedIn(Exception):
    """The other server did not do its part.

    Attributes:
        code: "their-server-silent", "-without-api", "-strange" or "-blocked", "their-server-forgot-us",
            "sign-in-code-spent", "account-unreadable", "account-elsewhere".
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Client:
    """What we are called at a server."""

    client_id: str
    client_secret: str = field(repr=False)
    scope: str


@dataclass(frozen=True, slots=True)
class Offered:
    """What a server says of its OAuth; nothing, where it says nothing."""

    scope: str
    pkce: bool


@dataclass(frozen=True, slots=True)
class Account:
    """What the server answered to «who am I?»."""

    username: str
    name: str
    iri: str
    """The actor's id as the server gives it; "" if it does not."""
    url: str


async def offered(fetcher: Fetcher, origin: str) -> Offered:
    """What the server at `origin` says of its OAuth (RFC 8414).

    Raises:
        NotSignedIn: it does not answer, or may not be asked.
    """
    try:
        answered = await get_json(fetcher, f"{origin}/.well-known/oauth-authorization-server")
    except (Malformed, Unreachable) as error:
        # Many servers have no such page and answer with one for people, or with an error; only silence counts here.
        if isinstance(error, Malformed) or error.status is not None:
            return Offered(WIDER_SCOPE, pkce=True)
        raise _said(error) from error
    except FediverseError as error:
        raise _said(error) from error
    scopes, methods = answered.json.get("scopes_supported"), answered.json.get("code_challenge_methods_supported")
    narrow = isinstance(scopes, list) and NARROW_SCOPE in scopes
    knows_other_methods_only = isinstance(methods, list) and methods != [] and "S256" not in methods
    return Offered(NARROW_SCOPE if narrow else WIDER_SCOPE, pkce=not knows_other_methods_only)


async def introduce(fetcher: Fetcher, origin: str, *, scope: str, name: str, website: str, back: str) -> Client:
    """Register us at the server.

    Args:
        fetcher: how to ask.
        origin: of the server.
        scope: what we shall ask for.
        name: what the server calls us when it asks the person.
        website: ours.
        back: the address to which it may send people back.

    Raises:
        NotSignedIn: "their-server-without-api" and others.
    """
    fields = {"client_name": name, "redirect_uris": back, "scopes": scope, "website": website}
    try:
        answered = await post_form(fetcher, f"{origin}/api/v1/apps", fields)
    except Malformed as error:
        # A page for people instead of an answer: whatever runs there, it does not speak this.
        raise _said(error, not_json="their-server-without-api") from error
    except FediverseError as error:
        raise _said(error) from error
    client = Client(answered.text("client_id"), answered.text("client_secret"), scope)
    if not answered.is_yes or not _usable(client.client_id) or not _usable(client.client_secret):
        raise NotSignedIn("their-server-without-api")
    return client


async def still_known(fetcher: Fetcher, origin: str, client: Client) -> bool:
    """Whether the server knows us still: Mastodon forgets a client that nobody has used for some time.

    A server that gives no tokens to clients themselves is believed to.

    Raises:
        NotSignedIn: it does not answer.
    """
    answered = await _ask_token_endpoint(fetcher, origin, client, {"grant_type": "client_credentials"})
    if token := answered.text("access_token"):
        await revoke(fetcher, origin, client, token)
    return not _is_about_us(answered)


def authorize_url(origin: str, client: Client, *, back: str, state: str, challenge: str | None) -> str:
    """The page of that server which asks the person; `challenge` is S256 of our verifier, None to leave PKCE out."""
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": back,
        "scope": client.scope,
        "state": state,
    }
    if challenge:
        query |= {"code_challenge": challenge, "code_challenge_method": "S256"}
    return f"{origin}/oauth/authorize?{urlencode(query)}"


async def redeem(fetcher: Fetcher, origin: str, client: Client, *, code: str, back: str, verifier: str) -> str:
    """The token for `code`.

    Raises:
        NotSignedIn: "sign-in-code-spent" (used, expired or made up), "their-server-forgot-us" (register again).
    """
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    answered = await _ask_token_endpoint(fetcher, origin, client, fields)
    if _is_about_us(answered):
        raise NotSignedIn("their-server-forgot-us")
    token = answered.text("access_token")
    if not answered.is_yes or not _usable(token) or answered.text("token_type").lower() not in ("bearer", ""):
        raise NotSignedIn("sign-in-code-spent")
    return token


async def account(fetcher: Fetcher, origin: str, token: str) -> Account:
    """Whose token it is.

    Raises:
        NotSignedIn: "account-unreadable" and others.
    """
    try:
        answered = await get_json(fetcher, f"{origin}/api/v1/accounts/verify_credentials", token=token)
    except FediverseError as error:
        raise _said(error) from error
    username = answered.text("username")
    if not answered.is_yes or not username:
        raise NotSignedIn("account-unreadable")
    return Account(username, answered.text("display_name"), answered.text("uri"), answered.text("url"))


async def revoke(fetcher: Fetcher, origin: str, client: Client, token: str) -> None:
    """Give the token back. Where that fails nothing is lost: it is in nobody's hands any more."""
    fields = {"client_id": client.client_id, "client_secret": client.client_secret, "token": token}
    try:
        await post_form(fetcher, f"{origin}/oauth/revoke", fields)
    except FediverseError:
        return


async def actor_of(fetcher: Fetcher, origin: str, who: Account) -> Fetched:
    """The actor's own document, for an account of the server at `origin`.

    Found by the `uri` that the server gives, else by WebFinger, so that a server whose handles live on another host is
    understood as well. Whatever it gives must be on that very server: it may speak for its own people alone.

    Raises:
        NotSignedIn: "account-elsewhere" and others.
    """
    try:
        iri = who.iri or await _by_webfinger(fetcher, origin, who)
        if not iri or origin_of(iri) != origin or (who.url and origin_of(who.url) != origin):
            raise NotSignedIn("account-elsewhere")
        fetched = await fetcher.document(iri)
    except (Unauthorised, Malformed, Declined) as error:
        raise NotSignedIn("account-elsewhere") from error
    except FediverseError as error:
        raise _said(error) from error
    if origin_of(fetched.iri) != origin or not _is_called(fetched.json, who):
        raise NotSignedIn("account-elsewhere")
    return fetched


async def _by_webfinger(fetcher: Fetcher, origin: str, who: Account) -> str:
    handle = parse_handle(
        f"@{who.username}@{parse_iri(origin).authority}", fetcher.limits, loopback=fetcher.on_loopback
    )
    try:
        return await find(fetcher, str(handle))
    except (Malformed, Declined):
        return who.url


def _is_called(document: Mapping[str, JSON], who: Account) -> bool:
    name, kind = document.get("preferredUsername"), document.get("type")
    return isinstance(name, str) and name.casefold() == who.username.casefold() and kind in PEOPLE


async def _ask_token_endpoint(fetcher: Fetcher, origin: str, client: Client, fields: Mapping[str, str]) -> Answered:
    named = {"client_id": client.client_id, "client_secret": client.client_secret, "scope": client.scope}
    try:
        return await post_form(fetcher, f"{origin}/oauth/token", {**fields, **named})
    except FediverseError as error:
        raise _said(error) from error


def _is_about_us(answered: Answered) -> bool:
    """Whether they do not know who asks (RFC 6749 §5.2); anything else is about the code."""
    error = answered.text("error")
    return error == "invalid_client" or (answered.status == 401 and error not in _NOT_ABOUT_US)


def _usable(secret: str) -> bool:
    return 0 < len(secret) <= _SECRET_CHARS and secret.isascii() and secret.isprintable() and " " not in secret


def _said(error: FediverseError, *, not_json: str = "their-server-strange") -> NotSignedIn:
    match error:
        case ForbiddenAddress() if error.code == "blocked-host":
            return NotSignedIn("their-server-blocked")
        case Unreachable():
            return NotSignedIn("their-server-silent")
        case Malformed() if error.code in ("not-json", "not-an-object"):
            return NotSignedIn(not_json)
        case _:
            return NotSignedIn("their-server-strange")
