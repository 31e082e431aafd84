"""Reading documents: whose they are, where they may be, how many and how long."""

import asyncio
import datetime as dt

import pytest

from fediverse.errors import Declined, ForbiddenAddress, Gone, Malformed, Unauthorised, Unreachable
from fediverse.fetch import LoopbackNetwork, PublicNetwork
from fediverse.fetch.fetcher import ACCEPT, is_activity_json
from fediverse.limits import Limits
from tests.asgi_transport import AsgiNetwork
from tests.fediverse.fetch.peers import Site, answer, fetcher_on, raw_peer

R, E = "https://r.example", "https://e.example"
BOB = f"{R}/bob"
LD = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'


class World:
    """An honest server R, a hostile one E, and our fetcher."""

    def __init__(self, **more) -> None:
        self.r, self.e = Site(), Site()
        self.network = AsgiNetwork({"r.example": self.r, "e.example": self.e})
        self.fetcher = fetcher_on(self.network, **more)
        self.r.document("/bob", {"id": BOB, "type": "Person"})


@pytest.fixture
async def world():
    world = World()
    yield world
    await world.fetcher.close()


def sign(method, url, body):
    return {"Signature": f"{method} {url}"}


async def test_a_document_is_given_with_its_bytes(world):
    fetched = await world.fetcher.document(BOB + "#main-key")
    assert (fetched.iri, fetched.json["type"]) == (BOB, "Person")
    assert fetched.body.startswith(b"{")
    (request,) = world.network.requests
    assert request.headers == {"User-Agent": "Knooppunt test", "Accept": ACCEPT}


async def test_O1_a_document_with_an_id_of_another_origin_is_refused(world):
    # Given a hostile server that serves Bob with its own key
    world.e.document("/bob", {"id": BOB, "publicKey": "E's"})

    # When it is asked
    with pytest.raises(Unauthorised) as refusal:
        await world.fetcher.document(f"{E}/bob")

    # Then it may not speak for him, and he was not even asked
    assert refusal.value.code == "foreign-id"
    assert world.r.asked == []


async def test_O1_a_redirect_to_another_origin_gives_it_no_authority_over_the_id(world):
    world.r.redirect("/open", f"{E}/bob")
    world.e.document("/bob", {"id": f"{R}/open", "publicKey": "E's"})
    with pytest.raises(Unauthorised):
        await world.fetcher.document(f"{R}/open")


async def test_O1_an_address_that_is_not_the_id_is_confirmed_by_asking_the_id_once(world):
    world.r.document("/@bob", {"id": BOB, "claims": "what the page says"})
    fetched = await world.fetcher.document(f"{R}/@bob")
    assert fetched.iri == BOB
    assert "claims" not in fetched.json
    assert world.r.asked == ["/@bob", "/bob"]


async def test_O1_an_id_that_gives_yet_another_id_is_refused(world):
    world.r.document("/a", {"id": f"{R}/b"})
    world.r.document("/b", {"id": f"{R}/c"})
    with pytest.raises(Malformed) as refusal:
        await world.fetcher.document(f"{R}/a")
    assert refusal.value.code == "id-mismatch"
    assert world.r.asked == ["/a", "/b"]


async def test_a_document_may_move_to_another_origin_and_then_belongs_to_that_one(world):
    world.e.redirect("/bob", BOB)
    assert (await world.fetcher.document(f"{E}/bob")).iri == BOB


async def test_a_document_without_an_id_belongs_to_nobody(world):
    world.r.document("/x", {"type": "Note"})
    with pytest.raises(Malformed) as refusal:
        await world.fetcher.document(f"{R}/x")
    assert refusal.value.code == "no-id"


@pytest.mark.parametrize(
    "content_type",
    [
        *("text/plain", "application/json", "text/html", "", "application/ld+json", "image/png"),
        *('application/ld+json; profile="https://example.com/"', "application/json, application/activity+json"),
        *("application/ld+json; x=https://www.w3.org/ns/activitystreams", "application/activity+jsonx"),
    ],
)
async def test_O2_an_uploaded_file_is_no_activity(world, content_type):
    world.r.document("/uploads/a.json", {"id": f"{R}/uploads/a.json", "type": "Note"}, content_type)
    with pytest.raises(Malformed) as refusal:
        await world.fetcher.document(f"{R}/uploads/a.json")
    assert refusal.value.code == "not-activitypub"


