"""The log of mails for whoever runs the instance: what waits, what went wrong, once more, a test."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outbox import mail, notices
from outbox.mail import MailLine
from web import guard
from web.forms import Filled, blank, read_form
from web.i18n import Reader
from web.mail.message import Sender
from web.pages import language_of, redirect, render
from web.rates import Rate, limited
from web.sentences import said

PER_PAGE = 50

STATES: Final = {
    "new": said("waiting"),
    "sent": said("sent"),
    "failed": said("failed"),
    "dropped": said("not sent"),
}
KINDS: Final = {
    "sign-in": said("Sign-in link"),
    "password-reset": said("New password"),
    "confirm-address": said("Confirming an address"),
    "address-changed": said("Change of address"),
    "way-added": said("New way of signing in"),
    "copy-ready": said("Copy of everything"),
    "leaving": said("Leaving"),
    "request-received": said("Request to join: arrived"),
    "request-approved": said("Request to join: approved"),
    "request-refused": said("Request to join: not accepted"),
    "invitation": said("Invitation"),
    "notice": said("Notification"),
    "digest": said("Digest"),
    "test": said("Test"),
}
REASONS: Final = {
    "address-unusable": said("Not an address that mail can be sent to."),
    "too-many": said("Too many mails to this address were asked for within an hour."),
    "too-late": said("Its time was over before it could be sent."),
    "unwanted": said("Nobody wants to have it any more."),
    "account-gone": said("The account elsewhere is gone."),
    "host-blocked": said("The other server is blocked."),
}
"""Codes of ours; everything else is what the mail server answered, shown as it is."""


def _usable(address: str) -> str:
    address = address.strip()
    if not mail.is_usable(address):
        raise PydanticCustomError("address-unusable", "address-unusable")
    return address


class TestForm(BaseModel):
    """Where a test mail goes."""

    to: Annotated[str, Field(max_length=254), AfterValidator(_usable)]


class NoFields(BaseModel):
    """A form that is only a button."""


@limited(Rate.PAGE)
async def log_page(request: Request) -> Response:
    """The log, newest first."""
    guard.admin(request)
    member = guard.member(request)
    choices: notices.Choices = await request.app.state.house.db.read(notices.choices_of, member.member_id)
    return await _show(request, blank({"to": choices.email or ""}))


@limited(Rate.FORM)
async def send_test(request: Request) -> Response:
    """Put a test mail into the log."""
    guard.admin(request)
    form = await read_form(request, TestForm)
    if form.draft is None:
        return await _show(request, form, status=422)
    house, pages = request.app.state.house, request.state.pages
    now = pages.now()
    key = f"test-{form.draft.to}-{now:%Y%m%d%H%M}"[:200]
    await house.db.write(
        mail.queue, to=form.draft.to, kind="test", facts={}, language=language_of(request), now=now, key=key
    )
    house.wake()
    return redirect("/admin/mail", notice="test-mail-queued")


@limited(Rate.FORM)
async def retry(request: Request) -> Response:
    """Send a failed mail again."""
    guard.admin(request)
    await read_form(request, NoFields)
    house, pages = request.app.state.house, request.state.pages
    if not await house.db.write(mail.retry, request.path_params["id"], now=pages.now()):
        raise HTTPException(404)
    house.wake()
    return redirect("/admin/mail", notice="mail-again")


async def _show(request: Request, form: Filled[Any], status: int = 200) -> Response:
    house, pages = request.app.state.house, request.state.pages
    state = request.query_params.get("state")
    state = state if state in STATES else None
    asked = request.query_params.get("before", "")
    before_id = int(asked) if asked.isdecimal() and len(asked) < 19 else None
    found: list[MailLine] = await house.db.read(mail.log, state=state, limit=PER_PAGE + 1, before_id=before_id)
    counts: dict[str, int] = await house.db.read(mail.counts)
    reader = pages.reader(request)
    return render(
        request,
        "admin/mail.html",
        status=status,
        form=form,
        lines=found[:PER_PAGE],
        words=_Words(reader),
        tabs=_tabs(reader, state, counts),
        older=found[PER_PAGE - 1].id if len(found) > PER_PAGE else None,
        state=state or "",
        server=f"{house.settings.mail_host}:{house.settings.mail_port}" if house.settings.mail_host else None,
        sender=Sender.of(house.settings.mail_from, pages.origin).address,
        kept_days=mail.KEPT // timedelta(days=1),
    )


class _Words:
    """The log's codes in the reader's words."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def kind(self, line: MailLine) -> str:
        """What it is about."""
        return self._reader.text(KINDS[line.kind]) if line.kind in KINDS else line.kind

    def state(self, line: MailLine) -> str:
        """Where it stands."""
        return self._reader.text(STATES[line.state])

    def reason(self, line: MailLine) -> str:
        """Why, where a reason of ours is known."""
        code = line.error.removeprefix("given up; ")
        return self._reader.text(REASONS[code]) if code in REASONS else ""

    def answer(self, line: MailLine) -> str:
        """What the mail server said, as it said it."""
        return "" if self.reason(line) else line.error


def _tabs(reader: Reader, state: str | None, counts: dict[str, int]) -> list[tuple[str, str, bool, int]]:
    everything = (reader.text("all"), "/admin/mail", state is None, sum(counts.values()))
    each = [
        (reader.text(words), f"/admin/mail?state={name}", name == state, counts[name]) for name, words in STATES.items()
    ]
    return [everything, *each]
