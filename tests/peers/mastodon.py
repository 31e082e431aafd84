"""A server that signs people in for others as Mastodon's API documents it, and misbehaves when it is told to.

    server = Mastodon("https://mastodon.example")          # an ASGI application, for a network without sockets
    python -m tests.peers.mastodon mastodon.localhost 3001  # the same over a real socket; prints one line of JSON

It knows the person `leila`, who is signed in there: `/oauth/authorize` asks her, and her answer is a POST. What it
should do wrong stands in `trouble`, by path; what kind of server it is, in `flavour`:

    mastodon    metadata (RFC 8414), the scope `profile`, `uri` in an account
    old         Mastodon before 4.3: no metadata, no `profile`, no `uri`
    gotosocial  metadata without PKCE or `profile`, no `uri`, no tokens for clients, no revocation

Sources: docs.joinmastodon.org (methods/apps, methods/oauth, methods/accounts, spec/oauth), RFC 6749, 7009, 7636, 8414.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import secrets
import sys
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import urlencode

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

Form = dict[str, str]
HUGE = 3_000_000


@dataclass
class Grant:
    """A code or a token: for which app, whom, what."""

    client_id: str
    scope: str
    redirect_uri: str = ""
    challenge: str = ""
    used: bool = False


@dataclass
class Mastodon:
    """The server; its state is open to the tests.

    Attributes:
        origin: where it is.
        trouble: by path: "silent", "huge", "page" (for people), "broken" (500), "missing" (404), or an address to
            redirect to.
        account: what differs from the truth in what it says of leila's account.
        actor: what differs from the truth in her actor.
        asked: method and path of everything that was asked, in order.
    """

    origin: str
    flavour: str = "mastodon"
    trouble: dict[str, str] = field(default_factory=dict)
    account: dict[str, str | None] = field(default_factory=dict)
    actor: dict[str, Any] = field(default_factory=dict)
    apps: dict[str, Form] = field(default_factory=dict)
    codes: dict[str, Grant] = field(default_factory=dict)
    tokens: dict[str, Grant] = field(default_factory=dict)
    revoked: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    handle_host: str = ""

    def __post_init__(self) -> None:
        self.authority = self.origin.partition("://")[2]
        self.app = Starlette(
            routes=[
                Route("/.well-known/webfinger", self._webfinger),
                Route("/.well-known/oauth-authorization-server", self._metadata),
                Route("/api/v1/apps", self._register, methods=["POST"]),
                Route("/oauth/authorize", self._consent),
                Route("/oauth/authorize", self._consented, methods=["POST"]),
                Route("/oauth/token", self._token, methods=["POST"]),
                Route("/oauth/revoke", self._revoke, methods=["POST"]),
                Route("/api/v1/accounts/verify_credentials", self._verify),
                Route("/users/{name}", self._actor),
                Route("/@{name}", self._profile),
                Route("/-/set", self._set, methods=["POST"]),
                Route("/-/state", self._state),
            ]
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        path = scope["path"]
        self.asked.append(f"{scope['method']} {path}")
        if trouble := self.trouble.get(path):
            await (await self._misbehave(trouble))(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _misbehave(self, trouble: str) -> Response:
        match trouble:
            case "silent":
                await asyncio.Event().wait()
                return Response()
            case "huge":
                return JSONResponse({"client_id": "c", "client_secret": "s", "access_token": "x" * HUGE})
            case "page":
                return HTMLResponse("<p>Welcome to another kind of server.</p>")
            case "broken":
                return JSONResponse({"error": "it broke"}, 500)
            case "missing":
                return JSONResponse({"error": "Not Found"}, 404)
            case address:
                return RedirectResponse(address, 302)

    # What people and other servers see.

    async def _webfinger(self, request: Request) -> Response:
        hosts = {self.authority, self.handle_host}
        asked = request.query_params.get("resource", "")
        if asked not in {f"acct:leila@{host}" for host in hosts if host}:
            return JSONResponse({"error": "Not Found"}, 404)
        document = {
            "subject": f"acct:leila@{self.handle_host or self.authority}",
            "links": [{"rel": "self", "type": "application/activity+json", "href": f"{self.origin}/users/leila"}],
        }
        return JSONResponse(document, media_type="application/jrd+json")

    async def _actor(self, request: Request) -> Response:
        if request.path_params["name"] != "leila":
            return JSONResponse({"error": "Not Found"}, 404)
        iri = f"{self.origin}/users/leila"
        document: dict[str, Any] = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": iri,
            "type": "Person",
            "preferredUsername": "leila",
            "name": "Leïla",
            "url": f"{self.origin}/@leila",
            "inbox": f"{iri}/inbox",
            "outbox": f"{iri}/outbox",
            "followers": f"{iri}/followers",
            "following": f"{iri}/following",
        }
        body = json.dumps(document | self.actor).encode()
        return Response(body, media_type="application/activity+json")

    async def _profile(self, request: Request) -> Response:
        if "json" in request.headers.get("accept", ""):
            request.path_params["name"] = request.path_params["name"]
            return await self._actor(request)
        return HTMLResponse("<h1>Leïla</h1>")

    # The API.

    async def _metadata(self, request: Request) -> Response:
        if self.flavour == "old":
            return HTMLResponse("<p>The page you are looking for isn't here.</p>", 404)
        scopes = ["read", "profile", "write", "follow", "push", "read:accounts"]
        known: dict[str, Any] = {
            "issuer": f"{self.origin}/",
            "authorization_endpoint": f"{self.origin}/oauth/authorize",
            "token_endpoint": f"{self.origin}/oauth/token",
            "app_registration_endpoint": f"{self.origin}/api/v1/apps",
            "revocation_endpoint": f"{self.origin}/oauth/revoke",
            "scopes_supported": scopes,
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "code_challenge_methods_supported": ["S256"],
        }
        if self.flavour == "gotosocial":
            known |= {"issuer": self.origin, "scopes_supported": ["read", "write", "read:accounts"]}
            del known["code_challenge_methods_supported"], known["revocation_endpoint"]
        return JSONResponse(known)

    async def _register(self, request: Request) -> Response:
        form = await _form(request)
        allowed = {"read", "write", "follow", "push", "read:accounts"} | (
            {"profile"} if self.flavour == "mastodon" else set()
        )
        if not form.get("client_name") or not form.get("redirect_uris"):
            return JSONResponse({"error": "Validation failed: Redirect URI can't be blank"}, 422)
        if set(form.get("scopes", "read").split()) - allowed:
            return JSONResponse({"error": "Validation failed: Scopes doesn't match configured on the server."}, 422)
        client_id, secret = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self.apps[client_id] = form | {"client_secret": secret}
        answer = {"id": str(len(self.apps)), "name": form["client_name"], "website": form.get("website")}
        return JSONResponse(answer | {"client_id": client_id, "client_secret": secret, "vapid_key": ""})

    async def _consent(self, request: Request) -> Response:
        query = dict(request.query_params)
        app = self.apps.get(query.get("client_id", ""))
        if app is None or query.get("redirect_uri") != app["redirect_uris"] or query.get("response_type") != "code":
            return HTMLResponse("<p>Client authentication failed due to unknown client.</p>", 401)
        hidden = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(text)}">' for name, text in query.items()
        )
        return HTMLResponse(
            f"<title>Authorise</title><h1>{escape(app['client_name'])} asks who you are</h1>"
            f'<form method="post">{hidden}<button name="answer" value="yes">Authorise</button>'
            f'<button name="answer" value="no">Deny</button></form>'
        )

    async def _consented(self, request: Request) -> Response:
        form = await _form(request)
        app = self.apps.get(form.get("client_id", ""))
        if app is None or set(form.get("scope", "").split()) - set(app["scopes"].split()):
            return HTMLResponse("<p>Client authentication failed.</p>", 401)
        brought: dict[str, str] = {"state": form.get("state", "")}
        if form.get("answer") == "yes":
            brought["code"] = secrets.token_urlsafe(32)
            self.codes[brought["code"]] = Grant(
                form["client_id"], form["scope"], form["redirect_uri"], form.get("code_challenge", "")
            )
        else:
            brought |= {"error": "access_denied", "error_description": "The resource owner denied the request."}
        return RedirectResponse(f"{form['redirect_uri']}?{urlencode(brought)}", 302)

    async def _token(self, request: Request) -> Response:
        form = await _form(request)
        app = self.apps.get(form.get("client_id", ""))
        if app is None or app["client_secret"] != form.get("client_secret"):
            return JSONResponse({"error": "invalid_client", "error_description": "unknown client"}, 401)
        match form.get("grant_type"):
            case "client_credentials" if self.flavour != "gotosocial":
                grant = Grant(form["client_id"], form.get("scope", "read"))
            case "authorization_code":
                code = self.codes.get(form.get("code", ""))
                if code is None or code.used or code.client_id != form["client_id"]:
                    return JSONResponse({"error": "invalid_grant"}, 400)
                code.used = True
                if code.redirect_uri != form.get("redirect_uri") or not _proves(code.challenge, form):
                    return JSONResponse({"error": "invalid_grant"}, 400)
                grant = code
            case _:
                return JSONResponse({"error": "unsupported_grant_type"}, 400)
        token = secrets.token_urlsafe(32)
        self.tokens[token] = grant
        return JSONResponse({"access_token": token, "token_type": "Bearer", "scope": grant.scope, "created_at": 0})

    async def _revoke(self, request: Request) -> Response:
        if self.flavour == "gotosocial":
            return JSONResponse({"error": "Not Found"}, 404)
        form = await _form(request)
        app = self.apps.get(form.get("client_id", ""))
        if app is None or app["client_secret"] != form.get("client_secret"):
            return JSONResponse({"error": "unauthorized_client"}, 403)
        if self.tokens.pop(form.get("token", ""), None):
            self.revoked.append(form["token"])
        return JSONResponse({})

    async def _verify(self, request: Request) -> Response:
        grant = self.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if grant is None:
            return JSONResponse({"error": "The access token is invalid"}, 401)
        if not {"profile", "read", "read:accounts"} & set(grant.scope.split()):
            return JSONResponse({"error": "This action is outside the authorized scopes"}, 403)
        account: dict[str, str | None] = {
            "id": "1",
            "username": "leila",
            "acct": "leila",
            "display_name": "Leïla",
            "url": f"{self.origin}/@leila",
        }
        if self.flavour == "mastodon":
            account["uri"] = f"{self.origin}/users/leila"
        return JSONResponse({name: text for name, text in (account | self.account).items() if text is not None})

    # For tests that run it in a process of its own.

    async def _set(self, request: Request) -> Response:
        for name, value in (await request.json()).items():
            setattr(self, name, value)
        return JSONResponse({})

    async def _state(self, request: Request) -> Response:
        names = ("apps", "revoked", "asked")
        return JSONResponse({name: getattr(self, name) for name in names} | {"tokens": list(self.tokens)})


def _proves(challenge: str, form: Form) -> bool:
    if not challenge:
        return True
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge


async def _form(request: Request) -> Form:
    async with request.form() as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def main() -> None:
    """Serve on 127.0.0.1 until standard input ends or somebody ends it."""
    host, port = sys.argv[1], int(sys.argv[2])
    server = Mastodon(f"http://{host}:{port}")

    class Said(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            print(json.dumps({"origin": server.origin}), flush=True)

    Said(uvicorn.Config(server, host="127.0.0.1", port=port, log_level="warning", lifespan="off")).run()


if __name__ == "__main__":
    main()
