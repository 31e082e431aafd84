"""What every page shares: a template filled in the reader's language, a form read, a redirect, a refusal in words.

`Pages` is made once, by `guard.guarded`, which puts it into the state of each request.

What every template may use without being given it is listed at `_common`. Undefined names are errors. Text is escaped;
HTML that came from elsewhere goes through the filter `remote_html`, which sanitises it again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn
from urllib.parse import parse_qsl, quote, urlencode
from zoneinfo import ZoneInfo

from jinja2 import BytecodeCache
from markupsafe import Markup
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from actors import people
from actors.database import utc_now
from actors.refusals import Refused
from actors.views import Site
from web.assets import Assets
from web.forms import form_token
from web.i18n import LANGUAGE_COOKIE, Catalogues, Reader, choose, zone_named
from web.look import look_of, zone_of
from web.qr import QrCodes
from web.sentences import NOTICES, REFUSALS
from web.templating import environment
from web.wording import Wording

IRI_CHARS = 2_048
YEAR_S = 60 * 60 * 24 * 365
HANDLE_COOKIE = "handle"
OWN_NAMES = {"nl": "Nederlands", "fr": "Français", "en": "English", "de": "Deutsch"}


class Pages:
    """The templates and what they need; see the module.

    Args:
        clean: sanitises HTML that came from elsewhere; the very function that is used when it is stored.
        mail_is_fixed: the operator's settings name a mail server.
        compiled: see `templating.environment`.
        now: a clock that a test may set.
    """

    def __init__(
        self,
        *,
        origin: str,
        catalogues: Catalogues,
        clean: Callable[[str], str],
        languages: Sequence[str] | None = None,
        timezone: str = "Europe/Brussels",
        assets: Assets | None = None,
        mail_is_fixed: bool = False,
        compiled: BytecodeCache | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.origin = origin
        self.authority = origin.partition("://")[2]
        self.catalogues = catalogues
        self.all_languages = tuple(languages or catalogues)
        """Those of the settings; the admins choose among them."""
        self.mail_is_fixed = mail_is_fixed
        self.assets = assets or Assets()
        self.site = Site(self.authority, {})
        self._zone = ZoneInfo(timezone)
        self.now = now
        self._env = environment(compiled)
        self._env.filters["remote_html"] = lambda html: Markup(clean(html))  # noqa: S704 (cleaned on this line)
        self.clean = clean
        self._env.filters["iso"] = lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        self._env.globals.update(origin=origin, asset=self.assets.url, path_of=self.path_of, qr=QrCodes().svg)

    def introduce(self, site: Site) -> None:
        """From now on the instance calls itself so."""
        self.site = site

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which pages are offered, the instance's own first."""
        return tuple(code for code in self.site.languages if code in self.all_languages) or self.all_languages

    @property
    def sends_mail(self) -> bool:
        """Whether there is a mail server."""
        return self.mail_is_fixed or self.site.has_mail_server

    def reader(self, request: Request) -> Reader:
        """Who reads; language by what they chose here, their profile, the link they came by, the browser: the first."""
        member = getattr(request.state, "member", None)
        language = choose(
            self.languages,
            request.query_params.get("language"),
            request.cookies.get(LANGUAGE_COOKIE),
            member.language if member else None,
            request.query_params.get("lang"),
            accept=request.headers.get("accept-language"),
        )
        zone = (member.time_zone if member else None) or zone_of(request)
        return Reader(self.catalogues[language], zone_named(zone, self._zone) if zone else self._zone, self.now())

    def path_of(self, iri: str) -> str:
        """Where we show the thing with this IRI: its own address if it is ours, else our page about it."""
        if iri.startswith(self.origin + "/"):
            return iri[len(self.origin) :]
        return "/elsewhere?" + urlencode({"iri": iri})

    def render(self, request: Request, template: str, /, status: int = 200, **context: Any) -> Response:
        """The page `template` for this reader."""
        reader = self.reader(request)
        body = self._env.get_template(template).render(self._common(request, reader) | context)
        answer = Response(body, status, media_type="text/html")
        answer.headers["Content-Language"] = reader.language
        answer.headers["Vary"] = "Accept, Accept-Language, Cookie"
        answer.headers["Cache-Control"] = "private, no-cache"
        if (wish := request.query_params.get("language")) in self.languages:
            answer.set_cookie(
                LANGUAGE_COOKIE, wish, max_age=YEAR_S, httponly=True, secure=request.state.secure, samesite="lax"
            )
        return answer

    def feed(self, request: Request, template: str, /, updated: datetime | None, **context: Any) -> Response:
        """An Atom feed (RFC 4287); a reader that has it already gets 304."""
        reader = self.reader(request)
        common = self._common(request, reader) | {"updated": updated or datetime.fromtimestamp(0, self._zone)}
        body = self._env.get_template(template).render(common | context).encode()
        headers = {
            "ETag": f'W/"{hashlib.sha256(body).hexdigest()[:24]}"',
            "Vary": "Accept-Language, Cookie",
            "Cache-Control": "private, max-age=300",
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type="application/atom+xml")

    def error(self, request: Request, status: int, code: str | None = None) -> Response:
        """A refusal: what happened, what was kept, what to do. Machines get one line."""
        member = getattr(request.state, "member", None)
        if status == 401 and member is not None and member.is_guest:
            code = "guest"
        if code not in REFUSALS:
            code = str(status) if str(status) in REFUSALS else "400" if status < 500 else "500"
        if not prefers_html(request):
            return PlainTextResponse(f"{code}\n", status)
        for name, value in {"member": None, "session_secret": None, "secure": self.origin.startswith("https:")}.items():
            if not hasattr(request.state, name):
                setattr(request.state, name, value)
        return self.render(request, "error.html", status=status, code=code, status_code=status)

    def _common(self, request: Request, reader: Reader) -> dict[str, Any]:
        """What every template may use."""
        path = quote(request.scope["path"], safe="/@:+,;=~!$&'()*")
        asked = parse_qsl(request.scope["query_string"].decode("latin-1")[:2000])
        query = [(k, v) for k, v in asked if k not in {"lang", "language"}]
        notice = request.query_params.get("notice")
        secret = getattr(request.state, "session_secret", None)

        def in_language(language: str) -> str:
            kept = [(k, v) for k, v in query if k != "notice"]
            return f"{path}?{urlencode([*kept, ('language', language)])}"

        def with_query(changes: Mapping[str, object]) -> str:
            kept = {**{k: v for k, v in query if k != "notice"}, **changes}
            return f"{path}?{urlencode({k: v for k, v in kept.items() if v is not None})}".removesuffix("?")

        return {
            "_": reader.gettext,
            "ngettext": reader.ngettext,
            "reader": reader,
            "say": Wording(reader),
            "site": self.site.for_reader(reader.language),
            "authority": self.authority,
            "about_site": self.site.about.get(reader.language) or next(iter(self.site.about.values()), ""),
            "canonical": self.origin + path,
            "languages": [(code, OWN_NAMES[code], in_language(code)) for code in self.languages],
            "member": getattr(request.state, "member", None),
            "form_token": form_token(secret) if secret else "",
            "notice": NOTICES.get(notice) if notice else None,
            "with_query": with_query,
            "look": look_of(request),
            "remembered_handle": remembered_handle(request) or "",
        }


