"""Posts and comments of others, shares and likes; posting to a group by mentioning it.

A public post that names a group of ours is announced to the group's followers if the group's rule lets its
author; a reply into a thread of the group is passed on as an activity only, since as a boost every comment
would land in every timeline.

Source: FEP-1b12; interop.md §3.2–3.3; rows O4, O6 and O8 of the security contract.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from actors import events, groups, items, offers, threads
from actors.offers import Offer
from actors.people import Actor
from actors.refusals import Refused
from actors.threads import Post
from actors.wire import threads as wire_threads
from fediverse import types as wire
from fediverse.vocabulary import id_of, is_public
from inbox import answers, relation
from inbox.authority import (
    Told,
    author_iri,
    check_retraction,
    needs_own_object,
    needs_proof_of_absence,
    object_iri,
    own_object_iri,
    told,
)
from inbox.heard import Heard, Wanted
from outbox.addressing import about, only, own_inbox
from outbox.log import append
from outbox.sharing import pass_on, share, unshare

SHOWN, WAITING, KEPT = "shown", "waiting", "kept"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a post belongs: a group of ours, and the thing of that group that it replies to."""

    group: Actor | None
    is_reply: bool
    item: Offer | None = None
    """The offer or need of ours that it answers."""


def needs(session: Session, heard: Heard) -> Iterable[Wanted]:
    """The post, unless its author sent it along; and what it replies to, if it names a group of ours."""
    missing = list(needs_own_object(session, heard))
    return missing or _unknown_ancestors(session, heard)


def create(session: Session, heard: Heard) -> str | None:
    """Somebody else's post: announced, held for a moderator, kept, or none of our business."""
    thing = told(session, heard)
    post = thing.object
    if isinstance(post, wire.Note) and post.is_vote:
        return "votes-not-counted"
    place = _place_of(session, heard, post)
    if place.group is not None and place.item is not None and threads.find(session, thing.iri) is None:
        if answers.replied(session, heard, thing, place.item, place.group) == SHOWN:
            _tell_group(session, heard, thing, place.group, is_reply=True)
        return None
    public = is_public(post)
    # A private group passes nothing on: whoever names it in a public post says that to the world by themselves.
    if place.group is None or not public or groups.is_private(session, place.group.id):
        return _keep(session, heard, thing, place)
    decide = groups.may_answer if place.is_reply else groups.may_post
    decision = decide(session, place.group, thing.author)
    if decision == groups.KEEP:
        return _keep(session, heard, thing, place)
    if decision == groups.REFUSE:
        return "not-allowed-to-post"
    state = SHOWN if decision == groups.ANNOUNCE else WAITING
    known = threads.find(session, thing.iri)
    if known is not None and known.state == state and known.group_id == place.group.id:
        return None  # Seen already in this group; what it says may only be changed by an Update.
    _keep_ancestors(session, heard, post)
    _record(session, heard, thing, group=place.group, state=state)
    if state == SHOWN:
        _tell_group(session, heard, thing, place.group, is_reply=place.is_reply)
    return None


def update(session: Session, heard: Heard) -> str | None:
    """A post that we hold changed."""
    thing = told(session, heard)
    draft = wire_threads.from_wire(thing.object, heard.limits, thing.document)
    post = threads.change_remote(session, thing.author, draft, now=heard.now)
    if post is None:
        return "not-known"
    _pass_on_to_group(session, heard, post)
    return None


def delete(session: Session, heard: Heard) -> str | None:
    """The author takes a post away; the group that shared it takes that back."""
    post = threads.find(session, check_retraction(heard))
    if post is None or post.deleted_at is not None:
        return "not-known"
    shown_in = post.group_id if post.state == SHOWN else None
    threads.delete_remote(session, post, heard.sender, now=heard.now)
    answers.taken_back(session, heard, post)
    for group in relation.sharers_of_ours(session, post.iri):
        unshare(session, group, post.iri, now=heard.now)
    if shown_in is not None:
        _pass_on(session, heard, session.get_one(Actor, shown_in), post.iri)
    return None


def needs_absence(session: Session, heard: Heard) -> Iterable[Wanted]:
    """What `delete` needs."""
    return needs_proof_of_absence(session, heard)


def delete_unknown(_session: Session, heard: Heard) -> str | None:
    """Something that we never held is gone. Nothing is remembered of it: its origin will say so if asked."""
    own_object_iri(heard)
    return "not-known"


def announced(session: Session, heard: Heard, thing: Told) -> str | None:
    """An actor that ours follow passes on somebody's post."""
    if isinstance(thing.object, wire.Note) and thing.object.is_vote:
        return "votes-not-counted"
    _record(session, heard, thing, group=None, state=KEPT)
    return None


def undo_announce(session: Session, heard: Heard) -> str | None:
    """A share is taken back."""
    gone = threads.remove_share(session, heard.sender, object_iri(heard))
    if gone is None and heard.activity.objects and isinstance(heard.activity.objects[0], wire.Activity):
        inner = heard.activity.objects[0]
        what = id_of(inner.objects[0]) if inner.objects and inner.actor == heard.sender.iri else None
        gone = threads.remove_share(session, heard.sender, what) if what else None
    return None if gone is not None else "not-known"


def like(session: Session, heard: Heard) -> str | None:
    """Somebody likes something that is here."""
    iri = object_iri(heard)
    item = items.find_object(session, iri)
    if item is None or item.deleted_at is not None:
        return "not-known"
    threads.react(session, heard.sender, iri, heard.activity.id or "", now=heard.now)
    return None