@pytest.mark.parametrize(
    "content_type",
    [
        *("application/activity+json", "Application/Activity+JSON; charset=utf-8", LD, LD + "; charset=utf-8"),
        *("application/ld+json;profile=https://www.w3.org/ns/activitystreams",),
        *('application/ld+json; charset=utf-8; profile="https://other.example https://www.w3.org/ns/activitystreams"',),
    ],
)
def test_O2_the_types_of_activitypub_are_accepted(content_type):
    assert is_activity_json(content_type)


async def test_a_status_becomes_an_error_that_says_what_to_do(world):
    for status, kind, code in (
        (404, Declined, "not-found"),
        (403, Declined, "declined"),
        (410, Gone, "gone"),
        (503, Unreachable, "server-error"),
        (429, Unreachable, "server-error"),
        (304, Malformed, "unexpected-status"),
    ):
        world.r.pages["/x"] = (status, {"retry-after": "120"}, b"")
        with pytest.raises(kind) as refusal:
            await world.fetcher.document(f"{R}/x")
        assert refusal.value.code == code
        assert refusal.value.facts.get("retry_after_s") == (120.0 if kind is Unreachable else None)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        *(("120", 120.0), ("99999999999999", 86_400.0), ("Tue, 09 Jun 2026 10:01:00 GMT", 60.0)),
        *(("Tue, 09 Jun 2026 09:00:00 GMT", 0.0), ("soon", None), ("-5", None), ("", None), ("²", None)),
    ],
)
async def test_retry_after_is_read_in_both_forms(said, seconds):
    world = World(now=lambda: dt.datetime(2026, 6, 9, 10, tzinfo=dt.UTC))
    world.r.pages["/x"] = (503, {"retry-after": said} if said.isascii() else {}, b"")
    with pytest.raises(Unreachable) as failure:
        await world.fetcher.document(f"{R}/x")
    assert failure.value.retry_after_s == seconds
    await world.fetcher.close()


async def test_S9_three_redirects_are_followed_and_a_fourth_is_not(world):
    for number in range(4):
        world.r.redirect(f"/{number}", f"/{number + 1}")
    world.r.document("/4", {"id": f"{R}/4"})
    assert (await world.fetcher.document(f"{R}/1")).iri == f"{R}/4"
    world.r.asked.clear()
    with pytest.raises(Malformed) as refusal:
        await world.fetcher.document(f"{R}/0")
    assert refusal.value.code == "too-many-redirects"
    assert len(world.r.asked) == 4


async def test_S9_a_redirect_to_itself_is_asked_once(world):
    world.e.redirect("/x", "/x#again")
    with pytest.raises(Malformed) as refusal:
        await world.fetcher.document(f"{E}/x")
    assert refusal.value.code == "redirect-loop"
    assert world.e.asked == ["/x"]


@pytest.mark.parametrize(
    "inside",
    [
        "http://169.254.169.254/",
        "https://127.0.0.1/",
        "https://10.0.0.1:6379/",
        "http://r.example/",
        "https://inside.example/",
    ],
)
async def test_S3_a_redirect_to_an_inner_address_is_not_dialled(inside):
    # Given a public server that redirects inside, and the real guard
    dialled = []

    class Notes(PublicNetwork):
        async def connect(self, iri):
            if iri.host == "e.example":
                return await world.network.connect(iri)
            return await super().connect(iri)

    async def resolve(host, port):
        return ["10.0.0.1"] if host == "inside.example" else [host]

    async def dial(make, address, port, tls, name):
        dialled.append(address)
        raise ConnectionRefusedError

    world = World()
    world.e.redirect("/x", inside)
    fetcher = fetcher_on(Notes(Limits(), resolve=resolve, dial=dial), signer=sign)

    # When a document is fetched there, signed
    with pytest.raises(ForbiddenAddress):
        await fetcher.document(f"{E}/x")

    # Then nobody inside is dialled, and nobody else saw the signature
    assert dialled == []
    assert [request.iri.text for request in world.network.requests] == [f"{E}/x"]
    await fetcher.close()
    await world.fetcher.close()


@pytest.mark.parametrize(
    "location", ["data:application/activity+json,{}", "file:///etc/passwd", "gopher://r.example/", "https://[::1"]
)
async def test_S3_only_http_is_followed(world, location):
    world.e.redirect("/x", location)
    with pytest.raises(Malformed):
        await world.fetcher.document(f"{E}/x")


