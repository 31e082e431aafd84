"""From here to the reader's own server, and from another server to here."""

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from fediverse.discovery import Handle
from fediverse.fetch import Fetcher
from fediverse.limits import Limits
from tests.asgi import Browser
from tests.asgi_transport import AsgiNetwork
from tests.web.samples import INTERIOR, LEILA, ORIGIN, PLASTERER, SOIREE, Stage
from web.people.own_server import INTENTS, SUBSCRIBE, fill

MASTODON = "https://mastodon.example/authorize_interaction?uri={uri}"
GROUP = INTERIOR.actor.iri
ENCODED = "https%3A%2F%2Fsmart.example%2Fg%2Finterior"


def webfinger(links: Any, status: int = 200) -> Callable[..., Any]:
    """A server whose WebFinger has these links."""

    async def application(_scope: Any, _receive: Any, send: Any) -> None:
        body = json.dumps({"subject": "acct:leila@mastodon.example", "links": links}).encode()
        headers = [(b"content-type", b"application/jrd+json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return application


def browser_beside(server: Callable[..., Any] | None, host: str = "mastodon.example") -> tuple[Browser, AsgiNetwork]:
    network = AsgiNetwork({host: server} if server else {})
    fetcher = Fetcher(network, origin=ORIGIN, user_agent="test", limits=Limits())
    return Browser(Stage(fetcher=fetcher).application(), ORIGIN), network


def follow(handle: str, iri: str = GROUP, intent: str = "follow") -> dict[str, str]:
    return {"iri": iri, "intent": intent, "handle": handle}


def goes_to(text: str) -> str | None:
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', text)
    return html.unescape(found[1]) if found else None


async def test_the_follow_button_leads_to_the_subscribe_page_of_the_readers_server() -> None:
    browser, network = browser_beside(webfinger([{"rel": SUBSCRIBE, "template": MASTODON}]))

    answer = await browser.post("/own-server", follow("@leila@mastodon.example"))

    assert answer.status == 200
    assert goes_to(answer.text) == f"https://mastodon.example/authorize_interaction?uri={ENCODED}"
    assert f'href="https://mastodon.example/authorize_interaction?uri={ENCODED}"' in answer.text
    assert [request.iri.target for request in network.requests] == [
        "/.well-known/webfinger?resource=acct:leila@mastodon.example"
    ]


async def test_the_handle_is_remembered_in_the_readers_browser_alone() -> None:
    browser, _ = browser_beside(webfinger([{"rel": SUBSCRIBE, "template": MASTODON}]))
    await browser.post("/own-server", follow("leila@mastodon.example"))
    assert browser.cookies == {"handle": "leila@mastodon.example"}
    assert 'value="@leila@mastodon.example"' in (await browser.get("/g/interior")).text


@pytest.mark.parametrize(
    "typed",
    [
        "@leila@mastodon.example",
        "acct:leila@mastodon.example",
        " leila@MASTODON.example ",
        "https://mastodon.example/@leila",
    ],
)
async def test_a_handle_may_be_typed_as_people_type_it(typed: str) -> None:
    browser, _ = browser_beside(webfinger([{"rel": SUBSCRIBE, "template": MASTODON}]))
    assert goes_to((await browser.post("/own-server", follow(typed))).text)


async def test_an_intent_of_fep_3b86_is_preferred() -> None:
    links = [
        {"rel": SUBSCRIBE, "template": MASTODON},
        {
            "rel": INTENTS["follow"],
            "template": "https://mastodon.example/intents/follow?object={object}&on-success={on-success}",
        },
    ]
    browser, _ = browser_beside(webfinger(links))
    address = goes_to((await browser.post("/own-server", follow("@leila@mastodon.example"))).text)
    assert (
        address == f"https://mastodon.example/intents/follow?object={ENCODED}&on-success=https%3A%2F%2Fsmart.example%2F"
    )


async def test_a_need_of_ours_and_a_meeting_of_a_partner_are_answered_the_same_way() -> None:
    browser, _ = browser_beside(webfinger([{"rel": SUBSCRIBE, "template": MASTODON}]))
    for iri in (PLASTERER.iri, SOIREE.iri):
        answer = await browser.post("/own-server", follow("@leila@mastodon.example", iri, "answer"))
        assert (goes_to(answer.text) or "").startswith(
            "https://mastodon.example/authorize_interaction?uri=https%3A%2F%2F"
        )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type the address of your own account"),
        ("leila", "An address has two parts"),
        ("@leila@", "An address has two parts"),
        ("@leila@127.0.0.1:6379/?a=", "An address has two parts"),
        ("@leila@mastodon.example/@evil.example", "An address has two parts"),
        ("@x@smart.example", "on this very instance"),
        ("@leila@silent.example", "did not answer just now"),
    ],
)
async def test_a_handle_that_leads_nowhere_is_told_beside_the_field_and_kept(typed: str, said: str) -> None:
    browser, _ = browser_beside(None)
    answer = await browser.post("/own-server", follow(typed))
    assert answer.status == 422
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert f'value="{html.escape(typed)}"' in answer.text
    assert "@interior@smart.example" in answer.text
    assert browser.cookies == {}


