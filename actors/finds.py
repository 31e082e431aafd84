"""The search as pages ask it: what was found, as each door shows it in a list.

The index (`actors.search`) knows ids; the lines come from the doors, so this stands above them, as `actors.items` does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from actors import events, groups, offers
from actors.bonds.tables import Membership
from actors.groups import person_of
from actors.people import Member, profile
from actors.search import EVERYTHING, Asked, Asker, Hit, count, find, less
from actors.search.rebuilding import Family, clear, tidy
from actors.views import EventPage, OfferLine, OfferPage, Viewer
from actors.views.finds import Finds, FoundLine, FoundThing

TOGETHER = 20
DEEPEST = 250
"""The last page that is counted to: 5,000 things."""
FILTERS = ("words", "kind", "trade", "region", "near", "dates", "mode", "pay", "language", "origin")

FAMILIES: Mapping[str, Family] = {
    family.name: family for family in (offers.FINDABLE, events.FINDABLE, groups.FINDABLE, profile.FINDABLE)
}
"""What is indexed by whom, in the order in which the index is built anew."""


def asker_of(session: Session, viewer: Viewer | None) -> Asker:
    """Who looks, as the index asks it."""
    if viewer is None:
        return Asker()
    person = person_of(session, viewer.member_id, viewer.actor_iri)
    mine = [Membership.member_id == person.member_id] if person.member_id else []
    mine += [Membership.actor_id == person.actor_id] if person.actor_id else []
    if not mine:
        return Asker(viewer.member_id > 0)
    taken = session.scalars(select(Membership.group_id).where(or_(*mine), Membership.state == "active"))
    return Asker(viewer.member_id > 0, tuple(sorted(set(taken))))


def page(
    session: Session, asked: Asked, *, viewer: Viewer | None, language: str, now: datetime, number: int = 1
) -> Finds:
    """Page `number`, from 1, of what is found; past the last page, the last."""
    asker = asker_of(session, viewer)
    number = min(max(number, 1), DEEPEST)
    found = find(session, asked, asker, now=now, first=(number - 1) * TOGETHER, limit=TOGETHER)
    last = max(1, math.ceil(found.total / TOGETHER))
    if number > last:
        number = last
        found = find(session, asked, asker, now=now, first=(number - 1) * TOGETHER, limit=TOGETHER)
    things = things_of(session, found.hits, viewer=viewer, language=language, now=now)
    without = {} if found.total else _without(session, asked, asker, now)
    return Finds(tuple(things), found.total, found.more, number, last, found.facets, without)


def things_of(
    session: Session, hits: Iterable[Hit], *, viewer: Viewer | None, language: str, now: datetime
) -> list[FoundThing]:
    """The lines of `hits` in their order; what went in the meantime is left out."""
    hits = list(hits)
    ids: dict[str, list[int]] = {family: [] for family in FAMILIES}
    for hit in hits:
        ids[hit.family].append(hit.item_id)
    lines: dict[tuple[str, int], FoundLine] = {}
    if ids["offer"]:
        lines |= {("offer", key): line for key, line in offers.lines_by_id(session, ids["offer"], language).items()}
    if ids["event"]:
        lines |= {("event", key): line for key, line in events.lines_by_id(session, ids["event"], language).items()}
    if ids["group"]:
        lines |= {
            ("group", key): line for key, line in groups.lines_by_id(session, ids["group"], language, now).items()
        }
    if ids["person"] and viewer is not None:
        seen = profile.viewer_of(session, viewer.member_id, among=ids["person"])
        members = session.scalars(select(Member).where(Member.id.in_(ids["person"])))
        lines |= {("person", line.member_id): line for line in profile.as_seen(session, seen, members)}
    found = ((hit, lines.get((hit.family, hit.item_id))) for hit in hits)
    return [FoundThing(hit.id, _kind(hit, line), line) for hit, line in found if line is not None]


def feed(session: Session, asked: Asked, *, language: str, now: datetime) -> tuple[list[OfferPage], list[EventPage]]:
    """The newest offers, needs and events that everybody finds, with their texts."""
    found = find(session, replace(asked, newest=True), Asker(), now=now, limit=TOGETHER)
    ids = {family: [hit.item_id for hit in found.hits if hit.family == family] for family in ("offer", "event")}
    return offers.pages_by_id(session, ids["offer"], language), events.pages_by_id(session, ids["event"], language)


def empty(session: Session) -> None:
    """Empty the index, before it is built anew."""
    clear(session.connection())


def stretch(session: Session, family: str, after_id: int, limit: int) -> tuple[int | None, int]:
    """Index the next `limit` rows of one family: from where to go on (None: that was all), and how many there were."""
    return FAMILIES[family].index_after(session.connection(), after_id, limit)


def wrong(session: Session, sample: int) -> int:
    """How many of the newest `sample` things of each family are found otherwise than they should be."""
    return sum(family.wrong(session.connection(), sample) for family in FAMILIES.values())


def settle(session: Session) -> None:
    """Merge the pieces of the index, so that it is quick and holds no words of what was erased."""
    tidy(session.connection())


def _kind(hit: Hit, line: FoundLine) -> str:
    if isinstance(line, OfferLine):
        return line.purpose.value
    return hit.family


def _without(session: Session, asked: Asked, asker: Asker, now: datetime) -> dict[str, int]:
    """How many there would be without each of the filters that are set; only those that would help."""
    found: dict[str, int] = {}
    for name in FILTERS:
        wider = less(asked, name)
        if wider != asked and wider != EVERYTHING and (number := count(session, wider, asker, now=now)):
            found[name] = number
    return found
