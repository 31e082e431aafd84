"""A person's small page, a member's or somebody elsewhere's; and the way from an IRI to the page that shows it."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from actors import people
from actors.views import PersonPage, Subject
from web.pages import Pages, iri_asked, iri_of, language_of, missing, redirect, render
from web.rates import Rate, limited


@limited(Rate.PAGE)
async def person_page(request: Request) -> Response:
    """A member who chose to be public."""
    return await _show(request, iri_of(request))


@limited(Rate.PAGE)
async def person_elsewhere(request: Request) -> Response:
    """Somebody on another server."""
    return await _show(request, iri_asked(request))


@limited(Rate.PAGE)
async def elsewhere(request: Request) -> Response:
    """Send the reader to the page about the thing with this IRI; say so where we know nothing of it."""
    iri = iri_asked(request)
    subject: Subject | None = await request.app.state.house.db.read(people.kind_of, iri)
    if subject is None:
        return render(request, "people/elsewhere.html", status=404, iri=iri)
    return redirect(page_about(request.state.pages, subject))


def page_about(pages: Pages, subject: Subject) -> str:
    """The path of the page that shows this."""
    if subject.iri.startswith(f"{pages.origin}/"):
        return pages.path_of(subject.iri)
    return f"/elsewhere/{subject.kind.value}?{urlencode({'iri': subject.iri})}"


async def _show(request: Request, iri: str) -> Response:
    person: PersonPage | None = await request.app.state.house.db.read(people.page, iri, language=language_of(request))
    if person is None:
        await missing(request, iri)
    return render(request, "people/person.html", person=person)
