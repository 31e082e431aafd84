"""Who is addressed: `to` and `cc` of what a group says, and the inboxes behind them.

`to` and `cc` are always arrays, and the same on an activity and on its object (several servers drop a post
where one of the two is missing).

Source: interop.md §3.1, §3.3, §6.2–6.3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.events import Event
from actors.groups import Reach, is_private, voices_of
from actors.offers import Offer
from actors.people import Actor, Inbox
from actors.wire.languages import language_first
from fediverse.types import PUBLIC, Activity, Object, Tombstone
from fediverse.vocabulary import is_public
from outbox.log import Audience, OutgoingActivity, append, forget, once_addressed

_MOST_MENTIONED = 100


@dataclass(frozen=True, slots=True)
class Recipients:
    """`to`, `cc` and `audience` as they stand on the wire."""

    to: tuple[str, ...]
    cc: tuple[str, ...]
    audience: tuple[str, ...] = ()


def everybody(actor: Actor, *, also: Iterable[str] = ()) -> Recipients:
    """Public, the followers of `actor`, and whoever else is named."""
    followers = (actor.followers_iri,) if actor.followers_iri else ()
    return Recipients((PUBLIC,), (*followers, *also), (actor.iri,) if actor.type == "Group" else ())


def only(*iris: str) -> Recipients:
    """Nobody but these."""
    return Recipients(iris, ())


def as_object(thing: Object) -> Recipients:
    """The same as on the object itself."""
    return Recipients(thing.to, thing.cc, thing.audience)


def about(verb: str, thing: Object | str, recipients: Recipients, *, published: datetime | None = None) -> Activity:
    """`verb` of `thing`, addressed to `recipients`."""
    return Activity(
        type=verb,
        object=thing,
        to=recipients.to,
        cc=recipients.cc,
        audience=recipients.audience,
        published=published,
    )


def own_inbox(session: Session, actor: Actor) -> list[Inbox]:
    """The inbox that is `actor`'s alone; none for one of ours, who are told by rows."""
    if actor.local or actor.inbox_id is None:
        return []
    known = session.identity_map.get(session.identity_key(Inbox, actor.inbox_id))
    if isinstance(known, Inbox):
        return [known]
    # The actor's own row says all that a row of the log needs to be addressed; reading the other one would cost a
    # new follower more than anything else here. An actor's inbox is of the actor's own origin.
    return [Inbox(id=actor.inbox_id, iri=actor.inbox_iri, authority=actor.authority, host=actor.host)]


def delivery_inbox(session: Session, actor: Actor) -> list[Inbox]:
    """Where public posts for `actor` go; none for one of ours."""
    if actor.local or actor.delivery_inbox_id is None:
        return own_inbox(session, actor)
    inbox = session.get(Inbox, actor.delivery_inbox_id)
    return [] if inbox is None else [inbox]


def inboxes_behind(session: Session, thing: Object) -> list[Inbox]:
    """The inboxes of the remote actors that `thing` names in `to` or `cc`: shared ones when it is public."""
    named = list(dict.fromkeys((*thing.to, *thing.cc)))[:_MOST_MENTIONED]
    column = Actor.delivery_inbox_id if is_public(thing) else Actor.inbox_id
    query = (
        select(Inbox)
        .join(Actor, column == Inbox.id)
        .where(Actor.iri.in_(named), Actor.local.is_(False), Actor.deleted_at.is_(None), Actor.suspended_at.is_(None))
    )
    return list(session.scalars(query).unique())


def is_told(session: Session, item: Offer | Event) -> bool:
    """Whether an offer, a need or an event of ours leaves the house: to the world, or from a private group to members.

    Only accepted members follow a private group, so its followers are those who may read it.
    """
    if item.status == "draft" or item.deleted_at is not None:
        return False
    return item.visibility == "public" or (item.visibility == "group" and is_private(session, item.group_id))


def tell(
    session: Session,
    actor: Actor,
    verb: str,
    thing: Object,
    *,
    audience: Audience = "followers",
    published: datetime | None = None,
    now: datetime,
) -> OutgoingActivity:
    """Tell what happened to an object of `actor`'s own, whole, to those whom the object addresses.

    What a private group says goes to its followers alone, whoever is named in it.
    """
    private = actor.type == "Group" and is_private(session, actor.id)
    row = append(
        session,
        actor,
        about(verb, thing, as_object(thing), published=published),
        audience=audience,
        to=() if private else inboxes_behind(session, thing),
        object_iri=thing.id,
        now=now,
    )
    if actor.type == "Group" and audience == "followers" and not private:
        _say_in_each_language(session, actor, row, thing, now=now)
    return row


def _say_in_each_language(
    session: Session, group: Actor, row: OutgoingActivity, thing: Object, *, now: datetime
) -> None:
    """The language accounts of `group` pass on what it says, each with its own language first.

    Each announces the whole activity, for group-aware servers and ours, and a new thing's id, for microblogs, which ask
    for it then (`published.find` answers them in the language they follow). An Update reaches those that hold a copy
    only from the author itself, so the group sends it where the account is heard and the group is not.
    """
    for account, language in voices_of(session, group.id):
        theirs = language_first(thing, language)
        whole = replace(about(row.type, theirs, as_object(theirs)), id=row.iri, actor=group.iri)
        heard = everybody(account)
        append(session, account, about("Announce", whole, heard), audience="followers", object_iri=thing.id, now=now)
        if row.type == "Create":
            simple = about("Announce", thing.id or "", heard)
            append(session, account, simple, audience="followers", object_iri=thing.id, now=now)
        elif there := _heard_only_by(session, account, group):
            news = about(row.type, theirs, as_object(theirs))
            append(session, group, news, audience="none", to=there, object_iri=thing.id, now=now)


def _heard_only_by(session: Session, account: Actor, group: Actor, *, ever: bool = False) -> list[Inbox]:
    """The inboxes at which the account is heard and the group is not; `ever`: was heard once."""
    least = 0 if ever else 1
    own = select(Reach.inbox_id).where(Reach.actor_id == group.id, Reach.followers >= least)
    query = select(Inbox).join(Reach, Reach.inbox_id == Inbox.id)
    return list(
        session.scalars(query.where(Reach.actor_id == account.id, Reach.followers >= least, Inbox.id.not_in(own)))
    )


def retract(
    session: Session, actor: Actor, iri: str, former_type: str, *, now: datetime, cc: Iterable[str] = ()
) -> OutgoingActivity:
    """Tell everybody who may ever have got the object `iri` of `actor`'s that it is gone, and forget its content."""
    known = {inbox.id: inbox for inbox in once_addressed(session, actor.id, iri)}
    for account, _ in voices_of(session, actor.id):
        known |= {inbox.id: inbox for inbox in _heard_only_by(session, account, actor, ever=True)}
    forget(session, iri)
    tombstone = Tombstone(id=iri, former_type=former_type, deleted=now.replace(microsecond=0))
    return append(
        session,
        actor,
        about("Delete", tombstone, everybody(actor, also=cc)),
        audience="ever",
        to=known.values(),
        object_iri=iri,
        now=now,
    )