async def test_a_server_without_such_a_page_is_told_in_a_sentence() -> None:
    browser, _ = browser_beside(webfinger([{"rel": "self", "href": LEILA.iri}]))
    answer = await browser.post("/own-server", follow("@leila@mastodon.example"))
    assert answer.status == 422
    assert "Your server has no such page" in answer.text
    assert "@interior@smart.example" in answer.text


async def test_a_name_that_the_server_does_not_know_is_told() -> None:
    browser, _ = browser_beside(webfinger([], status=404))
    answer = await browser.post("/own-server", follow("@leila@mastodon.example"))
    assert "Your server does not know that name" in answer.text


HOSTILE = [
    "javascript:alert(1)//{uri}",
    "data:text/html,{uri}",
    "http://mastodon.example/authorize_interaction?uri={uri}",
    "https://evil.example/authorize_interaction?uri={uri}",
    "https://mastodon.example.evil.example/?uri={uri}",
    "https://evil.example/mastodon.example?uri={uri}",
    "https://mastodon.example@evil.example/?uri={uri}",
    "https://mastodon.example:pw@evil.example/?uri={uri}",
    "https://mastodon.example:8443/?uri={uri}",
    "https://mastodon.example\\@evil.example/?uri={uri}",
    "https://mastodon.example/\r\nSet-Cookie: a=b?uri={uri}",
    "https://mastodon.example/\u202e?uri={uri}",
    'https://mastodon.example/"><script>alert(1)</script>?uri={uri}',
    "https://mastodon.example/?uri={uri}&x={y}",
    "https://{uri}/",
    "{uri}",
    "//mastodon.example/?uri={uri}",
    "https://mastodon.example/fixed",
    "https://mastodon.example/?uri={uri}" + "x" * 3000,
    " https://mastodon.example/?uri={uri}",
]


@pytest.mark.parametrize("template", HOSTILE)
async def test_L5_a_hostile_template_is_not_followed(template: str) -> None:
    browser, _ = browser_beside(webfinger([{"rel": SUBSCRIBE, "template": template}]))
    answer = await browser.post("/own-server", follow("@leila@mastodon.example"))
    assert answer.status == 422
    assert goes_to(answer.text) is None
    assert "evil.example" not in answer.text
    assert "that we don&#39;t trust" in answer.text or "that we don't trust" in answer.text


@pytest.mark.parametrize(
    "links", [None, "x", {"a": 1}, [1, None, "x"], [{"rel": SUBSCRIBE, "template": 7}], [{}] * 200]
)
async def test_a_strange_answer_is_no_way_on(links: Any) -> None:
    browser, _ = browser_beside(webfinger(links))
    answer = await browser.post("/own-server", follow("@leila@mastodon.example"))
    assert answer.status == 422
    assert "Your server has no such page" in answer.text


def test_a_page_on_a_host_under_the_handles_host_is_its_own() -> None:
    handle = Handle("leila", "example.org")
    filled = fill("https://social.example.org/f?uri={uri}", GROUP, back=ORIGIN, handle=handle, scheme="https")
    assert filled == f"https://social.example.org/f?uri={ENCODED}"


def test_on_loopback_the_port_must_be_the_handles() -> None:
    handle = Handle("leila", "coopcity.localhost:8002")
    for port, there in ((8002, True), (8003, False)):
        template = f"http://coopcity.localhost:{port}/authorize_interaction?uri={{uri}}"
        assert bool(fill(template, GROUP, back=ORIGIN, handle=handle, scheme="http")) is there


@pytest.mark.parametrize(
    "form",
    [
        {"iri": "https://unknown.example/1", "intent": "follow", "handle": "@a@b.example"},
        {"iri": "javascript:alert(1)", "intent": "follow", "handle": "@a@b.example"},
    ],
)
async def test_only_what_is_shown_here_can_be_taken_along(form: dict[str, str]) -> None:
    browser, network = browser_beside(None)
    assert (await browser.post("/own-server", form)).status == 404
    assert network.requests == []


async def test_a_form_that_is_not_ours_is_not_read() -> None:
    browser, _ = browser_beside(None)
    assert (await browser.post("/own-server", {"handle": "@a@b.example"})).status == 400
    assert (await browser.post("/own-server", follow("@a@b.example", intent="delete"))).status == 400
    assert (await browser.post("/own-server", follow("x"), headers={"content-type": "text/plain"})).status == 400
    many = {f"field{n}": "x" for n in range(200)}
    assert (await browser.post("/own-server", many)).status == 400


# ------------------------------------------------------------------------------------------------- and back again


@pytest.mark.parametrize("uri", [GROUP, "acct:interior@smart.example", "@interior@smart.example"])
async def test_whoever_comes_with_an_address_of_ours_is_led_to_its_page(uri: str) -> None:
    browser, _ = browser_beside(None)
    answer = await browser.get(f"/authorize_interaction?uri={uri}")
    assert answer.status == 200
    assert 'href="/g/interior"' in answer.text


@pytest.mark.parametrize("uri", ["https://unknown.example/1", "nonsense", "", "javascript:alert(1)", "%00%0d%0a"])
async def test_whoever_comes_with_something_else_is_told_what_is_possible(uri: str) -> None:
    browser, network = browser_beside(None)
    answer = await browser.get(f"/authorize_interaction?uri={uri}")
    assert answer.status == 200
    assert "You came from another server" in answer.text
    assert 'href="javascript' not in answer.text
    assert network.requests == []
