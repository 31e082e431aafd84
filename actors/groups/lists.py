"""What pages show of groups: the reading functions of `actors.views` behind this door.

What is alive in a group (its open needs and offers, its coming events) is counted in the tables of doors that stand
above this one, by the names of their columns alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    ScalarSelect,
    String,
    TextClause,
    case,
    column,
    func,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session, aliased

from actors import pictures
from actors.bonds.tables import Follow
from actors.database import BigId, Moment, utc_now
from actors.groups.accounts import accounts_of
from actors.groups.hearers import followers_count, following
from actors.groups.membership import members_count
from actors.groups.tables import Group, PartOf
from actors.moderation.policy import not_blocked, visible
from actors.people.naming import actor_line, in_language, other_languages
from actors.people.tables import Actor
from actors.pictures import Owner
from actors.views import ActorLine, Figures, GroupLine, GroupPage, Level, PartnerLine, Words
from actors.views.profiles import PictureLine
from fediverse.html import text_of

FOLLOWS_SHOWN = 60
COUNTED = 999
"""Nobody reads a larger number, and counting a hundred thousand rows is felt on the front page."""

_OFFERS = table(
    "offer",
    column("group_id", BigId),
    column("purpose", String),
    column("shown", Boolean),
    column("visibility", String),
    column("expires_at", Moment),
    column("published_at", Moment),
)
_EVENTS = table("event", column("group_id", BigId), column("over_at", Moment))
_POSTS = table("post", column("author_id", BigId), column("published_at", Moment))
# Word for word the conditions of the indexes on those tables, since SQLite's planner goes by the wording.
_OPEN = "offer.deleted_at IS NULL AND offer.shown AND offer.visibility = 'public' AND offer.status IN ('open', 'talks')"
_DUE = "offer.local AND offer.deleted_at IS NULL AND offer.status IN ('open', 'talks')"
_LISTED = "event.deleted_at IS NULL AND event.shown AND event.visibility = 'public'"


class _Alive(NamedTuple):
    needs: int = 0
    offers: int = 0
    events: int = 0


def lines(session: Session, *, language: str, now: datetime | None = None) -> list[GroupLine]:
    """Our listed groups and projects: sectors first, then by position and title."""
    rows = session.execute(
        select(Actor, Group)
        .join(Group, Group.actor_id == Actor.id)
        .where(Actor.local, Actor.discoverable, visible())
        .order_by(case((Actor.kind == "sector", 0), (Actor.kind == "theme", 1), else_=2), Group.position, Actor.name)
    ).all()
    return lines_of(session, [(row[0], row[1]) for row in rows], language, now or utc_now())


def page(session: Session, iri: str, *, language: str, now: datetime | None = None) -> GroupPage | None:
    """Our group or project, or one of another instance that we know."""
    actor = session.scalar(select(Actor).where(Actor.iri == iri, Actor.type.in_(("Group", "Organization")), visible()))
    if actor is None:
        return None
    rules = session.get(Group, actor.id)
    if actor.local and rules is None:
        return None
    at = now or utc_now()
    about = in_language(actor.summary, actor.summary_map, actor.language, language)
    projects = session.execute(
        select(Actor, Group)
        .join(PartOf, PartOf.project_id == Actor.id)
        .join(Group, Group.actor_id == Actor.id)
        .where(PartOf.group_iri == iri, Actor.discoverable, visible())
        .order_by(Group.position, Actor.name)
    ).all()
    return GroupPage(
        line=lines_of(session, [(actor, rules)], language, at)[0],
        about_html=about.text,
        about_language=about.language,
        other_languages=other_languages(about.language, actor.language, actor.name_map, actor.summary_map),
        founded_at=actor.published_at or actor.created_at,
        followers=followers_count(session, actor),
        approves_followers=actor.manually_approves,
        posts_by=rules.posting if rules is not None else "members",
        projects=tuple(lines_of(session, [(row[0], row[1]) for row in projects], language, at)),
        follows=tuple(
            actor_line(each, language) for each in following(session, actor, limit=FOLLOWS_SHOWN) if not each.local
        ),
        joining=rules.joining if rules is not None else None,
        members=members_count(session, actor) if rules is not None else 0,
        members_shown=rules.members_shown if rules is not None else "organisers",
        colour=rules.colour if rules is not None else None,
        picture=_picture(session, actor, rules),
        accounts=tuple((each.language, handle) for each, handle in accounts_of(session, actor.id)) if rules else (),
        followers_shown=rules.followers_shown if rules is not None else True,
        moved_to=_moved(session, actor, language),
        closing_at=rules.closing_at if rules is not None else None,
    )


def _picture(session: Session, actor: Actor, rules: Group | None) -> PictureLine | None:
    if rules is None or rules.picture_id is None:
        return None
    return pictures.shown(pictures.of_owner(session, Owner("group", actor.id), "avatar"))


def _moved(session: Session, actor: Actor, language: str) -> ActorLine | None:
    if actor.moved_to_iri is None:
        return None
    target = session.scalar(select(Actor).where(Actor.iri == actor.moved_to_iri, visible()))
    return actor_line(target, language) if target is not None else None


def partners(session: Session, *, language: str, limit: int = 60) -> list[PartnerLine]:
    """Actors elsewhere that groups of ours follow (accepted), by host, then name."""
    follower = aliased(Actor)
    rows = session.execute(
        select(Actor, follower.iri)
        .join(Follow, Follow.followed_id == Actor.id)
        .join(follower, follower.id == Follow.follower_id)
        .where(Follow.state == "accepted", follower.local, visible(follower), ~Actor.local, visible())
        .order_by(Actor.host, Actor.name, Actor.id, follower.iri)
    )
    followed_by: dict[int, list[str]] = defaultdict(list)
    actors: dict[int, Actor] = {}
    for actor, iri in rows:
        if actor.id not in actors and len(actors) == limit:
            break
        actors[actor.id] = actor
        followed_by[actor.id].append(iri)
    heard = _last_published(session, actors)
    return [
        PartnerLine(actor_line(actor, language), tuple(followed_by[actor.id]), heard.get(actor.id))
        for actor in actors.values()
    ]


def figures(session: Session, *, now: datetime | None = None) -> Figures:
    """What this instance holds, for the front page."""
    at = now or utc_now()
    counted = select(Actor.kind, func.count()).join(Group, Group.actor_id == Actor.id).group_by(Actor.kind)
    kinds = {row[0]: row[1] for row in session.execute(counted.where(Actor.local, visible()))}
    followed = aliased(Actor)
    followers = session.scalar(
        select(func.count())
        .select_from(Follow)
        .join(followed, followed.id == Follow.followed_id)
        .where(followed.local, Follow.state == "accepted")
    )
    follower = aliased(Actor)
    hosts = session.scalar(
        select(func.count(Actor.host.distinct()))
        .join(Follow, Follow.followed_id == Actor.id)
        .join(follower, follower.id == Follow.follower_id)
        .where(follower.local, ~Actor.local, Follow.state == "accepted", not_blocked(Actor.host))
    )
    alive = _alive(session, None, at).values()
    return Figures(
        groups=sum(count for kind, count in kinds.items() if kind != "project"),
        projects=kinds.get("project", 0),
        followers=followers or 0,
        open_needs=sum(each.needs for each in alive),
        open_offers=sum(each.offers for each in alive),
        coming_events=sum(each.events for each in alive),
        partners=hosts or 0,
    )


def lines_of(
    session: Session, groups: Sequence[tuple[Actor, Group | None]], language: str, now: datetime
) -> list[GroupLine]:
    """As lists show them, in this order; of a group elsewhere there are no rules."""
    ids = [actor.id for actor, _ in groups]
    alive = _alive(session, ids, now)
    parents = _parents(session, ids, language)
    found: list[GroupLine] = []
    for actor, rules in groups:
        about = in_language(actor.summary, actor.summary_map, actor.language, language)
        purpose = text_of(about.text).strip()
        here = alive.get(actor.id, _Alive())
        line = actor_line(actor, language)
        found.append(
            GroupLine(
                actor=line,
                title=Words(line.name, in_language(actor.name, actor.name_map, actor.language, language).language),
                purpose=Words(purpose, about.language) if purpose else None,
                region=rules.region if rules else None,
                level=Level(rules.level) if rules else None,
                parents=tuple(parents.get(actor.id, ())),
                open_needs=here.needs,
                open_offers=here.offers,
                coming_events=here.events,
                theme=rules.theme if rules else None,
                private=rules.private if rules else False,
            )
        )
    return found


def _parents(session: Session, ids: Sequence[int], language: str) -> dict[int, list[ActorLine]]:
    found: dict[int, list[ActorLine]] = defaultdict(list)
    for project_id, parent in session.execute(
        select(PartOf.project_id, Actor)
        .join(Actor, Actor.iri == PartOf.group_iri)
        .where(PartOf.project_id.in_(ids), visible())
        .order_by(Actor.name)
    ):
        found[project_id].append(actor_line(parent, language))
    return found


def _alive(session: Session, ids: Sequence[int] | None, now: datetime) -> dict[int, _Alive]:
    """Group id -> what is alive in it, each counted up to `COUNTED`; `ids` None means all groups of ours.

    What is past its date and not closed yet is counted by itself and taken off.
    """
    offers, events = _OFFERS.c, _EVENTS.c
    here = Actor.id.in_(select(Group.actor_id) if ids is None else ids)
    needs, given = (
        _up_to_enough(text(_OPEN), offers.group_id == Actor.id, offers.purpose == purpose)
        for purpose in ("request", "offer")
    )
    coming = _up_to_enough(text(_LISTED), events.group_id == Actor.id, events.over_at > now)
    counted = {
        row[0]: Counter(need=row[1], offer=row[2], event=row[3])
        for row in session.execute(select(Actor.id, needs, given, coming).where(here))
    }
    overdue = (
        select(offers.group_id, offers.purpose, func.count())
        .where(
            # Said otherwise than the index of open ones says it: this is to walk the one of those that are due.
            text(_DUE),
            offers.shown.is_(True),
            offers.visibility.in_(["public"]),
            offers.expires_at <= now,
        )
        .group_by(offers.group_id, offers.purpose)
    )
    for group_id, purpose, count in session.execute(overdue):
        if group_id in counted:
            counted[group_id]["need" if purpose == "request" else "offer"] -= count
    return {
        group_id: _Alive(max(each["need"], 0), max(each["offer"], 0), each["event"])
        for group_id, each in counted.items()
    }


def _up_to_enough(*conditions: ColumnElement[bool] | TextClause) -> ScalarSelect[int]:
    """How many rows meet the conditions, for the actor of the query around it."""
    some = select(literal(1).label("one")).where(*conditions).limit(COUNTED).correlate(Actor).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _last_published(session: Session, ids: Iterable[int]) -> dict[int, datetime]:
    """Actor id -> when the newest thing was published that we show of it; each is one step into an index."""
    newest = [
        select(func.max(_OFFERS.c.published_at, type_=Moment))
        .where(text(_OPEN), _OFFERS.c.group_id == Actor.id, _OFFERS.c.purpose == purpose)
        .scalar_subquery()
        for purpose in ("offer", "request")
    ]
    newest.append(
        select(func.max(_POSTS.c.published_at, type_=Moment)).where(_POSTS.c.author_id == Actor.id).scalar_subquery()
    )
    rows = session.execute(select(Actor.id, *newest).where(Actor.id.in_(list(ids))))
    known = {row[0]: [at for at in row[1:] if at is not None] for row in rows}
    return {actor_id: max(moments) for actor_id, moments in known.items() if moments}
