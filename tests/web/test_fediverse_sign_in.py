"""Signing in with an account elsewhere, and every way in which that can go wrong."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import select, text, update

from actors import people
from actors.database import Database, utc_now
from actors.people import SignInSession, identities
from actors.people.identities import Identity, OAuthApp, OAuthAttempt
from fediverse.errors import ForbiddenAddress
from fediverse.fetch import Connection, Fetcher, PublicNetwork
from fediverse.fetch.network import is_public
from fediverse.hosts import Iri
from fediverse.limits import Limits
from outbox import moderation
from tests.asgi import Answer, Browser
from tests.asgi_transport import AsgiNetwork
from tests.peers.mastodon import Mastodon
from tests.world import ORIGIN, SECRET, World, make_world
from web.app import build
from web.blocks import Blocks
from web.house import House, build_house
from web.sentences import REFUSALS
from web.settings import Settings

pytestmark = pytest.mark.anyio

THERE = "https://mastodon.example"
LEILA = f"{THERE}/users/leila"
LIMITS = Limits(fetch_total_s=0.3)


class GuardedNetwork(AsgiNetwork):
    """Applications behind the rules of the public network: what names an address of the inside is never dialled."""

    def __init__(self, apps: dict[str, Mastodon]) -> None:
        super().__init__(apps)
        self._rules = PublicNetwork(LIMITS)

    def permit(self, iri: Iri) -> None:
        self._rules.permit(iri)

    async def connect(self, iri: Iri) -> Connection:
        self.permit(iri)
        if iri.host[0].isdigit() and not is_public(iri.host):
            raise ForbiddenAddress("not-public", iri=iri.text)
        return await super().connect(iri)


@dataclass
class Stage:
    """Our instance, a server elsewhere, and one reader's browser."""

    db: Database
    world: World
    house: House
    there: Mastodon
    network: AsgiNetwork
    browser: Browser

    def another_browser(self) -> Browser:
        return Browser(self.browser.app, ORIGIN)

    async def leave(
        self, handle: str = "@leila@mastodon.example", *, path: str = "/sign-in/fediverse", **more: str
    ) -> Answer:
        return await self.browser.post(path, {"handle": handle, **more})

    async def consent(self, left: Answer, answer: str = "yes") -> str:
        """Leila answers at her server; the address that it sends her back to."""
        asked = dict(parse_qs(urlsplit(address_in(left)).query))
        form = {name: values[0] for name, values in asked.items()} | {"answer": answer}
        there = Browser(self.there, THERE)
        assert (await there.get(urlsplit(address_in(left))._replace(scheme="", netloc="").geturl())).status == 200
        sent = await there.post("/oauth/authorize", form)
        assert sent.status == 302, sent.text
        return sent.headers["location"].removeprefix(ORIGIN)

    async def sign_in(self, handle: str = "@leila@mastodon.example", **more: str) -> Answer:
        """The whole way, with a yes."""
        return await self.browser.get(await self.consent(await self.leave(handle, **more)))

    async def signed_in_as(self, member_id: int) -> None:
        secret = self.db.write_now(people.start_session, member_id, "test", now=utc_now())
        self.browser.cookies["__Host-session"] = secret

    async def form_token(self) -> str:
        found = re.search(r'name="form_token" value="(\w+)"', (await self.browser.get("/me/identities")).text)
        assert found
        return found[1]

    async def link(self, handle: str = "@leila@mastodon.example") -> Answer:
        left = await self.leave(handle, path="/me/identities", form_token=await self.form_token())
        return await self.browser.get(await self.consent(left))

    def who(self, browser: Browser | None = None) -> str | None:
        """Who is signed in: a member's name, «guest» and an IRI, or nobody."""
        secret = (browser or self.browser).cookies.get("__Host-session", "")
        found = self.db.read_now(people.signed_in, secret, now=utc_now()) if secret else None
        return None if found is None else f"guest {found.actor_iri}" if found.is_guest else found.name


def address_in(answer: Answer) -> str:
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', answer.text)
    assert found, answer.text
    return html.unescape(found[1])


def asked_for(answer: Answer) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address_in(answer)).query).items()}


def says(answer: Answer, code: str) -> bool:
    return answer.status == 422 and html.escape(REFUSALS[code][0], quote=True).replace("&#x27;", "&#39;") in answer.text