async def test_S3_a_hop_is_signed_for_itself_and_never_with_the_signature_of_the_last():
    world = World(signer=sign)
    world.e.redirect("/x", BOB)
    await world.fetcher.document(f"{E}/x")
    assert [request.headers["Signature"] for request in world.network.requests] == [f"GET {E}/x", f"GET {BOB}"]
    await world.fetcher.close()


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_1_6_a_blocked_host_is_never_asked_not_even_by_a_redirect(asynchronous):
    asked = []

    async def slowly(host):
        return host == "e.example"

    def refuse(host):
        asked.append(host)
        return slowly(host) if asynchronous else host == "e.example"

    world = World(refuse=refuse)
    world.r.redirect("/x", f"{E}/x")
    for iri in (f"{E}/x", "https://E.EXAMPLE./x", f"{R}/x"):
        with pytest.raises(ForbiddenAddress) as refusal:
            await world.fetcher.document(iri)
        assert refusal.value.code == "blocked-host"
    assert world.e.asked == []
    assert asked == ["e.example", "e.example", "r.example", "e.example"]
    await world.fetcher.close()


async def test_S4_a_key_id_that_points_inside_is_not_dialled():
    dialled = []

    async def dial(make, address, port, tls, name):
        dialled.append(address)
        raise ConnectionRefusedError

    async def resolve(host, port):
        return [host]

    fetcher = fetcher_on(PublicNetwork(Limits(), resolve=resolve, dial=dial))
    for key_id in ("http://127.0.0.1:5432/", "https://127.0.0.1/#main-key", "https://[::1]/k", "https://localhost/k"):
        with pytest.raises(ForbiddenAddress):
            await fetcher.document(key_id)
    assert dialled == []
    await fetcher.close()


@pytest.mark.parametrize("iri", [f"{R}/bob\r\nX: y", f"{R}/bob%0d%0aX:%20y", f"{R}/b ob", f"{R}/\tbob"])
async def test_S6_an_id_with_a_line_end_is_refused_before_it_is_used(world, iri):
    with pytest.raises(Malformed):
        await world.fetcher.document(iri)
    assert world.network.requests == []


async def test_our_own_documents_are_not_fetched(world):
    with pytest.raises(ForbiddenAddress) as refusal:
        await world.fetcher.document("https://coop.example/g/interior")
    assert refusal.value.code == "own-origin"


async def test_S8_a_server_that_drips_is_left_at_the_deadline():
    # Given a server that says a byte every now and then, so that no single read ever takes long
    async def drip(writer):
        for byte in answer(b"x" * 1_000):
            writer.write(bytes([byte]))
            await asyncio.sleep(0.01)

    async with raw_peer(drip) as peer:
        fetcher = fetcher_on(LoopbackNetwork(Limits()), "http://localhost:1", limits=Limits(fetch_total_s=0.1))
        started = asyncio.get_running_loop().time()

        # When it is asked
        with pytest.raises(Unreachable) as failure:
            await fetcher.document(peer.iri("/x"))

        # Then it is left at the one deadline for everything
        assert failure.value.code == "timeout"
        assert asyncio.get_running_loop().time() - started < 0.5
        await fetcher.close()


async def test_S8_hops_share_one_deadline():
    async def slow_redirect(writer):
        await asyncio.sleep(0.04)
        writer.write(answer(b"", "302 Found", Location=f"/{len(peer.heads)}"))

    async with raw_peer(slow_redirect) as peer:
        fetcher = fetcher_on(LoopbackNetwork(Limits()), "http://localhost:1", limits=Limits(fetch_total_s=0.1))
        with pytest.raises(Unreachable) as failure:
            await fetcher.document(peer.iri("/x"))
        assert failure.value.code == "timeout"
        assert len(peer.heads) == 3
        await fetcher.close()


async def test_S11_an_activity_causes_twenty_fetches_and_no_more(world):
    budget = world.fetcher.budget()
    for number in range(21):
        world.r.document(f"/{number}", {"id": f"{R}/{number}"})
    for number in range(20):
        await world.fetcher.document(f"{R}/{number}", budget=budget)
    with pytest.raises(Malformed) as refusal:
        await world.fetcher.document(f"{R}/20", budget=budget)
    assert refusal.value.code == "budget-spent"
    assert (len(world.r.asked), budget.spent) == (20, 20)


