"""Announces and Likes: who shares and who likes what. Each actor shares or likes a thing once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.people import Actor
from actors.refusals import Refused
from actors.threads.tables import Reaction, Share


def add_share(
    session: Session, actor: Actor, object_iri: str, iri: str, activity_iri: str | None = None, *, now: datetime
) -> tuple[Share, bool]:
    """Note that `actor` announces `object_iri` by the Announce `iri`; False when it had already (nothing changes).

    Raises:
        Refused: "id-taken", when another share has this id.
    """
    known = share_of(session, actor.id, object_iri)
    if known is not None:
        return known, False
    if session.scalar(select(Share.id).where(Share.iri == iri)) is not None:
        raise Refused("id-taken", iri=iri)
    share = Share(actor_id=actor.id, object_iri=object_iri, iri=iri, activity_iri=activity_iri, created_at=now)
    session.add(share)
    session.flush()
    return share, True


def remove_share(session: Session, actor: Actor, iri_or_object: str) -> Share | None:
    """Forget a share, named by its Announce or by what was announced; returns what it was (detached), or None."""
    share = session.scalar(select(Share).where(Share.iri == iri_or_object, Share.actor_id == actor.id))
    share = share or share_of(session, actor.id, iri_or_object)
    if share is not None:
        session.delete(share)
        session.flush()
    return share


def share_of(session: Session, actor_id: int, object_iri: str) -> Share | None:
    """The share of this object by this actor."""
    return session.scalar(select(Share).where(Share.actor_id == actor_id, Share.object_iri == object_iri))


def shares_of_object(session: Session, object_iri: str) -> list[Share]:
    """Who shares this object, oldest first."""
    return list(session.scalars(select(Share).where(Share.object_iri == object_iri).order_by(Share.id)))


def react(session: Session, actor: Actor, object_iri: str, iri: str, *, now: datetime) -> tuple[Reaction, bool]:
    """Note that `actor` likes `object_iri` by the Like `iri`; False when it had already (nothing changes).

    Raises:
        Refused: "id-taken", when another like has this id.
    """
    known = _reaction_of(session, actor.id, object_iri)
    if known is not None:
        return known, False
    if session.scalar(select(Reaction.id).where(Reaction.iri == iri)) is not None:
        raise Refused("id-taken", iri=iri)
    reaction = Reaction(actor_id=actor.id, object_iri=object_iri, iri=iri, created_at=now)
    session.add(reaction)
    session.flush()
    return reaction, True


def unreact(session: Session, actor: Actor, iri_or_object: str) -> bool:
    """Forget a like, named by its Like or by what was liked; whether there was one."""
    reaction = session.scalar(select(Reaction).where(Reaction.iri == iri_or_object, Reaction.actor_id == actor.id))
    reaction = reaction or _reaction_of(session, actor.id, iri_or_object)
    if reaction is None:
        return False
    session.delete(reaction)
    session.flush()
    return True


def _reaction_of(session: Session, actor_id: int, object_iri: str) -> Reaction | None:
    return session.scalar(select(Reaction).where(Reaction.actor_id == actor_id, Reaction.object_iri == object_iri))
