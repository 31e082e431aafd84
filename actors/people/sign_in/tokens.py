"""One-time tokens: one purpose, one use and an end (L3); the database keeps only their digests (L7)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from actors.people.tables import Member, OneTimeToken
from actors.refusals import Refused

SIGN_IN = "sign-in"
"""The purpose of a token that opens a session."""
SIGN_IN_LASTS = timedelta(minutes=30)
TOKENS_KEPT = timedelta(days=30)
SECRET_BYTES = 32


def issue_token(
    session: Session,
    member_id: int,
    purpose: str,
    *,
    now: datetime,
    valid_for: timedelta,
    facts: Mapping[str, str] | None = None,
) -> str:
    """A new token that can be redeemed once, for `purpose` only, until `now + valid_for`; 43 characters for a URL."""
    token = secrets.token_urlsafe(SECRET_BYTES)
    session.add(
        OneTimeToken(
            digest=digest_of(token),
            member_id=member_id,
            purpose=purpose,
            facts=dict(facts or {}),
            expires_at=now + valid_for,
        )
    )
    session.flush()
    return token


def redeem(session: Session, token: str, purpose: str, *, now: datetime) -> Member:
    """Spend `token` and say whose it was.

    Raises:
        Refused: "token-unknown" (also: made for another purpose), "token-used", "token-expired", "member-suspended".
    """
    return spend(session, token, purpose, now=now)[0]


def spend(session: Session, token: str, purpose: str, *, now: datetime) -> tuple[Member, dict[str, str]]:
    """As `redeem`, with the facts that the token was issued with."""
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
    if member.suspended_at is not None or member.deleted_at is not None or member.state != "active":
        raise Refused("member-suspended")
    return member, dict(row.facts)


def spend_link(session: Session, token: str, purpose: str, *, now: datetime) -> tuple[Member, dict[str, str]]:
    """As `spend`, for a link that somebody opened.

    Raises:
        Refused: "sign-in-link-spent" (used, expired, unknown or for something else: it is never said which).
    """
    try:
        return spend(session, token, purpose, now=now)
    except Refused:
        raise Refused("sign-in-link-spent") from None


def peek(session: Session, token: str, purpose: str, *, now: datetime) -> bool:
    """Whether a token still opens what it is for; changes nothing."""
    row = session.scalar(select(OneTimeToken).where(OneTimeToken.digest == digest_of(token)))
    return row is not None and row.purpose == purpose and row.used_at is None and row.expires_at > now


def peek_sign_in(session: Session, token: str, *, now: datetime) -> bool:
    """Whether the one-time sign-in link still opens; changes nothing."""
    return peek(session, token, SIGN_IN, now=now)


def spend_all(session: Session, member_id: int, *, now: datetime) -> None:
    """No token of the member opens anything any more."""
    session.execute(
        update(OneTimeToken)
        .where(OneTimeToken.member_id == member_id, OneTimeToken.used_at.is_(None))
        .values(used_at=now)
    )


def prune_tokens(session: Session, now: datetime) -> None:
    """Forget tokens that ended a month ago."""
    session.execute(
        delete(OneTimeToken).where(OneTimeToken.expires_at < now - TOKENS_KEPT),
        execution_options={"synchronize_session": False},
    )


def digest_of(secret: str) -> bytes:
    """What the database keeps of a token or a session secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
