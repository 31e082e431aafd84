"""What an instance says of itself: the page «about» (rules, privacy, contact), and the manifest of the program."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actors import site
from web.pages import Pages, language_of, render
from web.rates import Rate, limited


@limited(Rate.PAGE)
async def about(request: Request) -> Response:
    """Who runs this, what holds here, what is kept of whom, and whom to write to."""
    house, language = request.app.state.house, language_of(request)
    chosen = await house.db.read(site.choices)

    def said(texts: object) -> str:
        return texts.get(language) or next(iter(texts.values()), "") if isinstance(texts, dict) and texts else ""

    return render(
        request,
        "about.html",
        about_html=said(dict(chosen.about)),
        terms=[line for line in said(dict(chosen.terms)).splitlines() if line.strip()],
        contact=house.settings.contact_email or None,
    )


@limited(Rate.PAGE)
async def manifest(request: Request) -> Response:
    """The web app manifest (W3C), so that a phone can keep the instance among its programs."""
    pages: Pages = request.state.pages
    reader = pages.reader(request)
    asset = pages.assets.url
    return JSONResponse(
        {
            "id": "/",
            "name": pages.site.name,
            "short_name": pages.site.name[:24],
            "description": pages.site.about.get(reader.language) or next(iter(pages.site.about.values()), ""),
            "lang": reader.language,
            "dir": "ltr",
            "start_url": "/",
            "scope": "/",
            "display": "minimal-ui",
            "background_color": "#fbf8f2",
            "theme_color": "#fbf8f2",
            "icons": [
                {"src": asset("icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
                {"src": asset("icon-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any"},
                {"src": asset("icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
            ],
            "shortcuts": [
                {"name": reader.text("Needs"), "url": "/needs"},
                {"name": reader.text("Offers"), "url": "/offers"},
                {"name": reader.text("Meetings"), "url": "/events"},
            ],
        },
        headers={"Cache-Control": "private, max-age=3600"},
        media_type="application/manifest+json",
    )


ROUTES = [Route("/about", about), Route("/manifest.webmanifest", manifest)]
