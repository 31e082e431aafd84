"""Sessions: rows that can be ended one by one, or all at once by the member's next epoch (L1).

The cookie holds 256 random bits, the row their SHA-256 digest (L7).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from actors.database import utc_now
from actors.people.sign_in.tokens import SECRET_BYTES, SIGN_IN, digest_of, spend_all, spend_link
from actors.people.tables import Actor, Member, SignInSession
from actors.refusals import Refused

SESSION_IDLE = timedelta(days=90)
"""A session that nobody used for so long is over."""
SEEN_EVERY = timedelta(hours=1)
"""How exactly `seen_at` is kept, so that not every page view is a write."""
NETWORK_KEPT = timedelta(days=30)
"""How long it is known from which network a session was opened (E7)."""
ENDED_KEPT = timedelta(days=30)

_QUIET = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as its member sees it; `device` is what the browser called itself."""

    id: int
    device: str
    network: str | None
    created_at: datetime
    seen_at: datetime
    is_this: bool


def open_session(session: Session, token: str, *, now: datetime, device: str = "") -> str:
    """`open_by_link`, for who asks for the secret alone."""
    return open_by_link(session, token, now=now, device=device)[0]


def open_by_link(
    session: Session, token: str, *, now: datetime, device: str = "", network: str | None = None
) -> tuple[str, str]:
    """Spend a one-time sign-in token; the secret of the new session, and where the reader wanted to go ("" unknown).

    Raises:
        Refused: "sign-in-link-spent" (used, expired, unknown or for something else: it is never said which).
    """
    member, facts = spend_link(session, token, SIGN_IN, now=now)
    secret = open_session_for(session, member_id=member.id, device=device, network=network, now=now)
    return secret, facts.get("next", "")


def open_session_for(
    session: Session,
    *,
    member_id: int | None = None,
    actor_id: int | None = None,
    device: str,
    now: datetime,
    network: str | None = None,
) -> str:
    """Sign in a member, or somebody with an account elsewhere and none here; the session's secret (43 characters).

    Args:
        device: what the browser calls itself; cut at 200 characters.
        network: where it comes from, truncated already.

    Raises:
        Refused: "nobody" (no id, or both), "member-suspended" (also: waiting or refused), "actor-suspended" (`iri`).
    """
    if (member_id is None) == (actor_id is None):
        raise Refused("nobody")
    epoch = 0
    if member_id is not None:
        member = session.get_one(Member, member_id)
        if member.suspended_at is not None or member.deleted_at is not None or member.state != "active":
            raise Refused("member-suspended")
        epoch = member.epoch
        member.leaving_at = None  # who comes back does not leave
    else:
        actor = session.get_one(Actor, actor_id)
        if actor.suspended_at is not None or actor.deleted_at is not None:
            raise Refused("actor-suspended", iri=actor.iri)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    session.add(
        SignInSession(
            digest=digest_of(secret),
            member_id=member_id,
            actor_id=actor_id,
            epoch=epoch,
            device=device[:200],
            network=network,
            created_at=now,
            seen_at=now,
        )
    )
    session.flush()
    return secret


def start_session(session: Session, member_id: int, device: str, *, now: datetime) -> str:
    """`open_session_for` a member."""
    return open_session_for(session, member_id=member_id, device=device, now=now)


def member_of_session(session: Session, cookie: str, *, now: datetime) -> Member | None:
    """Which member is signed in with this secret; None when it is unknown, ended or idle, or they may not act."""
    found = session_of(session, cookie, now=now)
    return found[0] if found else None


def session_of(session: Session, cookie: str, *, now: datetime) -> tuple[Member, datetime, datetime] | None:
    """`member_of_session`, with when the session was opened and when it was last noted as used."""
    row = session.execute(
        select(Member, SignInSession.created_at, SignInSession.seen_at)
        .join(SignInSession, SignInSession.member_id == Member.id)
        .where(
            SignInSession.digest == digest_of(cookie),
            _alive(now),
            SignInSession.epoch == Member.epoch,
            Member.suspended_at.is_(None),
            Member.deleted_at.is_(None),
            Member.state == "active",
        )
    ).first()
    return (row[0], row[1], row[2]) if row else None


