"""How a reader wants pages to look and to tell the time: kept in cookies of this browser, nothing else knows.

Light or dark and high contrast follow the system unless chosen here. A cookie that says anything unknown says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import available_timezones

from starlette.requests import Request
from starlette.responses import Response

LOOK_COOKIE = "look"
ZONE_COOKIE = "zone"
THEMES = ("light", "dark")
CONTRASTS = ("more",)
YEAR_S = 60 * 60 * 24 * 365


@dataclass(frozen=True, slots=True)
class Look:
    """What was chosen; empty follows the system."""

    theme: str = ""
    contrast: str = ""


def look_of(request: Request) -> Look:
    """What this browser's reader has chosen."""
    theme, _, contrast = request.cookies.get(LOOK_COOKIE, "").partition(".")
    return Look(theme if theme in THEMES else "", contrast if contrast in CONTRASTS else "")


def zone_of(request: Request) -> str | None:
    """The IANA zone that this browser's reader has chosen."""
    name = request.cookies.get(ZONE_COOKIE, "")
    return name if name in zones() else None


def keep(request: Request, answer: Response, look: Look, zone: str | None) -> None:
    """Let this browser remember."""
    said = f"{look.theme}.{look.contrast}".removesuffix(".")
    for name, value in ((LOOK_COOKIE, said), (ZONE_COOKIE, zone or "")):
        secure = request.state.secure
        if value:
            answer.set_cookie(name, value, max_age=YEAR_S, httponly=True, secure=secure, samesite="lax")
        else:
            answer.delete_cookie(name, httponly=True, secure=secure, samesite="lax")


def zones() -> frozenset[str]:
    """The names that may be chosen: places, and UTC."""
    return _ZONES


# Not «US/Pacific» or «Mexico/General»: names of before, for which the same places stand in the list.
_AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
_ZONES = frozenset({"UTC"} | {name for name in available_timezones() if name.partition("/")[0] in _AREAS})
