"""What the form of a group shows: the group as it is, the sector groups to belong to, a handle made from a name."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import pictures
from actors.groups.accounts import accounts_of
from actors.groups.changing import Ending, ending
from actors.groups.founding import part_of, rules_of
from actors.groups.hearers import followers_count
from actors.groups.tables import Group
from actors.moderation.policy import visible
from actors.people.local import RESERVED, USERNAME, USERNAME_CHARS
from actors.people.naming import actor_line
from actors.people.tables import Actor, Tombstone
from actors.pictures import Owner
from actors.views import ActorLine
from actors.views.gates import AccountLine, GroupSettings
from fediverse.html import text_of

TRIES = 50


def settings_of(session: Session, iri: str, *, language: str) -> GroupSettings:
    """Our group with this IRI, which the caller has seen to be there.

    Raises:
        Refused: "not-our-group".
    """
    group = session.execute(select(Actor).where(Actor.iri == iri)).scalar_one()
    rules = rules_of(session, group)
    own = group.language or "en"
    names = {own: group.name} | {code: text for code, text in group.name_map.items() if text and code != own}
    abouts = {own: group.summary} | {code: text for code, text in group.summary_map.items() if code != own}
    above = part_of(session, group)
    known = session.scalars(select(Actor).where(Actor.iri.in_(above), visible()).order_by(Actor.name)).all()
    return GroupSettings(
        kind=group.kind or "sector",
        language=own,
        names=names,
        abouts={code: text_of(html).strip() for code, html in abouts.items() if html},
        theme=rules.theme or "",
        region=rules.region or "",
        level=rules.level,
        posting=rules.posting,
        joining=rules.joining,
        approves=group.manually_approves,
        discoverable=group.discoverable,
        indexable=group.indexable,
        followers_shown=rules.followers_shown,
        members_shown=rules.members_shown,
        private=rules.private,
        colour=rules.colour or "",
        part_of=tuple(above),
        parents=tuple(actor_line(each, language) for each in known),
        followers=followers_count(session, group),
        picture=pictures.shown(pictures.of_owner(session, Owner("group", group.id), "avatar")),
        accounts=tuple(
            AccountLine(each.language, handle, followers_count(session, session.get_one(Actor, each.actor_id)))
            for each, handle in accounts_of(session, group.id)
        ),
        aliases=tuple(group.also_known_as),
        moved_to=group.moved_to_iri,
        about_html=group.summary,
        abouts_html={code: html for code, html in abouts.items() if html},
    )


def ending_of(session: Session, iri: str) -> Ending:
    """What closing our group with this IRI would end.

    Raises:
        Refused: "not-our-group".
    """
    group = session.execute(select(Actor).where(Actor.iri == iri)).scalar_one()
    rules_of(session, group)
    return ending(session, group)


def sector_groups(session: Session, *, language: str) -> list[ActorLine]:
    """Our groups that others may belong to (no projects), by name."""
    rows = session.scalars(
        select(Actor)
        .join(Group, Group.actor_id == Actor.id)
        .where(Actor.local, Actor.kind.in_(("sector", "theme")), visible())
        .order_by(Group.position, Actor.name)
    )
    return [actor_line(each, language) for each in rows]


def handle_from(session: Session, name: str) -> str:
    """A free username made from a name for people: «Atelier Vélo» becomes `atelier_velo`; "" when nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:USERNAME_CHARS].strip("_")
    if not stem:
        return ""
    for number in range(1, TRIES):
        tail = f"_{number}" if number > 1 else ""
        handle = stem[: USERNAME_CHARS - len(tail)] + tail
        if is_free(session, handle):
            return handle
    return ""


def is_free(session: Session, username: str) -> bool:
    """Whether a group could be founded under this username now: well formed, nobody's, and never anybody's."""
    if len(username) > USERNAME_CHARS or not USERNAME.fullmatch(username) or username in RESERVED:
        return False
    if session.scalar(select(Actor.id).where(Actor.local, Actor.username == username)) is not None:
        return False
    buried = select(Tombstone.iri).where(Tombstone.iri.like(f"%/g/{username.replace('_', chr(92) + '_')}", escape="\\"))
    return session.scalar(buried.limit(1)) is None
