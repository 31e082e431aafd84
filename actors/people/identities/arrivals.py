"""Identities of the instance's own issuer (OpenID Connect): theirs who linked them, or of somebody who is new here.

Whoever is new comes with a name and perhaps an address that the issuer has verified. That is kept for a day, under a
secret in their browser's cookie, while they fill in what the instance asks. Only who confirms their address in that
very browser gets the identity with the membership: a link mailed to somebody else would give them a stranger's way
in. A member whose address is the same gets nothing of it (L2).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from actors.people.identities.tables import Identity, OidcArrival
from actors.people.sign_in.sessions import open_session_for
from actors.people.sign_in.tokens import digest_of
from actors.refusals import Refused

OIDC = "oidc"
ARRIVAL_LASTS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody whom the issuer knows.

    Attributes:
        subject: what it calls them, for ever.
        handle: what they are called there; shown, never compared.
        email: one that it has verified; "" if it has not.
    """

    issuer: str
    subject: str
    handle: str
    name: str = ""
    email: str = field(default="", repr=False)


def come_back(session: Session, arrival: Arrival, *, device: str, network: str | None, now: datetime) -> str | None:
    """Sign in the member who linked this identity; the session's secret, or None where nobody has.

    Raises:
        Refused: "member-suspended".
    """
    identity = _held(session, arrival)
    if identity is None or identity.member_id is None:
        return None
    identity.used_at, identity.handle = now, arrival.handle
    return open_session_for(session, member_id=identity.member_id, device=device, network=network, now=now)


def link_subject(session: Session, member_id: int, arrival: Arrival, *, now: datetime) -> None:
    """The member has shown that they are this one too. Twice is no harm.

    Raises:
        Refused: "identity-taken" (another member's).
    """
    identity = _held(session, arrival)
    if identity is not None and identity.member_id != member_id:
        raise Refused("identity-taken")
    if identity is None:
        session.add(
            Identity(
                kind=OIDC,
                issuer=arrival.issuer,
                subject=arrival.subject,
                handle=arrival.handle,
                member_id=member_id,
                created_at=now,
            )
        )
        session.flush()


def keep_arrival(session: Session, arrival: Arrival, *, now: datetime) -> str:
    """Keep who came until they have joined; the secret for their browser. What is over by then is forgotten."""
    forget_arrivals(session, now)
    secret = secrets.token_urlsafe(32)
    session.add(
        OidcArrival(
            digest=digest_of(secret),
            issuer=arrival.issuer,
            subject=arrival.subject,
            handle=arrival.handle,
            name=arrival.name,
            email=arrival.email,
            expires_at=now + ARRIVAL_LASTS,
        )
    )
    session.flush()
    return secret


def arrival_of(session: Session, secret: str, *, now: datetime) -> Arrival | None:
    """Who came in the browser with this secret."""
    row = session.scalar(
        select(OidcArrival).where(OidcArrival.digest == digest_of(secret), OidcArrival.expires_at > now)
    )
    return Arrival(row.issuer, row.subject, row.handle, row.name, row.email) if row else None


def end_arrival(session: Session, secret: str) -> None:
    """They have joined, or went away."""
    session.execute(delete(OidcArrival).where(OidcArrival.digest == digest_of(secret)))


def forget_arrivals(session: Session, now: datetime) -> None:
    """Nothing is kept of who came a day ago and did not join."""
    session.execute(
        delete(OidcArrival).where(OidcArrival.expires_at <= now), execution_options={"synchronize_session": False}
    )


def _held(session: Session, arrival: Arrival) -> Identity | None:
    return session.scalar(
        select(Identity).where(Identity.issuer == arrival.issuer, Identity.subject == arrival.subject)
    )
