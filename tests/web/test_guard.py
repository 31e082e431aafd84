"""What stands before every page: host, size, whose form, who is signed in, how often."""

import pytest

from tests.asgi import Browser
from tests.web.samples import ADMIN, ORIGIN, Stage
from web import events, groups, moderation, offers, people, threads
from web.forms import form_token
from web.rates import Limiter, Rate, client_of, rate_of

DOORS = (groups, offers, events, threads, people, moderation)
SECRET = "s" * 43


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def browser(stage: Stage) -> Browser:
    return Browser(stage.application(), ORIGIN)


@pytest.mark.parametrize(
    "host", ["evil.example", "smart.example.evil.example", "smart.example:8443", "", "SMART.example@x"]
)
async def test_L5_a_host_that_is_not_ours_is_misdirected(browser: Browser, host: str) -> None:
    answer = await browser.get("/", headers={"host": host, "x-forwarded-host": "smart.example"})
    assert answer.status in {400, 421}
    assert "evil" not in answer.text


@pytest.mark.parametrize("host", ["smart.example", "SMART.EXAMPLE", "smart.example.", "smart.example:443"])
async def test_L5_our_own_name_may_be_written_as_dns_allows(browser: Browser, host: str) -> None:
    assert (await browser.get("/", headers={"host": host})).status == 200


async def test_L5_links_are_made_from_the_settings_never_from_the_request(browser: Browser) -> None:
    answer = await browser.get("/", headers={"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"})
    assert "evil.example" not in answer.text
    assert f'href="{ORIGIN}/"' in answer.text


async def test_a_body_that_says_it_is_too_big_is_not_read(browser: Browser) -> None:
    answer = await browser.post("/own-server", {}, headers={"content-length": str(2**20 + 1)})
    assert answer.status == 413


async def test_a_body_that_grows_too_big_is_dropped(browser: Browser) -> None:
    answer = await browser.post("/own-server", {"handle": "x" * 2**20}, headers={"content-length": ""})
    assert answer.status == 413


async def test_a_length_that_is_no_number_is_refused(browser: Browser) -> None:
    for length in ("-1", "1e3", "0x10", "9" * 30):
        answer = await browser.request("POST", "/own-server", headers={"content-length": length})
        assert answer.status == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "", "origin": "https://evil.example"},
        {"sec-fetch-site": "", "origin": "null"},
        {"sec-fetch-site": "", "origin": "http://smart.example"},
    ],
)
async def test_L5_a_form_from_another_site_is_refused(stage: Stage, browser: Browser, headers: dict[str, str]) -> None:
    stage.sessions[SECRET] = ADMIN
    browser.cookies["__Host-session"] = SECRET
    answer = await browser.post("/sign-out", {"form_token": form_token(SECRET)}, headers=headers)
    assert answer.status == 403
    assert SECRET in stage.sessions


async def test_L5_a_members_form_without_the_sessions_token_is_refused(stage: Stage, browser: Browser) -> None:
    stage.sessions[SECRET] = ADMIN
    browser.cookies["__Host-session"] = SECRET
    for token in ("", "wrong", form_token("t" * 43)):
        assert (await browser.post("/sign-out", {"form_token": token})).status == 403
    assert SECRET in stage.sessions


async def test_a_member_signs_out_with_a_form_of_ours(stage: Stage, browser: Browser) -> None:
    stage.sessions[SECRET] = ADMIN
    browser.cookies["__Host-session"] = SECRET
    assert "Nadia" in (await browser.get("/")).text
    answer = await browser.post("/sign-out", {"form_token": form_token(SECRET)})
    assert (answer.status, answer.headers["location"]) == (303, "/?notice=signed-out")
    assert SECRET not in stage.sessions
    assert "__Host-session" not in browser.cookies


async def test_a_sign_in_link_signs_in_once_and_not_by_looking(stage: Stage, browser: Browser) -> None:
    stage.sign_in_tokens.add("token-1")
    page = await browser.get("/sign-in/token-1")
    assert (page.status, page.headers["cache-control"]) == (200, "no-store")
    assert stage.sign_in_tokens == {"token-1"}

    answer = await browser.post("/sign-in", {"token": "token-1"})
    assert answer.status == 303
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("__Host-session=", "HttpOnly", "Secure", "SameSite=lax", "Path=/"))
    assert "Nadia" in (await browser.get("/")).text
    assert (await browser.get("/sign-in/token-1")).status == 410


async def test_a_made_up_session_is_nobody(browser: Browser) -> None:
    for secret in ("x", "s" * 43, "é" * 30, "s" * 5000):
        browser.cookies["__Host-session"] = secret.encode().decode("latin-1")
        assert "Nadia" not in (await browser.get("/")).text


def test_D8_every_route_has_a_rate() -> None:
    bare = [route.path for door in DOORS for route in door.ROUTES if rate_of(route.endpoint) is None]
    assert bare == []


async def test_D8_past_the_rate_a_client_waits_and_another_does_not(stage: Stage) -> None:
    application = stage.application()
    at_once = int(Rate.LOOKUP.value[0])
    one, other = Browser(application, ORIGIN), Browser(application, ORIGIN, client="198.51.100.9")
    form = {"iri": stage.groups[0].actor.iri, "intent": "follow", "handle": ""}
    answers = [(await one.post("/own-server", form)).status for _ in range(at_once + 1)]
    assert answers == [422] * at_once + [429]
    last = await one.post("/own-server", form)
    assert int(last.headers["retry-after"]) >= 1
    assert (await other.post("/own-server", form)).status == 422


async def test_this_machine_may_read_as_fast_as_it_likes_but_not_guess_passwords(stage: Stage) -> None:
    application = stage.application()
    own, other = Browser(application, ORIGIN, client="127.0.0.1"), Browser(application, ORIGIN)
    at_once = int(Rate.PAGE.value[0])
    assert {(await own.get("/needs")).status for _ in range(at_once + 5)} == {200}
    assert [(await other.get("/needs")).status for _ in range(at_once + 1)][-1] == 429
    sign_ins = [(await own.post("/sign-in", {"token": "guess"})).status for _ in range(int(Rate.SIGN_IN.value[0]) + 1)]
    assert sign_ins[-1] == 429


def test_a_bucket_fills_again_with_time() -> None:
    now = 0.0
    limiter = Limiter(lambda: now)
    at_once, per_second = Rate.LOOKUP.value
    for _ in range(int(at_once)):
        assert limiter.wait_s(Rate.LOOKUP, "a") == 0
    assert limiter.wait_s(Rate.LOOKUP, "a") == pytest.approx(1 / per_second)
    now += 1 / per_second
    assert limiter.wait_s(Rate.LOOKUP, "a") == 0


def test_the_oldest_clients_are_forgotten() -> None:
    limiter = Limiter(lambda: 0.0, remembered=3)
    for client in "abcde":
        limiter.wait_s(Rate.PAGE, client)
    assert len(limiter._buckets) == 3


def test_one_household_of_ipv6_is_one_client() -> None:
    clients = {client_of({"client": (f"2001:db8:1:2::{n}", 1)}) for n in range(5)}
    assert clients == {"2001:db8:1:2::/64"}