@pytest.fixture
async def stage(db: Database, database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    world = db.write_now(make_world)
    settings = Settings(
        origin=ORIGIN, database_url=database_url, secret_key=SECRET.hex(), data_dir=tmp_path, worker=False
    )
    made = build_house(settings, db, world.vault)
    await made.fetcher.close()
    there = Mastodon(THERE)
    network = GuardedNetwork({"mastodon.example": there})
    fetcher = Fetcher(network, origin=ORIGIN, user_agent="test", limits=LIMITS, refuse=Blocks(db).refuses)
    house = replace(made, fetcher=fetcher, limits=LIMITS)
    yield Stage(db, world, house, there, network, Browser(build(house), ORIGIN))
    await fetcher.close()
    made.signers.shutdown()


async def test_somebody_signs_in_with_their_account_and_needs_no_other(stage: Stage):
    # When Leila types her handle, and says yes at her server
    left = await stage.leave(next="/g/interior")
    back = await stage.browser.get(await stage.consent(left))

    # Then she is where she wanted to be, signed in as the actor that her server named
    assert (back.status, back.headers["location"]) == (303, "/g/interior?notice=signed-in")
    assert stage.who() == f"guest {LEILA}"

    # And her server was asked for what is needed only, with a state, a proof of our own, and no more
    asked = asked_for(left)
    assert (asked["scope"], asked["response_type"], asked["code_challenge_method"]) == ("profile", "code", "S256")
    assert asked["redirect_uri"] == f"{ORIGIN}/sign-in/fediverse/back"


async def test_the_token_is_given_back_and_no_secret_is_kept_in_the_clear(stage: Stage):
    await stage.sign_in()
    assert stage.there.tokens == {}
    assert len(stage.there.revoked) == 1
    ((client_id, app),) = stage.there.apps.items()
    secrets = [
        stage.there.revoked[0],
        app["client_secret"],
        *stage.there.codes,
        stage.browser.cookies["__Host-session"],
    ]
    with stage.db.engine.connect() as connection:
        kept = str(
            [
                list(connection.execute(text(f"SELECT * FROM {table}")))
                for table in ("identity", "oauth_app", "oauth_attempt", "sign_in_session", "actor")
            ]
        )
    assert client_id in kept
    assert [secret for secret in secrets if secret in kept] == []


@pytest.mark.parametrize(
    ("flavour", "scope", "pkce"),
    [("mastodon", "profile", True), ("old", "read:accounts", True), ("gotosocial", "read:accounts", True)],
)
async def test_servers_of_several_kinds_sign_people_in(stage: Stage, flavour: str, scope: str, pkce: bool):
    stage.there.flavour = flavour
    left = await stage.leave()
    assert (asked_for(left)["scope"], "code_challenge" in asked_for(left)) == (scope, pkce)
    await stage.browser.get(await stage.consent(left))
    assert stage.who() == f"guest {LEILA}"


async def test_we_introduce_ourselves_once(stage: Stage):
    for _ in range(2):
        stage.browser.cookies.clear()
        await stage.sign_in()
    assert stage.there.asked.count("POST /api/v1/apps") == 1
    (app,) = stage.there.apps.values()
    assert (app["client_name"], app["website"], app["scopes"]) == ("Coop", f"{ORIGIN}/", "profile")


async def test_the_name_of_a_server_alone_is_enough(stage: Stage):
    await stage.sign_in("mastodon.example")
    assert stage.who() == f"guest {LEILA}"


async def test_a_handle_on_another_host_than_its_server_is_followed_there(stage: Stage):
    # Given a server whose handles are on the bare domain
    stage.there.handle_host = "leila.example"
    stage.there.flavour = "gotosocial"
    stage.network.apps["leila.example"] = stage.there
    # Then the server of the actor is asked, and who it says is found by its handle
    left = await stage.leave("@leila@leila.example")
    assert address_in(left).startswith(f"{THERE}/oauth/authorize?")
    await stage.browser.get(await stage.consent(left))
    assert stage.who() == f"guest {LEILA}"


async def test_the_handle_is_remembered_and_offered(stage: Stage):
    await stage.leave()
    assert stage.browser.cookies["handle"] == "leila@mastodon.example"
    assert 'value="@leila@mastodon.example"' in (await stage.browser.get("/sign-in/fediverse")).text


async def test_a_path_that_is_not_ours_is_never_gone_on_to(stage: Stage):
    back = await stage.sign_in(next="//evil.example/")
    assert back.headers["location"] == "/?notice=signed-in"


# Every way of failing has its sentence, and signs nobody in.


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "handle-missing"),
        ("@leila@", "handle-malformed"),
        ("@leila@127.0.0.1:6379/?a=", "handle-malformed"),
        ("@noor@coop.example", "handle-is-ours"),
        ("coop.example", "handle-is-ours"),
        ("@somebody@mastodon.example", "handle-unknown"),
        ("@leila@away.example", "their-server-silent"),
        ("@leila@127.0.0.1", "their-server-strange"),
        ("127.0.0.1", "their-server-strange"),
        ("localhost", "their-server-strange"),
    ],
)
async def test_what_was_typed_leads_nowhere(stage: Stage, typed: str, code: str):
    assert says(await stage.leave(typed), code)
    assert stage.there.apps == {}


