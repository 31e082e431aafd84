"""The addresses of people: sign-in, a person's page, the way to and from one's own server."""

from starlette.routing import Route

from web.people.arrival import arrival, let_follow
from web.people.own_server import own_server
from web.people.page import elsewhere, person_elsewhere, person_page
from web.people.sign_in import sign_in, sign_in_page, sign_out

ROUTES = [
    Route("/u/{name}", person_page),
    Route("/elsewhere", elsewhere),
    Route("/elsewhere/person", person_elsewhere),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-in/{token}", sign_in_page),
    Route("/sign-out", sign_out, methods=["POST"]),
    Route("/own-server", own_server, methods=["POST"]),
    Route("/authorize_interaction", arrival),
    Route("/authorize_interaction", let_follow, methods=["POST"]),
]
