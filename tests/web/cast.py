"""Everybody who may come to an instance, each in a browser of their own, and one thing of each kind for them to open.

`Cast` is the whole house over a database of its own: the world of `tests/world.py`, a second life of it (`settle`),
and a session for each role. Other servers answer from memory.

    nobody           not signed in
    suspended        Sam, who was signed in when his membership was suspended
    guest            Alice, signed in with her account on Mastodon, no member here
    member           Mia, in no group
    group-member     Gus, in all groups
    group-moderator  Gwen, moderates them
    organiser        Otto, organises them
    moderator        Mo, of the instance, in no group
    admin            Ada, of the instance, in no group
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.applications import Starlette

from actors import events, groups, matches, offers, people, threads
from actors.database import Database
from actors.groups import GroupDraft
from actors.people import Vault, profile
from actors.people.profile import ProfileDraft
from actors.threads import PostDraft
from fediverse.fetch import Fetcher
from fediverse.limits import Limits
from outbox import notices
from tests.actors.stories import LATER, meeting, need
from tests.asgi import Answer, Browser
from tests.asgi_transport import AsgiNetwork
from tests.web.props import COPY_FILE, lay_out
from tests.web.test_town import partner, settle
from tests.words import COMPILED
from tests.world import NOW, ORIGIN, SECRET, prepared_keys
from web.assets import static_route
from web.farewells import copies_folder
from web.forms import form_token
from web.guarded import guarded
from web.house import build_house
from web.pages import error_handlers
from web.routes import ROUTES
from web.settings import Settings
from web.shelf import Shelf

ROLES = ("nobody", "suspended", "guest", "member", "group-member", "group-moderator", "organiser", "moderator", "admin")
COOKIE = "__Host-session"
DEVICE = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass(frozen=True, slots=True)
class Known:
    """What requests are made of: sessions by role, and what stands for the names in addresses and forms."""

    sessions: Mapping[str, str]
    facts: Mapping[str, str]


def people_the_stage(session: Session) -> Known:
    """Let everybody move in; usable as `db.write_now(people_the_stage)`."""
    world, paths, token = settle(session)
    vault = Vault(SECRET)
    roles = {"Mia": "member", "Gus": "member", "Gwen": "member", "Otto": "member", "Mo": "moderator", "Ada": "admin"}
    cast = {
        name: people.create_member(
            session, name=name, email=f"{name.lower()}@members.example", language="en", role=role
        ).id
        for name, role in roles.items()
    }
    cast["Wim"] = people.create_member(session, name="Wim", email="wim@members.example", language="nl").id
    for member_id, name in ((cast["Mia"], "Mia"), (cast["Gus"], "Gus")):
        draft = ProfileDraft(name=name, about="Draws and builds.", trades=("plasterer",), region="BE-BRU")
        profile.change(session, member_id, draft, now=NOW)

    def found(number: int, username: str, name: str, summary: str, **rules: Any) -> Any:
        draft = GroupDraft(username=username, name=name, summary=f"<p>{summary}</p>", language="en", **rules)
        return groups.found(
            session, vault, draft, origin=ORIGIN, member_id=cast["Otto"], keys=prepared_keys(number), now=NOW
        )

    closed = found(5, "closed", "Board", "Those who were elected.", joining="closed")
    private = found(6, "private", "Core team", "Plans the year.", private=True, joining="approval")
    approval = found(7, "approval", "Image & sound", "Camera, light, sound, editing.", joining="approval")
    for group in (world.interior, world.atelier, closed, private, approval):
        for name, role in (("Gus", "member"), ("Gwen", "moderator"), ("Otto", "organiser")):
            groups.add_member(session, group, member_id=cast[name], role=role, now=NOW)
    groups.rules_of(session, closed).members_shown = "all"
    groups.rules_of(session, private).members_shown = "organisers"
    asks = groups.ask_to_join(session, approval, groups.Person(cast["Wim"], None), now=NOW)
    gus_in = groups.membership_for(session, world.interior.id, groups.Person(cast["Gus"], None))
    assert gus_in is not None
    invitation = groups.invite(session, approval.id, made_by_id=cast["Otto"], days=7, now=NOW)
    for name in ("Mia", "Ada"):
        facts = {"who": "Wim", "group": "Image & sound"}
        notices.tell(session, cast[name], "join-requested", about_iri=approval.iri, facts=facts, now=NOW, key=name)
    inside = {
        "private_need": offers.post(session, private, need(title="Somebody who plans"), now=NOW),
        "private_event": events.post(session, private, meeting(name="The year ahead"), now=NOW),
        "private_note": threads.say(session, private, PostDraft(text="Bring your figures."), now=NOW),
    }
    gus = groups.Person(cast["Gus"], None)
    own = {
        f"own_{kind}": offers.post(session, world.interior, need(purpose=purpose, title="By Gus"), by=gus, now=NOW)
        for kind, purpose in (("need", "request"), ("offer", "offer"))
    }
    trade = {"concept_iris": ("urn:knooppunt:trade:plasterer",), "language": "en"}
    asked = need(title="A wall to plaster", **trade)
    offered = need(purpose="offer", title="Plastering", **trade)
    sides = []
    for name, draft in (("Gus", asked), ("Mia", offered)):
        item = offers.post(session, world.interior, draft, by=groups.Person(cast[name], None), now=NOW)
        matches.look(session, item, now=NOW)
        sides.append(item.id)
    theirs = (matches.Match.need_id == sides[0]) & (matches.Match.offer_id == sides[1])
    match_id = session.scalars(select(matches.Match.id).where(theirs)).one()
    sessions = {
        role: people.open_session_for(session, member_id=cast[name], device=DEVICE, now=LATER)
        for role, name in zip(ROLES[3:], roles, strict=True)
    }
    sam = people.create_member(session, name="Sam", email="sam@members.example", language="en")
    sessions["suspended"] = people.open_session_for(session, member_id=sam.id, device=DEVICE, now=LATER)
    people.suspend_member(session, sam.id, now=LATER)
    sessions["guest"] = people.open_session_for(session, actor_id=world.alice.id, device=DEVICE, now=LATER)
    facts = {name: path.rpartition("/")[2] for name, path in paths.items()}
    facts |= {name: item.iri.rpartition("/")[2] for name, item in (inside | own).items()}
    facts |= {
        "alice": world.alice.iri,
        "bouw": world.bouw.iri,
        "their_need": "https://partner.example/g/bouw/needs/1",
        "their_event": "https://partner.example/g/bouw/events/1",
        "their_note": "https://mastodon.example/users/alice/statuses/1",
        "waits": "https://mastodon.example/users/alice/statuses/2",
        "interior": world.interior.iri,
        "mia": str(cast["Mia"]),
        "mo": str(cast["Mo"]),
        "gus": str(cast["Gus"]),
        "wim": str(cast["Wim"]),
        "sign_in": token,
        "asks": str(asks.id),
        "gus_in": str(gus_in.id),
        "invitation": invitation,
        "match": str(match_id),
    }
    facts |= lay_out(session, vault, cast, admin_id=cast["Ada"], now=LATER)
    return Known(sessions, facts)


class Cast:
    """The house, and a browser for each role; `renew` puts back whatever was changed."""

    def __init__(self, template: Path, folder: Path) -> None:
        self._path = folder / "cast.sqlite3"
        shutil.copyfile(template, self._path)
        first = Database(f"sqlite:///{self._path}")
        self.known = first.write_now(people_the_stage)
        first.close()
        self._settled = folder / "settled.sqlite3"
        shutil.copyfile(self._path, self._settled)
        self._clients = 0
        self.db = Database(f"sqlite:///{self._path}")
        settings = Settings(origin=ORIGIN, data_dir=folder, worker=False)
        copies_folder(settings).mkdir()
        (copies_folder(settings) / COPY_FILE).write_bytes(b"everything of Mia's")
        house = build_house(settings, self.db, Vault(SECRET))
        network = AsgiNetwork({"partner.example": partner})
        fetcher = Fetcher(network, origin=ORIGIN, user_agent="test", limits=Limits())
        self.house = replace(house, fetcher=fetcher, shelf=Shelf(keep_s=0.0), compiled=COMPILED)
        self._application = Starlette(routes=[static_route(), *ROUTES], exception_handlers=error_handlers())
        self._application.state.house = self.house
        self.guard = guarded(self._application, self.house, now=lambda: LATER + timedelta(minutes=5))

    def browser(self, role: str) -> Browser:
        """A fresh browser, at an address that nobody has counted yet."""
        self._clients += 1
        client = f"10.{self._clients >> 16 & 255}.{self._clients >> 8 & 255}.{self._clients & 255}"
        cookies = {COOKIE: self.known.sessions[role]} if role in self.known.sessions else {}
        return Browser(self.guard, ORIGIN, cookies, client)

    async def ask(self, role: str, method: str, address: str, form: Mapping[str, str]) -> Answer:
        """One request as `role`; names in braces are filled from `known.facts`."""
        browser = self.browser(role)
        path = address.format_map(self.known.facts)
        if method == "GET":
            return await browser.get(path)
        sent = {name: value.format_map(self.known.facts) for name, value in form.items()}
        if role in self.known.sessions:
            sent["form_token"] = form_token(self.known.sessions[role])
        return await browser.post(path, sent)

    def renew(self) -> None:
        """Everything is as it was when everybody had moved in."""
        self.db.close()
        shutil.copyfile(self._settled, self._path)
        self.db = Database(f"sqlite:///{self._path}")
        object.__setattr__(self.house, "db", self.db)

    def close(self) -> None:
        self.db.close()
