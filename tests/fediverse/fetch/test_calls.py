"""Questions to an API: a form, a token, JSON, and never a redirect."""

import asyncio

import pytest

from fediverse.errors import ForbiddenAddress, Malformed, Unreachable
from fediverse.fetch import LoopbackNetwork, PublicNetwork, get_json, post_form
from fediverse.limits import Limits
from tests.asgi_transport import AsgiNetwork
from tests.fediverse.fetch.peers import Site, answer, fetcher_on, raw_peer

R, E = "https://r.example", "https://e.example"


class World:
    """An honest server R, another one E, and our fetcher."""

    def __init__(self, **more) -> None:
        self.r, self.e = Site(), Site()
        self.network = AsgiNetwork({"r.example": self.r, "e.example": self.e})
        self.fetcher = fetcher_on(self.network, **more)


@pytest.fixture
async def world():
    world = World()
    yield world
    await world.fetcher.close()


async def test_a_form_is_sent_and_json_comes_back(world):
    world.r.document("/oauth/token", {"access_token": "t"}, "application/json")
    answered = await post_form(world.fetcher, f"{R}/oauth/token", {"code": "a b&c", "é": "ü"})
    assert (answered.is_yes, answered.text("access_token"), answered.text("nothing")) == (True, "t", "")
    (request,) = world.network.requests
    assert (request.method, request.body) == ("POST", b"code=a+b%26c&%C3%A9=%C3%BC")
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Authorization" not in request.headers


async def test_a_token_goes_in_its_header(world):
    world.r.document("/api", {"id": "1"}, "application/json")
    assert (await get_json(world.fetcher, f"{R}/api", token="secret")).json == {"id": "1"}
    (request,) = world.network.requests
    assert (request.method, request.headers["Authorization"]) == ("GET", "Bearer secret")


async def test_a_token_that_could_end_its_line_is_refused(world):
    with pytest.raises(Malformed):
        await get_json(world.fetcher, f"{R}/api", token="a\r\nX-Evil: 1")
    assert world.r.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_token_is_never_carried_to_where_a_redirect_leads(world, status):
    world.r.redirect("/api", f"{E}/api", status)
    for question in (get_json(world.fetcher, f"{R}/api", token="t"), post_form(world.fetcher, f"{R}/api", {"t": "t"})):
        with pytest.raises(Malformed) as refusal:
            await question
        assert refusal.value.code == "redirected"
    assert world.e.asked == []


async def test_a_refusal_is_an_answer_with_its_reason_if_it_has_one(world):
    world.r.document("/token", {"error": "invalid_grant"}, "application/json", 400)
    world.r.pages["/plain"] = (404, {"content-type": "text/html"}, b"<p>Not here")
    refused = await post_form(world.fetcher, f"{R}/token", {})
    assert (refused.is_yes, refused.status, refused.text("error")) == (False, 400, "invalid_grant")
    missing = await get_json(world.fetcher, f"{R}/plain")
    assert (missing.status, missing.json) == (404, {})


async def test_a_success_that_is_no_json_and_a_server_error_are_failures(world):
    world.r.pages["/page"] = (200, {"content-type": "text/html"}, b"<p>Welcome")
    with pytest.raises(Malformed):
        await get_json(world.fetcher, f"{R}/page")
    world.r.pages["/broken"] = (500, {}, b"{}")
    with pytest.raises(Unreachable):
        await post_form(world.fetcher, f"{R}/broken", {})


async def test_a_blocked_host_is_not_asked():
    world = World(refuse=lambda host: host == "r.example")
    with pytest.raises(ForbiddenAddress):
        await post_form(world.fetcher, f"{R}/token", {})
    assert world.r.asked == []
    await world.fetcher.close()


async def test_a_huge_answer_is_left_at_the_limit():
    async with raw_peer(answer(b'{"x": "' + b"y" * 2_000_000 + b'"}')) as peer:
        fetcher = fetcher_on(LoopbackNetwork(Limits()), "http://localhost:1")
        with pytest.raises(Malformed) as refusal:
            await post_form(fetcher, peer.iri("/token"), {})
        assert refusal.value.code == "body-too-large"
        await fetcher.close()


async def test_a_silent_server_is_left_when_the_time_is_over():
    async def nothing(_writer) -> None:
        await asyncio.Event().wait()

    async with raw_peer(nothing) as peer:
        limits = Limits(fetch_total_s=0.05)
        fetcher = fetcher_on(LoopbackNetwork(limits), "http://localhost:1", limits=limits)
        with pytest.raises(Unreachable) as refusal:
            await get_json(fetcher, peer.iri("/api"), token="t")
        assert refusal.value.code == "timeout"
        await fetcher.close()


@pytest.mark.parametrize("url", ["https://127.0.0.1/token", "https://169.254.169.254/token", "http://r.example/token"])
async def test_a_private_address_and_plain_http_are_not_dialled(url):
    async def dial(*_given):
        raise AssertionError("dialled")

    fetcher = fetcher_on(PublicNetwork(Limits(), dial=dial))
    with pytest.raises(ForbiddenAddress):
        await post_form(fetcher, url, {"client_secret": "s"})
    await fetcher.close()
