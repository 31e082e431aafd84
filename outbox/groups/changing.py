"""Change a group, close it and take that back.

A changed group is told whole to its followers; one that is over is told as gone to everybody who ever heard it.

Source: ActivityPub §7.3; interop.md §5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from actors import groups, moderation, pictures
from actors.groups import GroupChange, Person, Question
from actors.people import Actor, mark_deleted
from actors.pictures import Made, Owner
from actors.wire import people as wire
from outbox.addressing import about, everybody
from outbox.groups.joining import organised
from outbox.log import OutgoingActivity, Said, append

CLOSED_TOGETHER = 20


def change(session: Session, group_iri: str, wanted: GroupChange, *, by: Person, now: datetime) -> Said:
    """An organiser changes what a group says of itself and its rules; its followers are told.

    Raises:
        Refused: "not-an-organiser", and as `actors.groups.change`.
    """
    group = organised(session, group_iri, by)
    groups.change(session, group, wanted, now=now)
    return tell_changed(session, group, now=now)


def alter(
    session: Session,
    group_iri: str,
    changes: Mapping[str, Any],
    *,
    questions: Sequence[Question] | None = None,
    by: Person,
    now: datetime,
) -> Said:
    """An organiser changes a part of it: `changes` are fields of `GroupChange`, all others stay as they are.

    Args:
        questions: what it asks from now on of whoever wants to take part; None leaves them.

    Raises:
        Refused: "not-our-group", "not-an-organiser", and as `actors.groups.change` and `set_questions`.
    """
    group = organised(session, group_iri, by)
    groups.change(session, group, replace(groups.as_it_is(session, group), **changes), now=now)
    if questions is not None:
        groups.set_questions(session, group.id, questions)
    return tell_changed(session, group, now=now)


def ask_these(session: Session, group_iri: str, questions: Sequence[Question], *, by: Person) -> None:
    """The group asks these of whoever wants to take part from now on.

    Raises:
        Refused: "not-an-organiser", and as `actors.groups.set_questions`.
    """
    group = organised(session, group_iri, by)
    groups.set_questions(session, group.id, questions)


def show_picture(
    session: Session, group_iri: str, made: Made | None, *, alt: str = "", origin: str, by: Person, now: datetime
) -> Said:
    """The group shows this picture, or none, from now on.

    Raises:
        Refused: "not-our-group", "not-an-organiser".
    """
    group = organised(session, group_iri, by)
    owner, rules = Owner("group", group.id), groups.rules_of(session, group)
    if made is None:
        pictures.drop(session, owner, "avatar", now=now)
        rules.picture_id = group.icon_url = None
    else:
        picture = pictures.keep(session, owner, made, alt=alt, now=now)
        shown = pictures.shown(picture)
        rules.picture_id, group.icon_url = picture.id, f"{origin}{shown.path}" if shown else None
    group.updated_at = now
    return tell_changed(session, group, now=now)


def close(session: Session, group_iri: str, *, by: Person, now: datetime) -> datetime:
    """An organiser closes a group: nobody joins any more, and it ends at the time that comes back.

    Raises:
        Refused: "not-our-group", "not-an-organiser".
    """
    group = organised(session, group_iri, by)
    at = groups.close(session, group, now=now)
    moderation.act(session, "close-group", group.iri, member_id=by.member_id, now=now)
    return at


def keep_open(session: Session, group_iri: str, *, by: Person, now: datetime) -> bool:
    """Take a closing back while it lasts.

    Raises:
        Refused: "not-our-group", "not-an-organiser".
    """
    group = organised(session, group_iri, by)
    if not groups.keep_open(session, group):
        return False
    moderation.act(session, "keep-group", group.iri, member_id=by.member_id, now=now)
    return True


def end_due(session: Session, now: datetime, limit: int = CLOSED_TOGETHER) -> int:
    """End the groups whose grace is over: told as gone, nothing of what they said stays in the log; how many."""
    due = groups.due_to_close(session, now, limit)
    for group in due:
        for actor in (*(account for account, _ in groups.voices_of(session, group.id)), group):
            _end(session, actor, now)
        groups.rules_of(session, group).closing_at = None
    return len(due)


def _end(session: Session, actor: Actor, now: datetime) -> None:
    session.execute(
        update(OutgoingActivity).where(OutgoingActivity.actor_id == actor.id).values(body=b""),
        execution_options={"synchronize_session": "fetch"},
    )
    gone = about("Delete", actor.iri, everybody(actor))
    append(session, actor, gone, audience="ever", object_iri=actor.iri, now=now)
    mark_deleted(session, actor, now=now)


def tell_changed(session: Session, group: Actor, *, now: datetime) -> Said:
    """Tell the followers of the group, and of its language accounts, that its profile changed."""
    said = tell_profile(session, group, now=now)
    for account in groups.follow_group(session, group, now=now):
        tell_profile(session, account, now=now)
    return said


def tell_profile(session: Session, actor: Actor, *, now: datetime) -> Said:
    """Tell the followers of this one actor how its profile is now."""
    session.flush()
    news = about("Update", wire.to_wire(session, actor), everybody(actor))
    row = append(session, actor, news, audience="followers", object_iri=actor.iri, now=now)
    return Said(actor.iri, row.iri)
