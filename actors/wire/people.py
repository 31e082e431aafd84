"""Our actors on the wire: groups, projects, people, the instance, and their small collections.

The other direction is `actors.people.remember`. Nothing that only we know of a member (name, address, sessions)
is in reach here: a document is made from the `Actor` row and the public halves of its keys.

Source: interop.md §1.1 and §7.1–7.4; FEP-521a, FEP-844e, FEP-2c59, FEP-5feb, FEP-1b12, FEP-8a8e.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.groups.founding import part_of
from actors.groups.membership import members_count, moderators
from actors.groups.tables import Group
from actors.people.keys import ED25519_KEY, MAIN_KEY
from actors.people.tables import Actor, KeyPair
from actors.refusals import Refused
from fediverse.types import RFC9421, Collection, Document, Link, Multikey, PemKey, PropertyValue, Tombstone
from fediverse.types import Actor as ActorDocument

SPOKEN = (Link(type="", href=RFC9421, name="RFC-9421: HTTP Message Signatures"),)
"""What our software reads (FEP-844e)."""

_OPENNESS = {"open": "open", "approval": "moderated", "invitation": "invite_only", "closed": "invite_only"}


def to_wire(session: Session, actor: Actor) -> ActorDocument:
    """The document of an actor of ours, with both public keys.

    Raises:
        Refused: "not-ours", "gone".
    """
    if not actor.local:
        raise Refused("not-ours", iri=actor.iri)
    if actor.deleted_at is not None:
        raise Refused("gone", iri=actor.iri)
    keys = session.execute(
        select(KeyPair.rsa_public_pem, KeyPair.ed25519_multikey).where(KeyPair.actor_id == actor.id)
    ).one()
    rules = session.get(Group, actor.id) if actor.type == "Group" else None
    is_instance = actor.type == "Application"
    return ActorDocument(
        id=actor.iri,
        type=actor.type,
        preferred_username=actor.username,
        webfinger=f"{actor.username}@{actor.authority}",
        name=actor.name,
        name_map=_versions(actor.name, actor.name_map, actor.language),
        summary=actor.summary or None,
        summary_map=_versions(actor.summary, actor.summary_map, actor.language),
        url=actor.url,
        published=actor.published_at,
        updated=actor.updated_at,
        inbox=actor.inbox_iri,
        outbox=actor.outbox_iri,
        followers=actor.followers_iri,
        following=actor.following_iri,
        featured=actor.featured_iri,
        shared_inbox=actor.shared_inbox_iri,
        moderators=actor.moderators_iri,
        members=actor.members_iri,
        upcoming_events=actor.upcoming_events_iri,
        manually_approves_followers=actor.manually_approves,
        discoverable=actor.discoverable,
        indexable=actor.indexable,
        posting_restricted_to_mods=False if rules is not None else None,
        openness=_OPENNESS.get(rules.joining) if rules is not None else None,
        kind=actor.kind if rules is not None else None,
        part_of_group=tuple(part_of(session, actor)) if actor.kind == "project" else (),
        also_known_as=tuple(actor.also_known_as),
        moved_to=actor.moved_to_iri,
        suspended=True if actor.suspended_at is not None else None,
        icon=_picture(actor.icon_url),
        image=_picture(actor.image_url),
        attachment=tuple(PropertyValue(name=line["name"], value=line["value"]) for line in actor.fields),
        public_keys=(PemKey(id=actor.iri + MAIN_KEY, owner=actor.iri, public_key_pem=keys.rsa_public_pem),),
        assertion_methods=(
            Multikey(id=actor.iri + ED25519_KEY, controller=actor.iri, public_key_multibase=keys.ed25519_multikey),
        ),
        implements=SPOKEN if is_instance else (),
        generator=None if is_instance else ActorDocument(type="Application", implements=SPOKEN),
    )


def gone(actor: Actor) -> Tombstone:
    """What stands at the IRI of an actor that was deleted (served with 410)."""
    return Tombstone(id=actor.iri, former_type=actor.type, deleted=actor.deleted_at)


def moderators_wire(session: Session, group: Actor) -> Collection:
    """The `moderators` collection of a group of ours (FEP-1b12): those who are public actors."""
    return _collection(group.moderators_iri, (each.iri for each in moderators(session, group)))


def members_wire(session: Session, group: Actor) -> Collection:
    """The `members` collection: how many, never who."""
    return Collection(id=group.members_iri, type="OrderedCollection", total_items=members_count(session, group))


def _collection(iri: str | None, items: Iterable[str]) -> Collection:
    listed = tuple(items)
    return Collection(id=iri, type="OrderedCollection", total_items=len(listed), items=listed)


def _versions(text: str, versions: dict[str, str], own: str | None) -> dict[str, str] | None:
    """The language map, the actor's own language first and with the identical text, as several readers want it."""
    first = {own: text} if own and text else {}
    found = first | {language: words for language, words in versions.items() if language != own and words}
    return found or None


def _picture(url: str | None) -> tuple[Document, ...]:
    if not url:
        return ()
    return (Document(type="Image", media_type=mimetypes.guess_type(url)[0] or "image/png", url=url),)
