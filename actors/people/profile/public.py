"""A member as an actor of the fediverse: by choice only, and with nothing but what all may see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape

from sqlalchemy.orm import Session

from actors import pictures
from actors.people.keys import NewKeys, Vault
from actors.people.local import found_local
from actors.people.profile.editing import agree
from actors.people.profile.fields import EVERYBODY, may_see
from actors.people.profile.showing import label_of, name_for
from actors.people.tables import Actor, Member
from actors.pictures import Picture
from actors.refusals import Refused
from actors.wire.regions import region_name
from actors.wire.words import words_for

_LABELS: Mapping[str, tuple[str, str, str]] = {
    "nl": ("Vakken", "Regio", "Zoekt"),
    "fr": ("Métiers", "Région", "Cherche"),
    "en": ("Trades", "Region", "Looks for"),
    "de": ("Berufe", "Region", "Sucht"),
}
"""What the lines of a profile are called: trades, region, what somebody looks for."""


def become_public(
    session: Session,
    vault: Vault,
    member_id: int,
    username: str,
    *,
    origin: str,
    keys: NewKeys | None = None,
    now: datetime,
) -> Actor:
    """The member is `@username` on the fediverse from now on; that they agreed is kept with the time.

    Raises:
        Refused: "already-public", "name-malformed", "name-taken".
    """
    member = session.get_one(Member, member_id)
    if actor_of(session, member) is not None:
        raise Refused("already-public")
    actor = found_local(
        session,
        vault,
        origin=origin,
        path=f"/u/{username}",
        type="Person",
        kind=None,
        username=username,
        name=username,
        language=member.language,
        discoverable=member.discoverable,
        indexable=member.indexable,
        keys=keys,
        now=now,
    )
    member.actor_id = actor.id
    agree(session, member, "public", given=True, now=now)
    mirror(session, member, origin=origin)
    return actor


def no_longer_public(session: Session, member_id: int, *, now: datetime) -> Actor:
    """The member has no actor any more; the caller tells the world. The handle is never given out again.

    Raises:
        Refused: "not-public".
    """
    member = session.get_one(Member, member_id)
    actor = actor_of(session, member)
    if actor is None:
        raise Refused("not-public")
    member.actor_id = None
    agree(session, member, "public", given=False, now=now)
    return actor


def mirror(session: Session, member: Member, *, origin: str) -> Actor | None:
    """Copy what all may see of the member to its actor; the actor if anything changed."""
    actor = actor_of(session, member)
    if actor is None:
        return None
    said = columns(session, member, actor.username, origin=origin)
    if all(getattr(actor, name) == value for name, value in said.items()):
        return None
    for name, value in said.items():
        setattr(actor, name, value)
    session.flush()
    return actor


def actor_of(session: Session, member: Member) -> Actor | None:
    """The member's living actor."""
    actor = session.get(Actor, member.actor_id) if member.actor_id is not None else None
    return actor if actor is not None and actor.deleted_at is None else None


def columns(session: Session, member: Member, username: str, *, origin: str) -> dict[str, object]:
    """What an actor says of a member: only what all may see."""

    def seen(field: str) -> bool:
        return may_see(EVERYBODY, member, field)

    language = member.language if member.language in _LABELS else "en"
    trades, region, seeking = _LABELS[language]
    fields: list[dict[str, str]] = []
    if seen("trades") and member.trades:
        fields.append({"name": trades, "value": escape(", ".join(member.trades))})
    if seen("region") and member.region:
        fields.append({"name": region, "value": escape(region_name(member.region, words_for(language)))})
    if seen("seeking") and member.seeking:
        fields.append({"name": seeking, "value": _lines(member.seeking)})
    if seen("links"):
        fields += [{"name": label_of(link["url"]), "value": _link(link["url"])} for link in member.links]
    picture = session.get(Picture, member.picture_id) if member.picture_id is not None and seen("picture") else None
    drawn = pictures.shown(picture)
    return {
        "name": name_for(EVERYBODY, member) or username,
        "summary": f"<p>{_lines(member.about)}</p>" if seen("about") and member.about else "",
        "language": member.language,
        "icon_url": origin + drawn.path if drawn is not None else None,
        "fields": fields,
        "discoverable": member.discoverable,
        "indexable": member.indexable,
    }


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())


def _link(url: str) -> str:
    return f'<a href="{escape(url)}" rel="me nofollow noopener">{escape(url)}</a>'
