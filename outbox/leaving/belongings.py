"""What is a member's, in every table.

A row that points at a member is theirs, whichever door it belongs to; so a door that adds a table need do nothing to
have it copied and erased. The exceptions are named here: rows that others need, from which only the pointer goes.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Column, ColumnElement, Table, func, or_, select
from sqlalchemy.orm import Session

from actors.bonds.tables import Membership, Reach
from actors.database import Base
from actors.events import Event
from actors.groups import groups_of_member
from actors.offers import Offer
from actors.people import Actor, Inbox, Member
from actors.threads import Post
from actors.views.profiles import Leaving

SHARED = frozenset({"group_rules", "act", "report", "offer", "event", "post", "group_invitation", "member"})
"""Rows that stay when the member goes, without the pointer: groups, acts of moderation, and things (which are decided
one by one)."""
FLEETING = frozenset({"one_time_token", "oauth_attempt", "passkey_attempt", "findable"})
"""Rows that are only secrets under way, or say what the profile says."""
TOLD_OTHERS = frozenset({("notification", "who_id")})
"""Columns by which a row of somebody else's names the member: it goes with them, and is no part of their copy."""
SECRET = ("digest", "hash", "secret", "token", "password", "private", "verifier", "nonce", "public_key", "credential")
"""Columns whose name has one of these words are no data about a person, and nobody's to read."""


def pointers() -> Iterator[tuple[Table, Column[object]]]:
    """Every column of any table that points at a member."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == Member.__tablename__ for key in column.foreign_keys):
                yield table, column


def posts_of(member: Member) -> ColumnElement[bool]:
    """Notes of ours that the member wrote, for a group or as a public actor."""
    mine = Post.member_id == member.id
    if member.actor_id is not None:
        mine = or_(mine, Post.author_id == member.actor_id)
    return Post.local & Post.deleted_at.is_(None) & mine


def offers_of(member: Member) -> ColumnElement[bool]:
    """Offers and needs that groups published for the member."""
    return Offer.local & Offer.deleted_at.is_(None) & (Offer.member_id == member.id)


def events_of(member: Member) -> ColumnElement[bool]:
    """Events that groups published for the member."""
    return Event.local & Event.deleted_at.is_(None) & (Event.member_id == member.id)


def numbers(session: Session, member_id: int) -> Leaving:
    """What deleting the member means."""
    member = session.get_one(Member, member_id)

    def count(condition: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).where(condition)) or 0

    servers = (
        select(func.count(Inbox.authority.distinct()))
        .join(Reach, Reach.inbox_id == Inbox.id)
        .where(Reach.actor_id == member.actor_id)
    )
    return Leaving(
        leaving_at=member.leaving_at,
        keeps=member.leaving_keeps,
        posts=count(posts_of(member)),
        offers=count(offers_of(member)),
        events=count(events_of(member)),
        groups=len(groups_of_member(session, member_id)),
        servers=(session.scalar(servers) or 0) if member.actor_id is not None else 0,
        alone_in=tuple(group.name for group in _alone_in(session, member_id)),
    )


def _alone_in(session: Session, member_id: int) -> list[Actor]:
    organised = groups_of_member(session, member_id, roles=("organiser",))
    counted = (
        select(Membership.group_id)
        .where(
            Membership.group_id.in_([group.id for group in organised]),
            Membership.role == "organiser",
            Membership.state == "active",
        )
        .group_by(Membership.group_id)
        .having(func.count() == 1)
    )
    alone = set(session.scalars(counted))
    return [group for group in organised if group.id in alone]
