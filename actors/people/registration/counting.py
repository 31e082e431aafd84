"""How often a mail was asked for, by address and by network; kept for a day."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from actors.people.identities.arrivals import forget_arrivals
from actors.people.registration.tables import Asked, Registration
from actors.people.sign_in import prune_sessions, prune_tokens

LINKS_AT_ONCE = 2
LINK_AFTER = timedelta(minutes=30)
"""As long as a link opens. Whoever asks for links in somebody's name can so never keep them from having one that opens:
either there is a younger one in their letter box, or they get another."""
FORMS_PER_NETWORK = 10
HOUR = timedelta(hours=1)
ASKED_KEPT = timedelta(days=1)
UNCONFIRMED_KEPT = timedelta(days=7)


def may_send_link(session: Session, address: str, *, now: datetime) -> bool:
    """Note that somebody asked for a link to `address`, and say whether one is sent: at most three an hour."""
    digest = _digest("mail", address)
    times = session.scalars(select(Asked.asked_at).where(Asked.digest == digest, Asked.asked_at > now - HOUR)).all()
    allowed = len(times) < LINKS_AT_ONCE or max(times) <= now - LINK_AFTER
    # What was refused is not noted: else whoever goes on asking would put off the next one for ever.
    session.add(Asked(digest=digest if allowed else _digest("refused", address), asked_at=now))
    session.flush()
    return allowed


def may_send_form(session: Session, network: str, *, now: datetime) -> bool:
    """Note that somebody in `network` wants to join, and say whether they may: so many an hour."""
    digest = _digest("form", network)
    count = session.scalar(select(func.count()).where(Asked.digest == digest, Asked.asked_at > now - HOUR)) or 0
    session.add(Asked(digest=digest, asked_at=now))
    session.flush()
    return count < FORMS_PER_NETWORK


def prune(session: Session, now: datetime) -> None:
    """Forget who asked a day ago, registrations of a week ago, links of a month ago, and what is over of sessions."""
    forget_arrivals(session, now)
    prune_tokens(session, now)
    prune_sessions(session, now)
    quiet = {"synchronize_session": False}
    session.execute(delete(Asked).where(Asked.asked_at < now - ASKED_KEPT), execution_options=quiet)
    session.execute(
        delete(Registration).where(Registration.created_at < now - UNCONFIRMED_KEPT), execution_options=quiet
    )


def forget(session: Session, address: str) -> None:
    """Nothing that was filled in with this address stays."""
    session.execute(delete(Registration).where(Registration.email == address))


def _digest(what: str, who: str) -> bytes:
    return hashlib.sha256(f"{what}\n{who}".encode("utf-8", "surrogatepass")).digest()
