"""Delivery over one connection to one server."""

import asyncio

import pytest

from fediverse.errors import ForbiddenAddress, Malformed, Unreachable
from fediverse.fetch import Lane, LoopbackNetwork, PublicNetwork
from fediverse.fetch.answers import failure_of
from fediverse.fetch.fetcher import utc_now
from fediverse.limits import Limits
from tests.asgi_transport import AsgiNetwork
from tests.fediverse.fetch.peers import RawPeer, Site, answer, fetcher_on, raw_peer

ACCEPTED = answer(b"", "202 Accepted")
HEADERS = {"Content-Type": "application/activity+json", "Signature": "s"}


@pytest.fixture(params=[True, False], ids=["uvloop", "asyncio"])
def anyio_backend(request):
    return "asyncio", {"use_uvloop": request.param}


def lane_to(peer: RawPeer, limits: Limits | None = None, **more) -> Lane:
    limits = limits or Limits()
    return Lane(LoopbackNetwork(limits), f"localhost:{peer.port}", user_agent="Knooppunt test", limits=limits, **more)


async def test_activities_go_one_after_the_other_over_one_connection():
    async with raw_peer(ACCEPTED) as peer:
        lane = lane_to(peer)
        for number in range(5):
            response = await lane.post(peer.iri("/inbox"), b"%d" % number, HEADERS)
            assert response.status == 202
        assert (peer.bodies, peer.connections) == ([b"0", b"1", b"2", b"3", b"4"], 1)
        assert (
            peer.heads[0]
            == (
                f"POST /inbox HTTP/1.1\r\nHost: localhost:{peer.port}\r\nUser-Agent: Knooppunt test\r\n"
                "Content-Type: application/activity+json\r\nSignature: s\r\nAccept-Encoding: identity\r\n"
                "Content-Length: 1\r\n\r\n"
            ).encode()
        )
        lane.close()


async def test_a_lane_opens_again_when_the_other_side_closed_it_in_between():
    async with raw_peer(ACCEPTED, None, ACCEPTED) as peer:
        lane = lane_to(peer)
        for _ in range(3):
            assert (await lane.post(peer.iri("/inbox"), b"{}", HEADERS)).status == 202
        assert peer.connections == 2
        lane.close()


async def test_an_activity_is_not_sent_twice_once_a_byte_of_an_answer_came():
    async with raw_peer(ACCEPTED, b"HTTP/1.1 202 Acc", None, ACCEPTED) as peer:
        lane = lane_to(peer)
        await lane.post(peer.iri("/inbox"), b"1", HEADERS)
        with pytest.raises(Unreachable):
            await lane.post(peer.iri("/inbox"), b"2", HEADERS)
        assert peer.bodies == [b"1", b"2"]
        lane.close()


async def test_a_new_connection_that_closes_without_a_word_is_not_tried_again():
    async with raw_peer(None) as peer:
        lane = lane_to(peer)
        with pytest.raises(Unreachable) as failure:
            await lane.post(peer.iri("/inbox"), b"1", HEADERS)
        assert failure.value.code == "connection-closed"
        assert peer.bodies == [b"1"]
        lane.close()


async def test_every_status_is_given_as_it_is_and_a_redirect_is_not_followed():
    async with raw_peer(
        *(answer(b"why", status, Location="/x") for status in ("307 Moved", "401 No", "503 Later"))
    ) as peer:
        lane = lane_to(peer)
        responses = [await lane.post(peer.iri("/inbox"), b"{}", HEADERS) for _ in range(3)]
        assert [response.status for response in responses] == [307, 401, 503]
        assert [type(failure_of(response, utc_now())).__name__ for response in responses] == [
            "Malformed",
            "Declined",
            "Unreachable",
        ]
        assert len(peer.heads) == 3
        lane.close()


async def test_only_the_beginning_of_a_long_answer_is_kept():
    async with raw_peer(answer(b"x" * 2_000_000, "400 Bad")) as peer:
        lane = lane_to(peer)
        for _ in range(2):
            response = await lane.post(peer.iri("/inbox"), b"{}", HEADERS)
            assert (response.status, len(response.body)) == (400, Limits().answer_bytes)
        lane.close()


async def test_S8_a_silent_server_is_left_at_the_deadline_and_the_lane_goes_on():
    async def silence(writer):
        await asyncio.sleep(1)

    async with raw_peer(silence, ACCEPTED) as peer:
        lane = lane_to(peer, Limits(delivery_total_s=0.05))
        with pytest.raises(Unreachable) as failure:
            await lane.post(peer.iri("/inbox"), b"1", HEADERS)
        assert failure.value.code == "timeout"
        assert (await lane.post(peer.iri("/inbox"), b"2", HEADERS)).status == 202
        lane.close()


