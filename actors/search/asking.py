"""Asking the index: what is found, in which order, how many there are of each kind.

Relevance is ours and the same on both engines: what has all the words in its title comes first, then the rest; within
each the newest first. Counts are exact up to `COUNTED`, beyond which nobody reads on. A query looks at no more rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import cos, radians
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, and_, column, false, or_, select, table, text
from sqlalchemy.orm import Session

from actors.database import is_postgresql
from actors.moderation.policy import BLOCKED, deciding, policies_of, strictest
from actors.search.counting import FACETS, HERE, counts
from actors.search.tables import GROUP, MEMBERS, PUBLIC, SearchEntry, SearchText
from actors.search.tokens import KM_PER_DEGREE, mark, squares_around
from actors.search.words import Match, read
from actors.statements import sole_table
from actors.towns import inside

COUNTED = 5_000
NEWS = 500
"""So many new things an alert looks at in one go."""

_E = sole_table(SearchEntry).c
_T = sole_table(SearchText).c
_INDEX = table("search_index", column("rowid"), column("search_index", Text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for; empty parts ask for nothing.

    Attributes:
        words: as typed.
        typing: the last word may be unfinished.
        kind: offer, need, event, group, project or person.
        trade: a concept's IRI; narrower ones count.
        region: a code of a region or a town; what lies in it counts.
        near: degrees north and east, with `within_km`.
        begins, ends: only what takes place between these times.
        mode: onsite or remote.
        pay: paid, barter, volunteer or discuss.
        language: of the text.
        origin: `HERE`, or a host.
        closed: what is filled, withdrawn, cancelled or over is shown too.
        newest: by date, not by relevance.
    """

    words: str = ""
    typing: bool = False
    kind: str = ""
    trade: str = ""
    region: str = ""
    near: tuple[float, float] | None = None
    within_km: float = 0
    begins: datetime | None = None
    ends: datetime | None = None
    mode: str = ""
    pay: str = ""
    language: str = ""
    origin: str = ""
    closed: bool = False
    newest: bool = False


EVERYTHING = Asked()


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: whether they are a member here, and in which groups they take part (ids)."""

    is_member: bool = False
    group_ids: tuple[int, ...] = ()


class Hit(NamedTuple):
    """One thing that was found: its row in the table of its family."""

    id: int
    family: str
    item_id: int


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    Attributes:
        hits: those of the page.
        total: how many there are, at most `COUNTED`.
        more: there are more than `total`.
        facets: facet -> value -> how many there would be with that value instead of the one asked for.
    """

    hits: tuple[Hit, ...]
    total: int
    more: bool
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def find(session: Session, asked: Asked, asker: Asker, *, now: datetime, first: int = 0, limit: int = 20) -> Found:
    """The hits from `first` on, at most `limit`, and how many of everything there are."""
    rows = _rows(session, asked, asker, now, COUNTED + 1)
    more = len(rows) > COUNTED
    rows = rows[:COUNTED]
    facets = {facet: counts(facet, rows) for facet in FACETS if not getattr(asked, facet)}
    for facet in FACETS:
        if getattr(asked, facet):
            others = _rows(session, less(asked, facet), asker, now, COUNTED)
            facets[facet] = counts(facet, others)
    return Found(tuple(Hit(*row[:3]) for row in rows[first : first + limit]), len(rows), more, facets)


def less(asked: Asked, part: str) -> Asked:
    """The same without one part of it: a field, or `dates` for both of them."""
    parts = ("begins", "ends") if part == "dates" else ("near", "within_km") if part == "near" else (part,)
    empty: dict[str, Any] = {name: getattr(EVERYTHING, name) for name in parts}
    return replace(asked, **empty)


def count(session: Session, asked: Asked, asker: Asker, *, now: datetime) -> int:
    """How many there are, at most `COUNTED`."""
    return len(_rows(session, asked, asker, now, COUNTED))


def news(session: Session, asked: Asked, asker: Asker, *, now: datetime, since: datetime) -> list[Hit]:
    """What is found and came into the index after `since`, the newest first: what an alert may not have told yet."""
    came = session.scalars(select(_E.id).where(_E.came_at > since).order_by(_E.came_at).limit(NEWS)).all()
    if not came:
        return []
    # Few ids, which the index of words is asked about: a common word would otherwise be walked for each alert.
    rows = _rows(session, replace(asked, newest=True, typing=False), asker, now, NEWS, _E.id.in_(came))
    return [Hit(*row[:3]) for row in rows]


def _rows(
    session: Session,
    asked: Asked,
    asker: Asker,
    now: datetime,
    limit: int,
    *also: ColumnElement[bool],
) -> list[Any]:
    """The first `limit` rows in the order asked for, less those of blocked hosts."""
    terms = read(asked.words, unfinished=asked.typing)
    here = Match(terms)
    if asked.words.strip() and not terms:
        return []  # nothing but signs was typed
    conditions = [*_conditions(asked, asker, now), *also]
    marks = _marks(asked, on_postgresql=is_postgresql(session))
    if asked.newest or not here.asks:
        matches = [Match(terms, marks)]
    else:
        matches = [Match(terms, marks, in_title=True), Match(terms, marks, not_in_title=True)]
    found: list[Any] = []
    for match in matches:
        found += _in_sight(session, _select(session, match, conditions), limit - len(found))
        if len(found) >= limit:
            break
    return found


