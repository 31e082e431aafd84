"""Who is asking: a machine or a person?

Source: RFC 9110 §12.5.1; ActivityPub §3.2.
"""

from __future__ import annotations

import re

from starlette.types import Scope

_ALWAYS = re.compile(
    r"/(?:\.well-known/|nodeinfo/|health\Z|metrics\Z|actor(?:/|\Z)"
    r"|[gu]/[^/]+/(?:outbox|followers|following|featured|moderators|members)\Z"
    r"|[gu]/[^/]+/activities/)"
    r"|/[^?]*/(?:thread|likes|shares)\Z"
)


def is_for_machines(scope: Scope) -> bool:
    """Whether the request belongs to the machines' door."""
    path: str = scope["path"]
    if _ALWAYS.match(path):
        return True
    if scope["method"] not in ("GET", "HEAD"):
        return False
    accept = ",".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"accept")
    return "json" in accept and prefers_activity(accept)


def prefers_activity(accept: str) -> bool:
    """Whether `accept` would rather have Activity Streams than HTML; a tie goes to the machine."""
    activity = html = 0.0
    for part in accept.split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.lower().startswith("q="):
                try:
                    quality = min(max(float(parameter[2:]), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        kind = kind.lower()
        if kind == "application/activity+json" or (kind == "application/ld+json"):
            activity = max(activity, quality)
        elif kind in ("text/html", "application/xhtml+xml"):
            html = max(html, quality)
    return activity > 0.0 and activity >= html
