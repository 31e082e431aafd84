"""Founding sector groups and projects, and what belongs to what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from actors.database import utc_now
from actors.groups.membership import add_member
from actors.groups.tables import Group, PartOf
from actors.people.keys import NewKeys, Vault
from actors.people.local import found_local
from actors.people.tables import Actor
from actors.refusals import Refused
from actors.texts import check_texts
from fediverse.errors import Malformed
from fediverse.hosts import parse_iri

KINDS = frozenset({"sector", "theme", "project"})
LEVELS = ("local", "regional", "federal", "european")
POSTING = frozenset({"members", "anyone", "approval"})
JOINING = frozenset({"open", "approval", "invitation", "closed"})
MEMBERS_SHOWN = frozenset({"all", "members", "organisers"})
CONTRAST = 4.5
"""What white words on a group's colour need (WCAG 2.2, 1.4.3)."""

NAME_CHARS = 100
SUMMARY_CHARS = 5_000
"""As HTML."""
THEME_CHARS = 64

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_REGION = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class GroupDraft:
    """What a group is to be.

    Attributes:
        username: as in its handle; see `people.check_username`.
        kind: sector, theme or project.
        name: for people, in `language`.
        summary: clean HTML, in `language`.
        name_map: language -> name.
        summary_map: language -> clean HTML.
        theme: a word for what it is about.
        region: an ISO 3166 code such as BE-BRU, BE, or EU.
        level: local, regional, federal or european.
        posting: whose mention is announced: members, anyone or approval.
        joining: open, approval, invitation or closed.
        manually_approves: a new follower waits for an organiser.
        part_of: IRIs of a project's sector groups or of a group's parent, here or elsewhere.
        private: what is published in it is for its members alone. It stays as it was founded: what was said among
            members never becomes public, and what was public is not hidden.
        members_shown: who sees who takes part: all, members or organisers.
        colour: such as #2b6a4d.
    """

    username: str
    name: str
    kind: str = "sector"
    summary: str = ""
    language: str | None = None
    name_map: dict[str, str] = field(default_factory=dict)
    summary_map: dict[str, str] = field(default_factory=dict)
    theme: str | None = None
    region: str | None = None
    level: str = "local"
    posting: str = "members"
    joining: str = "approval"
    manually_approves: bool = False
    discoverable: bool = True
    indexable: bool = True
    followers_shown: bool = False
    part_of: tuple[str, ...] = ()
    position: int = 0
    private: bool = False
    members_shown: str = "members"
    colour: str | None = None


def found(
    session: Session,
    vault: Vault,
    draft: GroupDraft,
    *,
    origin: str,
    member_id: int | None = None,
    keys: NewKeys | None = None,
    now: datetime | None = None,
) -> Actor:
    """Found the group at `{origin}/g/{username}`; `member_id`, if any, becomes its organiser.

    Raises:
        Refused: "name-malformed", "name-taken", "name-missing", "kind-unknown", "level-unknown", "posting-unknown",
            "joining-unknown", "group-malformed" (a `part_of` that is no IRI), "project-without-group",
            "unknown-choice", "colour-malformed", "colour-too-pale", "too-long", "unreadable-character",
            "region-unknown".
    """
    _check(draft)
    at = now or utc_now()
    actor = found_local(
        session,
        vault,
        origin=origin,
        path=f"/g/{draft.username}",
        type="Group",
        kind=draft.kind,
        username=draft.username,
        name=draft.name.strip(),
        summary=draft.summary,
        name_map=draft.name_map,
        summary_map=draft.summary_map,
        language=draft.language,
        manually_approves=draft.manually_approves or draft.private,
        discoverable=draft.discoverable,
        indexable=draft.indexable and not draft.private,
        keys=keys,
        now=at,
    )
    session.add(
        Group(
            actor_id=actor.id,
            theme=draft.theme,
            region=draft.region,
            level=draft.level,
            posting=draft.posting,
            joining=draft.joining,
            followers_shown=draft.followers_shown,
            private=draft.private,
            members_shown=draft.members_shown,
            colour=draft.colour,
            founded_by_id=member_id,
            position=draft.position,
        )
    )
    session.flush()
    set_part_of(session, actor, draft.part_of)
    if member_id is not None:
        add_member(session, actor, member_id=member_id, role="organiser", now=at)
    return actor


def rules_of(session: Session, group: Actor) -> Group:
    """What only we know of a group of ours.

    Raises:
        Refused: "not-our-group".
    """
    rules = session.get(Group, group.id)
    if rules is None:
        raise Refused("not-our-group", iri=group.iri)
    return rules