async def test_S11_an_endless_chain_of_replies_ends_after_eight(world):
    # Given a post that answers a post that answers a post, without end
    def reply(scope):
        number = int(scope["path"][1:])
        note = f'{{"id":"{E}/{number}","inReplyTo":"{E}/{number + 1}"}}'.encode()
        return 200, {"content-type": "application/activity+json"}, note

    world.e.pages = {f"/{number}": reply for number in range(100)}

    # When it is followed up
    async def follow_up(iri, budget):
        fetched = await world.fetcher.document(iri, budget=budget)
        await follow_up(fetched.json["inReplyTo"], budget.deeper())

    with pytest.raises(Malformed) as refusal:
        await follow_up(f"{E}/0", world.fetcher.budget())

    # Then we stop
    assert refusal.value.code == "too-far"
    assert len(world.e.asked) == 8


async def test_S11_redirects_are_paid_from_the_same_budget(world):
    world.r.redirect("/x", "/y")
    world.r.redirect("/y", "/bob")
    budget = world.fetcher.budget()
    await world.fetcher.document(f"{R}/x", budget=budget)
    assert budget.spent == 3


async def test_S11_hosts_under_one_domain_share_an_allowance(world):
    limits = Limits(fetches_per_domain_per_h=60)
    site = Site()
    network = AsgiNetwork({f"h{number}.evil.example": site for number in range(70)} | {"r.example": world.r})
    clock = [dt.datetime(2026, 6, 9, tzinfo=dt.UTC)]
    fetcher = fetcher_on(network, limits=limits, now=lambda: clock[0])
    for number in range(60):
        with pytest.raises(Declined):
            await fetcher.document(f"https://h{number}.evil.example/x")
    with pytest.raises(Unreachable) as refusal:
        await fetcher.document("https://h61.evil.example/x")
    assert (refusal.value.code, refusal.value.retry_after_s) == ("too-many-fetches", 60.0)
    # Nobody else pays for it, and it comes back with time.
    await fetcher.document(BOB)
    clock[0] += dt.timedelta(minutes=1)
    with pytest.raises(Declined):
        await fetcher.document("https://h61.evil.example/x")
    await fetcher.close()


async def test_whoever_asks_for_the_same_at_the_same_time_gets_the_same_answer(world):
    first, second, third = await asyncio.gather(*(world.fetcher.document(BOB + end) for end in ("", "", "#main-key")))
    assert first is second is third
    assert world.r.asked == ["/bob"]
    await world.fetcher.document(BOB)
    assert world.r.asked == ["/bob", "/bob"]


async def test_a_caller_who_gives_up_does_not_take_the_answer_from_the_others(world):
    gate, asked = asyncio.Event(), asyncio.Event()

    async def wait(request):
        asked.set()
        await gate.wait()

    world.network.before["r.example"] = wait
    leader = asyncio.create_task(world.fetcher.document(BOB))
    follower = asyncio.create_task(world.fetcher.document(BOB))
    await asked.wait()
    leader.cancel()
    gate.set()
    assert (await follower).iri == BOB


async def test_an_empty_purse_of_one_caller_is_not_everybodys(world):
    poor = world.fetcher.budget()
    for _ in range(20):
        poor.spend()
    results = await asyncio.gather(
        world.fetcher.document(BOB, budget=poor), world.fetcher.document(BOB), return_exceptions=True
    )
    assert isinstance(results[0], Malformed)
    assert not isinstance(results[1], BaseException)


async def test_two_at_a_time_are_asked_of_one_host_and_some_more_in_all():
    limits = Limits(fetches_per_host=2, fetches_total=5)
    sites = {f"h{number}.example": Site() for number in range(5)}
    network = AsgiNetwork(sites)
    gate, full, running, most, most_per_host = asyncio.Event(), asyncio.Event(), {}, 0, 0

    async def enter(request):
        nonlocal most, most_per_host
        running[request.iri.text] = request.iri.host
        most = max(most, len(running))
        most_per_host = max(most_per_host, *(list(running.values()).count(host) for host in running.values()))
        if len(running) == 5:
            full.set()
        await gate.wait()
        del running[request.iri.text]

    network.before = dict.fromkeys(sites, enter)
    fetcher = fetcher_on(network, limits=limits)
    fetches = [
        asyncio.create_task(fetcher.document(f"https://{host}/{number}")) for host in sites for number in range(4)
    ]
    await full.wait()
    gate.set()
    await asyncio.gather(*fetches, return_exceptions=True)
    assert (most, most_per_host, len(network.requests)) == (5, 2, 20)
    await fetcher.close()


