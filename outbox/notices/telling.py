"""One thing told to one member, in the transaction in which it happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.moderation.policy import visible
from actors.people import Actor, Member
from actors.people.identities import Identity
from actors.people.notices import KINDS, Notification, Rhythm, choice_of, choices, stop_mail
from outbox import mail

DIGESTS = (Rhythm.DAILY, Rhythm.WEEKLY)
DIGEST = "digest"


def tell(
    session: Session,
    member_id: int,
    kind: str,
    *,
    about_iri: str | None,
    facts: dict[str, Any],
    now: datetime,
    key: str | None = None,
    who_id: int | None = None,
) -> None:
    """Put one line into the member's list, and what the member's choices ask for into the mail log.

    Nothing happens for a member who left or is suspended, for who wants none of this kind, and when the member was
    told something with the same `key` before.

    Args:
        kind: one of `actors.people.notices.KINDS`.
        about_iri: what it is about.
        facts: see `outbox.notices`; no secrets, since they stay.
        who_id: the member whose name is among the facts, if it is another one's.

    Raises:
        ValueError: there is no such kind.
    """
    if kind not in KINDS:
        raise ValueError(f"no kind of notification: {kind}")
    member = session.get(Member, member_id)
    if member is None or member.deleted_at is not None or member.suspended_at is not None:
        return
    if key is not None and _was_told(session, member_id, key):
        return
    choice = choice_of(session, member_id, kind)
    row = Notification(
        member_id=member_id,
        who_id=who_id,
        key=key,
        kind=kind,
        about_iri=about_iri,
        facts=mail.storable(facts),
        on_site=choice.site,
        mail_waits=choice.mail in DIGESTS and member.email is not None,
        direct_waits=choice.direct in DIGESTS,
        created_at=now,
    )
    session.add(row)
    session.flush()
    told: dict[str, Any] = {"facts": said(row), "language": member.language, "member_id": member_id, "now": now}
    if choice.mail is Rhythm.AT_ONCE and member.email is not None:
        mail.queue(session, to=member.email, kind="notice", key=f"notice-{row.id}", **told)
    if choice.direct is Rhythm.AT_ONCE and (account := direct_address(session, member_id)):
        mail.queue_direct(session, to=account, kind="notice", key=f"notice-direct-{row.id}", **told)


def direct_address(session: Session, member_id: int) -> str | None:
    """The account elsewhere that gets the member's direct messages: the first linked one that can be written to."""
    query = (
        select(Actor.iri)
        .join(Identity, Identity.actor_id == Actor.id)
        .where(Identity.member_id == member_id, Actor.local.is_(False), Actor.deleted_at.is_(None), visible())
        .order_by(Identity.id)
    )
    return session.scalar(query.limit(1))


def wanted(session: Session, member_id: int, channel: str, kind: str | None) -> bool:
    """Whether the member still wants to be told on this channel; `kind` None: a digest, of any kind."""
    member = session.get(Member, member_id)
    if member is None or member.deleted_at is not None or member.suspended_at is not None:
        return False
    held = choices(session, member_id)
    chosen = [held[kind]] if kind in held else list(held.values())
    return any((each.mail if channel == mail.MAIL else each.direct) is not Rhythm.NONE for each in chosen)


def end_mail(session: Session, member_id: int, topic: str) -> None:
    """The member wants no mail about `topic` any more: a kind, or `digest` for all that comes in digests."""
    member = session.get(Member, member_id)
    if member is None or member.deleted_at is not None:
        return
    held = choices(session, member_id)
    ended = tuple(
        kind for kind, choice in held.items() if kind == topic or (topic == DIGEST and choice.mail in DIGESTS)
    )
    stop_mail(session, member_id, ended)


def said(row: Notification) -> dict[str, Any]:
    """A notification as facts of a mail."""
    return {
        "id": row.id,
        "kind": row.kind,
        "about_iri": row.about_iri,
        "facts": row.facts,
        "at": row.created_at.isoformat(),
    }


def _was_told(session: Session, member_id: int, key: str) -> bool:
    query = select(Notification.id).where(Notification.member_id == member_id, Notification.key == key)
    return session.scalar(query) is not None
