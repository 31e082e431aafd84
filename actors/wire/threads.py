"""Post <-> Note; and Article, Page, Question, Video and whatever else says something, read as posts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from sqlalchemy.orm import Session

from actors.people import Actor
from actors.threads import Post, RemotePost, find
from actors.wire import composing, reading
from actors.wire.words import FALLBACK
from actors.writing import render
from fediverse.errors import Malformed
from fediverse.html import clean, shown_name
from fediverse.limits import Limits
from fediverse.types import Note, Object, Question
from fediverse.types.actors import Actor as WireActor
from fediverse.vocabulary import id_of, is_public

_NOTES = frozenset({"Note", "Question", "ChatMessage"})
"""Types without a title, whose `summary` is a content warning. Of any other it is an abstract."""


def to_wire(session: Session, post: Post) -> Note:
    """A note of ours.

    Raises:
        Refused: "not-ours", "gone".
    """
    composing.must_be_ours(post)
    author = session.get_one(Actor, post.author_id)
    origin = composing.origin_of(author)
    written = render(post.text, who=composing.who_in(session), origin=origin)
    answered = find(session, post.in_reply_to_iri) if post.in_reply_to_iri else None
    above = session.get(Actor, answered.author_id) if answered is not None else None
    named = [who.iri for who in written.mentions] + ([above.iri] if above is not None else [])
    to, cc = composing.addressees(author, public=post.public, named=named)
    language = post.language or author.language or FALLBACK
    return Note(
        id=post.iri,
        attributed_to=(author.iri,),
        to=to,
        cc=cc,
        audience=(author.iri,) if author.type == "Group" else (),
        published=post.published_at,
        updated=post.updated_at if post.updated_at > post.published_at else None,
        url=post.url,
        in_reply_to=post.in_reply_to_iri,
        context=post.context_iri,
        conversation=post.context_iri,
        summary=post.warning,
        sensitive=post.sensitive,
        content=written.html,
        content_map={language: written.html},
        tag=(
            *(composing.mention(who) for who in written.mentions),
            *(composing.hashtag(origin, tag) for tag in written.tags),
        ),
        attachment=tuple(composing.document(one) for one in post.attachments),
    )


def from_wire(obj: Object, limits: Limits, document: Mapping[str, Any] | None = None) -> RemotePost:
    """Read another server's post, of whatever type, as text. `document` is its JSON as it came, to be kept.

    Raises:
        Malformed: "no-id", "no-author", "no-text", "bad-iri", "not-a-post" (an actor).
        Unauthorised: "foreign-author", when the id and its author are of different origins.
    """
    if isinstance(obj, WireActor):
        raise Malformed("not-a-post", id=obj.id)
    iri, author_iri = reading.identity(obj, limits)
    is_note = obj.type in _NOTES
    content = reading.html_of(obj, limits)
    title = shown_name(obj.name, limits) or None if obj.name else None
    if is_note:
        content, title = content or (f"<p>{escape(title)}</p>" if title else ""), None
    elif not content and obj.summary:
        content = clean(obj.summary, limits)
    options = _options(obj, limits)
    attached = reading.attachments((*obj.attachment, *obj.image), limits)
    if not (content or title or attached or options):
        raise Malformed("no-text", id=iri)
    language = reading.language_of(obj)
    return RemotePost(
        iri=iri,
        author_iri=author_iri,
        type=obj.type[:32] or "Note",
        content=content,
        title=title,
        warning=reading.plain(obj.summary, limits) if is_note else None,
        language=language,
        content_map={
            tag: clean(text, limits) for tag, text in reading.other_versions(obj.content_map, language).items()
        },
        url=reading.web_address(obj.url, limits),
        in_reply_to_iri=reading.web_address(id_of(obj.in_reply_to), limits),
        context_iri=reading.web_address(obj.context or obj.conversation, limits),
        sensitive=bool(obj.sensitive),
        public=is_public(obj),
        options=options,
        tags=reading.hashtags(obj, limits),
        mentions=reading.mentions(obj),
        audience=reading.audience(obj),
        attachments=attached,
        published_at=obj.published,
        updated_at=obj.updated,
        document=reading.kept(obj, document),
    )


def _options(obj: Object, limits: Limits) -> tuple[Mapping[str, Any], ...] | None:
    if not isinstance(obj, Question):
        return None
    return tuple(
        {"name": shown_name(option.name, limits), "votes": _votes(option)}
        for option in (*obj.one_of, *obj.any_of)
        if option.name
    )


def _votes(option: Object) -> int:
    count = getattr(option.replies, "total_items", None)
    return count if isinstance(count, int) else 0
