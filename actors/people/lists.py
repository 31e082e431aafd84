"""What pages show of people: the reading functions of `actors.views` behind this door.

Pages know offers, events and posts by their IRIs; asked what an IRI is, we look into their tables by name alone,
because those doors stand above this one.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ColumnElement, String, Text, column, or_, select, table
from sqlalchemy.orm import Session

from actors.bonds.tables import Membership
from actors.database import Moment
from actors.moderation.policy import BLOCKED, policy_for, visible
from actors.people.identities.linking import ids_of_actors, linked_account
from actors.people.local import instance_actor
from actors.people.naming import actor_line, in_language
from actors.people.notices import unread
from actors.people.sign_in import actor_of_session, session_of
from actors.people.tables import Actor
from actors.site import choices, mail_server
from actors.views import ActorLine, PersonPage, SignedIn, Site, Subject, SubjectKind
from fediverse.errors import Malformed
from fediverse.hosts import authority_of
from fediverse.html import text_of

_OFFERS = table(
    "offer",
    column("iri", Text),
    column("url", Text),
    column("group_id"),
    column("shown", Boolean),
    column("visibility", String),
    column("status", String),
    column("deleted_at", Moment),
)
_EVENTS = table(
    "event",
    column("iri", Text),
    column("url", Text),
    column("group_id"),
    column("shown", Boolean),
    column("visibility", String),
    column("deleted_at", Moment),
)
_POSTS = table(
    "post",
    column("iri", Text),
    column("author_id"),
    column("state", String),
    column("public", Boolean),
    column("deleted_at", Moment),
)


def page(session: Session, iri: str, *, language: str) -> PersonPage | None:
    """A member with a public actor, or a person elsewhere that we know. `posts` is filled by `threads`."""
    actor = session.scalar(select(Actor).where(Actor.iri == iri, Actor.type == "Person", visible()))
    if actor is None:
        return None
    about = in_language(actor.summary, actor.summary_map, actor.language, language)
    return PersonPage(
        actor=actor_line(actor, language),
        about_html=about.text,
        published_at=actor.published_at,
        indexable=actor.indexable,
    )


def site(session: Session) -> Site:
    """What this instance calls itself (name and purpose of its own actor), and what was chosen for it.

    Raises:
        Refused: "no-instance".
    """
    actor = instance_actor(session)
    chosen = choices(session)
    return Site(
        actor.name,
        {language: text_of(html).strip() for language, html in actor.summary_map.items()},
        names=dict(actor.name_map),
        registration=chosen.registration,
        languages=chosen.languages,
        colour=chosen.colour,
        region=chosen.region,
        terms=chosen.terms,
        is_set_up=chosen.wizard_done,
        has_mail_server=mail_server(session) is not None,
    )


def kind_of(session: Session, iri: str) -> Subject | None:
    """What the thing with this IRI (or this `url`) is: which page shows it, and its true IRI; None if nobody may know.

    An id goes before an address, and an address counts only on its author's own server: a stranger's `url` never
    stands for the thing that is really there (O3). Posts are known by their ids alone.
    """
    try:
        authority = authority_of(iri)
    except Malformed:
        return None
    there = Actor.authority == authority
    return _called(session, Actor.iri == iri, iri, "iri", there) or _called(
        session, Actor.url == iri, iri, "url", there
    )


def _called(
    session: Session, is_actor: ColumnElement[bool], iri: str, by: str, there: ColumnElement[bool]
) -> Subject | None:
    actor = session.scalar(select(Actor).where(is_actor, there, visible()).order_by(Actor.id).limit(1))
    if actor is not None and actor.type in ("Person", "Group", "Organization"):
        return Subject(SubjectKind.PERSON if actor.type == "Person" else SubjectKind.GROUP, actor.iri)
    for things, kind, author, shown in (
        (_OFFERS, SubjectKind.OFFER, _OFFERS.c.group_id, _shown_offer()),
        (_EVENTS, SubjectKind.EVENT, _EVENTS.c.group_id, _EVENTS.c.shown & (_EVENTS.c.visibility == "public")),
        (_POSTS, SubjectKind.NOTE, _POSTS.c.author_id, _POSTS.c.public & (_POSTS.c.state == "shown")),
    ):
        if by not in things.c:
            continue
        found: str | None = session.scalar(
            select(things.c.iri)
            .join(Actor, Actor.id == author)
            .where(things.c[by] == iri, there, things.c.deleted_at.is_(None), shown, visible())
            .limit(1)
        )
        if found is not None:
            return Subject(kind, found)
    return None


def signed_in(session: Session, secret: str, *, now: datetime) -> SignedIn | None:
    """Whose session has this secret, a member or a guest from elsewhere; None when it is ended, idle or unknown."""
    found = session_of(session, secret, now=now)
    if found is None:
        return _guest(session, secret, now)
    member, signed_in_at, seen_at = found
    actor = session.get(Actor, member.actor_id) if member.actor_id is not None else None
    mine = or_(Membership.member_id == member.id, Membership.actor_id.in_(ids_of_actors(member.id)))
    return SignedIn(
        member_id=member.id,
        name=member.name,
        language=member.language,
        is_admin=member.role == "admin",
        is_moderator=member.role in ("admin", "moderator"),
        actor=actor_line(actor, member.language) if actor is not None and actor.deleted_at is None else None,
        groups=_organised(session, mine, member.language),
        actor_iri=actor.iri if actor is not None and actor.deleted_at is None else None,
        time_zone=member.time_zone,
        unread=unread(session, member.id),
        account=linked_account(session, member.id),
        signed_in_at=signed_in_at,
        seen_at=seen_at,
    )


def _organised(session: Session, mine: ColumnElement[bool], language: str | None) -> tuple[ActorLine, ...]:
    groups = session.scalars(
        select(Actor)
        .join(Membership, Membership.group_id == Actor.id)
        .where(mine, Membership.state == "active", Membership.role == "organiser", Actor.deleted_at.is_(None))
        .order_by(Actor.name, Actor.id)
    )
    return tuple(actor_line(group, language) for group in groups.unique())


def _guest(session: Session, secret: str, now: datetime) -> SignedIn | None:
    actor = actor_of_session(session, secret, now=now)
    if actor is None or policy_for(session, actor.host) == BLOCKED:
        return None
    line = actor_line(actor)
    groups = _organised(session, Membership.actor_id == actor.id, actor.language)
    return SignedIn(
        0, line.name, actor.language, actor=line, groups=groups, actor_iri=actor.iri, is_guest=True, account=line.handle
    )


def _shown_offer() -> ColumnElement[bool]:
    offers = _OFFERS.c
    return offers.shown & (offers.visibility == "public") & (offers.status != "draft")