def undo_like(session: Session, heard: Heard) -> str | None:
    """No longer."""
    if threads.unreact(session, heard.sender, object_iri(heard)):
        return None
    inner = heard.activity.objects[0]
    what = id_of(inner.objects[0]) if isinstance(inner, wire.Activity) and inner.objects else None
    return None if what is not None and threads.unreact(session, heard.sender, what) else "not-known"


def quote_requested(session: Session, heard: Heard) -> str | None:
    """Somebody asks whether they may quote one of ours: no, for now (FEP-044f), so that they need not wait."""
    iri = object_iri(heard)
    item = items.find_object(session, iri) if heard.is_ours(iri) else None
    if item is None or item.deleted_at is not None:
        raise Refused("unknown-object", iri=iri)
    author_id = item.author_id if isinstance(item, Post) else item.group_id
    author = session.get_one(Actor, author_id)
    asked = wire.Activity(
        id=heard.activity.id,
        type="QuoteRequest",
        actor=heard.sender.iri,
        object=iri,
        instrument=id_of(heard.activity.instrument),
    )
    append(
        session,
        author,
        about("Reject", asked, only(heard.sender.iri)),
        audience="none",
        to=own_inbox(session, heard.sender),
        object_iri=heard.activity.id,
        now=heard.now,
    )
    return None


def _place_of(session: Session, heard: Heard, post: wire.Object) -> _Place:
    """The group whose thing it answers, else the first group of ours that it names."""
    parent_iri = id_of(post.in_reply_to)
    parent = items.find_object(session, parent_iri) if parent_iri else None
    if parent is not None and parent.deleted_at is None and parent.group_id is not None:
        group = session.get_one(Actor, parent.group_id)
        if relation.is_group(session, group):
            return _Place(group, is_reply=True, item=parent if isinstance(parent, Offer) else None)
    for actor in relation.named_ours(session, heard, post):
        if relation.is_group(session, actor):
            return _Place(actor, is_reply=False)
        if actor.type == "Group" and (behind := groups.group_behind(session, actor.id)) is not None:
            return _Place(behind[0], is_reply=False)
    return _Place(None, is_reply=parent is not None)


def _keep(session: Session, heard: Heard, thing: Told, place: _Place) -> str | None:
    """Know a post without showing it anywhere, if it concerns us: ours follow its author, or it names or answers us."""
    related = (
        place.group is not None
        or place.is_reply
        or relation.concerns_us(session, thing.author)
        or bool(relation.named_ours(session, heard, thing.object))
    )
    if not related:
        return "not-related"
    _record(session, heard, thing, group=None, state=KEPT)
    return None


def _record(session: Session, heard: Heard, thing: Told, *, group: Actor | None, state: str) -> None:
    draft = wire_threads.from_wire(thing.object, heard.limits, thing.document)
    threads.keep_remote(session, thing.author, draft, group=group, state=state, now=heard.now)


def _tell_group(session: Session, heard: Heard, thing: Told, group: Actor, *, is_reply: bool) -> None:
    # What a third party brought us may be believed as far as we fetched it; it is no activity to pass on.
    whole = heard.document if heard.trust != "origin" else None
    if not is_reply:
        share(session, group, thing.iri, author_iri=thing.author.iri, activity=whole, now=heard.now)
    elif whole is not None:
        pass_on(session, group, whole, object_iri=thing.iri, now=heard.now)


def _pass_on_to_group(session: Session, heard: Heard, post: Post) -> None:
    if post.group_id is not None and post.state == SHOWN:
        _pass_on(session, heard, session.get_one(Actor, post.group_id), post.iri)


def _pass_on(session: Session, heard: Heard, group: Actor, iri: str) -> None:
    if heard.trust != "origin" and relation.is_group(session, group):
        pass_on(session, group, heard.document, object_iri=iri, now=heard.now)


def _unknown_ancestors(session: Session, heard: Heard) -> list[Wanted]:
    """The next post up the thread that we don't know, if the post is for a group of ours and the thread is not."""
    thing = heard.activity.objects[0]
    post = heard.found.objects.get(own_object_iri(heard), thing)
    if not isinstance(post, wire.Object) or post.in_reply_to is None:
        return []
    if not any(relation.is_group(session, actor) for actor in relation.named_ours(session, heard, post)):
        return []
    depth = 1
    above = id_of(post.in_reply_to)
    while above is not None and not heard.is_ours(above) and items.find_object(session, above) is None:
        depth += 1
        parent = heard.found.objects.get(above)
        if parent is None:
            return [] if heard.found.tried(above) else [Wanted(above, "object", depth)]
        author = author_iri(parent)
        if author is not None and not heard.found.tried(author) and relation.is_unknown(session, author):
            return [Wanted(author, "actor", depth)]
        above = id_of(parent.in_reply_to)
    return []


def _keep_ancestors(session: Session, heard: Heard, post: wire.Object) -> None:
    """Keep what was fetched of the thread above a post, so that it can be read where it stands."""
    above = id_of(post.in_reply_to)
    for _ in range(heard.limits.fetch_depth):
        parent = heard.found.objects.get(above) if above is not None else None
        if above is None or parent is None:
            return
        author = relation.readable_author(session, heard, parent)
        if author is None or not is_public(parent) or isinstance(parent, wire.Event) or _is_item(session, above):
            return
        _record(session, heard, Told(parent, above, author, heard.found.documents.get(above)), group=None, state=KEPT)
        above = id_of(parent.in_reply_to)


def _is_item(session: Session, iri: str) -> bool:
    return offers.find(session, iri) is not None or events.find(session, iri) is not None
