"""The pages over a real database: what a group publishes and hears is what its pages, lists and feeds show."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.applications import Starlette

from actors import events as event_rules
from actors import groups as group_rules
from actors import offers as offer_rules
from actors import people as people_rules
from actors import threads as thread_rules
from actors.database import Database
from actors.groups import Follow
from actors.threads import PostDraft
from fediverse.fetch import Fetcher
from fediverse.limits import Limits
from fediverse.vocabulary import write
from outbox import events as event_orders
from outbox import offers as offer_orders
from outbox import threads as thread_orders
from tests.actors.stories import LATER, meeting, need, remote_meeting, remote_need, remote_note
from tests.asgi import Browser
from tests.asgi_transport import AsgiNetwork
from tests.web.test_pages import inert
from tests.words import CATALOGUES, COMPILED
from tests.world import NOW, ORIGIN, World, make_world, stranger
from web import moderation
from web.forms import form_token
from web.guarded import guarded
from web.pages import error_handlers
from web.routes import ROUTES
from web.settings import Settings
from web.shelf import Shelf

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = '"><svg onload=alert(1)>'
FOLLOW = f"{ORIGIN}/g/interior/activities/follow-1"


@dataclass
class Courier:
    """Counts how often it is woken."""

    woken: int = 0

    def wake(self) -> None:
        self.woken += 1


@dataclass
class Town:
    """An instance with a life: its database, its pages, and a visitor."""

    db: Database
    browser: Browser
    courier: Courier
    world: World
    paths: Mapping[str, str]
    token: str
    clock: list[datetime]

    async def text(self, path: str, language: str = "en") -> str:
        answer = await self.browser.get(path, language=language)
        assert answer.status == 200, (path, answer.status)
        return answer.text

    async def sign_in(self) -> str:
        """As Noor, the admin; the token of her forms."""
        await self.browser.post("/sign-in", {"token": self.token})
        return form_token(self.browser.cookies["__Host-session"])


def settle(session: Session) -> tuple[World, dict[str, str], str]:
    """Let the groups of the world publish, hear from a partner, and let somebody wait."""
    world = make_world(session)
    titles = {"nl": "Stukadoor voor drie dagen", "fr": "Plafonneur pour trois jours"}
    plasterer = need(title_map=titles, text="Drie dagen **pleisteren**.", tags=("stukadoor",))
    plans = need(purpose="offer", title=HOSTILE, text=HOSTILE)
    said = {
        "need": offer_orders.publish(session, world.interior, plasterer, now=NOW),
        "offer": offer_orders.publish(session, world.interior, plans, now=NOW),
        "event": event_orders.publish(session, world.interior, meeting(language="nl", text="Kom mee."), now=NOW),
        "note": thread_orders.say(session, world.interior, PostDraft(text="Welkom!", language="nl"), now=NOW),
    }
    group_rules.request_follow(session, world.interior, world.bouw, FOLLOW, now=NOW)
    group_rules.follow_answered(session, FOLLOW, world.bouw, True, now=NOW)
    strange = remote_need(draft={"title": f"Partner {HOSTILE}"})
    offer_rules.record_remote(session, world.bouw, strange, shown=True, now=NOW)
    event_rules.record_remote(session, world.bouw, remote_meeting(), shown=True, now=NOW)
    answer = remote_note(in_reply_to_iri=said["need"].iri, content="<p>Ik kan.<script>alert(1)</script></p>")
    thread_rules.record_remote(session, world.alice, answer, group=world.interior, state="shown", now=NOW)
    thread_rules.record_remote(session, world.alice, remote_note(2), group=world.atelier, state="waiting", now=NOW)
    token = people_rules.issue_token(session, world.noor.id, "sign-in", now=NOW, valid_for=timedelta(days=2))
    return world, {name: thing.iri.removeprefix(ORIGIN) for name, thing in said.items()}, token


async def partner(scope: Any, _receive: Any, send: Any) -> None:
    """The partner's server: it has one group, «bouw», and one that nobody here knows yet, «hout»."""
    names = {"/g/bouw": "bouw", "/g/hout": "hout"}
    found = names.get(scope["path"])
    document = stranger(found, "partner.example", type="Group", kind="sector", number=6).document if found else None
    body = json.dumps(write(document)).encode() if document else b"{}"
    headers = [(b"content-type", b"application/activity+json")]
    await send({"type": "http.response.start", "status": 200 if document else 404, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def town(db: Database) -> Town:
    world, paths, token = db.write_now(settle)
    clock = [LATER]
    application = Starlette(routes=ROUTES, exception_handlers=error_handlers())
    courier = Courier()
    network = AsgiNetwork({"partner.example": partner})
    house = SimpleNamespace(
        fetcher=Fetcher(network, origin=ORIGIN, user_agent="test", limits=Limits()),
        settings=Settings(origin=ORIGIN),
        limits=Limits(),
        db=db,
        catalogues=CATALOGUES,
        compiled=COMPILED,
        courier=courier,
        shelf=Shelf(keep_s=0.0),
    )
    application.state.house = house
    browser = Browser(guarded(application, house, now=lambda: clock[0]), ORIGIN)
    return Town(db, browser, courier, world, paths, token, clock)


async def test_the_front_page_shows_what_is_alive_ours_and_partners(town: Town) -> None:
    text = await town.text("/", "fr")
    for shown in (
        "Intérieur &amp; scénographie",
        "Atelier Canal",
        "Plafonneur pour trois jours",
        "Offertes leren maken",
    ):
        assert shown in text
    assert "de partner.example" in text
    assert "@bouw@partner.example" in text


async def test_every_page_of_what_was_published_is_there_in_every_language(town: Town) -> None:
    for path in ("/", "/g/interior", "/g/atelier", "/u/noor", "/needs", "/offers", "/events", *town.paths.values()):
        for language in ("nl", "fr", "en", "de"):
            page = inert(await town.browser.get(path, language=language))
            assert page.active == []


async def test_a_group_page_shows_its_things_and_its_project(town: Town) -> None:
    text = await town.text("/g/interior", "nl")
    for shown in (
        "Stukadoor voor drie dagen",
        "Offertes leren maken",
        "Welkom!",
        "Atelier Canal",
        "Ruimtes die kloppen.",
    ):
        assert shown in text
    assert text.count("Ruimtes die kloppen.") == 1 + text.partition("</head>")[0].count("Ruimtes die kloppen.")


async def test_a_need_page_shows_its_text_and_its_answers_cleaned(town: Town) -> None:
    answer = await town.browser.get(town.paths["need"], language="nl")
    assert "<strong>pleisteren</strong>" in answer.text
    assert "Ik kan." in answer.text
    assert inert(answer).active == []


async def test_a_partners_things_are_shown_on_pages_of_ours_that_lead_to_it(town: Town) -> None:
    for iri in (remote_need().iri, remote_meeting().iri, town.world.bouw.iri, town.world.alice.iri):
        answer = await town.browser.get(f"/elsewhere?iri={iri}")
        assert answer.status == 303, iri
        page = await town.browser.get(answer.headers["location"])
        assert page.status == 200, answer.headers["location"]
        assert inert(page).active == []


async def test_a_tag_page_gathers_what_carries_it(town: Town) -> None:
    assert "Stukadoor voor drie dagen" in await town.text("/tags/stukadoor", "nl")
    assert "Nothing public carries this word now." in await town.text("/tags/nothing")


@pytest.mark.parametrize("path", ["/feed.atom", "/g/interior/feed.atom", "/needs/feed.atom", "/events/feed.atom"])
async def test_a_feed_holds_what_was_published_and_no_partners_things(town: Town, path: str) -> None:
    feed = ET.fromstring((await town.browser.get(path)).body)
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in feed.iter(f"{ATOM}entry")]
    assert ids
    assert all(iri.startswith(ORIGIN) for iri in ids)


async def test_P4_what_was_deleted_is_gone_from_page_list_and_feed(town: Town) -> None:
    def delete(session: Session) -> None:
        offer = offer_rules.find(session, ORIGIN + town.paths["need"])
        assert offer is not None
        offer_orders.delete(session, offer, now=LATER)

    town.db.write_now(delete)
    answer = await town.browser.get(town.paths["need"])
    assert answer.status == 410
    for path in ("/", "/g/interior", "/needs", "/feed.atom", "/tags/stukadoor"):
        assert "Stukadoor" not in await town.text(path, "nl")


async def test_a_sign_in_link_opens_once_and_the_session_ends_with_sign_out(town: Town) -> None:
    assert (await town.browser.get(f"/sign-in/{town.token}")).status == 200
    token = await town.sign_in()
    assert "Noor" in await town.text("/")
    secret = town.browser.cookies["__Host-session"]
    assert (await town.browser.post("/sign-in", {"token": town.token, "form_token": token})).status == 410

    await town.browser.post("/sign-out", {"form_token": token})
    town.browser.cookies["__Host-session"] = secret
    assert 'action="/sign-out"' not in await town.text("/")


async def test_a_moderator_lets_a_post_through_with_one_button(town: Town) -> None:
    token = await town.sign_in()
    text = await town.text("/waiting")
    assert "Dag allemaal" in text
    (line,) = town.db.read_now(moderation.waiting.waiting, language="en")
    form = {"kind": line.kind.value, "number": str(line.id), "answer": "approve", "form_token": token}

    answer = await town.browser.post("/waiting", form)

    assert (answer.status, answer.headers["location"]) == (303, "/waiting?notice=approved")
    assert town.courier.woken == 1
    assert "Dag allemaal" in await town.text("/g/atelier")
    assert (await town.browser.post("/waiting", form)).headers["location"] == "/waiting?notice=already-done"


async def test_L4_what_waits_is_not_there_for_anybody_else(town: Town) -> None:
    assert (await town.browser.get("/waiting")).status == 404
    form = {"kind": "post", "number": "1", "answer": "approve"}
    assert (await town.browser.post("/waiting", form)).status == 404


async def test_an_organiser_lets_a_group_follow_what_they_came_with(town: Town) -> None:
    token = await town.sign_in()
    text = await town.text("/authorize_interaction?uri=https://partner.example/g/hout")
    assert f'<option value="{town.world.interior.iri}">' in text
    form = {"uri": "https://partner.example/g/hout", "group": town.world.interior.iri, "form_token": token}

    answer = await town.browser.post("/authorize_interaction", form)

    assert (answer.status, answer.headers["location"]) == (303, "/g/interior?notice=follow-asked")
    assert town.courier.woken == 1
    follows = town.db.read_now(lambda session: session.scalars(select(Follow).order_by(Follow.id.desc())).first())
    assert (follows.follower_id, follows.state) == (town.world.interior.id, "requested")


@pytest.mark.parametrize("uri", ["https://partner.example/nothing", "nonsense", f"{ORIGIN}/g/interior", "https://x"])
async def test_what_cannot_be_followed_is_told_beside_the_field(town: Town, uri: str) -> None:
    token = await town.sign_in()
    form = {"uri": uri, "group": town.world.interior.iri, "form_token": token}
    answer = await town.browser.post("/authorize_interaction", form)
    assert answer.status == 422
    assert town.courier.woken == 0


async def test_L4_nobody_lets_a_group_follow_that_is_not_theirs(town: Town) -> None:
    form = {"uri": "https://partner.example/g/hout", "group": town.world.interior.iri}
    assert (await town.browser.post("/authorize_interaction", form)).status == 401
    assert "<select" not in await town.text("/authorize_interaction?uri=https://partner.example/g/hout")
    token = await town.sign_in()
    elsewhere = form | {"group": town.world.bouw.iri, "form_token": token}
    assert (await town.browser.post("/authorize_interaction", elsewhere)).status == 403
    assert (await town.browser.post("/authorize_interaction", form)).status == 403


async def test_a_decision_that_is_none_is_refused(town: Town) -> None:
    token = await town.sign_in()
    for form in ({"kind": "member"}, {"number": "-1"}, {"number": "x"}, {"answer": "delete"}, {"number": str(2**70)}):
        sent = {"kind": "post", "number": "1", "answer": "approve", "form_token": token} | form
        assert (await town.browser.post("/waiting", sent)).status == 400