def actor_of_session(session: Session, cookie: str, *, now: datetime) -> Actor | None:
    """Who is signed in with this secret by an account elsewhere alone; None as in `member_of_session`."""
    return session.scalar(
        select(Actor)
        .join(SignInSession, SignInSession.actor_id == Actor.id)
        .where(
            SignInSession.digest == digest_of(cookie),
            _alive(now),
            Actor.suspended_at.is_(None),
            Actor.deleted_at.is_(None),
        )
    )


def mark_seen(session: Session, cookie: str, *, now: datetime) -> None:
    """Keep the session from going idle; writes at most once an hour."""
    session.execute(
        update(SignInSession)
        .where(
            SignInSession.digest == digest_of(cookie),
            SignInSession.ended_at.is_(None),
            SignInSession.seen_at < now - SEEN_EVERY,
        )
        .values(seen_at=now)
    )


def sessions_of(session: Session, member_id: int, secret: str | None, *, now: datetime) -> list[SessionLine]:
    """The member's sessions that are alive, the last used first; `secret` is that of the one who asks."""
    own = digest_of(secret) if secret else b""
    rows = session.scalars(
        select(SignInSession)
        .join(Member, Member.id == SignInSession.member_id)
        .where(SignInSession.member_id == member_id, _alive(now), SignInSession.epoch == Member.epoch)
        .order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())
    )
    return [
        SessionLine(row.id, row.device, row.network, row.created_at, row.seen_at, row.digest == own) for row in rows
    ]


def end_one(session: Session, member_id: int, session_id: int, *, now: datetime) -> None:
    """End this session of the member; somebody else's, or one that is over, is no error."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.member_id == member_id, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_others(session: Session, member_id: int, keep: str | None, *, now: datetime) -> None:
    """End every session of the member but the one with the secret `keep`, and spend every token."""
    ended = update(SignInSession).where(SignInSession.member_id == member_id, SignInSession.ended_at.is_(None))
    if keep:
        ended = ended.where(SignInSession.digest != digest_of(keep))
    session.execute(ended.values(ended_at=now))
    spend_all(session, member_id, now=now)


def end_session(session: Session, secret: str, *, now: datetime | None = None) -> None:
    """Sign out; an unknown secret is no error."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.digest == digest_of(secret), SignInSession.ended_at.is_(None))
        .values(ended_at=now or utc_now())
    )


def revoke_all(session: Session, member_id: int, *, now: datetime | None = None) -> None:
    """End every session of the member and spend every token, at once (L1)."""
    at = now or utc_now()
    # The epoch ends also a session that is being opened at this very moment, which the second statement can't see.
    session.execute(
        update(Member).where(Member.id == member_id).values(epoch=Member.epoch + 1),
        execution_options={"synchronize_session": "fetch"},
    )
    session.execute(
        update(SignInSession)
        .where(SignInSession.member_id == member_id, SignInSession.ended_at.is_(None))
        .values(ended_at=at)
    )
    spend_all(session, member_id, now=at)


def prune_sessions(session: Session, now: datetime) -> None:
    """Forget where sessions came from, and those that are over, after a month each (E7)."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.network.is_not(None), SignInSession.created_at < now - NETWORK_KEPT)
        .values(network=None),
        execution_options=_QUIET,
    )
    over = or_(SignInSession.ended_at < now - ENDED_KEPT, SignInSession.seen_at < now - SESSION_IDLE - ENDED_KEPT)
    session.execute(delete(SignInSession).where(over), execution_options=_QUIET)


def _alive(now: datetime) -> ColumnElement[bool]:
    return SignInSession.ended_at.is_(None) & (SignInSession.seen_at > now - SESSION_IDLE)
