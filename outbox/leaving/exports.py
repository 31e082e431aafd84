"""What members ask for: to leave, and copies, which are due, ready, fetched once, over after a week.

The secret in the link is known to nobody but who has the mail; the database keeps its digest.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.people import Member, Vault
from actors.people.leaving import GRACE, Export, ask
from actors.refusals import Refused
from actors.views.profiles import ExportLine
from outbox import mail

OPEN_FOR = timedelta(days=7)
AGAIN_AFTER = timedelta(hours=1)


def ask_for_copy(session: Session, member_id: int, *, now: datetime) -> int:
    """The member wants a copy of everything; one that is being made already is that one.

    Raises:
        Refused: "copy-lately" (the last one was asked for within the hour, and is made).
    """
    last = session.scalar(select(Export).where(Export.member_id == member_id).order_by(Export.id.desc()).limit(1))
    if last is not None and last.ready_at is None:
        return last.id
    if last is not None and last.asked_at > now - AGAIN_AFTER:
        raise Refused("copy-lately")
    row = Export(member_id=member_id, asked_at=now)
    session.add(row)
    session.flush()
    return row.id


def ask_to_leave(session: Session, member_id: int, *, keeps: bool, origin: str, now: datetime) -> datetime:
    """See `actors.people.leaving.ask`; the member gets a mail that says how to stay."""
    at = ask(session, member_id, keeps=keeps, now=now)
    member = session.get_one(Member, member_id)
    if member.email:
        mail.queue(
            session,
            to=member.email,
            kind="leaving",
            facts={"link": f"{origin}/sign-in", "minutes": int(GRACE.total_seconds() // 60)},
            language=member.language,
            member_id=member.id,
            now=now,
        )
    return at


def copies_due(session: Session, limit: int = 5) -> list[tuple[int, int]]:
    """The copies to be made, the oldest wish first: (id, member)."""
    query = select(Export.id, Export.member_id).where(Export.ready_at.is_(None)).order_by(Export.id).limit(limit)
    return [(row[0], row[1]) for row in session.execute(query)]


def ready(session: Session, copy_id: int, file: str, *, vault: Vault, origin: str, now: datetime) -> bool:
    """The file is there: the member gets a mail with a link that opens it once. False: nobody waits for it."""
    row = session.get(Export, copy_id)
    if row is None or row.ready_at is not None:
        return False
    member = session.get_one(Member, row.member_id)
    token = secrets.token_urlsafe(32)
    row.file, row.ready_at, row.expires_at, row.digest = file, now, now + OPEN_FOR, _digest(token)
    session.flush()
    if member.email:
        mail.queue(
            session,
            to=member.email,
            kind="copy-ready",
            facts=mail.sealed(vault, f"{origin}/me/export/{token}", OPEN_FOR),
            language=member.language,
            member_id=member.id,
            now=now,
            key=f"copy-ready:{copy_id}",
        )
    return True


def copies_of(session: Session, member_id: int) -> list[ExportLine]:
    """The member's copies, newest first."""
    rows = session.scalars(select(Export).where(Export.member_id == member_id).order_by(Export.id.desc()).limit(5))
    return [ExportLine(row.id, row.asked_at, row.ready_at, row.fetched_at, row.expires_at) for row in rows]


def peek_copy(session: Session, member_id: int, token: str, *, now: datetime) -> bool:
    """Whether this link still opens a copy of this member's; changes nothing."""
    return _open(session, member_id, token, now) is not None


def fetch_copy(session: Session, member_id: int, token: str, *, now: datetime) -> str:
    """Spend the link; the name of the file.

    Raises:
        Refused: "copy-over" (unknown, somebody else's, spent or run out: it is never said which).
    """
    row = _open(session, member_id, token, now)
    if row is None or row.file is None:
        raise Refused("copy-over")
    row.fetched_at = now
    session.flush()
    return row.file


def over(session: Session, now: datetime) -> list[str]:
    """The files of copies that were fetched an hour ago or ran out; their rows are without a file from now on."""
    rows = session.scalars(
        select(Export).where(
            Export.file.is_not(None), (Export.expires_at <= now) | (Export.fetched_at <= now - AGAIN_AFTER)
        )
    ).all()
    files = [row.file for row in rows if row.file]
    for row in rows:
        row.file = row.digest = None
    session.flush()
    return files


def _open(session: Session, member_id: int, token: str, now: datetime) -> Export | None:
    return session.scalar(
        select(Export).where(
            Export.digest == _digest(token),
            Export.member_id == member_id,
            Export.fetched_at.is_(None),
            Export.expires_at > now,
            Export.file.is_not(None),
        )
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