async def test_nobody_at_the_other_end_is_unreachable():
    async with raw_peer(ACCEPTED) as peer:
        pass
    with pytest.raises(Unreachable) as failure:
        await lane_to(peer).post(peer.iri("/inbox"), b"1", HEADERS)
    assert failure.value.code == "no-connection"


async def test_a_lane_leads_to_one_authority_only():
    async with raw_peer(ACCEPTED) as peer:
        for iri in (f"http://localhost:{peer.port + 1}/inbox", f"http://x.localhost:{peer.port}/inbox"):
            with pytest.raises(ForbiddenAddress) as refusal:
                await lane_to(peer).post(iri, b"{}", HEADERS)
            assert refusal.value.code == "other-lane"
        assert peer.connections == 0


async def test_1_6_nothing_is_delivered_to_a_blocked_host():
    async with raw_peer(ACCEPTED) as peer:
        with pytest.raises(ForbiddenAddress) as refusal:
            await lane_to(peer, refuse=lambda host: host == "localhost").post(peer.iri("/inbox"), b"{}", HEADERS)
        assert refusal.value.code == "blocked-host"
        assert peer.connections == 0


async def test_S1_an_inbox_inside_is_never_dialled():
    async def resolve(host, port):
        return ["10.0.0.1"]

    lane = Lane(PublicNetwork(Limits(), resolve=resolve), "inside.example", user_agent="x", limits=Limits())
    with pytest.raises(ForbiddenAddress):
        await lane.post("https://inside.example/inbox", b"{}", HEADERS)
    lane = Lane(PublicNetwork(Limits()), "127.0.0.1:6379", user_agent="x", limits=Limits())
    with pytest.raises(ForbiddenAddress):
        await lane.post("http://127.0.0.1:6379/", b"{}", HEADERS)


async def test_S6_a_header_with_a_line_end_is_not_sent():
    async with raw_peer(ACCEPTED) as peer:
        with pytest.raises(Malformed):
            await lane_to(peer).post(peer.iri("/inbox"), b"{}", {"Signature": "a\r\nX: b"})
        assert peer.heads == []


async def test_a_lane_can_lead_to_an_application_in_this_process():
    site = Site()
    site.pages["/inbox"] = (202, {}, b"")
    network = AsgiNetwork({"r.example": site})
    lane = Lane(network, "r.example", user_agent="x", limits=Limits())
    for _ in range(2):
        assert (await lane.post("https://r.example/inbox", b"{}", HEADERS)).status == 202
    assert network.connected == ["https://r.example"]
    network.away.add("r.example")
    with pytest.raises(Unreachable):
        await lane.post("https://r.example/inbox", b"{}", HEADERS)


async def test_a_fetcher_opens_lanes_over_its_own_network_and_past_its_own_blocks():
    site = Site()
    site.pages["/inbox"] = (202, {}, b"")
    network = AsgiNetwork({"r.example": site, "e.example": site})

    async def refuse(host):
        return host == "e.example"

    fetcher = fetcher_on(network, refuse=refuse)
    assert (await fetcher.lane("r.example").post("https://r.example/inbox", b"{}", HEADERS)).status == 202
    assert network.requests[0].headers["User-Agent"] == "Knooppunt test"
    with pytest.raises(ForbiddenAddress):
        await fetcher.lane("e.example").post("https://e.example/inbox", b"{}", HEADERS)
    await fetcher.close()


async def test_a_header_in_another_case_is_the_same_header():
    async with raw_peer(ACCEPTED) as peer:
        lane = lane_to(peer)
        await lane.post(peer.iri("/inbox"), b"{}", {"user-agent": "mine", "host": f"localhost:{peer.port}"})
        names = [line.partition(b":")[0].lower() for line in peer.heads[0].split(b"\r\n")]
        assert (names.count(b"user-agent"), names.count(b"host")) == (1, 1)
        with pytest.raises(Malformed):
            await lane.post(peer.iri("/inbox"), b"{}", {"Date": "today", "date": "tomorrow"})
        lane.close()


async def test_who_may_not_speak_any_more_says_nothing_on_a_new_connection_nor_on_a_kept_one():
    async with raw_peer(ACCEPTED, ACCEPTED) as peer:
        lane = lane_to(peer)
        with pytest.raises(Unreachable) as failure:
            await lane.post(peer.iri("/inbox"), b"1", HEADERS, may_speak=lambda: False)
        assert failure.value.code == "silenced"
        assert (await lane.post(peer.iri("/inbox"), b"2", HEADERS, may_speak=lambda: True)).status == 202
        with pytest.raises(Unreachable):
            await lane.post(peer.iri("/inbox"), b"3", HEADERS, may_speak=lambda: False)
        assert peer.bodies == [b"2"]
        lane.close()
