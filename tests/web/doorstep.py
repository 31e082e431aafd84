"""An instance as its visitors and members meet it: the pages over a real database, mails readable in their log."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from anyio import CapacityLimiter
from sqlalchemy import select
from starlette.applications import Starlette

from actors import people
from actors.database import Database
from fediverse.limits import Limits
from outbox.mail import Mail, opened
from tests.asgi import Answer, Browser
from tests.words import CATALOGUES, COMPILED
from tests.world import NOW, ORIGIN, World, make_world
from web.forms import form_token
from web.guarded import guarded
from web.pages import error_handlers
from web.routes import ROUTES
from web.settings import Settings
from web.shelf import Shelf

COOKIE = "__Host-session"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass
class Doorstep:
    """The instance `coop.example` with Noor, its admin."""

    db: Database
    world: World
    application: Any
    house: Any
    clock: list[datetime] = field(default_factory=lambda: [NOW])

    def browser(self, client: str = "192.0.2.7") -> Browser:
        return Browser(self.application, ORIGIN, client=client)

    def forward(self, **span: float) -> None:
        self.clock[0] += timedelta(**span)

    def mails(self, kind: str | None = None) -> list[Mail]:
        """All that were put into the log and not dropped, oldest first."""
        query = select(Mail).where(Mail.state != "dropped").order_by(Mail.id)
        found = self.db.read_now(lambda session: list(session.scalars(query)))
        return [mail for mail in found if kind in (None, mail.kind)]

    def link(self, kind: str = "sign-in") -> str:
        """The path that the newest mail of this kind leads to."""
        facts = self.mails(kind)[-1].facts
        assert facts is not None
        return str(opened(self.world.vault, facts)["link"]).removeprefix(ORIGIN)

    def member(self, name: str = "Leila", role: str = "member") -> int:
        address = f"{name.lower()}@members.example"
        made = self.db.write_now(people.create_member, name=name, email=address, language="en", role=role)
        return made.id

    def sign_in(self, member_id: int | None = None, browser: Browser | None = None) -> Browser:
        """A browser in which this member is signed in; Noor without one."""
        browser = browser or self.browser()
        browser.cookies["language"] = "en"
        browser.cookies[COOKIE] = self.db.write_now(
            people.open_session_for,
            member_id=member_id or self.world.noor.id,
            device=FIREFOX,
            network="192.0.2.0/24",
            now=self.clock[0],
        )
        return browser


async def send(browser: Browser, path: str, form: Mapping[str, str] | None = None, **headers: str) -> Answer:
    """Post a form of ours, with the token of the session if there is one."""
    token = {"form_token": form_token(browser.cookies[COOKIE])} if COOKIE in browser.cookies else {}
    return await browser.post(path, {**(form or {}), **token}, headers=headers)


async def press(browser: Browser, path: str, form: Mapping[str, str] | None = None) -> Answer:
    """Open a page and send its one form, with what it hides and `form`."""
    page = await browser.get(path)
    assert page.status == 200, (path, page.status)
    main = page.text.partition("<main")[2]
    action = re.search(r'<form[^>]* action="([^"]*)"', main)
    assert action
    hidden = {
        html.unescape(name): html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', main)
    }
    return await browser.post(action[1], {**hidden, **(form or {})})


def make_doorstep(db: Database, **settings: Any) -> Doorstep:
    world = db.write_now(make_world)
    clock = [NOW]
    application = Starlette(routes=ROUTES, exception_handlers=error_handlers())
    house = SimpleNamespace(
        settings=Settings(origin=ORIGIN, **settings),
        limits=Limits(),
        db=db,
        catalogues=CATALOGUES,
        compiled=COMPILED,
        shelf=Shelf(keep_s=0.0),
        proving=CapacityLimiter(2),
        wake=lambda: None,
        vault=world.vault,
    )
    application.state.house = house
    return Doorstep(db, world, guarded(application, house, now=lambda: clock[0]), house, clock)
