"""How an actor of ours looks on Mastodon: made from the very document and the very activity that Mastodon gets.

Mastodon shows one language, the one that stands first. Of an event it shows name, summary and address; a note it shows
whole. It counts the followers that it is not told as those that it knows itself.

Source: interop.md §1.1, §1.4, §2; Mastodon's `process_account_service.rb` and `activitypub/parser/status_parser.rb`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import groups
from actors.people import find_actor
from actors.refusals import Refused
from actors.wire import people as wire
from outbox import log
from outbox.log import OutgoingActivity

LOOKED_AT = 20
"""Mostly the newest thing is among so many rows of the log."""


@dataclass(frozen=True, slots=True)
class PostAbroad:
    """One thing as a post: `html` is ours, `language` the one that Mastodon notes."""

    html: str
    published_at: datetime
    language: str | None
    url: str


@dataclass(frozen=True, slots=True)
class ProfileAbroad:
    """The card of a profile.

    Attributes:
        about_html: in the language that stands first.
        fields: name and HTML of each line below the text.
        locked: new followers wait for a yes.
        followers: None where others are not told.
        post: the newest thing that was said to everybody.
    """

    name: str
    handle: str
    about_html: str
    language: str | None
    picture: str | None
    fields: tuple[tuple[str, str], ...]
    locked: bool
    joined_at: datetime | None
    posts: int
    following: int
    followers: int | None
    post: PostAbroad | None
    moved_to: str | None


def on_mastodon(session: Session, iri: str) -> ProfileAbroad:
    """Our actor with this IRI as Mastodon shows it.

    Raises:
        Refused: "not-ours", "gone".
    """
    actor = find_actor(session, iri)
    if actor is None:
        raise Refused("not-ours", iri=iri)
    document = wire.to_wire(session, actor)
    shown = groups.followers_shown(session, actor)
    return ProfileAbroad(
        name=document.name or actor.username,
        handle=f"{actor.username}@{actor.authority}",
        about_html=document.summary or "",
        language=actor.language,
        picture=actor.icon_url,
        fields=tuple((each["name"], each["value"]) for each in actor.fields),
        locked=bool(document.manually_approves_followers),
        joined_at=document.published,
        posts=log.outbox_count(session, actor),
        following=groups.following_count(session, actor),
        followers=groups.followers_count(session, actor) if shown else None,
        post=_newest(session, actor.id),
        moved_to=document.moved_to,
    )


def _newest(session: Session, actor_id: int) -> PostAbroad | None:
    rows = session.scalars(
        select(OutgoingActivity)
        .where(OutgoingActivity.actor_id == actor_id, OutgoingActivity.type == "Create", OutgoingActivity.public)
        .order_by(OutgoingActivity.id.desc())
        .limit(LOOKED_AT)
    )
    for row in rows:
        if row.forgotten:
            continue
        thing = orjson.loads(row.body).get("object")
        if isinstance(thing, dict):
            return _post(thing, row.created_at)
    return None


def _post(thing: dict[str, Any], published_at: datetime) -> PostAbroad:
    url = str(thing.get("url") or thing.get("id") or "")
    versions = thing.get("contentMap") or thing.get("nameMap")
    language = next(iter(versions)) if isinstance(versions, dict) and versions else None
    if thing.get("type") != "Event":
        return PostAbroad(str(thing.get("content") or ""), published_at, language, url)
    name, summary = escape(str(thing.get("name") or "")), str(thing.get("summary") or "")
    link = f'<p><a href="{escape(url)}">{escape(url)}</a></p>'
    return PostAbroad(f"<p><strong>{name}</strong></p>{summary}{link}", published_at, language, url)
