"""Atom feeds (RFC 4287): what our own groups publish, each thing with its kind first, its facts, its text.

Only what is ours: a reader who wants a partner's news takes the partner's feed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from markupsafe import escape
from starlette.requests import Request
from starlette.responses import Response

from actors.views import ActorLine, EventPage, OfferPage, PostPage
from web.pages import Pages
from web.wording import Wording

LIMIT = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a feed. `html` is clean."""

    iri: str
    url: str
    kind: str
    kind_word: str
    title: str
    language: str | None
    author: ActorLine
    published_at: datetime
    updated_at: datetime
    html: str
    tags: tuple[str, ...]


def respond(
    request: Request,
    *,
    title: str,
    page: str,
    query: str = "",
    offers: Iterable[OfferPage] = (),
    events: Iterable[EventPage] = (),
    posts: Iterable[PostPage] = (),
) -> Response:
    """The feed at this address with what is given, newest change first, at most `LIMIT`; `page` shows the same.

    `query` is what belongs to the address behind its «?».
    """
    pages: Pages = request.state.pages
    writer = _Writer(pages, Wording(pages.reader(request)))
    entries = [
        *(writer.offer(offer) for offer in offers),
        *(writer.event(event) for event in events),
        *(writer.post(post) for post in posts),
    ]
    entries.sort(key=lambda entry: entry.updated_at, reverse=True)
    entries = entries[:LIMIT]
    return pages.feed(
        request,
        "atom.xml",
        updated=entries[0].updated_at if entries else None,
        feed_iri=f"{pages.origin}{request.scope['path']}" + (f"?{query}" if query else ""),
        title=title,
        page=f"{pages.origin}{page}",
        entries=entries,
    )


class _Writer:
    """Things as entries in one reader's words."""

    def __init__(self, pages: Pages, say: Wording) -> None:
        self._clean, self._say = pages.clean, say

    def offer(self, page: OfferPage) -> Entry:
        line, word = page.line, self._say.purpose(page.line.purpose)
        facts = escape(self._say.facts_of(line))
        return Entry(
            line.iri,
            line.url,
            line.purpose.value,
            word,
            f"{word}: {line.title.text}",
            line.title.language,
            line.author,
            line.published_at,
            line.updated_at,
            f"<p>{facts}</p>{self._clean(page.text_html)}",
            page.tags,
        )

    def event(self, page: EventPage) -> Entry:
        line, word = page.line, self._say.meeting()
        place = self._say.place(line.place) if line.place else ""
        facts = escape(" · ".join(fact for fact in (self._say.time_of(line), place) if fact))
        return Entry(
            line.iri,
            line.url,
            "event",
            word,
            f"{word}: {line.title.text}",
            line.title.language,
            line.author,
            line.published_at,
            line.updated_at,
            f"<p>{facts}</p>{self._clean(page.text_html)}",
            page.tags,
        )

    def post(self, post: PostPage) -> Entry:
        word = self._say.post()
        return Entry(
            post.iri,
            post.url,
            "note",
            word,
            post.title or f"{word}: {post.author.name}",
            post.language,
            post.author,
            post.published_at,
            post.updated_at,
            self._clean(post.text_html),
            post.tags,
        )
