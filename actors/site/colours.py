"""Colours that can be read: how much two differ, and the shades of one for day and night.

A chosen colour bears white words by day (`LEAST`). By night its own lighter shade takes its place, on which dark words
can be read; so one choice serves both themes. `web/static/colours.js` shows the same in the browser.

Source: WCAG 2.2, relative luminance and 1.4.3.
"""

from __future__ import annotations

from dataclasses import dataclass

WHITE, BLACK = "#ffffff", "#000000"
LEAST = 4.5
"""The contrast that words need."""
DAY, NIGHT = "#f1ece1", "#1a2520"
"""The grounds on which a colour stands out least: the shaded ones of both themes (`web/static/sheet/10-tokens.css`)."""
_STEP = 0.04
_HOVER = 0.18


@dataclass(frozen=True, slots=True)
class Shades:
    """One colour by day and by night, and the same under the pointer."""

    day: str
    night: str
    day_hover: str
    night_hover: str


def contrast(one: str, other: str) -> float:
    """How well two colours (`#rrggbb`) stand out from each other, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def shades(colour: str) -> Shades:
    """The shades of `colour`, each at least `LEAST` away from every ground of its theme."""
    day, night = _until_read(colour, BLACK, DAY), _until_read(colour, WHITE, NIGHT)
    return Shades(day, night, mixed(day, BLACK, _HOVER), mixed(night, WHITE, _HOVER * 2))


def mixed(colour: str, other: str, share: float) -> str:
    """`colour` with so much (0 to 1) of the other one in it."""
    parts = (round(one * (1 - share) + two * share) for one, two in zip(_parts(colour), _parts(other), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _until_read(colour: str, towards: str, ground: str) -> str:
    found, share = colour, 0.0
    while contrast(found, ground) < LEAST and share < 1:
        share += _STEP
        found = mixed(colour, towards, min(share, 1))
    return found


def _luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