@pytest.mark.parametrize(
    ("path", "trouble", "code"),
    [
        ("/.well-known/webfinger", "page", "their-server-without-api"),
        ("/.well-known/webfinger", "silent", "their-server-silent"),
        ("/.well-known/webfinger", "huge", "their-server-strange"),
        ("/.well-known/webfinger", "https://127.0.0.1/", "their-server-strange"),
        ("/.well-known/webfinger", "http://169.254.169.254/latest/", "their-server-strange"),
        ("/.well-known/oauth-authorization-server", "silent", "their-server-silent"),
        ("/api/v1/apps", "missing", "their-server-without-api"),
        ("/api/v1/apps", "page", "their-server-without-api"),
        ("/api/v1/apps", "broken", "their-server-silent"),
        ("/api/v1/apps", "silent", "their-server-silent"),
        ("/api/v1/apps", "huge", "their-server-strange"),
        ("/api/v1/apps", "https://127.0.0.1/", "their-server-strange"),
        ("/api/v1/apps", "https://169.254.169.254/", "their-server-strange"),
    ],
)
async def test_a_server_that_can_not_or_will_not(stage: Stage, path: str, trouble: str, code: str):
    stage.there.trouble[path] = trouble
    assert says(await stage.leave(), code)
    assert "__Host-sign-in" not in stage.browser.cookies
    assert {request.iri.authority for request in stage.network.requests} == {"mastodon.example"}


@pytest.mark.parametrize(
    ("path", "trouble", "code"),
    [
        ("/oauth/token", "silent", "their-server-silent"),
        ("/oauth/token", "huge", "their-server-strange"),
        ("/oauth/token", "page", "their-server-strange"),
        ("/oauth/token", "https://127.0.0.1/", "their-server-strange"),
        ("/oauth/token", "https://169.254.169.254/", "their-server-strange"),
        ("/api/v1/accounts/verify_credentials", "missing", "account-unreadable"),
        ("/api/v1/accounts/verify_credentials", "huge", "their-server-strange"),
        ("/api/v1/accounts/verify_credentials", "silent", "their-server-silent"),
        ("/api/v1/accounts/verify_credentials", "https://169.254.169.254/", "their-server-strange"),
        ("/users/leila", "https://127.0.0.1/", "their-server-strange"),
        ("/users/leila", "missing", "account-elsewhere"),
        ("/users/leila", "huge", "account-elsewhere"),
        ("/users/leila", "silent", "their-server-silent"),
    ],
)
async def test_a_server_that_changes_its_mind_on_the_way_back(stage: Stage, path: str, trouble: str, code: str):
    address = await stage.consent(await stage.leave())
    stage.there.trouble[path] = trouble
    assert says(await stage.browser.get(address), code)
    assert stage.who() is None
    assert {request.iri.authority for request in stage.network.requests} == {"mastodon.example"}


