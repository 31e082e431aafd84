"""What waits for an organiser or a moderator."""

from starlette.routing import Route

ROUTES: list[Route] = []
