"""The addresses of people: sign-in, a person's page, the way to and from one's own server."""

from starlette.routing import Route

from web.people.arrival import arrival, let_follow
from web.people.doorway import ROUTES as DOORWAY
from web.people.identities import identities_page, link, unlink
from web.people.mastodon import BACK, from_their_server, handle_page, to_their_server
from web.people.me import choose_look, look_page, me
from web.people.notices import choices_page, choose, list_page, open_notice, read_all
from web.people.own_routes import ROUTES as OWN
from web.people.own_server import own_server
from web.people.page import elsewhere, person_elsewhere, person_page

ROUTES = [
    *OWN,
    Route("/u/{name}", person_page),
    Route("/elsewhere", elsewhere),
    Route("/elsewhere/person", person_elsewhere),
    Route("/sign-in/fediverse", handle_page),
    Route("/sign-in/fediverse", to_their_server, methods=["POST"]),
    Route(BACK, from_their_server),
    Route("/me/identities", identities_page),
    Route("/me/identities", link, methods=["POST"]),
    Route("/me/identities/{id:int}/remove", unlink, methods=["POST"]),
    *DOORWAY,
    Route("/me", me),
    Route("/me/notifications", list_page),
    Route("/me/notifications/read", read_all, methods=["POST"]),
    Route("/me/notifications/{id:int}", open_notice),
    Route("/me/settings/notifications", choices_page),
    Route("/me/settings/notifications", choose, methods=["POST"]),
    Route("/me/settings", look_page),
    Route("/me/settings", choose_look, methods=["POST"]),
    Route("/own-server", own_server, methods=["POST"]),
    Route("/authorize_interaction", arrival),
    Route("/authorize_interaction", let_follow, methods=["POST"]),
]
