"""Who takes part in a group, who asks to, who is invited: the lists of the pages about taking part.

Organisers and moderators of a group see the names of all who take part. To others each member is shown as they chose
in their profile; a name that the reader may not see is empty.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from actors import bonds
from actors.bonds.tables import Follow, Membership
from actors.groups.accounts import voices_of
from actors.groups.endings import REFUSED, REFUSED_KEPT
from actors.groups.invitations import invitations_of
from actors.groups.membership import Person, is_member
from actors.groups.personal import invited_members
from actors.groups.tables import is_private
from actors.people.naming import actor_line
from actors.people.profile import as_seen, viewer_of
from actors.people.tables import Actor, Member
from actors.views import ActorLine
from actors.views.gates import (
    Asking,
    FollowLine,
    InvitationLine,
    InvitedLine,
    RefusedLine,
    RequestLine,
    TakerLine,
)
from actors.views.profiles import MemberPage

SHOWN = 50
"""Members on one page of the list."""
ASKED_SHOWN = 50
REFUSED_SHOWN = 20


def takers(session: Session, iri: str, *, reader: Person, sees_all: bool = False, page: int = 1) -> list[TakerLine]:
    """Who takes part: organisers, moderators, then the others, in order of joining; one more than `SHOWN` if more.

    Args:
        sees_all: the reader sees every name, since they organise or moderate the group.
    """
    rank = case((Membership.role == "organiser", 0), (Membership.role == "moderator", 1), else_=2)
    rows = session.scalars(
        select(Membership)
        .join(Actor, Actor.id == Membership.group_id)
        .where(Actor.iri == iri, Membership.state == "active")
        .order_by(rank, Membership.id)
        .limit(SHOWN + 1)
        .offset((max(page, 1) - 1) * SHOWN)
    ).all()
    return _takers(session, rows, reader, sees_all=sees_all)


def taker(session: Session, iri: str, membership_id: int, *, reader: Person) -> TakerLine | None:
    """The one who takes part with this id, by name; None when nobody of this group is."""
    rows = session.scalars(
        select(Membership)
        .join(Actor, Actor.id == Membership.group_id)
        .where(Actor.iri == iri, Membership.id == membership_id, Membership.state == "active")
    ).all()
    return next(iter(_takers(session, rows, reader, sees_all=True)), None)


def asking(session: Session, iri: str, *, now: datetime) -> Asking:
    """What waits for the word of a group's organisers: who asks, who wants to follow; and who was told no lately."""
    group = session.scalar(select(Actor).where(Actor.iri == iri))
    if group is None:
        return Asking((), 0, (), ())
    lines = requests(session, iri, limit=ASKED_SHOWN)
    counted = select(func.count()).where(Membership.group_id == group.id, Membership.state == "requested")
    more = (session.scalar(counted) or 0) - len(lines)
    return Asking(tuple(lines), more, _refused(session, group, now), _follows(session, group))


def requests(session: Session, iri: str, *, limit: int = 100) -> list[RequestLine]:
    """Who asks to take part, in order of asking."""
    rows = session.scalars(
        select(Membership)
        .join(Actor, Actor.id == Membership.group_id)
        .where(Actor.iri == iri, Membership.state == "requested")
        .order_by(Membership.id)
        .limit(limit)
    ).all()
    members, actors = _people(session, rows)
    lines = []
    for row in rows:
        name, line = _named(row, members, actors)
        lines.append(
            RequestLine(
                id=row.id,
                name=name,
                since=row.created_at,
                answers=tuple((each["question"], each["answer"]) for each in row.answers),
                message=row.message,
                handle=line.handle if line else None,
                url=line.url if line else None,
                elsewhere=row.join_iri is not None,
                member_id=row.member_id,
            )
        )
    return lines


def invitations(session: Session, iri: str, *, now: datetime) -> list[InvitationLine]:
    """The links that stand, newest first."""
    group_id = session.scalar(select(Actor.id).where(Actor.iri == iri))
    if group_id is None:
        return []
    return [
        InvitationLine(each.id, each.note, each.uses, each.most_uses, each.expires_at)
        for each in invitations_of(session, group_id, now=now)
    ]


def invited(session: Session, iri: str, *, now: datetime) -> list[InvitedLine]:
    """The members who were invited by name and have not answered, newest first."""
    group_id = session.scalar(select(Actor.id).where(Actor.iri == iri))
    if group_id is None:
        return []
    rows = invited_members(session, group_id, now=now)
    return [InvitedLine(member.id, member.name, row.created_at) for row, member in rows]


