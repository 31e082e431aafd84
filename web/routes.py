"""Every address that people open, in one list: the application, the tests and the style guide all read it."""

from __future__ import annotations

from starlette.routing import Route

from web import (
    about,
    admin,
    colours,
    events,
    groups,
    matches,
    moderation,
    offers,
    people,
    pictures,
    renewal,
    search,
    site,
    styleguide,
    threads,
)
from web.mail import routes as mail

ROUTES: list[Route] = [
    *about.ROUTES,
    *groups.ROUTES,
    *offers.ROUTES,
    *matches.ROUTES,
    *events.ROUTES,
    *threads.ROUTES,
    *search.ROUTES,
    *people.ROUTES,
    *pictures.ROUTES,
    *moderation.ROUTES,
    *admin.ROUTES,
    *site.ROUTES,
    *mail.ROUTES,
    *renewal.ROUTES,
    *colours.ROUTES,
    *styleguide.ROUTES,
]
