"""Groups, shown: the front page, the page of a group or project, their feeds."""

from web.groups.front import front_page
from web.groups.page import group_page
from web.groups.routes import ROUTES

__all__ = ["ROUTES", "front_page", "group_page"]