async def test_a_fetch_that_waits_too_long_for_its_turn_may_come_back():
    world = World(limits=Limits(fetches_per_host=1, fetch_queue_s=0.02, fetch_total_s=0.1))
    world.network.silent.add("r.example")
    codes = await asyncio.gather(
        *(world.fetcher.document(f"{R}/{number}") for number in range(2)), return_exceptions=True
    )
    assert sorted(error.code for error in codes if isinstance(error, Unreachable)) == ["busy", "timeout"]
    await world.fetcher.close()


async def test_a_signature_over_the_query_is_tried_without_it_after_a_401():
    world = World(signer=sign)

    def without_query(scope):
        proof = dict(scope["headers"])[b"signature"].decode()
        return (401, {}, b"") if "?" in proof else (200, {"content-type": LD}, b'{"id":"%s/c?page=1"}' % R.encode())

    world.r.pages["/c?page=1"] = without_query
    assert (await world.fetcher.document(f"{R}/c?page=1")).iri == f"{R}/c?page=1"
    assert world.r.asked == ["/c?page=1", "/c?page=1"]
    await world.fetcher.close()


async def test_the_other_scheme_is_tried_once_after_a_401():
    async def other(method, url, body):
        return {"Signature-Input": "sig1=…".encode("ascii", "ignore").decode(), "Signature": "other"}

    world = World(signer=sign, other_signer=other)
    world.r.pages["/x"] = (401, {}, b"")
    with pytest.raises(Declined) as refusal:
        await world.fetcher.document(f"{R}/x")
    assert refusal.value.status == 401
    assert [request.headers["Signature"] for request in world.network.requests] == [f"GET {R}/x", "other"]
    await world.fetcher.close()


async def test_a_page_is_believed_for_its_address_alone(world):
    world.r.document("/outbox?page=1", {"type": "OrderedCollectionPage", "id": "whatever"})
    assert (await world.fetcher.page(f"{R}/outbox?page=1"))["id"] == "whatever"
    world.r.redirect("/moved", f"{E}/page")
    world.e.document("/page", {})
    with pytest.raises(Unauthorised):
        await world.fetcher.page(f"{R}/moved")


async def test_a_post_is_sent_once_and_a_redirect_is_not_followed(world):
    world.r.redirect("/inbox", f"{E}/inbox", 307)
    response = await world.fetcher.once("POST", f"{R}/inbox", {"Content-Type": "application/json"}, b"{}")
    assert (response.status, world.e.asked) == (307, [])
    (request,) = world.network.requests
    assert (request.method, request.body) == ("POST", b"{}")


async def test_a_connection_is_used_again_and_asked_anew_when_it_was_closed_in_between():
    async with raw_peer(answer(b"1"), answer(b"2"), None, answer(b"4")) as peer:
        fetcher = fetcher_on(LoopbackNetwork(Limits()), "http://localhost:1")
        assert [(await fetcher.get(peer.iri(), "*/*")).body for _ in range(3)] == [b"1", b"2", b"4"]
        assert peer.connections == 2
        await fetcher.close()


async def test_a_connection_that_broke_within_an_answer_is_not_asked_again():
    async with raw_peer(answer(b"1"), b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", None, answer(b"4")) as peer:
        fetcher = fetcher_on(LoopbackNetwork(Limits()), "http://localhost:1")
        await fetcher.get(peer.iri(), "*/*")
        with pytest.raises(Unreachable) as failure:
            await fetcher.get(peer.iri(), "*/*")
        assert failure.value.code == "connection-closed"
        assert len(peer.heads) == 2
        await fetcher.close()


async def test_a_document_of_a_megabyte_is_read_and_one_byte_more_is_refused(world):
    limit = world.fetcher.limits.fetch_bytes
    frame = len(f'{{"id": "{R}/big", "x": ""}}')
    world.r.document("/big", {"id": f"{R}/big", "x": "y" * (limit - frame)})
    assert len((await world.fetcher.document(f"{R}/big")).body) == limit
    world.r.document("/big", {"id": f"{R}/big", "x": "y" * (limit - frame + 1)})
    with pytest.raises(Malformed) as refusal:
        await world.fetcher.document(f"{R}/big")
    assert refusal.value.code == "body-too-large"