@pytest.mark.parametrize(
    ("account", "actor"),
    [
        ({"uri": "https://coop.example/u/noor"}, {}),
        ({"uri": "https://partner.example/g/bouw"}, {}),
        ({"url": "https://partner.example/@leila"}, {}),
        ({"uri": None, "url": "https://partner.example/@leila", "username": "nobody"}, {}),
        ({"uri": "javascript:alert(1)"}, {}),
        ({"uri": f"{THERE}/users/nobody"}, {}),
        ({"username": "noor"}, {}),
        ({}, {"preferredUsername": "noor"}),
        ({}, {"id": "https://partner.example/users/leila"}),
        ({}, {"id": f"{ORIGIN}/u/noor"}),
        ({}, {"type": "Group"}),
        ({}, {"type": "Note"}),
        ({}, {"inbox": "https://127.0.0.1/inbox"}),
    ],
)
async def test_a_server_that_names_an_account_that_is_not_its_own_is_not_believed(
    stage: Stage, account: dict[str, str | None], actor: dict[str, str]
):
    stage.there.account, stage.there.actor = account, actor
    answer = await stage.sign_in()
    assert says(answer, "account-elsewhere"), answer.text
    assert stage.who() is None
    assert stage.db.read_now(lambda session: session.scalars(select(Identity)).all()) == []
    assert stage.there.tokens == {}


async def test_a_no_at_their_server_is_a_no(stage: Stage):
    answer = await stage.browser.get(await stage.consent(await stage.leave(), "no"))
    assert says(answer, "sign-in-declined")
    assert (stage.who(), stage.there.asked.count("POST /oauth/token")) == (None, 0)


async def test_a_state_opens_once(stage: Stage):
    address = await stage.consent(await stage.leave())
    kept = dict(stage.browser.cookies)
    await stage.browser.get(address)
    stage.browser.cookies = kept
    assert says(await stage.browser.get(address), "state-used")
    assert stage.who() is None


async def test_a_state_is_over_after_ten_minutes(stage: Stage):
    address = await stage.consent(await stage.leave())
    earlier = utc_now() - timedelta(seconds=1)
    stage.db.write_now(lambda session: session.execute(update(OAuthAttempt).values(expires_at=earlier)) and None)
    assert says(await stage.browser.get(address), "state-expired")
    assert stage.who() is None


async def test_L5_a_way_back_that_another_browser_began_signs_nobody_in(stage: Stage):
    # Given the address to which Mallory's server sent Mallory back
    address = await stage.consent(await stage.leave())

    # When somebody else opens it, with nothing begun or with something else begun
    victim = stage.another_browser()
    assert says(await victim.get(address), "sign-in-not-begun-here")
    victim.cookies["__Host-sign-in"] = "x" * 43
    assert says(await victim.get(address), "sign-in-not-begun-here")

    # Then they are not signed in as Mallory, and the attempt is still Mallory's
    assert stage.who(victim) is None
    assert (await stage.browser.get(address)).status == 303


@pytest.mark.parametrize("query", ["", "state=", "code=x", "state=made-up&code=x", "error=access_denied"])
async def test_a_way_back_without_its_state_is_refused(stage: Stage, query: str):
    await stage.leave()
    assert says(await stage.browser.get(f"/sign-in/fediverse/back?{query}"), "sign-in-not-begun-here")


async def test_a_state_that_we_never_gave_is_refused_though_the_cookie_agrees(stage: Stage):
    stage.browser.cookies["__Host-sign-in"] = "made-up"
    assert says(await stage.browser.get("/sign-in/fediverse/back?state=made-up&code=x"), "state-unknown")


@pytest.mark.parametrize("code", ["", "x" * 5_000])
async def test_a_code_of_no_length_that_a_code_has_is_strange(stage: Stage, code: str):
    state = asked_for(await stage.leave())["state"]
    address = f"/sign-in/fediverse/back?{urlencode({'state': state, 'code': code})}"
    assert says(await stage.browser.get(address), "their-server-strange")


async def test_an_expired_or_made_up_code_is_told(stage: Stage):
    address = await stage.consent(await stage.leave())
    stage.there.codes.clear()
    assert says(await stage.browser.get(address), "sign-in-code-spent")
    assert stage.who() is None


async def test_a_code_of_another_attempt_does_not_fit_our_proof(stage: Stage):
    # Given a code that was given for Mallory's challenge
    theirs = asked_for(await stage.leave())
    code = parse_qs(urlsplit(await stage.consent(await stage.leave())).query)["code"][0]
    # When it is brought back with the state of another attempt
    stage.browser.cookies["__Host-sign-in"] = theirs["state"]
    answer = await stage.browser.get(f"/sign-in/fediverse/back?{urlencode({'state': theirs['state'], 'code': code})}")
    # Then her server refuses it
    assert says(answer, "sign-in-code-spent")


