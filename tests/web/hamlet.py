"""The pages of members over a real database: a house with a picture folder, other servers, and people who sign in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from starlette.applications import Starlette

from actors import people as people_rules
from actors.database import Database
from actors.people import Member, profile
from actors.people.profile import ProfileDraft
from fediverse.fetch import Fetcher
from fediverse.limits import Limits
from tests.asgi import Browser
from tests.asgi_transport import AsgiNetwork
from tests.words import CATALOGUES, COMPILED
from tests.world import NOW, ORIGIN, SECRET, World, make_world
from web import events, groups, matches, moderation, offers, people, pictures, renewal, search, threads
from web.forms import form_token
from web.guarded import guarded
from web.i18n import LANGUAGE_COOKIE
from web.pages import error_handlers
from web.pictures import PictureStore
from web.settings import Settings
from web.shelf import Shelf


@dataclass
class Courier:
    """Counts how often it is woken."""

    woken: int = 0

    def wake(self) -> None:
        self.woken += 1


@dataclass
class Hamlet:
    """An instance with members. `browser` is whoever signed in last, or nobody."""

    db: Database
    house: Any
    application: Any
    world: World
    clock: list[datetime]
    folder: Path

    def __post_init__(self) -> None:
        self.browser = Browser(self.application, ORIGIN)
        self.token = ""

    @property
    def now(self) -> datetime:
        return self.clock[0]

    def forward(self, **span: float) -> None:
        self.clock[0] += timedelta(**span)

    def member(self, name: str, **changes: Any) -> Member:
        """A new member with this profile."""

        def make(session: Any) -> Member:
            email = f"{name.lower()}@members.example"
            made = people_rules.create_member(session, name=name, email=email, language="en")
            return profile.change(session, made.id, ProfileDraft(**({"name": name} | changes)), now=self.now)

        return self.db.write_now(make)

    def sign_in(self, member_id: int) -> Browser:
        """A fresh browser in which this member is signed in."""
        return self.come_as(self.db.write_now(people_rules.start_session, member_id, "Test", now=self.now))

    def come_as(self, secret: str) -> Browser:
        """A fresh browser with the session of this secret."""
        self.browser = Browser(self.application, ORIGIN, {"__Host-session": secret, LANGUAGE_COOKIE: "en"})
        self.token = form_token(secret)
        return self.browser

    async def post(self, path: str, **form: Any) -> Any:
        """Send a form of the signed-in member."""
        return await self.browser.post(path, form | {"form_token": self.token})

    async def upload(self, path: str, data: bytes, *, name: str = "me.jpg", **fields: str) -> Any:
        """Send a form with a file."""
        edge = "edge-of-parts"
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in (fields | {"form_token": self.token}).items()
        ]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="picture"; filename="{name}"\r\n'
        parts += [head.encode(), b"Content-Type: image/jpeg\r\n\r\n", data, f"\r\n--{edge}--\r\n".encode()]
        headers = {
            "content-type": f"multipart/form-data; boundary={edge}",
            "origin": ORIGIN,
            "sec-fetch-site": "same-origin",
            "accept-language": "en",
        }
        return await self.browser.request("POST", path, headers=headers, body=b"".join(parts))


def make_hamlet(db: Database, folder: Path, servers: Any = None) -> Hamlet:
    """The house over `db`, its files in `folder`; `servers`: host -> ASGI application of another server."""
    world = db.write_now(make_world)
    clock = [NOW]
    doors = (groups, offers, matches, events, threads, search, people, pictures, moderation, renewal)
    application = Starlette(routes=[r for door in doors for r in door.ROUTES], exception_handlers=error_handlers())
    house = SimpleNamespace(
        fetcher=Fetcher(AsgiNetwork(servers or {}), origin=ORIGIN, user_agent="test", limits=Limits()),
        settings=Settings(origin=ORIGIN, data_dir=folder),
        limits=Limits(),
        db=db,
        vault=people_rules.Vault(SECRET),
        catalogues=CATALOGUES,
        compiled=COMPILED,
        courier=Courier(),
        shelf=Shelf(keep_s=0.0),
        pictures=PictureStore(folder / "media"),
        origin=ORIGIN,
    )
    house.wake = house.courier.wake
    application.state.house = house
    return Hamlet(db, house, guarded(application, house, now=lambda: clock[0]), world, clock, folder)
