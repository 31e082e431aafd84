"""Who an identity is: somebody without an account here, or one of the ways in which a member signs in.

An identity is never joined to a member because of an address or a name; only the signed-in member links it (L2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import CompoundSelect, func, select, update
from sqlalchemy.orm import Session

from actors.moderation.policy import is_blocked
from actors.people.identities.tables import Identity
from actors.people.tables import Actor, Member, SignInSession
from actors.refusals import Refused
from actors.views import IdentityLine
from fediverse.hosts import origin_of

FEDIVERSE, OIDC = "fediverse", "oidc"


@dataclass(frozen=True, slots=True)
class Entered:
    """Who is to be signed in: the member, else the actor; one of both ids."""

    member_id: int | None
    actor_id: int | None


def enter_as_actor(session: Session, actor_iri: str, handle: str, *, now: datetime) -> Entered:
    """Somebody's server has said that they are the actor `actor_iri`, which was remembered just now.

    Raises:
        Refused: "actor-suspended", "host-blocked", "member-suspended".
    """
    identity = _of_actor(session, actor_iri, handle, now)
    identity.used_at = now
    session.flush()
    return entered(session, identity)


def entered(session: Session, identity: Identity) -> Entered:
    """Who is to be signed in by `identity`.

    Raises:
        Refused: "member-suspended".
    """
    if identity.member_id is None:
        return Entered(None, identity.actor_id)
    member = session.get_one(Member, identity.member_id)
    if member.suspended_at is not None or member.deleted_at is not None or member.state != "active":
        raise Refused("member-suspended")
    return Entered(member.id, None)


def link_actor(session: Session, member_id: int, actor_iri: str, handle: str, *, now: datetime) -> None:
    """The signed-in member has shown that they are this actor too. Twice is no harm.

    Raises:
        Refused: "identity-taken" (another member's), "actor-suspended", "host-blocked".
    """
    identity = _of_actor(session, actor_iri, handle, now)
    if identity.member_id not in (None, member_id):
        raise Refused("identity-taken")
    identity.member_id, identity.used_at = member_id, now
    # Whoever is signed in as this actor alone comes back as the member.
    session.execute(
        update(SignInSession)
        .where(SignInSession.actor_id == identity.actor_id, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    session.flush()


def identities_of(session: Session, member_id: int) -> list[IdentityLine]:
    """The member's identities elsewhere, the oldest first."""
    rows = session.scalars(select(Identity).where(Identity.member_id == member_id).order_by(Identity.id))
    return [IdentityLine(row.id, row.kind, row.handle, row.subject, row.created_at, row.used_at) for row in rows]


def unlink(session: Session, member_id: int, identity_id: int) -> None:
    """Take an identity from a member; one that is not there (any more) is no error.

    Raises:
        Refused: "last-way-in": without it nothing would be left to sign in with.
    """
    identity = session.get(Identity, identity_id)
    if identity is None or identity.member_id != member_id:
        return
    if ways_in(session, member_id) <= 1:
        raise Refused("last-way-in")
    session.delete(identity)
    session.flush()


def ways_in(session: Session, member_id: int) -> int:
    """How many ways the member has to sign in: a mail address for links, and each identity."""
    member = session.get_one(Member, member_id)
    linked = session.scalar(select(func.count()).where(Identity.member_id == member_id)) or 0
    return linked + (member.email is not None)


def actors_of(session: Session, member_id: int) -> list[int]:
    """The ids of every actor that the member is: their own, and those elsewhere that they linked."""
    return list(session.scalars(ids_of_actors(member_id)))


def ids_of_actors(member_id: int) -> CompoundSelect[tuple[int]]:
    """The same, as a part of a question."""
    own = select(Member.actor_id).where(Member.id == member_id, Member.actor_id.is_not(None))
    linked = select(Identity.actor_id).where(Identity.member_id == member_id, Identity.actor_id.is_not(None))
    return cast("CompoundSelect[tuple[int]]", own.union(linked))


def _of_actor(session: Session, actor_iri: str, handle: str, now: datetime) -> Identity:
    actor = session.scalar(select(Actor).where(Actor.iri == actor_iri, Actor.deleted_at.is_(None)))
    if actor is None or actor.local or actor.suspended_at is not None:
        raise Refused("actor-suspended")
    if is_blocked(session, actor.host):
        raise Refused("host-blocked", host=actor.host)
    issuer = origin_of(actor.iri)
    identity = session.scalar(select(Identity).where(Identity.issuer == issuer, Identity.subject == actor.iri))
    if identity is None:
        identity = Identity(kind=FEDIVERSE, issuer=issuer, subject=actor.iri, created_at=now)
        session.add(identity)
    identity.actor_id, identity.handle = actor.id, handle
    return identity
