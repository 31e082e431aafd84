"""The picture of the network on the front page: groups as numbered junctions, the ways between them, partners beyond.

Computed from the same lists that the page shows, so that the picture never says what the text does not. Groups lie on
one closed way, in the order of the list; a project hangs inside, beside its sector group; a partner lies outside, at
the groups that follow it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from actors.views import ActorKind, GroupLine, PartnerLine

T = TypeVar("T")

WIDTH, HEIGHT = 520, 400
_CENTRE = (WIDTH / 2, HEIGHT / 2)
_WAY = (158.0, 112.0)
_INSIDE = (92.0, 56.0)
_OUTSIDE = (236.0, 178.0)
MOST_GROUPS = 24
MOST_PROJECTS = 12
MOST_PARTNERS = 16


@dataclass(frozen=True, slots=True)
class Dot:
    """Something alive at a node."""

    kind: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Node:
    """A group, a project or a partner."""

    iri: str
    kind: str
    title: str
    label: str
    x: float
    y: float
    r: float
    dots: tuple[Dot, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """A path from one to the next; `kind` is empty for the main way, `branch` to a project, `out` to a partner."""

    kind: str
    d: str


@dataclass(frozen=True, slots=True)
class Network:
    """The whole picture, in the units of its view box."""

    width: int
    height: int
    ways: tuple[Way, ...]
    nodes: tuple[Node, ...]


def draw(groups: Sequence[GroupLine], partners: Sequence[PartnerLine]) -> Network | None:
    """The picture of `groups`, numbered as listed, and `partners`; None without any group."""
    own = {line.actor.iri for line in groups}
    numbered = [(str(number), line) for number, line in enumerate(groups, 1)]
    hanging = [pair for pair in numbered if _parent(pair[1], own) is not None][:MOST_PROJECTS]
    on_way = [pair for pair in numbered if _parent(pair[1], own) is None][:MOST_GROUPS]
    if not on_way:
        return None
    angles = {line.actor.iri: _angle(i, len(on_way)) for i, (_, line) in enumerate(on_way)}
    points = {}
    for i, (_, line) in enumerate(on_way):
        points[line.actor.iri] = _at(angles[line.actor.iri], _WAY, 0.9 if i % 2 and len(on_way) > 4 else 1.06)
    nodes = [_node(label, line, points[line.actor.iri], 19.0) for label, line in on_way]
    ways = [Way("", _closed_curve(list(points.values())))]
    ways += _hang(hanging, own, angles, points, nodes)
    ways += _surround(partners, angles, points, nodes)
    return Network(WIDTH, HEIGHT, tuple(ways), tuple(nodes))


def _hang(
    hanging: Sequence[tuple[str, GroupLine]],
    own: set[str],
    angles: dict[str, float],
    points: dict[str, tuple[float, float]],
    nodes: list[Node],
) -> list[Way]:
    """Place projects inside, spread so that none covers another; their branches."""
    wished = [(angles.get(_parent(line, own) or "", 0.0), label, line) for label, line in hanging]
    ways = []
    for angle, (_, label, line) in _spread(wished, math.tau / 10):
        point = _at(angle, _INSIDE, 1.0)
        nodes.append(_node(label, line, point, 14.0))
        parents = (points[parent.iri] for parent in line.parents if parent.iri in points)
        ways += [Way("branch", _straight(parent, point)) for parent in parents]
        points[line.actor.iri] = point
    return ways


def _surround(
    partners: Sequence[PartnerLine],
    angles: dict[str, float],
    points: dict[str, tuple[float, float]],
    nodes: list[Node],
) -> list[Way]:
    """Place partners outside, each near the groups that follow it; their ways."""
    wished = []
    for partner in partners[:MOST_PARTNERS]:
        at = [angles[iri] for iri in partner.followed_by if iri in angles]
        x, y = sum(map(math.cos, at)), sum(map(math.sin, at))
        wished.append((math.atan2(y, x) if at else -math.pi / 2, "", partner))
    ways = []
    for angle, (_, _, partner) in _spread(wished, math.tau / 18):
        point = _at(angle, _OUTSIDE, 1.0)
        nodes.append(
            Node(partner.actor.iri, "partner", partner.actor.name, "", _round(point[0]), _round(point[1]), 8.0)
        )
        ways += [Way("out", _straight(points[iri], point)) for iri in partner.followed_by if iri in points]
    return ways


def _node(label: str, line: GroupLine, point: tuple[float, float], radius: float) -> Node:
    alive = (("need", line.open_needs), ("offer", line.open_offers), ("event", line.coming_events))
    dots = []
    for place, kind in enumerate(kind for kind, n in alive if n):
        angle = -math.pi / 3 + place * math.pi / 4.5
        dots.append(Dot(kind, _round(point[0] + radius * math.cos(angle)), _round(point[1] + radius * math.sin(angle))))
    kind = "project" if line.actor.kind is ActorKind.PROJECT else "group"
    return Node(line.actor.iri, kind, line.title.text, label, _round(point[0]), _round(point[1]), radius, tuple(dots))


def _parent(line: GroupLine, own: set[str]) -> str | None:
    if line.actor.kind is not ActorKind.PROJECT:
        return None
    return next((parent.iri for parent in line.parents if parent.iri in own), None)


def _angle(index: int, of: int) -> float:
    return -math.pi / 2 - math.pi / 7 + math.tau * index / of


def _spread(wished: Sequence[tuple[float, str, T]], apart: float) -> list[tuple[float, tuple[float, str, T]]]:
    """The wished angles, moved on until neighbours are at least `apart` (or evenly, where there is no room)."""
    apart = min(apart, math.tau / max(len(wished), 1))
    placed: list[tuple[float, tuple[float, str, T]]] = []
    for wish in sorted(wished, key=lambda wish: wish[0]):
        placed.append((max(wish[0], placed[-1][0] + apart) if placed else wish[0], wish))
    return placed


def _at(angle: float, radii: tuple[float, float], stretch: float) -> tuple[float, float]:
    return _CENTRE[0] + radii[0] * stretch * math.cos(angle), _CENTRE[1] + radii[1] * stretch * math.sin(angle)


def _straight(a: tuple[float, float], b: tuple[float, float]) -> str:
    return f"M{_round(a[0])} {_round(a[1])}L{_round(b[0])} {_round(b[1])}"


def _closed_curve(points: list[tuple[float, float]]) -> str:
    """A smooth closed path through all points (Catmull-Rom as cubic Béziers)."""
    n = len(points)
    if n == 1:
        return ""
    if n == 2:
        return _straight(points[0], points[1])
    parts = [f"M{_round(points[0][0])} {_round(points[0][1])}"]
    for i in range(n):
        before, start, end, after = (points[(i + k) % n] for k in (-1, 0, 1, 2))
        numbers = (
            start[0] + (end[0] - before[0]) / 6,
            start[1] + (end[1] - before[1]) / 6,
            end[0] - (after[0] - start[0]) / 6,
            end[1] - (after[1] - start[1]) / 6,
            *end,
        )
        parts.append("C" + " ".join(str(_round(number)) for number in numbers))
    return "".join(parts)


def _round(number: float) -> float:
    return round(number, 1)
