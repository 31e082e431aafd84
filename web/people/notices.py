"""What a member was told: one list, each line with its action; and what to be told, where and how often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, create_model
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors.people import notices as rules
from actors.people.notices import KINDS, Choice, Rhythm
from actors.views import SignedIn
from actors.views.notices import Notice
from outbox import notices
from web import guard
from web.forms import Filled, blank, read_form
from web.notices import KIND_NAMES, Told, word
from web.pages import Pages, redirect, render
from web.rates import Rate, limited
from web.sentences import said

PER_PAGE = 30
MOST_PAGES = 100
FOR_MODERATORS = frozenset({"registration-waiting"})

RHYTHMS = {
    Rhythm.AT_ONCE: said("at once"),
    Rhythm.DAILY: said("once a day"),
    Rhythm.WEEKLY: said("once a week"),
    Rhythm.NONE: said("never"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A notification on the page."""

    notice: Notice
    told: Told


class ReadForm(BaseModel):
    """The button that marks all as read, up to the newest that the page showed."""

    up_to: Annotated[int, Field(ge=1, le=2**62)]


def _field(channel: str, kind: str) -> str:
    return f"{channel}_{kind.replace('-', '_')}"


_Rhythm = Literal["at-once", "daily", "weekly", "none"]
_FIELDS: dict[str, Any] = {
    **{_field("site", kind): (Literal["", "yes"], "") for kind in KINDS},
    **{_field("mail", kind): (_Rhythm | None, None) for kind in KINDS},
    **{_field("direct", kind): (_Rhythm | None, None) for kind in KINDS},
}
ChoicesForm: type[BaseModel] = create_model("ChoicesForm", **_FIELDS)
"""For each kind: in the list (a box that is not ticked is not sent), by mail, by direct message."""


@limited(Rate.PAGE)
async def list_page(request: Request) -> Response:
    """The list, unread first."""
    member = guard.member(request)
    pages: Pages = request.state.pages
    number = _page_number(request)
    found: list[Notice] = await request.app.state.house.db.read(
        rules.notifications, member.member_id, limit=PER_PAGE + 1, skip=(number - 1) * PER_PAGE
    )
    reader = pages.reader(request)
    lines = [Line(each, word(reader, each.kind, each.about_iri, each.facts, pages.path_of)) for each in found]
    return render(
        request,
        "people/notices.html",
        lines=lines[:PER_PAGE],
        newest=max((line.notice.id for line in lines if line.notice.unread), default=None),
        number=number,
        more=len(lines) > PER_PAGE,
    )


@limited(Rate.PAGE)
async def open_notice(request: Request) -> Response:
    """Go where a line leads; it is read then, unless the browser only fetches ahead."""
    member = guard.member(request)
    pages: Pages = request.state.pages
    house = request.app.state.house
    if "prefetch" in request.headers.get("sec-purpose", ""):
        raise HTTPException(503)
    notice: Notice | None = await house.db.write(
        rules.mark_read, member.member_id, request.path_params["id"], now=pages.now()
    )
    if notice is None:
        raise HTTPException(404)
    told = word(pages.reader(request), notice.kind, notice.about_iri, notice.facts, pages.path_of)
    return redirect(told.path)


@limited(Rate.FORM)
async def read_all(request: Request) -> Response:
    """Everything that the page showed is read."""
    member = guard.member(request)
    form = await read_form(request, ReadForm)
    if form.draft is None:
        raise HTTPException(400)
    await request.app.state.house.db.write(
        rules.mark_all_read, member.member_id, up_to_id=form.draft.up_to, now=request.state.pages.now()
    )
    return redirect("/me/notifications", notice="all-read")


@limited(Rate.PAGE)
async def choices_page(request: Request) -> Response:
    """What the member is told, to be changed."""
    member = guard.member(request)
    choices: notices.Choices = await request.app.state.house.db.read(notices.choices_of, member.member_id)
    values: dict[str, str] = {}
    for kind, choice in choices.by_kind.items():
        values |= {_field("mail", kind): choice.mail.value, _field("direct", kind): choice.direct.value}
        values |= {_field("site", kind): "yes"} if choice.site else {}
    return _show(request, member, choices, blank(values))


@limited(Rate.FORM)
async def choose(request: Request) -> Response:
    """Keep what was chosen; what the page did not offer stays as it was."""
    member = guard.member(request)
    house = request.app.state.house
    form = await read_form(request, ChoicesForm)
    choices: notices.Choices = await house.db.read(notices.choices_of, member.member_id)
    if form.draft is None:
        return _show(request, member, choices, form, status=422)
    sent: dict[str, Any] = form.draft.model_dump()
    chosen = {
        kind: Choice(
            site=sent[_field("site", kind)] == "yes",
            mail=Rhythm(sent[_field("mail", kind)] or held.mail),
            direct=Rhythm(sent[_field("direct", kind)] or held.direct),
        )
        for kind, held in choices.by_kind.items()
        if kind in _offered(member)
    }
    await house.db.write(rules.choose, member.member_id, chosen)
    return redirect("/me/settings/notifications", notice="saved")


def _show(
    request: Request, member: SignedIn, choices: notices.Choices, form: Filled[Any], status: int = 200
) -> Response:
    reader = request.state.pages.reader(request)
    kinds = [
        (KIND_NAMES[kind], _field("site", kind), _field("mail", kind), _field("direct", kind))
        for kind in _offered(member)
    ]
    return render(
        request,
        "people/notice_choices.html",
        status=status,
        form=form,
        kinds=kinds,
        rhythms=[(rhythm.value, reader.text(words)) for rhythm, words in RHYTHMS.items()],
        email=choices.email,
        account=choices.account,
    )


def _offered(member: SignedIn) -> list[str]:
    """The kinds that can happen to the member."""
    return [kind for kind in KINDS if kind not in FOR_MODERATORS or member.is_moderator or member.is_admin]


def _page_number(request: Request) -> int:
    asked = request.query_params.get("page", "1")
    return min(max(int(asked), 1), MOST_PAGES) if asked.isdecimal() and len(asked) < 5 else 1
