"""Members as those who look after the instance see them, and what may be done with one.

Whoever has a role above «member» is changed by admins alone, and there is always an admin who can sign in.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session, aliased

from actors.bonds.tables import Membership
from actors.people.profile.editing import fold
from actors.people.sign_in import ROLES, sessions_of, suspend_member, unsuspend_member
from actors.people.tables import Actor, Member, SignInSession
from actors.refusals import Refused
from actors.views.keeping import MemberList, MemberRecord, MemberRow

TOGETHER = 50
QUERY_CHARS = 100
SORTS = ("name", "-name", "since", "-since", "seen", "-seen")
FILTERS = ("member", "moderator", "admin", "suspended", "waiting")
ADMIN = "admin"


def members(
    session: Session, *, query: str = "", only: str = "", sort: str = "name", number: int = 1, with_address: bool = True
) -> MemberList:
    """A page of members who were not deleted.

    Args:
        query: what must stand in the name or (`with_address`) in the address; capitals and accents don't matter.
        only: one of `FILTERS`: a role, or a state.
        sort: one of `SORTS`.
        number: of the page, from 1; past the last one: the last one.
        with_address: whether the reader may see addresses, and so find by them.
    """
    found = select(Member.id, Member.name, Member.email, Member.created_at, _seen().label("seen")).where(
        Member.deleted_at.is_(None)
    )
    if only == "suspended":
        found = found.where(Member.suspended_at.is_not(None))
    elif only == "waiting":
        found = found.where(Member.state == "waiting")
    elif only in ROLES:
        found = found.where(Member.role == only)
    rows = list(session.execute(found))
    if wanted := fold(query[:QUERY_CHARS]).strip():
        rows = [row for row in rows if wanted in fold(row.name) or (with_address and wanted in (row.email or ""))]
    match sort.removeprefix("-"):
        case "since":
            rows.sort(key=lambda row: (row.created_at, row.id))
        case "seen":
            rows.sort(key=lambda row: (row.seen is not None, row.seen or row.created_at, row.id))
        case _:
            rows.sort(key=lambda row: (fold(row.name), row.id))
    if sort.startswith("-"):
        rows.reverse()
    last = max(1, -(-len(rows) // TOGETHER))
    number = min(max(number, 1), last)
    ids = [row.id for row in rows[(number - 1) * TOGETHER : number * TOGETHER]]
    seen = {row.id: row.seen for row in rows}
    by_id = {row.id: row for row in session.scalars(select(Member).where(Member.id.in_(ids)))}
    page = tuple(_row(by_id[each], seen[each], with_address=with_address) for each in ids)
    return MemberList(page, len(rows), number, last)


def member_record(session: Session, member_id: int, *, now: datetime, with_address: bool = True) -> MemberRecord | None:
    """One member; None for nobody, and for who was deleted."""
    member = session.get(Member, member_id)
    if member is None or member.deleted_at is not None:
        return None
    seen = session.scalar(select(func.max(SignInSession.seen_at)).where(SignInSession.member_id == member_id))
    actor = session.get(Actor, member.actor_id) if member.actor_id is not None else None
    organised = session.scalars(
        select(Membership.group_id).where(
            Membership.member_id == member_id, Membership.role == "organiser", Membership.state == "active"
        )
    ).all()
    other = aliased(Membership)
    shared = select(other.group_id).where(
        other.group_id.in_(organised), other.role == "organiser", other.state == "active", other.member_id != member_id
    )
    return MemberRecord(
        row=_row(member, seen, with_address=with_address),
        sessions=len(sessions_of(session, member_id, None, now=now)),
        organises=len(organised),
        alone=len(set(organised) - set(session.scalars(shared))),
        handle=f"{actor.username}@{actor.authority}" if actor is not None and actor.deleted_at is None else None,
        is_last_admin=_is_last_admin(session, member),
    )


def change_role(session: Session, member_id: int, role: str) -> str:
    """Give a member another role; the one they had.

    Raises:
        Refused: "role-unknown", "not-found" (`what`, `name`), "last-admin".
    """
    if role not in ROLES:
        raise Refused("role-unknown", role=role)
    member = _locked(session, member_id)
    if role != ADMIN and _is_last_admin(session, member):
        raise Refused("last-admin")
    had, member.role = member.role, role
    session.flush()
    return had


def shut_out(session: Session, member_id: int, *, now: datetime) -> Member:
    """Suspend a member: every session ends at once, and nobody signs in until it is taken back.

    Raises:
        Refused: "not-found" (`what`, `name`), "last-admin".
    """
    member = _locked(session, member_id)
    if _is_last_admin(session, member):
        raise Refused("last-admin")
    suspend_member(session, member_id, now=now)
    return member


def let_back(session: Session, member_id: int) -> Member:
    """Take a suspension back.

    Raises:
        Refused: "not-found" (`what`, `name`).
    """
    member = _locked(session, member_id)
    unsuspend_member(session, member_id)
    return member


def _locked(session: Session, member_id: int) -> Member:
    # Those with a role in one order first, so that two admins who demote each other wait for one another.
    session.scalars(
        select(Member.id).where(Member.role == ADMIN, Member.deleted_at.is_(None)).order_by(Member.id).with_for_update()
    ).all()
    member = session.scalar(select(Member).where(Member.id == member_id, Member.deleted_at.is_(None)).with_for_update())
    if member is None:
        raise Refused("not-found", what="member", name=str(member_id))
    return member


def _is_last_admin(session: Session, member: Member) -> bool:
    if member.role != ADMIN or member.suspended_at is not None:
        return False
    others = select(func.count()).where(
        Member.role == ADMIN,
        Member.id != member.id,
        Member.state == "active",
        Member.suspended_at.is_(None),
        Member.deleted_at.is_(None),
        Member.leaving_at.is_(None),
    )
    return not session.scalar(others)


def _seen() -> ScalarSelect[datetime]:
    last = select(func.max(SignInSession.seen_at)).where(SignInSession.member_id == Member.id)
    return last.correlate(Member).scalar_subquery()


def _row(member: Member, seen_at: datetime | None, *, with_address: bool) -> MemberRow:
    if member.suspended_at is not None:
        state = "suspended"
    elif member.leaving_at is not None:
        state = "leaving"
    else:
        state = member.state
    email = member.email if with_address else None
    return MemberRow(member.id, member.name, email, member.language, member.role, state, member.created_at, seen_at)
