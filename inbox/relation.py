"""What something has to do with us: whom of ours it names, who of ours hears its author.

What has nothing to do with us is not kept: anybody can send us anything.

Source: interop.md §3.2 and §6.4 (Mastodon's rule is the same).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from actors import groups, moderation
from actors.groups import Follow, Group
from actors.people import Actor, find_actor
from actors.refusals import Refused
from actors.statements import Prepared, sole_table
from actors.threads import Share
from fediverse import types as wire
from inbox.authority import admit, author_iri, same_origin
from inbox.heard import Heard, Later

_HEARD_BY_OURS = "inbox: actors that ours follow"
_MOST_NAMED = 50


# Built once: it is asked for every batch, and making it costs more than running it.
_OURS = sole_table(Actor)
_FOLLOWS = sole_table(Follow).c
_FOLLOWED = Prepared(
    select(_FOLLOWS.followed_id)
    .join(_OURS, _OURS.c.id == _FOLLOWS.follower_id)
    .where(
        _FOLLOWS.followed_id.in_(bindparam("ids", expanding=True)),
        _FOLLOWS.state == groups.ACCEPTED,
        _OURS.c.local.is_(True),
    )
    .distinct()
)


def is_followed(session: Session, actor: Actor) -> bool:
    """Whether an actor of ours follows `actor`. A yes is remembered until the transaction ends."""
    known: set[int] = session.info.setdefault(_HEARD_BY_OURS, set())
    if actor.id in known:
        return True
    if groups.is_followed_by_ours(session, actor.id):
        known.add(actor.id)
        return True
    return False


def note_followed(session: Session, actor_ids: Sequence[int]) -> None:
    """Ask for many actors at once what `is_followed` asks for one."""
    session.flush()
    followed = {row_id for (row_id,) in _FOLLOWED.rows(session, {"ids": actor_ids})}
    session.info.setdefault(_HEARD_BY_OURS, set()).update(followed)


def named_ours(session: Session, heard: Heard, thing: wire.Object) -> list[Actor]:
    """The actors of ours that `thing` or its activity is addressed to or mentions."""
    mentioned = [tag.href for tag in thing.tag if isinstance(tag, wire.Mention) and tag.href]
    activity = heard.activity
    iris = (*thing.to, *thing.cc, *thing.audience, *activity.to, *activity.cc, *activity.audience, *mentioned)
    ours = list(dict.fromkeys(iri for iri in iris if heard.is_ours(iri)))[:_MOST_NAMED]
    if not ours:
        return []
    return list(
        session.scalars(
            select(Actor)
            .where(Actor.iri.in_(ours), Actor.local.is_(True), Actor.deleted_at.is_(None))
            .order_by(Actor.id)
        )
    )


def is_group(session: Session, actor: Actor) -> bool:
    """Whether `actor` is a group or project of ours."""
    return actor.local and actor.type == "Group" and session.get(Group, actor.id) is not None


def is_welcome(session: Session, author: Actor) -> bool:
    """Whether what `author` publishes is shown without asking: a partner's, or whom ours follow; no limited host's."""
    policy = moderation.policy_for(session, author.host)
    if policy == moderation.LIMITED:
        return False
    return policy == moderation.PARTNER or is_followed(session, author)


def is_vouched_for(session: Session, by: Actor, author: Actor) -> bool:
    """Whether what `author` wrote is shown because `by`, who is welcome, announces it. A limited host's is not."""
    if is_welcome(session, author):
        return True
    return moderation.policy_for(session, author.host) != moderation.LIMITED and is_welcome(session, by)


def concerns_us(session: Session, author: Actor) -> bool:
    """Whether what `author` publishes concerns us at all without naming us."""
    return is_followed(session, author) or moderation.policy_for(session, author.host) == moderation.PARTNER


def sharers_of_ours(session: Session, object_iri: str) -> list[Actor]:
    """The actors of ours that share `object_iri`."""
    query = select(Actor).join(Share, Share.actor_id == Actor.id).where(Share.object_iri == object_iri, Actor.local)
    return list(session.scalars(query.order_by(Actor.id)))


def is_unknown(session: Session, iri: str) -> bool:
    """Whether we never met the actor `iri`."""
    return find_actor(session, iri) is None


def readable_author(session: Session, heard: Heard, thing: wire.Object) -> Actor | None:
    """The author of something fetched from its origin, if it may be kept: of that origin, and not barred (O7, O13)."""
    author = author_iri(thing)
    if thing.id is None or author is None or not same_origin(thing.id, author):
        return None
    try:
        return admit(session, heard, author)
    except (Refused, Later):
        return None
