"""Posts, shown: the page of one with its answers, and what carries a tag."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actors import events, offers, threads
from actors.views import PostPage, Purpose
from web.pages import iri_asked, iri_of, language_of, missing, render
from web.rates import Rate, limited

TAG_CHARS = 100


@limited(Rate.PAGE)
async def note_page(request: Request) -> Response:
    """A note of a group or a member of ours."""
    return await _show(request, iri_of(request))


@limited(Rate.PAGE)
async def note_elsewhere(request: Request) -> Response:
    """A post from another server."""
    return await _show(request, iri_asked(request))


@limited(Rate.PAGE)
async def tag_page(request: Request) -> Response:
    """What carries a tag now."""
    tag = request.path_params["tag"]
    if not tag.isprintable() or len(tag) > TAG_CHARS:
        raise HTTPException(404)
    db, language = request.app.state.house.db, language_of(request)
    lines = await db.read(offers.tagged, tag, language=language)
    return render(
        request,
        "threads/tag.html",
        tag=tag,
        needs=[line for line in lines if line.purpose is Purpose.NEED],
        offers=[line for line in lines if line.purpose is Purpose.OFFER],
        events=await db.read(events.tagged, tag, language=language),
        posts=await db.read(threads.tagged, tag, language=language),
    )


async def _show(request: Request, iri: str) -> Response:
    db = request.app.state.house.db
    post: PostPage | None = await db.read(threads.page, iri, language=language_of(request), viewer=request.state.viewer)
    if post is None:
        await missing(request, iri)
    return render(
        request,
        "threads/note.html",
        post=post,
        replies=await db.read(threads.replies, post.iri),
    )


ROUTES = [
    Route("/g/{name}/notes/{id}", note_page),
    Route("/u/{name}/notes/{id}", note_page),
    Route("/tags/{tag}", tag_page),
    Route("/elsewhere/note", note_elsewhere),
]
