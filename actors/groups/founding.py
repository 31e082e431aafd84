"""Founding sector groups and projects, and what belongs to what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from actors.database import utc_now
from actors.groups.membership import add_member
from actors.groups.tables import Group, PartOf
from actors.people.keys import NewKeys, Vault
from actors.people.local import found_local
from actors.people.tables import Actor
from actors.refusals import Refused
from fediverse.errors import Malformed
from fediverse.hosts import parse_iri

KINDS = frozenset({"sector", "theme", "project"})
LEVELS = ("local", "regional", "federal", "european")
POSTING = frozenset({"members", "anyone", "approval"})
JOINING = frozenset({"open", "approval", "invitation", "closed"})


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
        part_of: IRIs of a project's sector groups, here or elsewhere.
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
            "joining-unknown", "group-malformed" (a `part_of` that is no IRI), "project-without-group".
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
        manually_approves=draft.manually_approves,
        discoverable=draft.discoverable,
        indexable=draft.indexable,
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
    """The project belongs to these sector groups and no others."""
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


def _check(draft: GroupDraft) -> None:
    if not draft.name.strip():
        raise Refused("name-missing")
    for code, word, words in (
        ("kind-unknown", draft.kind, KINDS),
        ("level-unknown", draft.level, LEVELS),
        ("posting-unknown", draft.posting, POSTING),
        ("joining-unknown", draft.joining, JOINING),
    ):
        if word not in words:
            raise Refused(code, word=word, words=sorted(words))
    if draft.kind == "project" and not draft.part_of:
        raise Refused("project-without-group")
    for iri in draft.part_of:
        try:
            parse_iri(iri)
        except Malformed:
            raise Refused("group-malformed", iri=iri) from None
