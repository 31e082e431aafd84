"""From a handle to an actor, and from our actors to their handles."""

import pytest

from fediverse.discovery import (
    find,
    host_meta_document,
    loops_back,
    server_webfinger_document,
    webfinger_document,
)
from fediverse.documents import dump
from fediverse.errors import Declined, ForbiddenAddress, Gone, Malformed, Unreachable
from tests.asgi_transport import AsgiNetwork
from tests.fediverse.fetch.peers import Site, fetcher_on

R = "https://r.example"
ASKED = "/.well-known/webfinger?resource=acct:bob@r.example"
BOB = f"{R}/users/bob"


def jrd(subject="acct:bob@r.example", href=BOB, media_type="application/activity+json", rel="self"):
    page = {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": f"{R}/@bob"}
    return {"subject": subject, "links": [page, {"rel": rel, "type": media_type, "href": href}]}


class World:
    def __init__(self) -> None:
        self.r, self.s = Site(), Site()
        self.network = AsgiNetwork({"r.example": self.r, "s.example": self.s})
        self.fetcher = fetcher_on(self.network)

    def answers(self, document, target=ASKED):
        self.r.document(target, document, "application/jrd+json")


@pytest.fixture
async def world():
    world = World()
    yield world
    await world.fetcher.close()


@pytest.mark.parametrize("handle", ["@bob@r.example", "acct:bob@R.EXAMPLE", "bob@r.example"])
async def test_a_handle_leads_to_its_actor(world, handle):
    world.answers(jrd())
    assert await find(world.fetcher, handle) == BOB
    assert world.r.asked == [ASKED]


@pytest.mark.parametrize("handle", ["@x@127.0.0.1:6379/?a=", "@x@r.example:8443", "@x@localhost:8000"])
async def test_S2_a_bad_handle_asks_nobody(world, handle):
    with pytest.raises(Malformed):
        await find(world.fetcher, handle)
    assert world.network.requests == []


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({}, "bad-webfinger"),
        ({"subject": "acct:bob@r.example"}, "bad-webfinger"),
        ({"links": []}, "bad-webfinger"),
        (jrd(subject="acct:eve@r.example"), "bad-webfinger"),
        (jrd(subject="https://r.example/@bob"), "bad-handle"),
        (jrd(media_type="text/html"), "no-actor-link"),
        (jrd(media_type="application/ld+json"), "no-actor-link"),
        (jrd(media_type="application/json"), "no-actor-link"),
        (jrd(rel="alternate"), "no-actor-link"),
        (jrd(href=7), "no-actor-link"),
        (jrd(href="data:application/json,{}"), "bad-iri"),
        (jrd(href="/users/bob"), "bad-iri"),
        ({"subject": "acct:bob@r.example", "links": [None, 7, "x", {"rel": "x"}] * 25}, "no-actor-link"),
        ({"subject": "acct:bob@r.example", "links": [{"rel": "x"}] * 101}, "too-many-links"),
    ],
)
async def test_an_answer_that_names_no_actor_is_refused(world, document, code):
    world.answers(document)
    with pytest.raises(Malformed) as refusal:
        await find(world.fetcher, "@bob@r.example")
    assert refusal.value.code == code


async def test_the_profile_of_json_ld_is_as_good(world):
    world.answers(jrd(media_type='application/ld+json; profile="https://www.w3.org/ns/activitystreams"'))
    assert await find(world.fetcher, "@bob@r.example") == BOB


async def test_a_handle_of_another_host_is_believed_if_that_host_agrees(world):
    # Given a server whose handles live elsewhere
    world.answers(jrd(subject="acct:bob@s.example"))
    target = "/.well-known/webfinger?resource=acct:bob@s.example"
    world.s.document(target, jrd(subject="acct:bob@s.example"), "application/jrd+json")
    assert await find(world.fetcher, "@bob@r.example") == BOB

    # When that host says somebody else, it is not
    world.s.document(target, jrd(subject="acct:bob@s.example", href="https://s.example/bob"), "application/jrd+json")
    with pytest.raises(Malformed):
        await find(world.fetcher, "@bob@r.example")
    del world.s.pages[target]
    with pytest.raises(Declined):
        await find(world.fetcher, "@bob@r.example")


