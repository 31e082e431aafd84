"""The addresses by which members come in and go out."""

from starlette.routing import Route

from web.people import oidc, passkeys
from web.people.account import (
    account_page,
    address_page,
    confirm_address,
    new_address,
    new_password,
    rename,
    send_fresh_link,
)
from web.people.register import confirm, confirm_page, invitation_page, join, join_page
from web.people.registrations import (
    decide,
    end_invitation,
    invitations_page,
    invite,
    registrations_page,
)
from web.people.sessions import end_sessions, sessions_page
from web.people.sign_in import link_page, sign_in, sign_in_page, sign_out

ROUTES = [
    Route("/sign-in", sign_in_page),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-in/passkey/begin", passkeys.begin_sign_in, methods=["POST"]),
    Route("/sign-in/passkey", passkeys.sign_in, methods=["POST"]),
    Route("/sign-in/oidc", oidc.to_issuer, methods=["POST"]),
    Route(oidc.BACK, oidc.from_issuer),
    Route("/me/oidc", oidc.link, methods=["POST"]),
    Route("/me/passkeys/begin", passkeys.begin_adding, methods=["POST"]),
    Route("/me/passkeys", passkeys.add, methods=["POST"]),
    Route("/me/passkeys/{id:int}/name", passkeys.rename, methods=["POST"]),
    Route("/me/passkeys/{id:int}/remove", passkeys.remove, methods=["POST"]),
    Route("/sign-in/{token}", link_page),
    Route("/sign-out", sign_out, methods=["POST"]),
    Route("/join-us", join_page),
    Route("/join-us", join, methods=["POST"]),
    Route("/join-us/{token}", confirm_page),
    Route("/join-us/{token}", confirm, methods=["POST"]),
    Route("/invitation/{token}", invitation_page),
    Route("/admin/registrations", registrations_page),
    Route("/admin/registrations/{id:int}", decide, methods=["POST"]),
    Route("/admin/invitations", invitations_page),
    Route("/admin/invitations", invite, methods=["POST"]),
    Route("/admin/invitations/{id:int}/end", end_invitation, methods=["POST"]),
    Route("/me/sessions", sessions_page),
    Route("/me/sessions", end_sessions, methods=["POST"]),
    Route("/me/account", account_page),
    Route("/me/account", rename, methods=["POST"]),
    Route("/me/account/address", new_address, methods=["POST"]),
    Route("/me/account/password", new_password, methods=["POST"]),
    Route("/me/account/link", send_fresh_link, methods=["POST"]),
    Route("/me/address/{token}", address_page),
    Route("/me/address/{token}", confirm_address, methods=["POST"]),
]
