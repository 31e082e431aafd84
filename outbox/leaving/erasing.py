"""The end of a member: here in every table, and elsewhere by a Delete to every server that ever heard of them.

Left are tombstones of what had an address, the member's empty row, and acts of moderation without a name.

Source: security contract §4 E2, E5; ActivityPub §6.4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from actors import pictures
from actors.bonds.tables import Membership
from actors.events import Attendance, Event
from actors.offers import Offer
from actors.people import Member, SignInSession, profile, registration
from actors.people.leaving import Export, blank, due
from actors.pictures import Owner
from actors.threads import Post
from outbox import events, mail, offers, people, threads
from outbox.leaving.belongings import SHARED, events_of, offers_of, pointers, posts_of
from outbox.log import forget

expired = due
"""See `actors.people.leaving.due`."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What is still to be done outside the database, and the line for the list of who must not come back.

    Attributes:
        pictures: names of files to delete.
        copies: names of copies to delete.
        member_id: with `created_at`, who it was, in a database that was restored.
    """

    member_id: int
    created_at: datetime
    erased_at: datetime
    pictures: tuple[str, ...]
    copies: tuple[str, ...]


def erase(session: Session, member_id: int, *, now: datetime, keeps: bool | None = None) -> Erased | None:
    """Delete everything about the member, and tell the world; None when they came back, or are gone already.

    Args:
        keeps: what they wrote in groups stays; None: as they chose.
    """
    member = session.get(Member, member_id)
    if member is None or member.deleted_at is not None or (keeps is None and member.leaving_at is None):
        return None
    member.picture_id = None
    session.flush()
    files = pictures.drop_all(session, Owner("member", member_id))
    copies = session.scalars(select(Export.file).where(Export.member_id == member_id, Export.file.is_not(None)))
    erased = Erased(member_id, member.created_at, now, files, tuple(name for name in copies if name))
    _things(session, member, keeps=member.leaving_keeps if keeps is None else keeps, now=now)
    actor = profile.actor_of(session, member)
    if actor is not None:
        people.leave(session, actor, now=now)
        session.execute(delete(Membership).where(Membership.actor_id == actor.id))
        session.execute(delete(Attendance).where(Attendance.actor_id == actor.id))
        session.execute(delete(SignInSession).where(SignInSession.actor_id == actor.id))
    mail.forget_name(session, member.name)
    if member.email:
        mail.forget(session, member_id, member.email)
        registration.forget(session, member.email)
    for table, column in pointers():
        if table.name in SHARED:
            session.execute(update(table).where(column == member_id).values({column.name: None}))
        else:
            session.execute(delete(table).where(column == member_id))
    session.expire_all()
    blank(session, session.get_one(Member, member_id), now=now)
    return erased


def erase_again(session: Session, known: Iterable[tuple[int, datetime]], *, now: datetime) -> list[Erased]:
    """Erase those who were erased before and are back, because an older backup was restored.

    Args:
        known: id and `created_at` of each; an id that belongs to somebody who joined at another time is left alone.
    """
    found = []
    for member_id, created_at in known:
        member = session.get(Member, member_id)
        if member is not None and member.deleted_at is None and member.created_at == created_at:
            erased = erase(session, member_id, now=now, keeps=member.leaving_keeps)
            found += [erased] if erased is not None else []
    return found


def _things(session: Session, member: Member, *, keeps: bool, now: datetime) -> None:
    """What they wrote for groups is deleted everywhere or left without a name; what they said as themselves goes."""
    for post in session.scalars(select(Post).where(posts_of(member))).all():
        if keeps and post.author_id != member.actor_id:
            continue
        threads.delete(session, post, now=now)
        forget(session, post.iri)
    if not keeps:
        for offer in session.scalars(select(Offer).where(offers_of(member))).all():
            offers.delete(session, offer, now=now)
        for event in session.scalars(select(Event).where(events_of(member))).all():
            events.delete(session, event, now=now)
    else:
        # The credit on the wire goes with the pointer: whoever is told again is told without the name.
        for offer in session.scalars(select(Offer).where(offers_of(member))).all():
            offer.member_id = None
            session.flush()
            offers.announce(session, offer, now=now)
        for event in session.scalars(select(Event).where(events_of(member))).all():
            event.member_id = None
            session.flush()
            events.announce(session, event, now=now)
