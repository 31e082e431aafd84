"""What waits for those who look after the instance, in numbers, and what a stricter rule about others would concern."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from actors import bonds, people, site
from actors.bonds.tables import Follow
from actors.events import Event
from actors.groups import waiting_follows
from actors.moderation import PARTNER, Act, Host
from actors.offers import Offer
from actors.people import Actor, Member, registration
from actors.site import Choices, MailServer
from actors.threads import Post
from actors.views.keeping import Overview, Strangers
from outbox import delivery, mail
from outbox.waiting import DECLINE


def overview(session: Session, *, now: datetime) -> Overview:
    """Everything, as it stands now."""
    letters, said = mail.load(session, now), delivery.load(session, now)
    population = people.population(session, now=now)
    there = Member.deleted_at.is_(None)
    return Overview(
        registrations=_count(session, there, Member.state == registration.WAITING),
        waiting=count_waiting(session),
        mail_waiting=letters.waiting,
        mail_failed=letters.failed,
        mail_error=letters.last_error,
        servers_behind=said.lanes_waiting,
        servers_failing=said.lanes_failing,
        refused=said.parked,
        members=population.members,
        active_month=population.active_month,
        suspended=_count(session, there, Member.suspended_at.is_not(None)),
        admins=_count(session, there, Member.role == "admin", Member.suspended_at.is_(None)),
        invitations=len([line for line in registration.invitations(session, now=now) if line.opens]),
        groups=_count(session, Actor.local.is_(True), Actor.type == "Group", Actor.deleted_at.is_(None)),
    )


def count_waiting(session: Session) -> int:
    """How many lines `outbox.waiting.waiting` has, without its limit."""
    posts = _count(session, Post.state == "waiting", Post.deleted_at.is_(None))
    others = 0
    for thing in (Offer, Event):
        declined = exists().where(Act.object == thing.iri, Act.verb == DECLINE)
        others += _count(session, ~thing.shown, ~thing.local, thing.deleted_at.is_(None), ~declined)
    return len(waiting_follows(session)) + posts + others


def strangers(session: Session) -> Strangers:
    """The servers of which we know somebody, by whether they are partners."""
    ours, theirs = aliased(Actor), aliased(Actor)
    partner = exists().where(Host.name == theirs.host, Host.policy == PARTNER)
    alive = Follow.state.in_((bonds.ACCEPTED, bonds.REQUESTED))
    known = select(func.count(theirs.host.distinct())).where(~theirs.local, theirs.deleted_at.is_(None))
    follows = select(func.count()).select_from(Follow).where(alive, ~partner)
    return Strangers(
        servers=session.scalar(known) or 0,
        partners=session.scalar(known.where(partner)) or 0,
        followers=session.scalar(
            follows.join(theirs, theirs.id == Follow.follower_id)
            .join(ours, ours.id == Follow.followed_id)
            .where(~theirs.local, ours.local)
        )
        or 0,
        followed=session.scalar(
            follows.join(theirs, theirs.id == Follow.followed_id)
            .join(ours, ours.id == Follow.follower_id)
            .where(~theirs.local, ours.local)
        )
        or 0,
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """What was chosen for the instance, and whom it concerns."""

    chosen: Choices
    mail_server: MailServer | None
    others: Strangers
    members: int
    invitations: int
    groups: int
    own_address: str
    """Of whoever looks at it; empty: none."""


def standing(session: Session, *, member_id: int, now: datetime) -> Standing:
    """The choices as they hold now, for this member."""
    return Standing(
        chosen=site.choices(session),
        mail_server=site.mail_server(session),
        others=strangers(session),
        members=_count(session, Member.deleted_at.is_(None)),
        invitations=len([line for line in registration.invitations(session, now=now) if line.opens]),
        groups=_count(session, Actor.local.is_(True), Actor.type == "Group", Actor.deleted_at.is_(None)),
        own_address=session.get_one(Member, member_id).email or "",
    )


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(*conditions)) or 0
