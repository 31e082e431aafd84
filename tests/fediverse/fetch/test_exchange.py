"""One question and its answer, over real loopback sockets."""

import asyncio
import gzip
import resource

import pytest

from fediverse.errors import Malformed, Unreachable
from fediverse.fetch import LoopbackNetwork, Request
from fediverse.fetch.messages import write_request
from fediverse.hosts import parse_iri
from fediverse.limits import Limits
from tests.fediverse.fetch.peers import Answer, answer, fetcher_on, raw_peer


@pytest.fixture(params=[True, False], ids=["uvloop", "asyncio"])
def anyio_backend(request):
    return "asyncio", {"use_uvloop": request.param}


async def ask(*answers: Answer, keep_bytes: int = 1_000, cut: bool = False, limits: Limits | None = None):
    async with raw_peer(*answers) as peer, asyncio.timeout(5):
        iri = parse_iri(peer.iri())
        connection = await LoopbackNetwork(limits or Limits()).connect(iri)
        try:
            response = await connection.send(Request("GET", iri, {}), keep_bytes=keep_bytes, cut=cut)
            return response, connection.usable
        finally:
            connection.close()


async def refused(*answers: Answer, **more) -> str:
    with pytest.raises((Malformed, Unreachable)) as refusal:
        await ask(*answers, **more)
    return refusal.value.code


async def test_an_answer_is_status_headers_and_body():
    response, usable = await ask(answer(b"hello", "202 Accepted", Content_Type="text/plain; charset=utf-8", X_Y="1"))
    assert (response.status, response.body, response.media_type) == (202, b"hello", "text/plain")
    assert response.headers["x-y"] == "1"
    assert usable


