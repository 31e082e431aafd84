"""A login of a cooperative's own: an issuer of OpenID Connect, which misbehaves when it is told to.

    issuer = Issuer("https://login.example")                # an ASGI application, for a network without sockets
    python -m tests.peers.issuer login.localhost 3001       # the same over a real socket; prints one line of JSON

It knows the person `leila`, who is signed in there: `/authorize` asks her, and her answer is a POST. What it should do
wrong stands in its fields.

Sources: OpenID Connect Core 1.0, Discovery 1.0, RFC 7515 (by hand, so that it can sign wrongly), 7636, 9207.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import sys
import time
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import unquote, urlencode

import uvicorn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

HUGE = 3_000_000
CLIENT, SECRET = "knooppunt", "a secret of ours / with signs"


@dataclass
class Issuer:
    """The issuer; its state is open to the tests.

    Attributes:
        origin: where it is, and what it calls itself.
        trouble: by path: "silent", "huge", "broken" (500), or an address to redirect to.
        metadata, claims, told: what differs from the truth in what it says of itself, in ID tokens, and at /userinfo;
            None leaves a field out.
        algorithm: of ID tokens: ES256, none, or HS256 (with a key that everybody knows: the public one).
        stranger: it signs with a key that it does not list.
        answer: what differs in the address that it sends people back to; None leaves a field out.
        clock: now, in seconds.
    """

    origin: str
    trouble: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, str | None] = field(default_factory=dict)
    algorithm: str = "ES256"
    stranger: bool = False
    kid: str | None = "one"
    clock: float | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.other = ec.generate_private_key(ec.SECP256R1())
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._metadata),
                Route("/authorize", self._consent),
                Route("/authorize", self._consented, methods=["POST"]),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
                Route("/userinfo", self._userinfo),
            ]
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        path = scope["path"]
        self.asked.append(f"{scope['method']} {path}")
        match self.trouble.get(path):
            case None:
                await self.app(scope, receive, send)
            case "silent":
                await asyncio.Event().wait()
            case "huge":
                await JSONResponse({"id_token": "x" * HUGE})(scope, receive, send)
            case "broken":
                await JSONResponse({"error": "it broke"}, 500)(scope, receive, send)
            case address:
                await RedirectResponse(address, 302)(scope, receive, send)

    async def _metadata(self, _request: Request) -> Response:
        said = {
            "issuer": self.origin,
            "authorization_endpoint": f"{self.origin}/authorize",
            "token_endpoint": f"{self.origin}/token",
            "jwks_uri": f"{self.origin}/keys",
            "userinfo_endpoint": f"{self.origin}/userinfo",
            "id_token_signing_alg_values_supported": ["ES256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return JSONResponse(_without_none(said | self.metadata))

    async def _consent(self, request: Request) -> Response:
        fields = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in request.query_params.items()
        )
        buttons = "".join(f'<button name="answer" value="{each}">{each}</button>' for each in ("yes", "no"))
        return HTMLResponse(f'<!doctype html><title>Login</title><form method="post">{fields}{buttons}</form>')

    async def _consented(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        back = {"state": form["state"], "iss": self.origin}
        if form["answer"] == "yes":
            code = secrets.token_urlsafe(16)
            self.codes[code] = form
            back["code"] = code
        else:
            back["error"] = "access_denied"
        return RedirectResponse(f"{form['redirect_uri']}?{urlencode(_without_none(back | self.answer))}", 302)

    async def _token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        scheme, _, pair = request.headers.get("authorization", "").partition(" ")
        name, _, secret = base64.b64decode(pair).decode().partition(":")
        if scheme != "Basic" or (unquote(name), unquote(secret)) != (CLIENT, SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        begun = self.codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        if (
            begun is None
            or begun["redirect_uri"] != form["redirect_uri"]
            or begun["code_challenge"] != challenge.decode()
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = self.clock if self.clock is not None else time.time()
        truth = {
            "iss": self.origin,
            "sub": "leila-1",
            "aud": CLIENT,
            "iat": int(now),
            "exp": int(now) + 300,
            "nonce": begun["nonce"],
            "name": "Leïla Haddad",
            "email": "leila@post.example",
            "email_verified": True,
        }
        token = self.signed(_without_none(truth | self.claims))
        return JSONResponse({"access_token": "at", "token_type": "Bearer", "id_token": token})

    def signed(self, claims: dict[str, Any]) -> str:
        """An ID token."""
        header = _without_none({"alg": self.algorithm, "typ": "JWT", "kid": self.kid})
        text = f"{_text(json.dumps(header).encode())}.{_text(json.dumps(claims).encode())}"
        match self.algorithm:
            case "none":
                return f"{text}."
            case "HS256":
                known = json.dumps(self._public()).encode()
                return f"{text}.{_text(hmac.digest(known, text.encode(), 'sha256'))}"
        key = self.other if self.stranger else self.key
        r, s = utils.decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{text}.{_text(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    def _public(self) -> dict[str, str]:
        numbers = self.key.public_key().public_numbers()
        x, y = (_text(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "kid": "one", "use": "sig", "x": x, "y": y}

    async def _keys(self, _request: Request) -> Response:
        # A key for something else comes first, as with many.
        return JSONResponse({"keys": [{"kty": "oct", "k": "AAAA", "kid": "secret"}, self._public()]})

    async def _userinfo(self, request: Request) -> Response:
        if request.headers.get("authorization") != "Bearer at":
            return JSONResponse({}, 401)
        truth = {"sub": "leila-1", "name": "Leïla of the list", "email": "list@post.example", "email_verified": True}
        return JSONResponse(_without_none(truth | self.told))


def _without_none(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def main() -> None:
    """Serve on 127.0.0.1 until somebody ends it."""
    host, port = sys.argv[1], int(sys.argv[2])
    server = Issuer(f"http://{host}:{port}")

    class Said(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            print(json.dumps({"origin": server.origin}), flush=True)

    Said(uvicorn.Config(server, host="127.0.0.1", port=port, log_level="warning", lifespan="off")).run()


if __name__ == "__main__":
    main()
