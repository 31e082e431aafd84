"""What stands before every page and document: host, size, origin of a form, session, headers, rates.

`Guard` is pure ASGI and wraps the whole application, outermost. It refuses what is not addressed to us (421), what is
too big (413) and a form sent from somebody else's page (403); it finds out who is signed in; it puts a
Content-Security-Policy on every answer.

A form is believed when the browser says that it comes from a page of ours (`Sec-Fetch-Site`, else `Origin`), its
cookie came with it (SameSite=Lax), and, for a signed-in member, it carries the session's token (`pages.read_form`
checks that). Servers send none of those headers and no cookie, so the inbox passes.

Sources: security contract L5, H3, §5; Fetch Metadata (W3C), RFC 6265bis `__Host-`, RFC 9110 §15.5.20 (421).
"""

from __future__ import annotations

import contextlib
import ipaddress
import time
from collections.abc import Awaitable, Callable, Collection
from urllib.parse import urlsplit

from sqlalchemy.exc import OperationalError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from actors.refusals import Refused
from actors.views import SignedIn
from web.pages import Pages
from web.pictures.store import FORM_BYTES, is_upload
from web.rates import Limiter

FindMember = Callable[[str], Awaitable[SignedIn | None]]

BODY_LIMIT_BYTES = 1_048_576
SESSION_SECONDS = 60 * 60 * 24 * 90
INTRODUCED_EVERY_S = 2.0
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
OTHER_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Not «no-referrer»: with that, a browser sends `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), browsing-topics=()",
}


class Guard:
    """The outermost layer; see the module.

    Args:
        pages: words the refusals.
        origin: ours, such as `https://coop.example`.
        find_member: who has the session with this secret (`Database.read(people.signed_in, …)`).
        introduce: learns anew what the instance calls itself; asked at most every `INTRODUCED_EVERY_S`.
        any_host: paths that answer under any name (health checks of a machine).
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        pages: Pages,
        origin: str,
        find_member: FindMember,
        body_limit_bytes: int = BODY_LIMIT_BYTES,
        any_host: Collection[str] = ("/health",),
        limiter: Limiter | None = None,
        introduce: Callable[[], Awaitable[None]] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.app = app
        self._pages = pages
        self._origin = origin
        self._secure = origin.startswith("https:")
        self._authority = _authority(urlsplit(origin).netloc, secure=self._secure)
        self._find_member = find_member
        self._body_limit = body_limit_bytes
        self._any_host = frozenset(any_host)
        self._limiter = limiter or Limiter()
        self._introduce, self._clock = introduce, clock
        self._introduced_at = clock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["state"] = state = dict(scope.get("state") or {})
        state.update(
            pages=self._pages, limiter=self._limiter, member=None, viewer=None, session_secret=None, secure=self._secure
        )
        send = self._with_headers(send)
        headers = Headers(scope=scope)
        if refusal := self._refuse(scope, headers):
            await self._pages.error(Request(scope), *refusal)(scope, receive, send)
            return
        await self._learn()
        request = Request(scope)
        secret = request.cookies.get(session_cookie(secure=self._secure), "")
        if not scope["path"].startswith("/static/") and 20 <= len(secret) <= 100 and secret.isascii():
            state["member"] = await self._find_member(secret)
            state["viewer"] = state["member"].viewer if state["member"] else None
            state["session_secret"] = secret if state["member"] else None
        await self.app(scope, _bounded(receive, self._limit(scope)), send)

    async def _learn(self) -> None:
        """Another process, or the command line, may have changed the instance's name."""
        if self._introduce is None or self._clock() - self._introduced_at < INTRODUCED_EVERY_S:
            return
        self._introduced_at = self._clock()
        with contextlib.suppress(OperationalError, Refused):
            await self._introduce()

    def _refuse(self, scope: Scope, headers: Headers) -> tuple[int, str] | tuple[int] | None:
        names = headers.getlist("host")
        if scope["path"] not in self._any_host:
            if len(names) != 1:
                return (400,)
            if _authority(names[0], secure=self._secure) != self._authority:
                return (421,)
        length = headers.get("content-length")
        if length is not None and (not (length.isascii() and length.isdigit()) or len(length) > 15):
            return (400,)
        if length is not None and int(length) > self._limit(scope):
            return (413,)
        if scope["method"] not in SAFE_METHODS and not self._is_ours(headers):
            return (403, "foreign-form")
        return None

    def _limit(self, scope: Scope) -> int:
        return FORM_BYTES if is_upload(scope["method"], scope["path"]) else self._body_limit

    def _is_ours(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = headers.get("origin")
        return origin is None or origin == self._origin

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                is_page = headers.get("content-type", "").startswith("text/html")
                headers["Content-Security-Policy"] = PAGE_POLICY if is_page else OTHER_POLICY
                if self._secure:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        return sending


def _bounded(receive: Receive, limit: int) -> Receive:
    """The body of a request, counted while it comes in; 413 for whoever reads past `limit` bytes."""
    left = limit

    async def receiving() -> Message:
        nonlocal left
        message = await receive()
        if message["type"] == "http.request":
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413)
        return message

    return receiving


def session_cookie(*, secure: bool) -> str:
    """The cookie's name; `__Host-` keeps a neighbour on a subdomain from setting it."""
    return "__Host-session" if secure else "session"


def begin_session(request: Request, response: Response, secret: str) -> None:
    """Give the browser its session."""
    response.set_cookie(
        session_cookie(secure=request.state.secure),
        secret,
        max_age=SESSION_SECONDS,
        httponly=True,
        secure=request.state.secure,
        samesite="lax",
    )


def network_of(request: Request) -> str:
    """Where the request comes from, cut to its network (/24, /48): enough for the member to know it again."""
    address = request.client.host if request.client else ""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))


def end_session(request: Request, response: Response) -> None:
    """Take it away."""
    response.delete_cookie(
        session_cookie(secure=request.state.secure), httponly=True, secure=request.state.secure, samesite="lax"
    )


def member(request: Request) -> SignedIn:
    """The signed-in member; 401 for anybody else, guests from elsewhere too."""
    found: SignedIn | None = request.state.member
    if found is None or found.is_guest:
        raise HTTPException(401)
    return found


def signed_in(request: Request) -> SignedIn:
    """The signed-in member or guest; 401 for anybody else."""
    found: SignedIn | None = request.state.member
    if found is None:
        raise HTTPException(401)
    return found


def moderator(request: Request) -> SignedIn:
    """The signed-in moderator or admin; to anybody else the page is not there."""
    found: SignedIn | None = request.state.member
    if found is None or not (found.is_moderator or found.is_admin):
        raise HTTPException(404)
    return found


def admin(request: Request) -> SignedIn:
    """The signed-in admin; to anybody else the page is not there."""
    found: SignedIn | None = request.state.member
    if found is None or not found.is_admin:
        raise HTTPException(404)
    return found


def _authority(host: str, *, secure: bool) -> str:
    name, colon, port = host.strip().lower().rpartition(":")
    if not colon or port.endswith("]"):
        name, port = host.strip().lower(), ""
    name = name.removesuffix(".")
    return name if port in {"", "443" if secure else "80"} else f"{name}:{port}"
