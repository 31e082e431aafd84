"""Who reads a mail that is about to be sent, and whether they still want it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from actors.people import Member, instance_actor
from outbox.mail import Taken
from outbox.notices.telling import wanted

ENDED_BY_CHOICE = ("notice", "digest")


@dataclass(frozen=True, slots=True)
class Readers:
    """What is needed to word some mails: what the instance is called, zones of members, and mails that nobody wants."""

    site_name: str
    time_zones: dict[int, str | None]
    """By member; None: the instance's."""
    unwanted: frozenset[int]
    """Ids of mails."""


def readers(session: Session, taken: Sequence[Taken]) -> Readers:
    """Who reads `taken`."""
    zones: dict[int, str | None] = {}
    unwanted = set()
    for each in taken:
        if each.member_id is None:
            continue
        member = session.get(Member, each.member_id)
        zones[each.member_id] = member.time_zone if member is not None else None
        if each.kind in ENDED_BY_CHOICE:
            kind = str(each.facts.get("kind")) if each.kind == "notice" else None
            if not wanted(session, each.member_id, each.channel, kind):
                unwanted.add(each.id)
        elif member is None or member.deleted_at is not None:
            unwanted.add(each.id)
    return Readers(instance_actor(session).name, zones, frozenset(unwanted))
