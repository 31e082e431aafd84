"""What actors elsewhere say of themselves: changed, moved, gone; and whom of ours they block.

Source: ActivityPub §7.3–7.4; FEP-7628 (Move); rows K8, K9 of the security contract; interop.md §5.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import events, groups, offers, people, threads
from actors.events import Event
from actors.groups import Follow
from actors.offers import Offer
from actors.people import Actor, find_actor
from actors.refusals import Refused
from actors.threads import Post
from fediverse.vocabulary import id_of
from inbox import relation
from inbox.authority import admit, is_gone, missing, not_gone, object_iri
from inbox.heard import Heard, Wanted
from inbox.log import moved_since
from outbox.groups import follow, unfollow
from outbox.sharing import unshare

COOLDOWN = timedelta(days=7)
"""How long after a Move an actor cannot move again (Mastodon and GoToSocial do the same)."""


def needs_itself(_session: Session, heard: Heard) -> Iterable[Wanted]:
    """The actor's document from its own id: keys are believed from nowhere else (K8)."""
    return [Wanted(_itself(heard), "actor")]


def update(_session: Session, heard: Heard) -> str | None:
    """An actor changed. Its document was fetched anew and remembered; what came along is only the news of it."""
    iri = _itself(heard)
    if iri not in heard.found.actors:
        raise missing(heard, iri)
    return None


def needs_absence(_session: Session, heard: Heard) -> Iterable[Wanted]:
    """What `delete` needs, if somebody else tells us."""
    return [Wanted(_itself(heard))] if heard.trust == "origin" else []


def delete(session: Session, heard: Heard) -> str | None:
    """An actor is gone for good, and so is what it wrote."""
    iri = _itself(heard)
    if heard.trust == "origin" and not is_gone(heard, iri):
        raise not_gone(heard, iri)
    _take_away_everything(session, heard)
    people.mark_deleted(session, heard.sender, now=heard.now)
    return None


def block(session: Session, heard: Heard) -> str | None:
    """Somebody wants nothing to do with one of ours: neither hears the other any more."""
    target = _ours(session, heard)
    groups.end_follow(session, target.id, heard.sender.id)
    groups.remove_follower(session, heard.sender.id, target.id)
    return None


def undo_block(_session: Session, _heard: Heard) -> str | None:
    """They would have us back. Following again is for people to decide."""
    return None


def needs_target(_session: Session, heard: Heard) -> Iterable[Wanted]:
    """The document of where the actor goes, as it is now."""
    _itself(heard)
    target = id_of(heard.activity.target)
    return [Wanted(target, "actor")] if target is not None and not heard.is_ours(target) else []


def move(session: Session, heard: Heard) -> str | None:
    """An actor lives elsewhere now. Ours follow it there, if the new one says that it is the old one.

    Raises:
        Refused: "not-alike" (the target does not list the old one), "moved-lately", "no-target".
    """
    old, target_iri = heard.sender, id_of(heard.activity.target)
    _itself(heard)
    if target_iri is None or target_iri == old.iri:
        raise Refused("no-target")
    if heard.trust == "origin":
        raise Refused("not-the-actor")
    target = admit(session, heard, target_iri)
    if target_iri not in heard.found.actors and not target.local:
        raise missing(heard, target_iri)
    if old.iri not in target.also_known_as:
        raise Refused("not-alike", iri=target_iri)
    if moved_since(session, old.iri, heard.now - COOLDOWN):
        raise Refused("moved-lately", iri=old.iri)
    people.note_move(session, old, target_iri)
    for follower in _ours_following(session, old):
        unfollow(session, follower, old, now=heard.now)
        if follower.id != target.id:
            follow(session, follower, target, now=heard.now)
    return None


def _itself(heard: Heard) -> str:
    iri = object_iri(heard)
    if iri != heard.sender.iri:
        raise Refused("not-theirs", iri=iri)
    return iri


def _ours(session: Session, heard: Heard) -> Actor:
    iri = object_iri(heard)
    actor = find_actor(session, iri) if heard.is_ours(iri) else None
    if actor is None or not actor.local:
        raise Refused("unknown-object", iri=iri)
    return actor


def _ours_following(session: Session, actor: Actor) -> list[Actor]:
    query = (
        select(Actor)
        .join(Follow, Follow.follower_id == Actor.id)
        .where(Follow.followed_id == actor.id, Follow.state == groups.ACCEPTED, Actor.local.is_(True))
    )
    return list(session.scalars(query.order_by(Actor.id)))


def _take_away_everything(session: Session, heard: Heard) -> None:
    author = heard.sender
    for post in session.scalars(select(Post).where(Post.author_id == author.id, Post.deleted_at.is_(None))).all():
        threads.delete_remote(session, post, author, now=heard.now)
        for group in relation.sharers_of_ours(session, post.iri):
            unshare(session, group, post.iri, now=heard.now)
    for offer in session.scalars(select(Offer).where(Offer.group_id == author.id, Offer.deleted_at.is_(None))).all():
        offers.delete_remote(session, offer, author, now=heard.now)
    for event in session.scalars(select(Event).where(Event.group_id == author.id, Event.deleted_at.is_(None))).all():
        events.delete_remote(session, event, author, now=heard.now)