def followers_shown(session: Session, actor: Actor) -> bool:
    """Whether everybody may know how many follow the actor (a group's own choice; people and the instance: no)."""
    rules = session.get(Group, actor.id)
    return rules is not None and rules.followers_shown


def set_part_of(session: Session, project: Actor, group_iris: tuple[str, ...]) -> None:
    """The project belongs to these sector groups, or the group to this parent, and no others.

    Raises:
        Refused: "group-malformed" (no IRI, or the group itself).
    """
    _check_groups(group_iris)
    if project.iri in group_iris:
        raise Refused("group-malformed", iri=project.iri)
    session.execute(delete(PartOf).where(PartOf.project_id == project.id))
    rows = [{"project_id": project.id, "group_iri": iri} for iri in dict.fromkeys(group_iris)]
    if rows:
        session.execute(insert(PartOf), rows)


def part_of(session: Session, project: Actor) -> list[str]:
    """IRIs of the sector groups that the project belongs to, in order."""
    return list(
        session.scalars(select(PartOf.group_iri).where(PartOf.project_id == project.id).order_by(PartOf.group_iri))
    )


def projects_of(session: Session, group_iri: str) -> list[Actor]:
    """Our projects of the group with this IRI, by name."""
    return list(
        session.scalars(
            select(Actor)
            .join(PartOf, PartOf.project_id == Actor.id)
            .where(PartOf.group_iri == group_iri, Actor.deleted_at.is_(None), Actor.suspended_at.is_(None))
            .order_by(Actor.name, Actor.id)
        )
    )


def local_groups(session: Session) -> list[Actor]:
    """Our groups and projects that are alive: by position, then name."""
    return list(
        session.scalars(
            select(Actor)
            .join(Group, Group.actor_id == Actor.id)
            .where(Actor.local, Actor.deleted_at.is_(None), Actor.suspended_at.is_(None))
            .order_by(Group.position, Actor.name, Actor.id)
        )
    )


class Said(Protocol):
    """What a draft and a change say of a group."""

    @property
    def name(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def name_map(self) -> Mapping[str, str] | None: ...
    @property
    def summary_map(self) -> Mapping[str, str] | None: ...
    @property
    def theme(self) -> str | None: ...
    @property
    def region(self) -> str | None: ...


def check_said(said: Said) -> None:
    """See that what a group says of itself can be read and kept.

    Raises:
        Refused: "name-missing", "too-long", "unreadable-character" (`field`), "region-unknown".
    """
    if not said.name.strip():
        raise Refused("name-missing")
    check_texts("name", said.name, said.name_map or {}, NAME_CHARS)
    check_texts("summary", said.summary, said.summary_map or {}, SUMMARY_CHARS)
    check_texts("theme", said.theme or "", {}, THEME_CHARS)
    if said.region and not _REGION.fullmatch(said.region):
        raise Refused("region-unknown", region=said.region)


def _check(draft: GroupDraft) -> None:
    check_said(draft)
    for code, word, words in (
        ("kind-unknown", draft.kind, KINDS),
        ("level-unknown", draft.level, LEVELS),
        ("posting-unknown", draft.posting, POSTING),
        ("joining-unknown", draft.joining, JOINING),
        ("unknown-choice", draft.members_shown, MEMBERS_SHOWN),
    ):
        if word not in words:
            raise Refused(code, word=word, words=sorted(words))
    if draft.kind == "project" and not draft.part_of:
        raise Refused("project-without-group")
    check_colour(draft.colour)
    _check_groups(draft.part_of)


def check_colour(colour: str | None) -> None:
    """See that white words can be read on `colour`.

    Raises:
        Refused: "colour-malformed", "colour-too-pale" (ratio, such as 3.1).
    """
    if colour is None:
        return
    if not _COLOUR.fullmatch(colour):
        raise Refused("colour-malformed", colour=colour)
    if (ratio := contrast_with_white(colour)) < CONTRAST:
        raise Refused("colour-too-pale", ratio=round(ratio, 1), least=CONTRAST)


def contrast_with_white(colour: str) -> float:
    """The contrast between white and a colour such as #2b6a4d, from 1 to 21 (WCAG 2.2)."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _check_groups(iris: tuple[str, ...]) -> None:
    for iri in iris:
        try:
            parse_iri(iri)
        except Malformed:
            raise Refused("group-malformed", iri=iri) from None
