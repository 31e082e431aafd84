"""Who an identity is: somebody without an account here, or one of the ways in which a member signs in.

An identity is never joined to a member because of an address or a name; only the signed-in member links it (L2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CompoundSelect, delete, select, update
from sqlalchemy.orm import Session

from actors.people.identities.tables import Identity, OAuthAttempt
from actors.people.remote import remember
from actors.people.sign_in.sessions import end_others, open_session_for
from actors.people.tables import Member, SignInSession
from actors.people.ways_in import count
from actors.refusals import Refused
from actors.views import IdentityLine
from fediverse.hosts import origin_of
from fediverse.types import Actor as ActorDocument

FEDIVERSE = "fediverse"


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways in which a member signs in.

    Attributes:
        identities: elsewhere, the oldest first.
        spare: whether one of them may go without leaving the member outside.
    """

    identities: list[IdentityLine]
    spare: bool


def arrive(
    session: Session, document: ActorDocument, raw: dict[str, Any], *, device: str, network: str | None, now: datetime
) -> str:
    """Somebody's server has said that they are the actor of this document: sign them in; the session's secret.

    They are the member who linked that actor, else a guest who acts as it.

    Args:
        document: fetched from its own id.
        raw: the same, as received.
        device, network: as `open_session_for`.

    Raises:
        Refused: as `remember`; "actor-suspended", "host-blocked", "member-suspended".
    """
    identity = _of_actor(session, document, raw, now)
    member_id = identity.member_id
    actor_id = identity.actor_id if member_id is None else None
    return open_session_for(session, member_id=member_id, actor_id=actor_id, device=device, network=network, now=now)


def link_actor(
    session: Session, member_id: int, document: ActorDocument, raw: dict[str, Any], *, now: datetime
) -> None:
    """The signed-in member has shown that they are this actor too. Twice is no harm.

    Raises:
        Refused: as `remember`; "actor-suspended", "host-blocked", "identity-taken" (another member's).
    """
    identity = _of_actor(session, document, raw, now)
    if identity.member_id not in (None, member_id):
        raise Refused("identity-taken")
    identity.member_id = member_id
    # Whoever is signed in as this actor alone comes back as the member.
    session.execute(
        update(SignInSession)
        .where(SignInSession.actor_id == identity.actor_id, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    session.flush()


def ways_of(session: Session, member_id: int) -> Ways:
    """How the member signs in."""
    rows = session.scalars(select(Identity).where(Identity.member_id == member_id).order_by(Identity.id))
    lines = [IdentityLine(row.id, row.kind, row.handle, row.subject, row.created_at, row.used_at) for row in rows]
    return Ways(lines, spare=count(session, member_id) > 1)


def linked_account(session: Session, member_id: int) -> str | None:
    """`name@server` of the account elsewhere that the member linked first, if there is one that they can act from."""
    return session.scalar(
        select(Identity.handle)
        .where(Identity.member_id == member_id, Identity.kind == FEDIVERSE, Identity.actor_id.is_not(None))
        .order_by(Identity.id)
        .limit(1)
    )


def unlink(session: Session, member_id: int, identity_id: int, secret: str, *, now: datetime) -> None:
    """Take an identity from a member; one that is not there (any more) is no error.

    Every other session ends with it: one of them may have been opened by whoever holds that account now.

    Args:
        secret: of the session that asks.

    Raises:
        Refused: "last-way-in": without it nothing would be left to sign in with.
    """
    identity = session.get(Identity, identity_id)
    if identity is None or identity.member_id != member_id:
        return
    if count(session, member_id) <= 1:
        raise Refused("last-way-in")
    session.delete(identity)
    session.flush()
    end_others(session, member_id, secret, now=now)


def forget_identities(session: Session, member_id: int) -> None:
    """The member has gone for good: their identities and what was under way go with them."""
    session.execute(delete(Identity).where(Identity.member_id == member_id))
    session.execute(delete(OAuthAttempt).where(OAuthAttempt.member_id == member_id))


def actors_of(session: Session, member_id: int) -> list[int]:
    """The ids of every actor that the member is: their own, and those elsewhere that they linked."""
    return list(session.scalars(ids_of_actors(member_id)))


def ids_of_actors(member_id: int) -> CompoundSelect[tuple[int]]:
    """The same, as a part of a question."""
    own = select(Member.actor_id).where(Member.id == member_id, Member.actor_id.is_not(None))
    linked = select(Identity.actor_id).where(Identity.member_id == member_id, Identity.actor_id.is_not(None))
    return cast("CompoundSelect[tuple[int]]", own.union(linked))


def _of_actor(session: Session, document: ActorDocument, raw: dict[str, Any], now: datetime) -> Identity:
    actor = remember(session, document, now=now, raw=raw)
    if actor.suspended_at is not None:
        raise Refused("actor-suspended")
    issuer = origin_of(actor.iri)
    identity = session.scalar(select(Identity).where(Identity.issuer == issuer, Identity.subject == actor.iri))
    if identity is None:
        identity = Identity(kind=FEDIVERSE, issuer=issuer, subject=actor.iri, created_at=now)
        session.add(identity)
    identity.actor_id, identity.handle, identity.used_at = actor.id, f"{actor.username}@{actor.authority}", now
    session.flush()
    return identity
