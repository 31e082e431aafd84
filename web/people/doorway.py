"""The addresses by which members come in and go out."""

from starlette.routing import Route

from web.people.sign_in import link_page, sign_in, sign_in_page, sign_out

ROUTES = [
    Route("/sign-in", sign_in_page),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-in/{token}", link_page),
    Route("/sign-out", sign_out, methods=["POST"]),
]
