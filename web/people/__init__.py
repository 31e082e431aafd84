"""People, shown: sign in and out, a person's page, the way to and from one's own server."""

from web.people.page import person_page
from web.people.routes import ROUTES

__all__ = ["ROUTES", "person_page"]
