"""Who is told of an answer, and of what became of it.

A member reads it in their list, by mail or as they chose; somebody of another server gets a direct message there. Who
answered by the agreement of a partner's program is told by that program, from the `Accept` or `Reject` it gets.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from actors import groups
from actors.answering import Answer
from actors.offers import Offer
from actors.people import Actor, Member, find_actor
from outbox import mail, notices


def tell_author(session: Session, offer: Offer, answer: Answer, *, now: datetime) -> None:
    """Tell whoever wrote the item of ours, or else who looks after its group, that there is an answer."""
    facts = {"who": name_of(session, answer), "title": offer.title, "path": path_of(offer, answer)}
    who_id = answer.member_id
    if offer.member_id is not None or offer.writer_id is not None:
        tell_writer(session, offer, "answer", facts, now=now, who_id=who_id, key=f"answer-{answer.id}")
        return
    for each in groups.organisers(session, offer.group_id):
        if (member := groups.member_behind(session, each)) is not None and member.id != answer.member_id:
            notices.tell(
                session,
                member.id,
                "answer",
                about_iri=offer.iri,
                facts=facts,
                now=now,
                key=f"answer-{answer.id}",
                who_id=who_id,
            )


def tell_writer(
    session: Session,
    offer: Offer,
    kind: str,
    facts: dict[str, Any],
    *,
    now: datetime,
    key: str | None = None,
    who_id: int | None = None,
) -> None:
    """Tell whoever wrote the item of ours, here or with an account elsewhere."""
    if offer.member_id is not None:
        notices.tell(session, offer.member_id, kind, about_iri=offer.iri, facts=facts, now=now, key=key, who_id=who_id)
    elif offer.writer_id is not None:
        writer = session.get_one(Actor, offer.writer_id)
        _directly(session, offer, writer, kind, facts, offer.language, now=now)


def tell_answerer(
    session: Session, offer: Offer, answer: Answer, state: str, *, reason: str = "", now: datetime
) -> None:
    """Tell who answered what became of it: accepted, declined, filled (by them), asked (may it be told?) or over."""
    facts: dict[str, Any] = {"title": offer.title, "state": state, "path": path_of(offer, answer)}
    if reason:
        facts["reason"] = reason
    if answer.member_id is not None:
        notices.tell(session, answer.member_id, "answer-settled", about_iri=offer.iri, facts=facts, now=now)
    elif answer.actor_id is not None:
        actor = session.get_one(Actor, answer.actor_id)
        _directly(session, offer, actor, "answer-settled", facts, answer.language, now=now)


def name_of(session: Session, answer: Answer) -> str:
    """How who answered is called: a member's own name, or the name of an account elsewhere."""
    if answer.member_id is not None:
        return session.get_one(Member, answer.member_id).name
    actor = session.get_one(Actor, answer.actor_id)
    return actor.name or f"{actor.username}@{actor.authority}"


def path_of(offer: Offer, answer: Answer | None = None) -> str:
    """Where the page of an item is, at the answer."""
    at = f"#answer-{answer.id}" if answer is not None else ""
    if not offer.local:
        return f"/me/offers{at}"
    return "/" + offer.iri.split("/", 3)[3] + at


def _directly(
    session: Session,
    offer: Offer,
    actor: Actor,
    kind: str,
    facts: dict[str, Any],
    language: str | None,
    *,
    now: datetime,
) -> None:
    if actor.local or find_actor(session, actor.iri) is None or actor.type not in ("Person", "Service"):
        return
    group = session.get_one(Actor, offer.group_id)
    chosen = (language or group.language or "en").partition("-")[0]
    mail.queue_direct(
        session,
        to=actor.iri,
        kind="notice",
        facts={"kind": kind, "about_iri": offer.iri, "facts": facts, "at": now.isoformat()},
        language=chosen if chosen in ("nl", "fr", "en", "de") else "en",
        member_id=None,
        now=now,
    )
