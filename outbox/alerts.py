"""Telling people what is new in the searches that they saved.

A member is told as they chose for notifications of this kind: on the site, by mail, by direct message. Somebody with
an account elsewhere gets a direct message there.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from actors import alerts, finds
from actors.alerts import Alert
from actors.offers import Offer
from actors.people import Actor, Member
from actors.search import Hit, news
from actors.views import GroupLine, Viewer
from actors.views.finds import FoundThing
from actors.views.profiles import MemberPage
from outbox import mail, notices

KIND = "alert"
OVERLAP = timedelta(minutes=5)
AT_ONCE_MOST = 5
"""More than these in one round are told as a number."""
TITLE_CHARS = 200


def tell_due(session: Session, now: datetime, after_id: int = 0) -> int | None:
    """Look at the next alerts above `after_id`, and tell what is new; from where to go on, None after the last."""
    ripe = alerts.due(session, now, after_id)
    for alert in ripe:
        owner = alerts.owner_of(session, alert)
        if owner is not None:
            _look(session, alert, owner, now)
        alert.told_until = now
    session.flush()
    return ripe[-1].id if len(ripe) == alerts.TOGETHER else None


def _look(session: Session, alert: Alert, owner: Member | Actor, now: datetime) -> None:
    viewer = Viewer(owner.id) if isinstance(owner, Member) else Viewer(0, owner.iri)
    language = owner.language if isinstance(owner, Member) else alert.language
    since = max(alert.told_until - OVERLAP, alert.created_at)
    hits = news(session, alerts.from_json(alert.asked), finds.asker_of(session, viewer), now=now, since=since)
    fresh = [hit for hit in hits if hit.id not in alert.told and not _is_own(session, hit, owner)]
    alert.told = [hit.id for hit in hits]
    if not fresh:
        return
    if alert.rhythm == alerts.WEEKLY or len(fresh) > AT_ONCE_MOST:
        facts = {"number": len(fresh), "path": f"/search?{alert.query}"}
        _tell(session, alert, owner, None, facts, f"alert-{alert.id}-{fresh[0].id}", now)
        return
    for thing in reversed(finds.things_of(session, fresh, viewer=viewer, language=language or "en", now=now)):
        about, facts = _told_of(thing)
        _tell(session, alert, owner, about, facts, f"alert-{alert.id}-{thing.id}", now)


def _told_of(thing: FoundThing) -> tuple[str | None, dict[str, Any]]:
    """What it is about, and its facts."""
    line = thing.line
    if isinstance(line, MemberPage):
        return None, {"title": line.name, "path": f"/people/{line.member_id}"}
    iri = line.actor.iri if isinstance(line, GroupLine) else line.iri
    return iri, {"title": line.title.text[:TITLE_CHARS]}


def _tell(
    session: Session,
    alert: Alert,
    owner: Member | Actor,
    about: str | None,
    facts: dict[str, Any],
    key: str,
    now: datetime,
) -> None:
    facts = {**facts, "search": alert.title[:TITLE_CHARS]}
    if isinstance(owner, Member):
        notices.tell(session, owner.id, KIND, about_iri=about, facts=facts, now=now, key=key)
    elif not owner.local:
        told = {"id": 0, "kind": KIND, "about_iri": about, "facts": facts, "at": now.isoformat()}
        mail.queue_direct(
            session,
            to=owner.iri,
            kind="notice",
            facts=told,
            language=alert.language,
            member_id=None,
            now=now,
            key=key,
        )


def _is_own(session: Session, hit: Hit, owner: Member | Actor) -> bool:
    """Whether whoever is told wrote it."""
    if hit.family == "person":
        return isinstance(owner, Member) and hit.item_id == owner.id
    if hit.family != "offer":
        return False
    offer = session.get(Offer, hit.item_id)
    return offer is not None and owner.id == (offer.member_id if isinstance(owner, Member) else offer.writer_id)
