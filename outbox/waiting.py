"""What waits for somebody's yes: who would follow a group that asks first, posts to a group that looks first, and
offers, needs and events of those whom nobody here knows yet. A yes or a no is an act, and is written down as one.

What was declined is not asked again: the act log remembers it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from actors import events, groups, matches, moderation, offers, people, threads
from actors.events import Event
from actors.groups import Follow
from actors.moderation import Act
from actors.offers import Offer
from actors.people import Actor
from actors.threads import Post
from actors.views import WaitingKind, WaitingLine, Words
from outbox import notices
from outbox.groups import accept_follow, reject_follow
from outbox.offers import let_stand
from outbox.sharing import share

APPROVE, DECLINE = "approve", "decline"


def waiting(session: Session, *, language: str, limit: int = 50) -> list[WaitingLine]:
    """What waits, at most `limit` of each kind, oldest first."""
    kinds = (_follows, _posts, _offers, _events)
    return sorted((line for kind in kinds for line in kind(session, language, limit)), key=lambda line: line.since)


def decide(
    session: Session, kind: WaitingKind, number: int, *, accepted: bool, member_id: int | None, now: datetime
) -> bool:
    """Say yes or no to one thing; False when it does not wait any more."""
    deciders: dict[WaitingKind, Callable[[Session, int, bool, datetime], str | None]] = {
        WaitingKind.FOLLOW: _decide_follow,
        WaitingKind.POST: _decide_post,
        WaitingKind.OFFER: _decide_offer,
        WaitingKind.EVENT: _decide_event,
    }
    iri = deciders[kind](session, number, accepted, now)
    if iri is None:
        return False
    moderation.act(session, APPROVE if accepted else DECLINE, iri, member_id=member_id, now=now)
    return True


def _follows(session: Session, language: str, limit: int) -> list[WaitingLine]:
    lines = []
    for follow in groups.waiting_follows(session)[:limit]:
        follower, followed = session.get_one(Actor, follow.follower_id), session.get_one(Actor, follow.followed_id)
        who, group = people.actor_line(follower, language), people.actor_line(followed, language)
        lines.append(WaitingLine(WaitingKind.FOLLOW, follow.id, who, follow.created_at, group, url=who.url))
    return lines


def _posts(session: Session, language: str, limit: int) -> list[WaitingLine]:
    query = select(Post).where(Post.state == "waiting", Post.deleted_at.is_(None)).order_by(Post.id).limit(limit)
    lines = []
    for post in session.scalars(query):
        group = session.get(Actor, post.group_id) if post.group_id is not None else None
        lines.append(
            WaitingLine(
                WaitingKind.POST,
                post.id,
                people.actor_line(session.get_one(Actor, post.author_id), language),
                post.received_at or post.published_at,
                people.actor_line(group, language) if group else None,
                Words(post.title, post.language) if post.title else None,
                post.content,
                post.url,
            )
        )
    return lines


def _offers(session: Session, language: str, limit: int) -> list[WaitingLine]:
    declined = exists().where(Act.object == Offer.iri, Act.verb == DECLINE)
    waits = or_(~Offer.local, Offer.status == "waiting")
    query = select(Offer).where(~Offer.shown, waits, Offer.deleted_at.is_(None), ~declined)
    rows = session.scalars(query.order_by(Offer.id).limit(limit))
    return [_line(session, WaitingKind.OFFER, row, row.title, language) for row in rows]


def _events(session: Session, language: str, limit: int) -> list[WaitingLine]:
    declined = exists().where(Act.object == Event.iri, Act.verb == DECLINE)
    query = select(Event).where(~Event.shown, ~Event.local, Event.deleted_at.is_(None), ~declined)
    rows = session.scalars(query.order_by(Event.id).limit(limit))
    return [_line(session, WaitingKind.EVENT, row, row.name, language) for row in rows]


def _line(session: Session, kind: WaitingKind, row: Offer | Event, title: str, language: str) -> WaitingLine:
    author = people.actor_line(session.get_one(Actor, row.group_id), language)
    since = row.received_at or row.published_at
    return WaitingLine(kind, row.id, author, since, None, Words(title, row.language), row.content, row.url)


def _decide_follow(session: Session, number: int, accepted: bool, now: datetime) -> str | None:
    follow = session.get(Follow, number)
    if follow is None or follow.state != groups.REQUESTED:
        return None
    (accept_follow if accepted else reject_follow)(session, follow, now=now)
    return follow.iri


def _decide_post(session: Session, number: int, accepted: bool, now: datetime) -> str | None:
    post = session.get(Post, number)
    if post is None or post.state != "waiting" or post.deleted_at is not None:
        return None
    threads.set_state(session, post, "shown" if accepted else "hidden")
    if accepted and post.group_id is not None and post.in_reply_to_iri is None:
        group, author = session.get_one(Actor, post.group_id), session.get_one(Actor, post.author_id)
        share(session, group, post.iri, author_iri=author.iri, now=now)
    return post.iri


def _decide_offer(session: Session, number: int, accepted: bool, now: datetime) -> str | None:
    offer = session.get(Offer, number)
    if offer is None or offer.shown or offer.deleted_at is not None:
        return None
    if offer.local:
        return _decide_own(session, offer, accepted, now)
    if accepted:
        offers.show(session, offer)
        matches.look(session, offer, now=now)
    return offer.iri


def _decide_own(session: Session, offer: Offer, accepted: bool, now: datetime) -> str | None:
    """What was written on our pages in a group that looks first; who wrote it is told."""
    if offer.status != "waiting":
        return None
    if accepted:
        let_stand(session, offer, now=now)
    else:
        offers.close(session, offer, "withdrawn", now=now)
    if offer.member_id is not None:
        group = session.get_one(Actor, offer.group_id)
        facts = {"title": offer.title, "group": group.name} | ({} if accepted else {"path": "/me/offers"})
        kind = "item-approved" if accepted else "item-declined"
        notices.tell(session, offer.member_id, kind, about_iri=offer.iri, facts=facts, now=now)
    return offer.iri


def _decide_event(session: Session, number: int, accepted: bool, now: datetime) -> str | None:
    del now
    event = session.get(Event, number)
    if event is None or event.shown or event.deleted_at is not None:
        return None
    if accepted:
        events.show(session, event)
    return event.iri
