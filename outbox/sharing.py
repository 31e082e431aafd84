"""How an actor of ours passes on what others said, and takes that back.

A group shares a post in two forms: `Announce` of its id, which microblogs show as a boost, and
`Announce` of the whole activity as it came (FEP-1b12), which forums and our own instances read. A comment,
a change or a removal is passed on in the second form only: as boosts they would flood the timelines.

Source: FEP-1b12; interop.md §1.3, §3.3, §7.8.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from actors import threads
from actors.groups import is_private, voices_of
from actors.people import Actor, find_actor
from actors.refusals import Refused
from fediverse.documents import JSON
from fediverse.types import Activity, Verbatim
from outbox.addressing import about, delivery_inbox, everybody
from outbox.log import Said, append, forget


def share(
    session: Session,
    group: Actor,
    object_iri: str,
    *,
    author_iri: str,
    activity: Mapping[str, JSON] | None = None,
    now: datetime,
) -> Said | None:
    """Share a post with the group's followers and its author; None when the group shares it already.

    Args:
        object_iri: the post.
        author_iri: who wrote it; is told, so that their server can show that the group took it up.
        activity: the Create as it came, proof and context included; None: only the id is shared.

    Raises:
        Refused: "private-group" (servers show an Announce to anybody).
    """
    if is_private(session, group.id):
        raise Refused("private-group", iri=group.iri)
    if threads.share_of(session, group.id, object_iri) is not None:
        return None
    author = find_actor(session, author_iri)
    to = [] if author is None else delivery_inbox(session, author)
    whole = None if activity is None else pass_on(session, group, activity, object_iri=object_iri, now=now)
    row = append(
        session,
        group,
        about("Announce", object_iri, everybody(group, also=(author_iri,))),
        audience="followers",
        to=to,
        object_iri=object_iri,
        now=now,
    )
    threads.add_share(session, group, object_iri, row.iri, whole.activity_iri if whole else None, now=now)
    for account, _ in voices_of(session, group.id):
        share(session, account, object_iri, author_iri=author_iri, now=now)
    return Said(object_iri, row.iri)


def pass_on(session: Session, group: Actor, activity: Mapping[str, JSON], *, object_iri: str, now: datetime) -> Said:
    """Announce somebody's whole activity about a thing of the group, unchanged, to the group's followers.

    Args:
        activity: Create, Update, Delete, Like or Undo as it came.
        object_iri: the post or comment that it is about.
    """
    inner = Verbatim(document=activity)
    row = append(
        session,
        group,
        about("Announce", inner, everybody(group)),
        audience="followers",
        object_iri=object_iri,
        now=now,
    )
    return Said(object_iri, row.iri)


def unshare(session: Session, actor: Actor, object_iri: str, *, now: datetime) -> Said | None:
    """End what `share` did, and forget what was passed on; None when nothing is shared.

    Each Announce is undone by its own id: Mastodon finds it by that.
    """
    shared = threads.share_of(session, actor.id, object_iri)
    if shared is None:
        return None
    said = None
    for iri in filter(None, (shared.activity_iri, shared.iri)):
        announce = about("Announce", object_iri, everybody(actor))
        undo = about("Undo", _as(announce, iri, actor), everybody(actor))
        said = append(session, actor, undo, audience="ever", object_iri=object_iri, now=now)
    threads.remove_share(session, actor, object_iri)
    forget(session, object_iri, types=("Announce",))
    return Said(object_iri, said.iri if said else None)


def _as(activity: Activity, iri: str, actor: Actor) -> Activity:
    return Activity(id=iri, type=activity.type, actor=actor.iri, object=activity.object, to=activity.to, cc=activity.cc)
