"""The addresses of the front page and of groups."""

from starlette.routing import Route

from web.groups import settings
from web.groups.directory import groups_page
from web.groups.found import found, found_page
from web.groups.front import front_feed, front_page, robots
from web.groups.page import group_elsewhere, group_feed, group_page, group_things
from web.groups.taking import ROUTES as TAKING

ROUTES = [
    Route("/", front_page),
    Route("/feed.atom", front_feed),
    Route("/groups", groups_page),
    Route("/found", found_page),
    Route("/found", found, methods=["POST"]),
    Route("/g/{name}", group_page),
    Route("/g/{name}/feed.atom", group_feed),
    *(Route(f"/g/{{name}}/{things}", group_things) for things in ("needs", "offers", "events", "notes")),
    *TAKING,
    *settings.ROUTES,
    Route("/elsewhere/group", group_elsewhere),
    Route("/robots.txt", robots),
]