async def test_an_answer_in_chunks_is_put_together_and_its_trailers_are_left_out():
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    response, usable = await ask(head + b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nContent-Type: evil\r\n\r\n")
    assert response.body == b"abcde"
    assert "content-type" not in response.headers
    assert usable


async def test_an_answer_without_a_length_ends_with_the_connection():
    response, usable = await ask(b"HTTP/1.1 200 OK\r\n\r\nuntil the end", None)
    assert response.body == b"until the end"
    assert not usable


async def test_an_answer_without_a_body_is_complete():
    response, usable = await ask(b"HTTP/1.1 204 No Content\r\n\r\n")
    assert (response.status, response.body, usable) == (204, b"", True)


async def test_interim_answers_are_passed_over_but_not_for_ever():
    response, _ = await ask(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + answer(b"x"))
    assert (response.status, "link" in response.headers) == (200, False)
    assert await refused(b"HTTP/1.1 100 Continue\r\n\r\n" * 10 + answer(b"x")) == "broken-answer"
    assert (
        await refused(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")
        == "broken-answer"
    )


async def test_a_repeated_header_is_joined_so_that_none_is_overlooked():
    response, _ = await ask(b"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\ncontent-type: c/d\r\nContent-Length: 0\r\n\r\n")
    assert response.headers["content-type"] == "a/b, c/d"


async def test_a_body_at_the_limit_is_kept_and_one_byte_more_is_refused_or_cut():
    assert (await ask(answer(b"x" * 1_000)))[0].body == b"x" * 1_000
    assert await refused(answer(b"x" * 1_001)) == "body-too-large"
    response, usable = await ask(answer(b"x" * 5_000_000), cut=True)
    assert (response.status, response.body, usable) == (200, b"x" * 1_000, False)


async def test_headers_at_the_limit_are_read_and_one_more_is_refused():
    limits = Limits(header_fields=10, header_bytes=500)
    line = b"A: b\r\n"
    head, tail = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", b"\r\n"
    assert (await ask(head + line * 9 + tail, limits=limits))[0].status == 200
    assert await refused(head + line * 10 + tail, limits=limits) == "too-many-headers"
    # Content-Length: 0 counts 19 bytes with its colon, space and line end.
    assert (await ask(head + b"A: " + b"b" * (500 - 19 - 5) + b"\r\n\r\n", limits=limits))[0].status == 200
    assert await refused(head + b"A: " + b"b" * (500 - 19 - 4) + b"\r\n\r\n", limits=limits) == "headers-too-large"


@pytest.mark.parametrize("endless", [b"x", b"A: b\r\n"])
async def test_headers_without_end_are_refused_before_they_fill_the_memory(endless):
    async def talk(writer):
        writer.write(b"HTTP/1.1 200 OK\r\nA: ")
        for _ in range(100_000):
            writer.write(endless * 1_000)
            await writer.drain()

    assert await refused(talk) in ("headers-too-large", "too-many-headers")


async def test_chunks_that_are_all_wrapping_are_refused():
    async def talk(writer):
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;")
        for _ in range(100_000):
            writer.write(b"x" * 1_000)
            await writer.drain()

    assert await refused(talk) in ("body-too-large", "broken-answer")


@pytest.mark.parametrize(
    "garbage",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nA B: c\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\r\n continued\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\x00c\r\n\r\n",
        b"*1\r\n$4\r\nPING\r\n",
    ],
)
async def test_what_is_not_http_is_unreachable(garbage):
    assert await refused(garbage, None) in ("broken-answer", "connection-closed")


@pytest.mark.parametrize("half", [b"", b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"])
async def test_half_an_answer_is_no_answer(half):
    assert await refused(half, None) == "connection-closed"


async def test_a_second_answer_to_one_question_ends_the_connection():
    response, usable = await ask(answer(b"mine") + answer(b"for the next"))
    assert response.body == b"mine"
    assert not usable


async def test_what_comes_unasked_ends_the_connection():
    async def talk(writer):
        writer.write(answer(b"first"))
        await asked_once.wait()
        writer.write(answer(b"unasked"))

    asked_once = asyncio.Event()
    async with raw_peer(talk) as peer, asyncio.timeout(5):
        iri = parse_iri(peer.iri())
        connection = await LoopbackNetwork(Limits()).connect(iri)
        assert (await connection.send(Request("GET", iri, {}), keep_bytes=100)).body == b"first"
        asked_once.set()
        await peer.hung_up.wait()
        assert not connection.usable
        with pytest.raises(Unreachable):
            await connection.send(Request("GET", iri, {}), keep_bytes=100)


async def test_a_server_that_wants_to_close_is_not_asked_again_on_that_connection():
    _, usable = await ask(answer(b"bye", Connection="close"))
    assert not usable


async def test_a_question_that_is_given_up_takes_its_connection_with_it():
    async def silence(writer):
        await asyncio.Event().wait()

    async with raw_peer(silence) as peer:
        iri = parse_iri(peer.iri())
        connection = await LoopbackNetwork(Limits()).connect(iri)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await connection.send(Request("GET", iri, {}), keep_bytes=100)
        assert not connection.usable


def test_a_request_is_what_it_says():
    iri = parse_iri("https://Bücher.example:8443/ü?x=1#f")
    request = Request("POST", iri, {"Date": "today", "Host": "xn--bcher-kva.example:8443"}, b"{}")
    assert write_request(request) == (
        b"POST /%C3%BC?x=1 HTTP/1.1\r\nHost: xn--bcher-kva.example:8443\r\nDate: today\r\n"
        b"Accept-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}"
    )
    assert write_request(Request("GET", parse_iri("https://coop.example"), {})) == (
        b"GET / HTTP/1.1\r\nHost: coop.example\r\nAccept-Encoding: identity\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("X", "a\r\nY: b"), ("X", "a\n"), ("X", "a\rb"), ("X", "a\x00"), ("X", "é"), ("X\r\nY", "a"), ("X Y", "a")),
        *(("", "a"), ("X:", "a"), ("Host", "evil.example"), ("Content-Length", "0"), ("Transfer-Encoding", "chunked")),
        *(("Connection", "close"), ("accept-encoding", "gzip"), ("Upgrade", "h2c"), ("Expect", "100-continue")),
    ],
)
def test_S6_no_header_can_end_a_line_or_frame_the_message_anew(name, value):
    with pytest.raises(Malformed) as refusal:
        write_request(Request("POST", parse_iri("https://coop.example/"), {name: value}, b""))
    assert refusal.value.code == "bad-header"


def test_S6_no_method_can_end_a_line():
    with pytest.raises(Malformed):
        write_request(Request("GET / HTTP/1.1\r\nX:", parse_iri("https://coop.example/"), {}))


async def test_D3_a_packed_answer_is_refused_and_never_unpacked():
    # Given less than a megabyte of gzip that unpacks to 900
    bomb = gzip.compress(b"\0" * (1 << 20)) * 900
    async with raw_peer(answer(bomb, Content_Encoding="gzip", Content_Type="application/activity+json")) as peer:
        fetcher = fetcher_on(LoopbackNetwork(Limits()), "http://localhost:1")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

        # When it is fetched
        with pytest.raises(Malformed) as refusal:
            await fetcher.document(peer.iri("/bomb"))

        # Then it is refused, we had asked for no packing, and the memory has not grown
        assert refusal.value.code == "content-encoding"
        assert b"Accept-Encoding: identity\r\n" in peer.heads[0]
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024
        await fetcher.close()
