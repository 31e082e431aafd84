"""Whatever bytes come as an answer, in whatever pieces: an answer within the limits, or a refusal with a name."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from fediverse.errors import Malformed, Unreachable
from fediverse.fetch import Request
from fediverse.fetch.exchange import HttpConnection
from fediverse.hosts import parse_iri
from fediverse.limits import Limits

IRI = parse_iri("https://r.example/")
KEEP = 50
PIECES = st.sampled_from(
    [
        *(b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 204 No\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.0 200 OK\r\n"),
        *(b"Content-Length: 5\r\n", b"Content-Length: 500\r\n", b"Content-Length: x\r\n", b"Connection: close\r\n"),
        *(b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: gzip\r\n", b"Upgrade: x\r\n", b"A: b\r\n" * 5),
        *(
            b"\r\n",
            b"\n",
            b"\r",
            b"0\r\n\r\n",
            b"5\r\nhello\r\n",
            b"hello",
            b"ffffffffffffffffff\r\n",
            b"\x00",
            b"x" * 99,
        ),
    ]
)


class Deaf(asyncio.Transport):
    """Where a connection's words go in this test."""

    def write(self, data):
        pass

    def abort(self):
        pass


async def hear(pieces: list[bytes], cut: bool) -> None:
    connection = HttpConnection(Limits(header_bytes=200, header_fields=10))
    connection.connection_made(Deaf())
    asking = asyncio.create_task(connection.send(Request("GET", IRI, {}), keep_bytes=KEEP, cut=cut))
    await asyncio.sleep(0)
    for piece in pieces:
        connection.data_received(piece)
    connection.connection_lost(None)
    try:
        response = await asking
    except (Malformed, Unreachable):
        return
    assert 200 <= response.status < 1000
    assert len(response.body) <= KEEP
    assert all("\r" not in value and "\n" not in value for value in response.headers.values())


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.binary(max_size=30), max_size=12), st.booleans(), st.booleans())
def test_whatever_is_answered_ends_well(pieces, begins_well, cut):
    asyncio.run(hear([b"HTTP/1.1 200 OK\r\n", *pieces] if begins_well else pieces, cut))
