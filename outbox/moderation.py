"""Acts of moderation that reach beyond the house: host policy and what waits in its lanes, reports passed on.

A block is one row; inbox, delivery and fetcher each ask for it, so there is nothing else to change.

Source: interop.md §7.10; P5 (a report never names who made it).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from actors import moderation
from actors.moderation import Host, Report
from actors.people import Actor, find_actor, instance_actor
from fediverse.types import Activity
from outbox.addressing import own_inbox
from outbox.delivery.distribute import LONG_AGO
from outbox.delivery.lanes import Lane
from outbox.log import Said, append

_QUIET = {"synchronize_session": False}


def block_host(
    session: Session, member_id: int | None, host: str, reason: str = "", *, private_reason: str = "", now: datetime
) -> Host:
    """Block `host` and all below it; visits that are under way there end after the request in hand.

    Args:
        member_id: who decided; None: the operator.
        reason: shown in public.
        private_reason: for moderators.

    Raises:
        Refused: as `actors.moderation.block`.
    """
    row = moderation.block(
        session, host, member_id=member_id, reason=private_reason or reason, public_reason=reason, now=now
    )
    _touch_lanes(session, row.name, owner="", lease_until=LONG_AGO)
    return row


def unblock_host(
    session: Session, member_id: int | None, host: str, reason: str = "", *, private_reason: str = "", now: datetime
) -> Host:
    """Lift the block or the limit; what waits for the host is sent now. Arguments as `block_host`."""
    row = moderation.unblock(session, host, member_id=member_id, reason=private_reason or reason, now=now)
    _touch_lanes(session, row.name, next_attempt_at=now)
    return row


def limit_host(
    session: Session, member_id: int | None, host: str, reason: str = "", *, private_reason: str = "", now: datetime
) -> Host:
    """Limit `host`: it is heard, but what it says waits for a moderator. Arguments as `block_host`."""
    row = moderation.limit(
        session, host, member_id=member_id, reason=private_reason or reason, public_reason=reason, now=now
    )
    _touch_lanes(session, row.name, next_attempt_at=now)
    return row


def allow_host(
    session: Session, member_id: int | None, host: str, reason: str = "", *, private_reason: str = "", now: datetime
) -> Host:
    """Make `host` a partner: what it publishes is shown without waiting. Arguments as `block_host`."""
    row = moderation.allow(
        session, host, member_id=member_id, reason=private_reason or reason, public_reason=reason, now=now
    )
    _touch_lanes(session, row.name, next_attempt_at=now)
    return row


def report(
    session: Session,
    object_iris: Iterable[str],
    content: str,
    *,
    member_id: int | None = None,
    forward: bool = False,
    now: datetime,
) -> tuple[Report, Said | None]:
    """Keep a member's report and, if asked, send it to the server of the actor that is reported.

    The Flag comes from the instance actor and says nothing of the member. The first of `object_iris` that is a
    remote actor is the reported one.

    Raises:
        Refused: as `actors.moderation.record_report`.
    """
    about = list(dict.fromkeys(object_iris))
    row = moderation.record_report(session, object_iris=about, content=content, member_id=member_id, now=now)
    reported = next((actor for iri in about if (actor := _remote(session, iri)) is not None), None)
    if not forward or reported is None:
        return row, None
    instance = instance_actor(session)
    flag = Activity(type="Flag", object=tuple(about), content=content or None)
    said = append(
        session,
        instance,
        flag,
        audience="none",
        to=own_inbox(session, reported),
        object_iri=reported.iri,
        public=False,
        now=now,
    )
    row.forwarded = True
    return row, Said(reported.iri, said.iri)


def _remote(session: Session, iri: str) -> Actor | None:
    actor = find_actor(session, iri)
    return None if actor is None or actor.local else actor


def _touch_lanes(session: Session, host: str, **values: object) -> None:
    """Change the lanes of `host` and all below it, in the order in which everybody locks them."""
    covered = or_(Lane.host == host, Lane.host.endswith("." + host, autoescape=True))
    lanes = session.scalars(select(Lane.authority).where(covered).order_by(Lane.authority).with_for_update()).all()
    if lanes:
        session.execute(update(Lane).where(Lane.authority.in_(lanes)).values(values), execution_options=_QUIET)
