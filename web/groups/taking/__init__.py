"""Taking part in a group of ours: joining and leaving, who asks, who is in, invitations, a poster for the wall."""

from web.groups.taking.routes import ROUTES

__all__ = ["ROUTES"]
