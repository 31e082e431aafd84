"""The instance's own login (OpenID Connect): coming back, joining, linking; and everything that must sign nobody in."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from sqlalchemy import select

from actors import people, site
from actors.database import Database
from actors.people.identities import Identity, OAuthAttempt, OidcArrival
from fediverse.fetch import Fetcher
from fediverse.limits import Limits
from outbox.mail import Mail
from tests.asgi import Answer, Browser
from tests.peers.issuer import CLIENT, SECRET, Issuer
from tests.web.doorstep import COOKIE, Doorstep, make_doorstep, press, send
from tests.web.test_fediverse_sign_in import GuardedNetwork
from tests.world import NOW, ORIGIN
from web.sentences import REFUSALS
from web.settings import Settings, UnusableSettings, read_settings

pytestmark = pytest.mark.anyio

THERE = "https://login.example"
LIMITS = Limits(fetch_total_s=0.3)


@dataclass
class Stage:
    """Our instance, its issuer, one browser."""

    door: Doorstep
    issuer: Issuer
    browser: Browser

    async def leave(self, browser: Browser | None = None, path: str = "/sign-in/oidc", going: str = "") -> Answer:
        return await send(browser or self.browser, path, {"next": going})

    async def consent(self, left: Answer, answer: str = "yes") -> str:
        """Leila answers at the issuer; the address that it sends her back to."""
        asked = urlsplit(address_in(left))
        there = Browser(self.issuer, THERE)
        assert (await there.get(f"{asked.path}?{asked.query}")).status == 200
        sent = await there.post(asked.path, dict(parse_qsl(asked.query)) | {"answer": answer})
        assert sent.status == 302, sent.text
        return sent.headers["location"].removeprefix(ORIGIN)

    async def come(self, answer: str = "yes", going: str = "") -> Answer:
        return await self.browser.get(await self.consent(await self.leave(going=going), answer))

    async def linked(self, name: str = "Leila") -> int:
        """A member who linked what the issuer calls her."""
        number = self.door.member(name)
        browser = self.door.sign_in(number)
        answer = await browser.get(await self.consent(await self.leave(browser, "/me/oidc")))
        assert answer.headers["location"] == "/me/identities?notice=identity-linked"
        return number

    def who(self, browser: Browser | None = None) -> str | None:
        secret = (browser or self.browser).cookies.get(COOKIE, "")
        found = self.door.db.read_now(people.signed_in, secret, now=self.door.clock[0]) if secret else None
        return found.name if found else None

    def identities(self) -> list[tuple[str, str, int | None]]:
        rows = self.door.db.read_now(lambda session: list(session.scalars(select(Identity))))
        return [(row.issuer, row.subject, row.member_id) for row in rows]

    def registers(self, rule: str) -> None:
        self.door.db.write_now(site.set_choices, registration=rule, now=NOW)


def address_in(answer: Answer) -> str:
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', answer.text)
    assert found, answer.text
    return html.unescape(found[1])


def says(answer: Answer, code: str) -> bool:
    return answer.status == 422 and REFUSALS[code][0].replace("'", "&#39;") in answer.text


@pytest.fixture
async def stage(db: Database) -> AsyncIterator[Stage]:
    door = make_doorstep(
        db,
        oidc_issuer=THERE,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_name="The Login",
        mail_host="localhost",
    )
    issuer = Issuer(THERE, clock=NOW.timestamp())
    door.house.fetcher = Fetcher(
        GuardedNetwork({"login.example": issuer}), origin=ORIGIN, user_agent="test", limits=LIMITS
    )
    yield Stage(door, issuer, door.browser())
    await door.house.fetcher.close()


async def test_who_linked_it_signs_in_and_goes_on_where_they_wanted(stage: Stage) -> None:
    await stage.linked()
    page = await stage.browser.get("/sign-in?next=/g/interior")
    assert page.text.index("Send me a link") < page.text.index("Sign in with The Login")
    answer = await stage.come(going="/g/interior")
    assert answer.headers["location"] == "/g/interior?notice=signed-in"
    assert answer.headers["cache-control"] == "no-store"
    assert stage.who() == "Leila"
    assert stage.identities()[0][:2] == (THERE, "leila-1")
    assert [mail.facts for mail in stage.door.mails("way-added")] == [{"way": "leila@post.example"}]


async def test_the_issuer_is_asked_with_everything_that_binds_its_answer_to_this_browser(stage: Stage) -> None:
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address_in(await stage.leave())).query).items()}
    assert asked["redirect_uri"] == f"{ORIGIN}/sign-in/oidc/back"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["scope"].split() == ["openid", "profile", "email"]
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    row = stage.door.db.read_now(lambda session: session.scalars(select(OAuthAttempt)).one())
    assert asked["nonce"].encode() not in (row.nonce, row.verifier)
    assert SECRET not in address_in(await stage.leave())


@pytest.mark.parametrize("going", ["//evil.example", "https://evil.example/", "/\\evil.example"])
async def test_L5_nobody_is_sent_elsewhere_after_signing_in(stage: Stage, going: str) -> None:
    await stage.linked()
    assert (await stage.come(going=going)).headers["location"] == "/?notice=signed-in"


async def test_L2_a_member_with_the_same_address_is_not_signed_in_and_not_linked(stage: Stage) -> None:
    # Given a member who has the very address that the issuer has verified
    leila = stage.door.member("Leila")
    stage.door.db.write_now(people.change_address, leila, "leila@post.example")
    stage.registers("open")

    # When somebody comes from the issuer, and asks to join with that address
    answer = await stage.come()
    assert answer.headers["location"] == "/join-us"
    assert stage.who() is None
    page = await stage.browser.get("/join-us")
    assert "link it under «Signing in»" in page.text
    answer = await send(stage.browser, "/join-us", {"name": "L", "address": "leila@post.example"})

    # Then there is a link in the mail of that address, and whoever opens it is the member, without the identity
    assert "Look into your mail" in answer.text
    await press(stage.browser, stage.door.link("sign-in"))
    assert stage.who() == "Leila"
    assert stage.identities() == []


async def test_somebody_new_joins_with_name_and_address_filled_in_and_without_a_mail(stage: Stage) -> None:
    stage.registers("open")
    await stage.come()
    page = await stage.browser.get("/join-us")
    assert 'value="Leïla Haddad"' in page.text
    assert 'value="leila@post.example"' in page.text
    answer = await send(stage.browser, "/join-us", {"name": "Leïla", "address": "Leila@post.example"})
    assert answer.headers["location"] == "/me/profile?notice=welcome"
    assert stage.who() == "Leïla"
    assert stage.door.db.read_now(lambda session: list(session.scalars(select(Mail)))) == []
    # And comes back by the same way
    stage.browser = stage.door.browser()
    await stage.come()
    assert stage.who() == "Leïla"
    assert stage.door.db.read_now(lambda session: list(session.scalars(select(OidcArrival)))) == []


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email_verified": "true"}, {"email_verified": None}])
async def test_an_address_that_the_issuer_has_not_verified_is_confirmed_by_mail(
    stage: Stage, claims: dict[str, Any]
) -> None:
    stage.registers("open")
    stage.issuer.claims, stage.issuer.told = claims, {"email_verified": False}
    await stage.come()
    assert "leila@post.example" not in (await stage.browser.get("/join-us")).text
    await send(stage.browser, "/join-us", {"name": "Leïla", "address": "leila@post.example"})
    assert stage.who() is None
    await press(stage.browser, stage.door.link("confirm-address"))
    assert stage.who() == "Leïla"
    assert [subject for _, subject, _ in stage.identities()] == ["leila-1"]


async def test_another_address_than_the_verified_one_is_confirmed_by_mail_and_by_this_browser(stage: Stage) -> None:
    # Given Mallory, who comes from the issuer and types the address of somebody who is no member yet
    stage.registers("open")
    await stage.come()
    await send(stage.browser, "/join-us", {"name": "Mallory", "address": "victim@post.example"})

    # When that person opens the link, in their own browser
    victim = stage.door.browser()
    await press(victim, stage.door.link("confirm-address"))

    # Then they are a member, whom Mallory has no way into
    assert stage.who(victim) == "Mallory"
    assert stage.identities() == []
    await stage.come()
    assert stage.who() is None


async def test_the_rule_of_the_instance_holds_for_who_comes_from_its_login(stage: Stage) -> None:
    stage.registers("invitation")
    await stage.come()
    page = (await stage.browser.get("/join-us")).text
    assert "One joins here by invitation" in page
    assert "leila@post.example" in page
    answer = await send(stage.browser, "/join-us", {"name": "L", "address": "leila@post.example"})
    assert says(answer, "invitation-needed")
    stage.registers("request")
    answer = await send(stage.browser, "/join-us", {"name": "L", "address": "leila@post.example"})
    assert "Your request has arrived" in answer.text
    assert stage.who() is None
    assert says(await stage.come(), "member-suspended")


async def test_who_came_is_forgotten_after_a_day(stage: Stage) -> None:
    stage.registers("open")
    await stage.come()
    stage.door.forward(days=1)
    assert "leila@post.example" not in (await stage.browser.get("/join-us")).text


async def test_an_identity_of_another_member_is_not_linked(stage: Stage) -> None:
    leila = await stage.linked()
    mallory = stage.door.sign_in(stage.door.member("Mallory"))
    answer = await mallory.get(await stage.consent(await stage.leave(mallory, "/me/oidc")))
    assert says(answer, "identity-taken")
    assert [member for *_, member in stage.identities()] == [leila]


async def test_linking_wants_a_fresh_sign_in_and_the_same_member_all_the_way(stage: Stage) -> None:
    browser = stage.door.sign_in(stage.door.member("Leila"))
    back = await stage.consent(await stage.leave(browser, "/me/oidc"))
    stage.door.sign_in(stage.door.member("Mallory"), browser)
    assert says(await browser.get(back), "sign-in-not-begun-here")
    stage.door.forward(minutes=16)
    assert says(await stage.leave(browser, "/me/oidc"), "not-fresh")
    assert (await stage.leave(path="/me/oidc")).status == 401
    assert stage.identities() == []


async def test_L1_a_suspended_member_does_not_come_in(stage: Stage) -> None:
    leila = await stage.linked()
    stage.door.db.write_now(people.suspend_member, leila, now=NOW)
    assert says(await stage.come(), "member-suspended")
    assert stage.who() is None


async def test_userinfo_fills_in_what_the_token_leaves_out_and_only_about_the_same_person(stage: Stage) -> None:
    stage.registers("open")
    stage.issuer.claims = {"name": None, "email": None, "email_verified": None}
    await stage.come()
    assert "Leïla of the list" in (await stage.browser.get("/join-us")).text
    stage.browser = stage.door.browser()
    stage.issuer.told = {"sub": "somebody-else"}
    await stage.come()
    assert "list@post.example" not in (await stage.browser.get("/join-us")).text
    stage.browser = stage.door.browser()
    stage.issuer.trouble = {"/userinfo": "huge"}
    assert (await stage.come()).headers["location"] == "/join-us"


async def test_a_no_leads_back_with_a_sentence(stage: Stage) -> None:
    assert says(await stage.come("no"), "sign-in-declined")


NOW_S = int(NOW.timestamp())
FALSE: dict[str, dict[str, Any]] = {
    "another nonce": {"claims": {"nonce": "another"}},
    "no nonce": {"claims": {"nonce": None}},
    "expired": {"claims": {"exp": NOW_S - 121}},
    "no end": {"claims": {"exp": None}},
    "made long ago": {"claims": {"iat": NOW_S - 901}},
    "made tomorrow": {"claims": {"iat": NOW_S + 86_400}},
    "no time": {"claims": {"iat": None}},
    "for somebody else": {"claims": {"aud": "another-client"}},
    "for us among others, without saying for whom": {"claims": {"aud": [CLIENT, "another-client"]}},
    "for another party": {"claims": {"azp": "another-client"}},
    "for nobody": {"claims": {"aud": None}},
    "of another issuer": {"claims": {"iss": "https://evil.example"}},
    "of no issuer": {"claims": {"iss": None}},
    "about nobody": {"claims": {"sub": None}},
    "about an empty name": {"claims": {"sub": ""}},
    "about a number": {"claims": {"sub": 7}},
    "about a very long name": {"claims": {"sub": "x" * 256}},
    "not yet good": {"claims": {"nbf": NOW_S + 3_600}},
    "signed by nobody": {"algorithm": "none"},
    "signed with what everybody knows": {"algorithm": "HS256"},
    "signed with a key that is not listed": {"stranger": True},
    "with the name of a key that is not listed": {"kid": "two"},
    "with the name of a secret": {"kid": "secret"},
    "the answer of another issuer": {"answer": {"iss": "https://evil.example"}},
    "an answer without its issuer": {"answer": {"iss": None}},
    "no code": {"answer": {"code": None}},
    "another error": {"answer": {"error": "server_error"}},
    "keys that are too many bytes": {"trouble": {"/keys": "huge"}},
    "a token that is too many bytes": {"trouble": {"/token": "huge"}},
    "a way to an address of the inside": {"trouble": {"/token": "http://169.254.169.254/latest/meta-data/"}},
    "keys at an address of the inside": {"trouble": {"/keys": "http://169.254.169.254/latest/meta-data/"}},
}


@pytest.mark.parametrize("what", FALSE)
async def test_a_token_that_is_not_true_signs_nobody_in(stage: Stage, what: str) -> None:
    await stage.linked()
    for name, value in FALSE[what].items():
        setattr(stage.issuer, name, value)
    answer = await stage.come()
    assert says(answer, "issuer-strange")
    assert stage.who() is None
    assert stage.door.db.read_now(lambda session: list(session.scalars(select(OidcArrival)))) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"claims": {"exp": NOW_S - 60}},
        {"claims": {"aud": [CLIENT, "another-client"], "azp": CLIENT}},
        {"kid": None},
        {"metadata": {"authorization_response_iss_parameter_supported": None}, "answer": {"iss": None}},
    ],
    ids=["a clock that is a minute off", "for us and others", "an unnamed key", "an issuer that never names itself"],
)
async def test_what_an_issuer_may_do_signs_in(stage: Stage, fields: dict[str, Any]) -> None:
    await stage.linked()
    for name, value in fields.items():
        setattr(stage.issuer, name, value)
    await stage.come()
    assert stage.who() == "Leila"


ABOUT_ITSELF: dict[str, tuple[dict[str, Any], str]] = {
    "another name": ({"metadata": {"issuer": "https://login.example/other"}}, "issuer-strange"),
    "no way for people": ({"metadata": {"authorization_endpoint": None}}, "issuer-strange"),
    "a way without encryption": ({"metadata": {"authorization_endpoint": "http://login.example/a"}}, "issuer-strange"),
    "a script as a way": ({"metadata": {"authorization_endpoint": "javascript:alert(1)"}}, "issuer-strange"),
    "keys in a file": ({"metadata": {"jwks_uri": "file:///etc/passwd"}}, "issuer-strange"),
    "nothing": ({"trouble": {"/.well-known/openid-configuration": "silent"}}, "issuer-silent"),
    "an error": ({"trouble": {"/.well-known/openid-configuration": "broken"}}, "issuer-silent"),
    "too much": ({"trouble": {"/.well-known/openid-configuration": "huge"}}, "issuer-strange"),
    "go inside": (
        {"trouble": {"/.well-known/openid-configuration": "http://127.0.0.1/openid"}},
        "issuer-strange",
    ),
}


@pytest.mark.parametrize("what", ABOUT_ITSELF)
async def test_an_issuer_that_says_something_strange_of_itself_is_not_gone_to(stage: Stage, what: str) -> None:
    fields, code = ABOUT_ITSELF[what]
    for name, value in fields.items():
        setattr(stage.issuer, name, value)
    assert says(await stage.leave(), code)


async def test_a_token_endpoint_on_the_inside_is_never_dialled(stage: Stage) -> None:
    stage.issuer.metadata = {"token_endpoint": "https://10.0.0.7/token"}
    assert says(await stage.come(), "issuer-strange")


async def test_L3_a_state_opens_once_for_ten_minutes_and_in_its_own_browser(stage: Stage) -> None:
    await stage.linked()
    back = await stage.consent(await stage.leave())
    kept = dict(stage.browser.cookies)
    assert says(await stage.door.browser().get(back), "sign-in-not-begun-here")
    assert (await stage.browser.get(back)).status == 303
    again = Browser(stage.browser.app, ORIGIN, kept)
    assert says(await again.get(back), "state-used")
    back = await stage.consent(await stage.leave())
    stage.door.forward(minutes=10)
    assert says(await stage.browser.get(back), "state-expired")


async def test_a_wrong_state_and_a_state_of_the_fediverse_way_open_nothing(stage: Stage) -> None:
    await stage.linked()
    back = urlsplit(await stage.consent(await stage.leave()))
    wrong = dict(parse_qsl(back.query)) | {"state": "wrong"}
    assert says(await stage.browser.get(f"{back.path}?{urlencode(wrong)}"), "sign-in-not-begun-here")
    stage.browser.cookies["__Host-oidc"] = "wrong"
    assert says(await stage.browser.get(f"{back.path}?{urlencode(wrong)}"), "state-unknown")


async def test_a_code_of_somebody_else_opens_nothing(stage: Stage) -> None:
    # Given Mallory's code, in an answer to Leila's question
    await stage.linked()
    mallory = dict(parse_qsl(urlsplit(await stage.consent(await stage.leave(stage.door.browser()))).query))
    back = urlsplit(await stage.consent(await stage.leave()))
    mixed = dict(parse_qsl(back.query)) | {"code": mallory["code"]}
    assert says(await stage.browser.get(f"{back.path}?{urlencode(mixed)}"), "sign-in-code-spent")
    assert stage.who() is None


async def test_without_an_issuer_there_is_no_such_way(db: Database) -> None:
    door = make_doorstep(db)
    browser = door.browser()
    assert "/sign-in/oidc" not in (await browser.get("/sign-in")).text
    assert (await send(browser, "/sign-in/oidc")).status == 404
    assert (await browser.get("/sign-in/oidc/back?code=x&state=y")).status == 404


def test_the_settings_of_the_login_are_whole() -> None:
    assert Settings(oidc_issuer=f"{THERE}/realms/coop", oidc_client_id="k").oidc_name == "login.example"
    for wrong in (
        {"oidc_issuer": THERE},
        {"oidc_issuer": "http://login.example", "oidc_client_id": "k"},
        {"oidc_issuer": f"{THERE}?a=b", "oidc_client_id": "k"},
        {"oidc_issuer": "login.example", "oidc_client_id": "k"},
    ):
        with pytest.raises(UnusableSettings):
            read_settings(**wrong)
