"""Whether it is the member themselves who asks: they signed in a moment ago.

Whatever opens another way in, or takes everything along, asks for this: a browser that was left open is not
enough.
"""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request

from web import guard
from web.pages import Pages

FRESH = timedelta(minutes=15)


def is_fresh(request: Request) -> bool:
    """Whether this session of a member was opened within `FRESH`."""
    at = guard.member(request).signed_in_at
    pages: Pages = request.state.pages
    return at is not None and at > pages.now() - FRESH
