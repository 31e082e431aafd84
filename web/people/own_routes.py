"""The addresses of members' profiles and of the directory."""

from starlette.routing import Route

from web.people import leaving, moving, profile
from web.people.directory import directory, member_page
from web.people.picture import no_picture, show_picture

ROUTES = [
    Route("/people", directory),
    Route("/people/{id:int}", member_page),
    Route("/me/profile", profile.edit),
    Route("/me/profile", profile.save, methods=["POST"]),
    Route("/me/profile/preview", profile.preview),
    Route("/me/profile/links", profile.confirm_links, methods=["POST"]),
    Route("/me/profile/public", profile.public_page),
    Route("/me/profile/public", profile.become_public, methods=["POST"]),
    Route("/me/profile/public/end", profile.no_longer_public, methods=["POST"]),
    Route("/me/profile/moving", moving.page),
    Route("/me/profile/moving/aliases", moving.name_alias, methods=["POST"]),
    Route("/me/profile/moving/aliases/remove", moving.drop_alias, methods=["POST"]),
    Route("/me/profile/moving/away", moving.move, methods=["POST"]),
    Route("/me/profile/moving/home", moving.come_home, methods=["POST"]),
    Route("/me/picture", show_picture, methods=["POST"]),
    Route("/me/export", leaving.copies),
    Route("/me/export", leaving.ask_for_copy, methods=["POST"]),
    Route("/me/export/{token}", leaving.copy_page),
    Route("/me/export/{token}", leaving.fetch_copy, methods=["POST"]),
    Route("/me/leave", leaving.leave_page),
    Route("/me/leave", leaving.leave, methods=["POST"]),
    Route("/me/sign-in-again", leaving.sign_in_again, methods=["POST"]),
    Route("/me/picture/remove", no_picture, methods=["POST"]),
]
