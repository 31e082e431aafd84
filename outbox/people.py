"""What actors tell about themselves.

Source: ActivityPub §7.3; interop.md §5 (an actor's Update carries the whole actor).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from actors import pictures
from actors.people import Actor, Member, NewKeys, Vault, mark_deleted, profile
from actors.people.profile import ProfileDraft
from actors.pictures import Made, Owner
from actors.refusals import Refused
from actors.rules import next_change
from actors.wire import people as wire
from outbox import moving
from outbox.addressing import about, everybody
from outbox.log import OutgoingActivity, Said, append, once_addressed


def changed(session: Session, actor: Actor, *, now: datetime) -> Said:
    """Tell the followers of `actor`, one of ours, that its profile changed."""
    document = wire.to_wire(session, actor)
    row = append(
        session,
        actor,
        about("Update", document, everybody(actor)),
        audience="followers",
        object_iri=actor.iri,
        now=now,
    )
    return Said(actor.iri, row.iri)


def change_profile(session: Session, member_id: int, draft: ProfileDraft, *, origin: str, now: datetime) -> Said | None:
    """Change a member's profile; followers of their public actor, if they have one, are told what all may see.

    Raises:
        Refused: as `profile.change`.
    """
    member = profile.change(session, member_id, draft, now=now)
    return _tell(session, member, origin=origin, now=now)


def show_picture(
    session: Session, member_id: int, made: Made | None, *, alt: str = "", origin: str, now: datetime
) -> Said | None:
    """The member shows this picture, or none, from now on."""
    member = session.get_one(Member, member_id)
    owner = Owner("member", member_id)
    if made is None:
        pictures.drop(session, owner, "avatar", now=now)
        member.picture_id = None
    else:
        member.picture_id = pictures.keep(session, owner, made, alt=alt, now=now).id
    session.flush()
    return _tell(session, member, origin=origin, now=now)


def become_public(
    session: Session,
    vault: Vault,
    member_id: int,
    username: str,
    *,
    origin: str,
    keys: NewKeys | None = None,
    now: datetime,
) -> Said:
    """The member becomes visible on the fediverse as `@username`. Nobody follows yet, so nobody is told.

    Raises:
        Refused: "already-public", "name-malformed", "name-taken".
    """
    actor = profile.become_public(session, vault, member_id, username, origin=origin, keys=keys, now=now)
    return Said(actor.iri, None)


def no_longer_public(session: Session, member_id: int, *, now: datetime) -> Said:
    """The member's actor ends; everybody who ever heard it is asked to delete it. The member stays.

    Raises:
        Refused: "not-public".
    """
    return leave(session, profile.no_longer_public(session, member_id, now=now), now=now)


def name_alias(session: Session, member_id: int, alias_iri: str, *, now: datetime) -> Said:
    """The member's public actor says that it is also the one at `alias_iri`.

    Raises:
        Refused: "not-public", and as `moving.name_alias`.
    """
    return moving.name_alias(session, _actor(session, member_id), alias_iri, now=now)


def drop_alias(session: Session, member_id: int, alias_iri: str, *, now: datetime) -> Said:
    """It says that no more.

    Raises:
        Refused: "not-public", and as `moving.drop_alias`.
    """
    return moving.drop_alias(session, _actor(session, member_id), alias_iri, now=now)


def move(session: Session, member_id: int, target_iri: str, *, now: datetime) -> Said:
    """The member is followed at `target_iri` from now on; here they stay a member.

    Raises:
        Refused: "not-public", and as `moving.move`.
    """
    return moving.move(session, _actor(session, member_id), target_iri, now=now)


def come_home(session: Session, member_id: int, *, now: datetime) -> Said:
    """The member, who had moved away, is followed here again.

    Raises:
        Refused: "not-public", and as `moving.come_home`.
    """
    return moving.come_home(session, _actor(session, member_id), now=now)


def _actor(session: Session, member_id: int) -> Actor:
    member = session.get_one(Member, member_id)
    actor = session.get(Actor, member.actor_id) if member.actor_id is not None else None
    if actor is None or actor.deleted_at is not None:
        raise Refused("not-public")
    return actor


def _tell(session: Session, member: Member, *, origin: str, now: datetime) -> Said | None:
    actor = profile.mirror(session, member, origin=origin)
    if actor is None:
        return None
    actor.updated_at = next_change(actor.updated_at or actor.created_at, now)
    return changed(session, actor, now=now)


def leave(session: Session, actor: Actor, *, now: datetime) -> Said:
    """End an actor of ours: everybody who ever heard it is told, and nothing that it said stays in the log.

    What takes things back stays, so that it still goes where only such a thing was sent.
    """
    recipients = everybody(actor)
    session.execute(
        update(OutgoingActivity)
        .where(OutgoingActivity.actor_id == actor.id, OutgoingActivity.type != "Delete")
        .values(body=b""),
        execution_options={"synchronize_session": "fetch"},
    )
    row = append(
        session,
        actor,
        about("Delete", actor.iri, recipients),
        audience="ever",
        to=once_addressed(session, actor.id),
        object_iri=actor.iri,
        now=now,
    )
    mark_deleted(session, actor, now=now)
    return Said(actor.iri, row.iri)