def render(request: Request, template: str, /, status: int = 200, **context: Any) -> Response:
    """The page `template` for whoever asks, with `context`."""
    pages: Pages = request.state.pages
    return pages.render(request, template, status=status, **context)


def error_handlers() -> Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]]:
    """For Starlette: refusals, rules that say no, a database that is away, and crashes, as pages."""

    async def refused(request: Request, error: Exception) -> Response:
        pages: Pages = request.state.pages
        match error:
            case HTTPException():
                status = error.status_code
                if status == 404 and await _stood_here(request):
                    status = 410
                answer = pages.error(request, status)
                answer.headers.update(error.headers or {})
            case OperationalError():
                answer = pages.error(request, 503)
                answer.headers["Retry-After"] = "30"
            case Refused():
                answer = pages.error(request, 422, error.code)
            case _:
                answer = pages.error(request, 500)
        return answer

    return dict.fromkeys((HTTPException, Refused, OperationalError, Exception), refused)


async def _stood_here(request: Request) -> bool:
    grave = await request.app.state.house.db.read(people.tombstone, iri_of(request))
    return grave is not None


def language_of(request: Request) -> str:
    """The language in which this request is answered."""
    pages: Pages = request.state.pages
    return pages.reader(request).language


def iri_of(request: Request) -> str:
    """The IRI of the thing at this address: our origin and the path, never the Host header."""
    pages: Pages = request.state.pages
    return f"{pages.origin}{request.scope['path'].rstrip('/')}"


def iri_asked(request: Request) -> str:
    """The IRI in the query of one of our pages about something elsewhere.

    Raises:
        HTTPException: 404, it is none.
    """
    iri = request.query_params.get("iri", "")
    if not iri.startswith(("https://", "http://")) or len(iri) > IRI_CHARS or not iri.isprintable():
        raise HTTPException(404)
    return iri


async def missing(request: Request, iri: str) -> NoReturn:
    """Say that there is nothing at this address, or nothing any more.

    Raises:
        HTTPException: 410 for what was deleted, else 404.
    """
    gone = await request.app.state.house.db.read(people.tombstone, iri)
    raise HTTPException(404 if gone is None else 410)


def plain(html: str) -> str:
    """The text of clean HTML on one line."""
    return Markup(html).striptags()  # noqa: S704 (only to take its tags away)


def redirect(path: str, *, notice: str | None = None) -> Response:
    """303 to a page of ours, which then says `notice` (a code of `NOTICES`).

    Raises:
        ValueError: `path` is not a path of this instance.
    """
    if not is_own_path(path):
        raise ValueError("not a path of this instance")
    if notice:
        path += ("&" if "?" in path else "?") + urlencode({"notice": notice})
    return RedirectResponse(path, 303)


def is_own_path(path: str) -> bool:
    """Whether a redirect to `path` stays here: one slash first, no second, no backslash, nothing unprintable."""
    return re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", path) is not None


def remembered_handle(request: Request) -> str | None:
    """The handle that this browser's reader typed before."""
    handle = request.cookies.get(HANDLE_COOKIE, "")
    return handle if re.fullmatch(r"[\w.-]{1,64}@[A-Za-z0-9.:-]{1,255}", handle, re.ASCII) else None


def prefers_html(request: Request) -> bool:
    """Whether whoever asks is a person's browser."""
    return "text/html" in request.headers.get("accept", "")