async def test_an_answer_in_the_name_of_another_server_is_strange(stage: Stage):
    address = await stage.consent(await stage.leave())
    assert says(await stage.browser.get(f"{address}&iss=https%3A%2F%2Fevil.example"), "their-server-strange")


async def test_a_server_that_forgot_us_is_introduced_to_again(stage: Stage):
    await stage.sign_in()
    stage.there.apps.clear()
    stage.browser.cookies.clear()
    await stage.sign_in()
    assert stage.who() == f"guest {LEILA}"
    assert len(stage.there.apps) == 1


async def test_a_server_that_forgets_us_on_the_way_is_told_and_the_next_time_works(stage: Stage):
    address = await stage.consent(await stage.leave())
    stage.there.apps.clear()
    assert says(await stage.browser.get(address), "their-server-forgot-us")
    assert stage.db.read_now(lambda session: session.scalars(select(OAuthApp)).all()) == []
    await stage.sign_in()
    assert stage.who() == f"guest {LEILA}"


async def test_a_blocked_host_is_not_even_asked(stage: Stage):
    stage.db.write_now(moderation.block_host, None, "mastodon.example", "spam", now=utc_now())
    assert says(await stage.leave(), "their-server-blocked")
    assert stage.there.asked == []


async def test_a_host_that_was_blocked_meanwhile_signs_nobody_in_and_ends_who_was(stage: Stage):
    await stage.sign_in()
    address = await stage.consent(await stage.leave(form_token=await token_of(stage)))
    stage.db.write_now(moderation.block_host, None, "mastodon.example", "spam", now=utc_now())
    assert stage.who() is None
    assert says(await stage.browser.get(address), "their-server-blocked")


async def token_of(stage: Stage) -> str:
    found = re.search(r'name="form_token" value="(\w+)"', (await stage.browser.get("/sign-in/fediverse")).text)
    assert found
    return found[1]


async def test_a_suspended_actor_may_not_come_in_and_who_was_in_is_out(stage: Stage):
    await stage.sign_in()

    def suspend(session):
        actor = people.find_actor(session, LEILA)
        people.suspend(session, actor, now=utc_now())

    stage.db.write_now(suspend)
    assert stage.who() is None
    stage.browser.cookies.clear()
    assert says(await stage.sign_in(), "actor-suspended")


# Linking.


async def test_a_member_links_an_account_and_signs_in_with_it(stage: Stage):
    await stage.signed_in_as(stage.world.noor.id)
    linked = await stage.link()
    assert linked.headers["location"] == "/me/identities?notice=identity-linked"
    assert "@leila@mastodon.example" in (await stage.browser.get("/me/identities")).text

    # From now on the account is one of Noor's ways in, and what it is a member of is hers
    stage.browser.cookies.clear()
    await stage.sign_in()
    assert stage.who() == "Noor"
    leila = stage.db.read_now(people.find_actor, LEILA)
    assert leila is not None
    assert leila.id in stage.db.read_now(identities.actors_of, stage.world.noor.id)


async def test_an_account_that_was_a_guest_becomes_a_members(stage: Stage):
    await stage.sign_in()
    guest = stage.another_browser()
    guest.cookies = dict(stage.browser.cookies)
    await stage.signed_in_as(stage.world.noor.id)
    await stage.link()
    assert (stage.who(guest), stage.who()) == (None, "Noor")


async def test_an_account_belongs_to_one_member(stage: Stage):
    await stage.signed_in_as(stage.world.noor.id)
    await stage.link()
    other = stage.db.write_now(people.create_member, name="Mallory", email="m@e.example", language="en")
    await stage.signed_in_as(other.id)
    answer = await stage.link()
    assert answer.headers["location"] == "/me/identities?problem=identity-taken"
    assert "linked to another member" in (await stage.browser.get(answer.headers["location"])).text


async def test_a_link_that_another_session_began_is_not_made(stage: Stage):
    # Given Mallory, who begins to link her account and has Noor's browser end it
    await stage.signed_in_as(stage.world.noor.id)
    address = await stage.consent(await stage.leave(path="/me/identities", form_token=await stage.form_token()))
    other = stage.db.write_now(people.create_member, name="Mallory", email="m@e.example", language="en")
    await stage.signed_in_as(other.id)
    answer = await stage.browser.get(address)
    assert answer.headers["location"] == "/me/identities?problem=sign-in-not-begun-here"
    assert stage.db.read_now(identities.ways_of, other.id).identities == []
    assert stage.db.read_now(identities.ways_of, stage.world.noor.id).identities == []


