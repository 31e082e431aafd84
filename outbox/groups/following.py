"""Follow and be followed.

A new follower whose server never heard the group gets a few of its newest open offers and needs and its
coming events, sent to that follower's inbox alone; what was sent there once is not sent again.

Source: ActivityPub §7.5; interop.md §3.5, §7.9; FEP-1b12.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, bindparam, exists, literal, literal_column, not_, or_, select, text
from sqlalchemy.orm import Session

from actors import events, groups, offers
from actors.database import Moment
from actors.events import Event
from actors.events.tables import LISTED
from actors.groups import Follow, Reach
from actors.offers import Offer
from actors.offers.checks import PURPOSES
from actors.offers.tables import OPEN
from actors.people import Actor, Inbox
from actors.statements import Prepared, sole_table
from actors.wire import events as wire_events
from actors.wire import offers as wire_offers
from fediverse.types import Activity, Object
from outbox.addressing import about, as_object, everybody, is_told, only, own_inbox
from outbox.log import Addressed, OutgoingActivity, Said, append, mint

BACKFILL_OFFERS = 10
BACKFILL_EVENTS = 10


def _worth_sending() -> Prepared:
    """One row if there is something to send to the first follower heard at an inbox, in one statement.

    Mostly there is not: this is asked for every new follower, and what is open is read only after a yes.
    """
    group, inbox = bindparam("group", type_=BigInteger), bindparam("inbox", type_=BigInteger)
    holder = bindparam("holder", type_=BigInteger)
    reach, offer, event = sole_table(Reach), sole_table(Offer), sole_table(Event)
    heard = exists().where(reach.c.actor_id == group, reach.c.inbox_id == inbox, reach.c.followers > 1)
    either = offer.c.purpose.in_([literal(purpose) for purpose in PURPOSES])
    open_now = exists().where(offer.c.group_id == holder, either, text(OPEN))
    coming = exists().where(event.c.group_id == holder, event.c.over_at > bindparam("now", type_=Moment), text(LISTED))
    return Prepared(select(literal_column("1")).where(not_(heard), or_(open_now, coming)))


_WORTH_SENDING = _worth_sending()


def accept_follow(session: Session, follow: Follow, *, now: datetime) -> Said:
    """Let the follower in, tell it, and send it what is open. A follower who asks again is told again."""
    follower, followed = session.get_one(Actor, follow.follower_id), session.get_one(Actor, follow.followed_id)
    if follow.state != "accepted":
        groups.accept_follower(session, follow, now=now)
    session.flush()
    said = _answer(session, "Accept", follow, follower, followed, own_inbox(session, follower), now=now)
    backfill_follower(session, followed, follower, now=now)
    return said


def reject_follow(session: Session, follow: Follow, *, now: datetime) -> Said:
    """Do not let the follower in, or no longer, and tell it."""
    follower, followed = session.get_one(Actor, follow.follower_id), session.get_one(Actor, follow.followed_id)
    groups.reject_follower(session, follow, now=now)
    return _answer(session, "Reject", follow, follower, followed, own_inbox(session, follower), now=now)


def _answer(
    session: Session, verb: str, follow: Follow, follower: Actor, followed: Actor, to: list[Inbox], *, now: datetime
) -> Said:
    # The whole Follow inside, since some servers would ask for it otherwise, and none of them could get it.
    asked = Activity(id=follow.iri, type="Follow", actor=follower.iri, object=followed.iri)
    row = append(
        session,
        followed,
        about(verb, asked, only(follower.iri)),
        audience="none",
        to=to,
        object_iri=follow.iri,
        now=now,
    )
    return Said(follow.iri, row.iri)


def follow(session: Session, follower: Actor, followed: Actor, *, now: datetime) -> Said:
    """Ask, as one of ours, to follow `followed`; one of ours too follows at once.

    Raises:
        Refused: as `actors.groups.request_follow`.
    """
    iri = mint(follower)
    row = groups.request_follow(session, follower, followed, iri, now=now)
    session.flush()
    if followed.local:
        if not followed.manually_approves and row.state != "accepted":
            groups.accept_follower(session, row, now=now)
        return Said(row.iri, None)
    said = append(
        session,
        follower,
        Activity(id=iri, type="Follow", object=followed.iri, to=(followed.iri,)),
        audience="none",
        to=own_inbox(session, followed),
        object_iri=followed.iri,
        now=now,
    )
    return Said(row.iri, said.iri)


def unfollow(session: Session, follower: Actor, followed: Actor, *, now: datetime) -> Said | None:
    """Stop following, and tell it; None when it was not followed."""
    row = groups.follow_between(session, follower.id, followed.id)
    if row is None:
        return None
    asked = Activity(id=row.iri, type="Follow", actor=follower.iri, object=followed.iri)
    groups.end_follow(session, follower.id, followed.id)
    if followed.local:
        return Said(asked.id or "", None)
    said = append(
        session,
        follower,
        about("Undo", asked, only(followed.iri)),
        audience="none",
        to=own_inbox(session, followed),
        object_iri=asked.id,
        now=now,
    )
    return Said(asked.id or "", said.iri)


def backfill_follower(session: Session, group: Actor, follower: Actor, *, now: datetime) -> int:
    """Send what is open in `group` to one new follower; returns how many things.

    Nothing for a follower whose server has heard the group before, through others or by an earlier
    back-fill: it has those things already.
    """
    inboxes = own_inbox(session, follower)
    behind = groups.group_behind(session, group.id) if "." in group.username else None
    holder = behind[0] if behind is not None else group
    if not inboxes or not _is_worth_sending(session, group, holder, follower, now):
        return 0
    open_now: list[Offer | Event] = [
        *offers.open_items(session, holder.id, BACKFILL_OFFERS),
        *events.coming_items(session, holder.id, BACKFILL_EVENTS, now=now),
    ]
    if not open_now:
        return 0
    sent = set(
        session.scalars(
            select(OutgoingActivity.object_iri)
            .join(Addressed, Addressed.log_id == OutgoingActivity.id)
            .where(
                OutgoingActivity.object_iri.in_([item.iri for item in open_now]),
                OutgoingActivity.actor_id == group.id,
                Addressed.inbox_id == inboxes[0].id,
            )
        )
    )
    fresh = [item for item in open_now if is_told(session, item) and item.iri not in sent]
    for item in sorted(fresh, key=lambda item: item.published_at):
        if behind is not None:
            seen = about("Announce", item.iri, everybody(group))
            append(session, group, seen, audience="none", to=inboxes, object_iri=item.iri, now=now)
            continue
        thing: Object = (
            wire_offers.to_wire(session, item) if isinstance(item, Offer) else wire_events.to_wire(session, item)
        )
        append(
            session,
            group,
            about("Create", thing, as_object(thing), published=thing.published),
            audience="none",
            to=inboxes,
            object_iri=thing.id,
            now=now,
        )
    return len(fresh)


def _is_worth_sending(session: Session, group: Actor, holder: Actor, follower: Actor, now: datetime) -> bool:
    """Whether anything is open, and no other follower of the group is heard at the follower's delivery inbox.

    Args:
        holder: whose things: the group's own, or those of the group whose language account it is.
    """
    session.flush()
    asked = {"group": group.id, "holder": holder.id, "inbox": follower.delivery_inbox_id, "now": now}
    return _WORTH_SENDING.first(session, asked) is not None