async def test_host_meta_is_asked_where_webfinger_is_not_found(world):
    template = f"{R}/finger?who={{uri}}&amp;x=1"
    body = f'<XRD><Link rel="other" template="x"/><Link type="x" template=\'{template}\' rel="lrdd"/></XRD>'
    world.r.pages["/.well-known/host-meta"] = (200, {"content-type": "application/xrd+xml"}, body.encode())
    world.answers(jrd(), "/finger?who=acct:bob@r.example&x=1")
    assert await find(world.fetcher, "@bob@r.example") == BOB


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<XRD/>",
        '<XRD><Link rel="lrdd" template="no place for it"/></XRD>',
        f'<XRD><Link rel="lrdd" template="{R}/.well-known/webfinger?resource={{uri}}"/></XRD>',
        "<Link " * 20_000,
    ],
)
async def test_host_meta_that_does_not_help_leaves_it_at_not_found(world, body):
    world.r.pages["/.well-known/host-meta"] = (200, {"content-type": "application/xrd+xml"}, body.encode())
    with pytest.raises(Declined) as refusal:
        await find(world.fetcher, "@bob@r.example")
    assert refusal.value.status == 404


async def test_S3_host_meta_cannot_send_us_inside(world):
    body = '<XRD><Link rel="lrdd" template="file:///etc/{uri}"/></XRD>'
    world.r.pages["/.well-known/host-meta"] = (200, {"content-type": "application/xrd+xml"}, body.encode())
    with pytest.raises(Malformed):
        await find(world.fetcher, "@bob@r.example")


async def test_an_actor_is_called_what_its_server_says_too(world):
    world.answers(jrd())
    assert await loops_back(world.fetcher, "@bob@r.example", BOB)
    assert not await loops_back(world.fetcher, "@bob@r.example", f"{R}/users/eve")
    assert not await loops_back(world.fetcher, "@nobody@r.example", BOB)
    assert not await loops_back(world.fetcher, "no handle", BOB)
    world.network.away.add("r.example")
    with pytest.raises(Unreachable):
        await loops_back(world.fetcher, "@bob@r.example", BOB)


async def test_a_deleted_actor_is_gone(world):
    world.r.pages[ASKED] = (410, {}, b"")
    with pytest.raises(Gone):
        await find(world.fetcher, "@bob@r.example")
    assert world.r.asked == [ASKED]


async def test_on_this_machine_we_ask_over_http_at_the_port(world):
    site = Site()
    network = AsgiNetwork({"antwerp.localhost:8001": site})
    fetcher = fetcher_on(network, "http://brussels.localhost:8000")
    actor = "http://antwerp.localhost:8001/g/crafts"
    target = "/.well-known/webfinger?resource=acct:crafts@antwerp.localhost:8001"
    site.document(target, jrd(subject="acct:crafts@antwerp.localhost:8001", href=actor), "application/jrd+json")
    assert await find(fetcher, "@crafts@antwerp.localhost:8001") == actor
    assert network.connected == ["http://antwerp.localhost:8001"]
    await fetcher.close()


async def test_what_we_say_of_our_actors_is_what_we_would_believe(world):
    ours = webfinger_document(origin=R, acct="bob@r.example", actor_iri=BOB, page_url=f"{R}/@bob")
    world.r.pages[ASKED] = (200, {"content-type": "application/jrd+json"}, dump(ours))
    assert await find(world.fetcher, "@bob@r.example") == BOB
    by_rel = {link["rel"]: link for link in ours["links"]}
    assert by_rel["self"] == {"rel": "self", "type": "application/activity+json", "href": BOB}
    assert by_rel["http://webfinger.net/rel/profile-page"]["href"] == f"{R}/@bob"
    subscribe = by_rel["http://ostatus.org/schema/1.0/subscribe"]["template"]
    assert subscribe == "https://r.example/authorize_interaction?uri={uri}"
    assert {rel.rpartition("/")[2] for rel in by_rel if "3b86" in rel} == {"Follow", "Object"}
    assert ours["aliases"] == [BOB, f"{R}/@bob"]


async def test_our_host_meta_leads_to_our_webfinger_and_our_server_to_its_actor(world):
    world.r.pages["/.well-known/host-meta"] = (200, {}, host_meta_document(f"{R}/elsewhere").encode())
    world.answers(jrd(), f"/elsewhere{ASKED}")
    assert await find(world.fetcher, "@bob@r.example") == BOB
    server = server_webfinger_document(origin=R, instance_actor_iri=f"{R}/actor")
    assert server["subject"] == f"{R}/"
    assert server["links"][0]["href"] == f"{R}/actor"


async def test_1_6_a_blocked_host_is_not_asked_for_handles(world):
    fetcher = fetcher_on(world.network, refuse=lambda host: host == "r.example")
    with pytest.raises(ForbiddenAddress):
        await find(fetcher, "@bob@R.example")
    assert not await loops_back(fetcher, "@bob@r.example", BOB)
    assert world.network.requests == []
    await fetcher.close()
