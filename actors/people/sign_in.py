"""Members, their one-time tokens and their sessions.

A token has one purpose, one use and an end (L3); a session is a row that can be ended (L1). The database keeps
SHA-256 digests of 256 random bits, never the secrets themselves (L7).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from actors.database import utc_now
from actors.people.tables import Member, OneTimeToken, SignInSession
from actors.refusals import Refused

SIGN_IN = "sign-in"
"""The purpose of a token that opens a session."""
SIGN_IN_LASTS = timedelta(minutes=30)
SESSION_IDLE = timedelta(days=90)
"""A session that nobody used for so long is over."""
SEEN_EVERY = timedelta(hours=1)
"""How exactly `seen_at` is kept, so that not every page view is a write."""

_SECRET_BYTES = 32


def create_member(
    session: Session,
    *,
    name: str,
    email: str | None,
    language: str,
    role: str = "member",
    actor_id: int | None = None,
) -> Member:
    """A new member; `role` is member, moderator or admin.

    Raises:
        Refused: "mail-taken", "role-unknown", "name-missing".
    """
    if role not in {"member", "moderator", "admin"}:
        raise Refused("role-unknown", role=role)
    if not name.strip():
        raise Refused("name-missing")
    address = email.strip().lower() if email and email.strip() else None
    if address and session.scalar(select(Member.id).where(Member.email == address)) is not None:
        raise Refused("mail-taken", email=address)
    member = Member(name=name.strip(), email=address, language=language, role=role, actor_id=actor_id)
    session.add(member)
    session.flush()
    return member


def issue_token(session: Session, member_id: int, purpose: str, *, now: datetime, valid_for: timedelta) -> str:
    """A new token that can be redeemed once, for `purpose` only, until `now + valid_for`; 43 characters for a URL."""
    token = secrets.token_urlsafe(_SECRET_BYTES)
    session.add(OneTimeToken(digest=digest_of(token), member_id=member_id, purpose=purpose, expires_at=now + valid_for))
    session.flush()
    return token


def redeem(session: Session, token: str, purpose: str, *, now: datetime) -> Member:
    """Spend `token` and say whose it was.

    Raises:
        Refused: "token-unknown" (also: made for another purpose), "token-used", "token-expired", "member-suspended".
    """
    digest = digest_of(token)
    row = session.scalar(select(OneTimeToken).where(OneTimeToken.digest == digest))
    if row is None or row.purpose != purpose:
        raise Refused("token-unknown")
    if row.used_at is not None:
        raise Refused("token-used")
    if row.expires_at <= now:
        raise Refused("token-expired")
    # Two clicks at the same moment: only the one whose UPDATE finds it unused has it.
    spent = session.execute(
        update(OneTimeToken).where(OneTimeToken.digest == digest, OneTimeToken.used_at.is_(None)).values(used_at=now)
    )
    if not isinstance(spent, CursorResult) or spent.rowcount != 1:
        raise Refused("token-used")
    member = session.get_one(Member, row.member_id)
    if member.suspended_at is not None or member.deleted_at is not None:
        raise Refused("member-suspended")
    return member


def peek_sign_in(session: Session, token: str, *, now: datetime) -> bool:
    """Whether the one-time sign-in link still opens; changes nothing."""
    row = session.scalar(select(OneTimeToken).where(OneTimeToken.digest == digest_of(token)))
    return row is not None and row.purpose == SIGN_IN and row.used_at is None and row.expires_at > now


def open_session(session: Session, token: str, *, now: datetime, device: str = "") -> str:
    """Spend a one-time sign-in token; the secret of the new session (256 random bits, for the cookie).

    Raises:
        Refused: "sign-in-link-spent" (used, expired, unknown or for something else: it is never said which).
    """
    try:
        member = redeem(session, token, SIGN_IN, now=now)
    except Refused:
        raise Refused("sign-in-link-spent") from None
    return start_session(session, member.id, device, now=now)


def start_session(session: Session, member_id: int, device: str, *, now: datetime) -> str:
    """Sign the member in on `device` (what the browser calls itself, cut at 200 characters); the session's secret."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    session.add(
        SignInSession(digest=digest_of(secret), member_id=member_id, device=device[:200], created_at=now, seen_at=now)
    )
    session.flush()
    return secret


def member_of_session(session: Session, cookie: str, *, now: datetime) -> Member | None:
    """Who is signed in with this secret; None when it is unknown, ended or idle, or the member may not act."""
    return session.scalar(
        select(Member)
        .join(SignInSession, SignInSession.member_id == Member.id)
        .where(
            SignInSession.digest == digest_of(cookie),
            SignInSession.ended_at.is_(None),
            SignInSession.seen_at > now - SESSION_IDLE,
            Member.suspended_at.is_(None),
            Member.deleted_at.is_(None),
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
    session.execute(
        update(SignInSession)
        .where(SignInSession.member_id == member_id, SignInSession.ended_at.is_(None))
        .values(ended_at=at)
    )
    session.execute(
        update(OneTimeToken)
        .where(OneTimeToken.member_id == member_id, OneTimeToken.used_at.is_(None))
        .values(used_at=at)
    )


def suspend_member(session: Session, member_id: int, *, now: datetime) -> None:
    """The member may not sign in or act from now on."""
    session.get_one(Member, member_id).suspended_at = now
    revoke_all(session, member_id, now=now)
    session.flush()


def digest_of(secret: str) -> bytes:
    """What the database keeps of a token or a session secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
