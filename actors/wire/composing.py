"""What our documents are made of: paragraphs, hashtags, mentions, places, addressees.

Everything that a member or a moderator typed is escaped here or rendered by `actors.writing`; nothing else is markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.people import Actor
from actors.refusals import Refused
from actors.writing import Mentioned, Who, tag_link, tag_url
from fediverse.types import Document, Hashtag, Measure, Mention, Place, PostalAddress
from fediverse.vocabulary import PUBLIC

MOST_HASHTAGS = 4
_NOT_IN_A_TAG = re.compile(r"[^\w]+")


def origin_of(actor: Actor) -> str:
    """Scheme and authority of one of our actors."""
    return "/".join(actor.iri.split("/", 3)[:3])


def who_in(session: Session) -> Who:
    """Finds actors that we know by their handles."""

    def who(user: str, authority: str) -> Mentioned | None:
        rows = select(Actor).where(
            Actor.authority == authority, Actor.username.in_({user, user.lower()}), Actor.deleted_at.is_(None)
        )
        actor = session.scalars(rows.limit(1)).first()
        return mentioned(actor) if actor is not None else None

    return who


def mentioned(actor: Actor) -> Mentioned:
    """`actor` as a mention names it."""
    return Mentioned(actor.iri, actor.url or actor.iri, f"{actor.username}@{actor.authority}")


def by_iri(session: Session, iri: str | None) -> Actor | None:
    """The actor with this IRI, unless it is gone."""
    if iri is None:
        return None
    return session.scalar(select(Actor).where(Actor.iri == iri, Actor.deleted_at.is_(None)))


def paragraph(*lines: str) -> str:
    """Lines of HTML as one paragraph."""
    return f"<p>{'<br>'.join(lines)}</p>"


def bold(text: str) -> str:
    """Plain text as a bold paragraph: the title, where titles are not shown."""
    return f"<p><strong>{escape(text, quote=False)}</strong></p>"


def facts_line(facts: Iterable[str]) -> str:
    """Plain facts in one line."""
    return paragraph(escape(" · ".join(facts), quote=False))


def link_line(words: str, url: str) -> str:
    """«More: coop.example/g/…»."""
    shown = re.sub(r"^https?://", "", url)
    return paragraph(f'{escape(words, quote=False)} <a href="{escape(url)}">{escape(shown, quote=False)}</a>')


def tag_line(origin: str, tags: Iterable[str]) -> str:
    """Hashtags as links; nothing when there are none."""
    links = [tag_link(origin, tag) for tag in tags]
    return paragraph(" ".join(links)) if links else ""


def fitting_tags(kind: str, tags: Iterable[str], written: Iterable[str] = ()) -> list[str]:
    """At most `MOST_HASHTAGS`, the kind first; less those that already stand in the text."""
    names = [_NOT_IN_A_TAG.sub("", tag) for tag in (kind, *tags)]
    there = {tag.casefold() for tag in written}
    room = max(MOST_HASHTAGS - len(there), 1)
    found = {name.casefold(): name for name in reversed(names) if name and not name.isdecimal()}
    return [name for name in reversed(found.values()) if name.casefold() not in there][:room]


def hashtag(origin: str, tag: str) -> Hashtag:
    """The entry in `tag` that belongs to the link in the text."""
    return Hashtag(name=f"#{tag}", href=tag_url(origin, tag))


def mention(who: Mentioned) -> Mention:
    """The entry in `tag` that belongs to the link in the text."""
    return Mention(href=who.iri, name=f"@{who.handle}")


def addressees(actor: Actor, *, public: bool, named: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`to` and `cc`: everybody and the followers, or the followers alone; and whoever is named."""
    followers = (actor.followers_iri,) if actor.followers_iri else ()
    others = tuple(iri for iri in dict.fromkeys(named) if iri != actor.iri)
    return ((PUBLIC,), (*followers, *others)) if public else (followers, others)


def document(attachment: Mapping[str, Any]) -> Document:
    """A picture that we keep as JSON, as the type that is written."""
    return Document(
        type=attachment.get("type", "Document"),
        media_type=attachment.get("mediaType"),
        url=attachment.get("url"),
        name=attachment.get("name"),
        blurhash=attachment.get("blurhash"),
        width=attachment.get("width"),
        height=attachment.get("height"),
        focal_point=attachment.get("focalPoint"),
    )


def place(wire: Mapping[str, Any] | None, latitude: float | None, longitude: float | None) -> Place | None:
    """The kept place as the type that is written; degrees are always floats."""
    if wire is None:
        return None
    address = wire.get("address")
    parts = address if isinstance(address, Mapping) else {}
    return Place(
        id=wire.get("id"),
        name=wire.get("name"),
        address=PostalAddress(
            street_address=parts.get("streetAddress"),
            postal_code=parts.get("postalCode"),
            address_locality=parts.get("addressLocality"),
            address_country=parts.get("addressCountry"),
        )
        if parts
        else None,
        latitude=None if latitude is None else float(latitude),
        longitude=None if longitude is None else float(longitude),
    )


def measure(value: str | None, unit: str | None) -> Measure | None:
    """So many of a unit; pieces where none is given."""
    return None if value is None else Measure(has_unit=unit or "one", has_numerical_value=value)


def must_be_ours(item: Any) -> None:
    """See that `item` is ours, there, and for others to read.

    Raises:
        Refused: "not-ours", "gone", "members-only", "not-published" (a draft).
    """
    if not item.local:
        raise Refused("not-ours", iri=item.iri)
    if item.deleted_at is not None:
        raise Refused("gone", iri=item.iri)
    if getattr(item, "visibility", "public") == "members":
        raise Refused("members-only", iri=item.iri)
    if getattr(item, "status", "open") == "draft":
        raise Refused("not-published", iri=item.iri)