def _select(session: Session, match: Match, conditions: list[ColumnElement[bool]]) -> Select[Any]:
    query = select(_E.id, _E.family, _E.item_id, _E.host, _E.kind, _E.trade, _E.region, _E.mode, _E.pay, _E.languages)
    order: Any = _E.id
    if match.asks and is_postgresql(session):
        query = query.join(SearchText, _T.id == _E.id).where(_T.words.op("@@")(text("CAST(:asked AS tsquery)")))
        query = query.params(asked=match.tsquery())
    elif match.asks:
        # By the full-text table's own ids, which it walks as they stand; the entries' would have to be sorted.
        order = _INDEX.c.rowid
        query = query.select_from(_INDEX.join(SearchEntry, _E.id == _INDEX.c.rowid))
        query = query.where(_INDEX.c.search_index.op("MATCH")(match.fts5()))
    elif match.terms:
        query = query.where(_absent(session, match))
    return query.where(*conditions).order_by(order.desc())


def _absent(session: Session, match: Match) -> ColumnElement[bool]:
    """Only words that must not be there were typed: everything but what has them."""
    words = Match(tuple(replace(term, absent=False) for term in match.terms[:1]))
    if is_postgresql(session):
        there = select(_T.id).where(_T.words.op("@@")(text("CAST(:absent AS tsquery)"))).params(absent=words.tsquery())
    else:
        there = select(_INDEX.c.rowid).where(_INDEX.c.search_index.op("MATCH")(words.fts5()))
    return _E.id.not_in(there)


def _conditions(asked: Asked, asker: Asker, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_E.in_sight, _may_see(asker)]
    if not asked.closed:
        found += [_E.open, or_(_E.until.is_(None), _E.until > now)]
    if asked.kind:
        found.append(_E.kind == asked.kind)
    if asked.mode:
        found.append(_E.mode.in_((asked.mode, "both")))
    if asked.pay:
        found.append(_E.pay == asked.pay)
    if asked.language:
        found.append(_E.languages.contains(f" {asked.language} ", autoescape=True))
    if asked.origin:
        found.append(_E.host.is_(None) if asked.origin == HERE else _E.host == asked.origin)
    if asked.region:
        found.append(_E.region.in_(sorted(inside(asked.region))))
    if asked.begins is not None or asked.ends is not None:
        found.append(or_(_E.begins_at.is_not(None), _E.ends_at.is_not(None)))
    if asked.ends is not None:
        found.append(or_(_E.begins_at.is_(None), _E.begins_at <= asked.ends))
    if asked.begins is not None:
        found.append(or_(_E.ends_at.is_(None), _E.ends_at >= asked.begins))
    if asked.near is not None and asked.within_km:
        found.append(_near(asked.near, asked.within_km))
    return found


def _near(near: tuple[float, float], km: float) -> ColumnElement[bool]:
    """Within `km`, on a map that is flat around the point: at a hundred kilometres that is a few hundred metres off."""
    north, east = near
    up = (_E.latitude - north) * KM_PER_DEGREE
    across = (_E.longitude - east) * (KM_PER_DEGREE * cos(radians(north)))
    return and_(_E.latitude.is_not(None), up * up + across * across <= km * km)


def _may_see(asker: Asker) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = [_E.audience.in_((PUBLIC, MEMBERS) if asker.is_member else (PUBLIC,))]
    if asker.group_ids:
        ways.append(and_(_E.audience == GROUP, _E.author_id.in_(asker.group_ids)))
    return or_(false(), *ways)


def _marks(asked: Asked, *, on_postgresql: bool) -> tuple[tuple[str, ...], ...]:
    """The filters as tokens.

    FTS5 walks lists of ids, which is quicker than looking at rows. PostgreSQL would have to read the page of each
    entry that a common token names, so there the common ones are left to the conditions.
    """
    found: list[tuple[str, ...]] = []
    if asked.trade:
        found.append((mark("t", asked.trade),))
    if asked.near is not None and asked.within_km:
        found.append(tuple(squares_around(*asked.near, asked.within_km)))
    if not on_postgresql:
        common = {"k": asked.kind, "m": asked.mode, "p": asked.pay, "l": asked.language, "r": asked.region}
        found += [(mark(what, value),) for what, value in common.items() if value]
        if asked.origin:
            found.append((mark("o", "" if asked.origin == HERE else asked.origin),))
    return tuple(found)


def _in_sight(session: Session, query: Select[Any], limit: int) -> list[Any]:
    """The first `limit` rows, less those of blocked hosts; when some are, more are read, as in `actors.lists`."""
    found: list[Any] = []
    offset, size = 0, limit
    while True:
        batch = session.connection().execute(query.limit(size).offset(offset)).all()
        blocked = blocked_of(session, {row.host for row in batch if row.host is not None})
        found += [row for row in batch if row.host not in blocked] if blocked else batch
        if len(found) >= limit or len(batch) < size:
            return found[:limit]
        offset += size


def blocked_of(session: Session, hosts: Iterable[str]) -> set[str]:
    """Which of these hosts are blocked: by a name, by one above it, or as strangers where only partners are heard."""
    deciders = {host: deciding(host) for host in hosts}
    policies = policies_of(session, {name for names in deciders.values() for name in names})
    return {
        host
        for host, names in deciders.items()
        if strictest(host, {name: policies[name] for name in names if name in policies}) == BLOCKED
    }