async def test_L2_a_member_is_never_found_by_a_name_or_a_mail(stage: Stage):
    stage.db.write_now(people.create_member, name="Leïla", email="leila@mastodon.example", language="en")
    await stage.sign_in()
    assert stage.who() == f"guest {LEILA}"


async def test_an_account_is_removed_and_every_other_browser_signed_out(stage: Stage):
    await stage.signed_in_as(stage.world.noor.id)
    await stage.link()
    other = stage.another_browser()
    other.cookies["__Host-session"] = stage.db.write_now(
        people.start_session, stage.world.noor.id, "elsewhere", now=utc_now()
    )
    (line,) = stage.db.read_now(identities.ways_of, stage.world.noor.id).identities
    form = {"form_token": await stage.form_token()}
    answer = await stage.browser.post(f"/me/identities/{line.id}/remove", form)
    assert answer.headers["location"] == "/me/identities?notice=identity-removed"
    assert (stage.who(), stage.who(other)) == ("Noor", None)
    # Twice is no harm, and the account is a stranger's again
    assert (await stage.browser.post(f"/me/identities/{line.id}/remove", form)).status == 303
    stage.browser.cookies.clear()
    await stage.sign_in()
    assert stage.who() == f"guest {LEILA}"


async def test_the_last_way_in_stays(stage: Stage):
    bare = stage.db.write_now(people.create_member, name="Bo", email=None, language="en")
    await stage.signed_in_as(bare.id)
    await stage.link()
    (line,) = stage.db.read_now(identities.ways_of, bare.id).identities
    page = await stage.browser.get("/me/identities")
    assert "/remove" not in page.text
    answer = await stage.browser.post(f"/me/identities/{line.id}/remove", {"form_token": await stage.form_token()})
    assert says(answer, "last-way-in")
    assert len(stage.db.read_now(identities.ways_of, bare.id).identities) == 1


async def test_somebody_elses_identity_is_not_removed(stage: Stage):
    await stage.signed_in_as(stage.world.noor.id)
    await stage.link()
    (line,) = stage.db.read_now(identities.ways_of, stage.world.noor.id).identities
    other = stage.db.write_now(people.create_member, name="Mallory", email="m@e.example", language="en")
    await stage.signed_in_as(other.id)
    await stage.browser.post(f"/me/identities/{line.id}/remove", {"form_token": await stage.form_token()})
    assert stage.db.read_now(identities.ways_of, stage.world.noor.id).identities == [line]


async def test_a_suspended_member_does_not_come_in_by_a_linked_account(stage: Stage):
    await stage.signed_in_as(stage.world.noor.id)
    await stage.link()
    stage.db.write_now(people.suspend_member, stage.world.noor.id, now=utc_now())
    stage.browser.cookies.clear()
    assert says(await stage.sign_in(), "member-suspended")


async def test_guests_and_strangers_have_no_page_of_identities(stage: Stage):
    assert (await stage.browser.get("/me/identities")).status == 401
    await stage.sign_in()
    assert (await stage.browser.get("/me/identities")).status == 401


async def test_signing_in_ends_the_session_that_was_there(stage: Stage):
    await stage.sign_in()
    before = stage.another_browser()
    before.cookies = dict(stage.browser.cookies)
    left = await stage.leave(form_token=await token_of(stage))
    await stage.browser.get(await stage.consent(left))
    assert (stage.who(before), stage.who()) == (None, f"guest {LEILA}")
    rows = stage.db.read_now(lambda session: session.scalars(select(SignInSession).order_by(SignInSession.id)).all())
    assert [row.ended_at is None for row in rows] == [False, True]


@pytest.mark.parametrize("problem", ["404", "sign-in-link-spent", "nonsense", "<b>"])
async def test_the_page_of_identities_says_only_what_belongs_there(stage: Stage, problem: str):
    await stage.signed_in_as(stage.world.noor.id)
    page = await stage.browser.get(f"/me/identities?{urlencode({'problem': problem})}")
    assert (page.status, 'class="problems"' in page.text) == (200, False)