def inside(session: Session, iri: str, member_ids: Collection[int]) -> frozenset[int]:
    """Those of the members who take part."""
    rows = session.scalars(
        select(Membership.member_id)
        .join(Actor, Actor.id == Membership.group_id)
        .where(Actor.iri == iri, Membership.state == "active", Membership.member_id.in_(member_ids))
    )
    return frozenset(row for row in rows if row is not None)


def _refused(session: Session, group: Actor, now: datetime) -> tuple[RefusedLine, ...]:
    rows = session.scalars(
        select(Membership)
        .where(
            Membership.group_id == group.id,
            Membership.state == "ended",
            Membership.role == REFUSED,
            Membership.decided_at >= now - REFUSED_KEPT,
        )
        .order_by(Membership.decided_at.desc(), Membership.id.desc())
        .limit(REFUSED_SHOWN)
    ).all()
    members, actors = _people(session, rows)
    return tuple(
        RefusedLine(row.id, _named(row, members, actors)[0], row.decided_at or row.created_at, row.word) for row in rows
    )


def _follows(session: Session, group: Actor) -> tuple[FollowLine, ...]:
    voices = {account.id: language for account, language in voices_of(session, group.id)}
    rows = session.execute(
        select(Follow, Actor)
        .join(Actor, Actor.id == Follow.follower_id)
        .where(Follow.followed_id.in_([group.id, *voices]), Follow.state == bonds.REQUESTED)
        .where(Actor.deleted_at.is_(None), Actor.suspended_at.is_(None))
        .order_by(Follow.id)
        .limit(ASKED_SHOWN)
    ).all()
    private = is_private(session, group.id)
    return tuple(
        FollowLine(
            row.id,
            actor_line(actor),
            row.created_at,
            voices.get(row.followed_id),
            not private or is_member(session, group, actor),
        )
        for row, actor in rows
    )


def _people(session: Session, memberships: Sequence[Membership]) -> tuple[dict[int, Member], dict[int, Actor]]:
    ids = {row.member_id for row in memberships if row.member_id is not None}
    members = {each.id: each for each in session.scalars(select(Member).where(Member.id.in_(ids)))} if ids else {}
    actor_ids = {row.actor_id for row in memberships if row.actor_id is not None}
    actor_ids |= {each.actor_id for each in members.values() if each.actor_id is not None}
    actors = (
        {each.id: each for each in session.scalars(select(Actor).where(Actor.id.in_(actor_ids)))} if actor_ids else {}
    )
    return members, actors


def _named(row: Membership, members: dict[int, Member], actors: dict[int, Actor]) -> tuple[str, ActorLine | None]:
    member = members.get(row.member_id or 0)
    actor = actors.get(row.actor_id or (member.actor_id if member is not None else 0) or 0)
    line = actor_line(actor) if actor is not None and actor.deleted_at is None else None
    return (member.name if member is not None else line.name if line else ""), line


def _takers(session: Session, rows: Sequence[Membership], reader: Person, *, sees_all: bool) -> list[TakerLine]:
    members, actors = _people(session, rows)
    viewer = viewer_of(session, reader.member_id, among=list(members))
    seen = {each.member_id: each for each in as_seen(session, viewer, members.values())}
    return [_taker(row, members, actors, seen, reader, sees_all=sees_all) for row in rows]


def _taker(
    row: Membership,
    members: dict[int, Member],
    actors: dict[int, Actor],
    seen: dict[int, MemberPage],
    reader: Person,
    *,
    sees_all: bool,
) -> TakerLine:
    name, line = _named(row, members, actors)
    page = seen.get(row.member_id or 0)
    mine = (reader.member_id is not None and row.member_id == reader.member_id) or (
        reader.actor_id is not None and row.actor_id == reader.actor_id
    )
    shown = page is None or sees_all or mine
    opens = page is not None and (page.name or page.is_mine) and reader.member_id is not None
    return TakerLine(
        id=row.id,
        name=name if shown or page is None else page.name,
        role=row.role,
        since=row.decided_at or row.created_at,
        path=f"/people/{row.member_id}" if opens else None,
        handle=line.handle if line else None,
        url=line.url if line else None,
        picture=page.picture.small if page is not None and page.picture is not None else None,
        is_reader=mine,
    )
