"""One thing told to one member, in the transaction in which it happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.people import Member
from actors.people.notices import KINDS, Notification, Rhythm, choice_of
from outbox import mail

DIGESTS = (Rhythm.DAILY, Rhythm.WEEKLY)


def tell(
    session: Session,
    member_id: int,
    kind: str,
    *,
    about_iri: str | None,
    facts: dict[str, Any],
    now: datetime,
    key: str | None = None,
) -> None:
    """Put one line into the member's list, and what the member's choices ask for into the mail log.

    Nothing happens for a member who left or is suspended, for who wants none of this kind, and when the member was
    told something with the same `key` before.

    Args:
        kind: one of `actors.people.notices.KINDS`.
        about_iri: what it is about.
        facts: see `outbox.notices`; no secrets, since they stay.

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
        key=key,
        kind=kind,
        about_iri=about_iri,
        facts=facts,
        on_site=choice.site,
        mail_waits=choice.mail in DIGESTS and member.email is not None,
        direct_waits=False,
        created_at=now,
    )
    session.add(row)
    session.flush()
    if choice.mail is Rhythm.AT_ONCE and member.email is not None:
        mail.queue(
            session,
            to=member.email,
            kind="notice",
            facts=said(row),
            language=member.language,
            member_id=member_id,
            now=now,
            key=f"notice-{row.id}",
        )


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
