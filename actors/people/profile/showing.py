"""A member's page: each field by the one rule, as a reader may see it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actors import pictures
from actors.people.local import USERNAME_CHARS
from actors.people.profile.editing import fold
from actors.people.profile.fields import EVERYBODY, FIELDS, NAMELESS, Viewer, level_of, may_see, viewer_of
from actors.people.profile.tables import Consent
from actors.people.tables import Actor, Member
from actors.pictures import Picture
from actors.views.profiles import LinkLine, MemberPage, OwnProfile

STRANGER = Viewer(0)
"""Any member who shares no group: for the preview."""


def page(session: Session, member_id: int, reader_id: int | None, *, preview: str | None = None) -> MemberPage | None:
    """The member as the reader sees them; None where there is nothing for this reader.

    Args:
        reader_id: a member, or None for a passer-by.
        preview: "all" or "members": as such a one would see it, whoever asks.
    """
    member = session.get(Member, member_id)
    if member is None or member.state != "active":
        return None
    viewer = {"all": EVERYBODY, "members": STRANGER}.get(preview or "")
    viewer = viewer or viewer_of(session, reader_id, among=[member_id])
    if not any(may_see(viewer, member, field) for field in FIELDS):
        return None
    if viewer == EVERYBODY and not may_see(viewer, member, "name"):
        return None
    return as_seen(session, viewer, [member])[0]


def own(session: Session, member_id: int) -> OwnProfile:
    """The member's own profile, to be edited."""
    member = session.get_one(Member, member_id)
    agreed = select(Consent.what, func.max(Consent.at)).where(Consent.member_id == member_id, Consent.given)
    agreed_at = {row[0]: row[1] for row in session.execute(agreed.group_by(Consent.what))}
    page_of = as_seen(session, Viewer(member_id), [member])[0]
    return OwnProfile(
        page=page_of,
        shown={field: level_of(member.shown, field) for field in FIELDS},
        byline=member.byline,
        discoverable=member.discoverable,
        indexable=member.indexable,
        username=page_of.handle.partition("@")[0] if page_of.handle else username_of(member.name),
        agreed_at={what: at for what, at in agreed_at.items() if getattr(member, what, True)},
        leaving_at=member.leaving_at,
    )


def as_seen(session: Session, viewer: Viewer, members: Iterable[Member]) -> list[MemberPage]:
    """Each of the members as `viewer` sees them, in their order; asks twice, however many there are."""
    listed = list(members)
    ids = [member.picture_id for member in listed if member.picture_id is not None]
    drawn = {row.id: row for row in session.scalars(select(Picture).where(Picture.id.in_(ids)))} if ids else {}
    actor_ids = [member.actor_id for member in listed if member.actor_id is not None]
    alive = select(Actor).where(Actor.id.in_(actor_ids), Actor.deleted_at.is_(None), Actor.suspended_at.is_(None))
    actors = {row.id: row for row in session.scalars(alive)} if actor_ids else {}
    return [_one(viewer, member, drawn, actors) for member in listed]


def name_for(viewer: Viewer, member: Member) -> str:
    """The member's name if `viewer` may see it."""
    return member.name if may_see(viewer, member, "name") else NAMELESS


def username_of(name: str) -> str:
    """A username that resembles `name`, as a proposal."""
    plain = "".join(char if char.isascii() and char.isalnum() else "_" for char in fold(name))
    return "_".join(part for part in plain.split("_") if part)[:USERNAME_CHARS].strip("_") or "me"


def label_of(url: str) -> str:
    """How a link is called: its host and the beginning of its path."""
    parts = urlsplit(url)
    label = (parts.hostname or url).removeprefix("www.") + parts.path.rstrip("/")
    return label if len(label) <= 50 else label[:49] + "…"


def _one(viewer: Viewer, member: Member, drawn: dict[int, Picture], actors: dict[int, Actor]) -> MemberPage:
    sees = {field for field in FIELDS if may_see(viewer, member, field)}
    actor = actors.get(member.actor_id) if member.actor_id is not None else None
    picture = drawn.get(member.picture_id) if member.picture_id is not None and "picture" in sees else None
    return MemberPage(
        member_id=member.id,
        name=name_for(viewer, member),
        picture=pictures.shown(picture),
        about=member.about if "about" in sees else "",
        trades=tuple(member.trades) if "trades" in sees else (),
        region=member.region if "region" in sees else None,
        speaks=tuple(member.speaks) if "speaks" in sees else (),
        seeking=member.seeking if "seeking" in sees else "",
        links=tuple(LinkLine(link["url"], label_of(link["url"]), "confirmed" in link) for link in member.links)
        if "links" in sees
        else (),
        actor_iri=actor.iri if actor is not None else None,
        handle=f"{actor.username}@{actor.authority}" if actor is not None else None,
        indexable=member.indexable,
        is_mine=viewer.member_id == member.id,
    )
