"""Everybody else: one process that is a thousand servers, and the clients that knock at ours.

The servers answer under any `Host`: `GET /u/…` gives an actor's document, a `POST` is a delivery, counted and put in
the book of its authority. The clients send requests that were signed before the clock started. So what is measured
with it is the program, as far as two cores let one tell them apart.

Runs as a process of its own, ordered about over a pipe: `with Remotes() as remotes: remotes.ask("received")`.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection as Pipe
from typing import Any, Self

import orjson
import uvloop
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fediverse.keys import SigningKey
from fediverse.signatures import Scheme, sign
from tests.world import KEY_PAIRS, prepared_keys

ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
NOT_HERE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
TIMEOUT_S = 120.0
ACTIVITY_TYPE = "application/activity+json"


@dataclass(slots=True)
class Book:
    """What the servers got."""

    keys: list[str]
    deliveries: dict[str, list[str]] = field(default_factory=dict)
    """Authority -> the ids of the activities, in the order in which they came."""
    arrived: list[float] = field(default_factory=list)
    """When each delivery came, by the clock that all processes of a machine share."""
    fetched: int = 0
    enough: int = 0
    """How many deliveries somebody waits for."""
    came: asyncio.Event = field(default_factory=asyncio.Event)


class Server(asyncio.Protocol):
    """One connection to one of the thousand servers."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            authority = _field(head, b"host").decode()
            if head.startswith(b"GET "):
                self._buffer = self._buffer[end + 4 :]
                self._answer(self._get(head.split(b" ", 2)[1].decode(), authority))
                continue
            stop = end + 4 + int(_field(head, b"content-length"))
            if len(self._buffer) < stop:
                return
            body, self._buffer = self._buffer[end + 4 : stop], self._buffer[stop:]
            at = body.index(b'"id":"') + 6
            self._book.deliveries.setdefault(authority, []).append(body[at : body.index(b'"', at)].decode())
            self._book.arrived.append(time.monotonic())
            if len(self._book.arrived) >= self._book.enough:
                self._book.came.set()
            self._answer(ACCEPTED)

    def _get(self, path: str, authority: str) -> bytes:
        if not path.startswith("/u/") or path.count("/") != 2:
            return NOT_HERE
        self._book.fetched += 1
        body = orjson.dumps(actor_document(path[3:], authority, self._book.keys))
        return b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b" % (
            ACTIVITY_TYPE.encode(),
            len(body),
            body,
        )

    def _answer(self, answer: bytes) -> None:
        self._transport.write(answer)  # type: ignore[attr-defined]  # a stream transport, by construction


def _field(head: bytes, name: bytes) -> bytes:
    lowered = head.lower()
    at = lowered.index(b"\r\n" + name + b":") + len(name) + 3
    end = lowered.find(b"\r\n", at)
    return head[at : end if end >= 0 else len(head)].strip()


def actor_document(name: str, authority: str, keys: Sequence[str]) -> dict[str, Any]:
    """What `u17` is, about as Mastodon says it; `keys` are PEM texts, of which the number in the name chooses one."""
    iri = f"http://{authority}/u/{name}"
    return {
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": iri,
        "type": "Person",
        "preferredUsername": name,
        "name": f"{name} of {authority}",
        "summary": "<p>Scénographe et menuisière à Bruxelles.</p>",
        "url": f"http://{authority}/@{name}",
        "inbox": f"{iri}/inbox",
        "outbox": f"{iri}/outbox",
        "followers": f"{iri}/followers",
        "following": f"{iri}/following",
        "featured": f"{iri}/collections/featured",
        "manuallyApprovesFollowers": False,
        "discoverable": True,
        "published": "2024-05-06T00:00:00Z",
        "endpoints": {"sharedInbox": f"http://{authority}/inbox"},
        "publicKey": {"id": f"{iri}#main-key", "owner": iri, "publicKeyPem": keys[_number(name) % KEY_PAIRS]},
    }


def public_keys() -> list[str]:
    """The PEM texts of the prepared keys, as `actor_document` takes them."""
    return [
        prepared_keys(1 + number)
        .rsa.public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode()
        for number in range(KEY_PAIRS)
    ]


def _number(name: str) -> int:
    return int(name.removeprefix("u"))


@dataclass(frozen=True, slots=True)
class Post:
    """An activity to sign and send."""

    actor: str
    """Such as `http://h1.localhost:9000/u/u17`."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a load.

    Attributes:
        began: when the first request left, by the clock that all processes of a machine share.
        ended: when the last answer came.
        statuses: answers by status.
        took_ms: each request, in the order of the answers.
    """

    began: float
    ended: float
    statuses: dict[int, int]
    took_ms: list[float]


class Client(asyncio.Protocol):
    """A connection that sends one request after the other, each when the one before was answered."""

    def __init__(self, waiting: deque[bytes], statuses: Counter[int], took_ms: list[float]) -> None:
        self._waiting, self._statuses, self._took_ms = waiting, statuses, took_ms
        self._buffer = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or len(self._buffer) < end + 4 + int(_field(self._buffer[:end], b"content-length")):
            return
        self._statuses[int(self._buffer[9:12])] += 1
        self._took_ms.append((time.monotonic() - self._began) * 1000)
        self._buffer = b""
        self._next()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(ConnectionError("the program closed a connection"))

    def _next(self) -> None:
        if not self._waiting:
            self.done.set_result(None)
            self._transport.close()
            return
        self._began = time.monotonic()
        self._transport.write(self._waiting.popleft())  # type: ignore[attr-defined]


class _Everybody:
    """What runs in the process."""

    def __init__(self) -> None:
        self._book = Book(public_keys())
        self._prepared: list[bytes] = []

    async def run(self, pipe: Pipe) -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Server(self._book), "127.0.0.1", 0, backlog=4096)
        pipe.send(server.sockets[0].getsockname()[1])
        while True:
            order, words = await loop.run_in_executor(None, pipe.recv)
            answer = await getattr(self, order)(**words)
            pipe.send(answer)

    async def prepare(self, posts: list[Post], authority: str) -> int:
        """Sign `posts` for the shared inbox at `authority`, to be sent by the next `load`."""
        now = datetime.now(UTC)
        keys: dict[str, SigningKey] = {}
        for post in posts:
            key = keys.get(post.actor)
            if key is None:
                number = 1 + _number(post.actor.rpartition("/")[2]) % KEY_PAIRS
                key = keys[post.actor] = SigningKey(f"{post.actor}#main-key", post.actor, prepared_keys(number).rsa)
            headers = sign(
                "POST",
                f"http://{authority}/inbox",
                post.body,
                key,
                Scheme.CAVAGE,
                now=now,
                headers={"Content-Type": ACTIVITY_TYPE},
            )
            self._prepared.append(_request("POST", "/inbox", headers, post.body))
        return len(self._prepared)

    async def ask_for(self, paths: list[str], authority: str, accept: str, cookie: str = "") -> int:
        """Prepare to ask for `paths`, signed in or not."""
        headers = {"host": authority, "accept": accept, "user-agent": "bench", "accept-language": "nl,en;q=0.5"}
        headers |= {"cookie": cookie} if cookie else {}
        self._prepared += [_request("GET", path, headers, b"") for path in paths]
        return len(self._prepared)

    async def load(self, port: int, connections: int) -> Sent:
        """Send what was prepared over so many connections, each with one request under way."""
        waiting, self._prepared = deque(self._prepared), []
        statuses: Counter[int] = Counter()
        took_ms: list[float] = []
        loop = asyncio.get_running_loop()
        began = time.monotonic()
        made = [
            await loop.create_connection(lambda: Client(waiting, statuses, took_ms), "127.0.0.1", port)
            for _ in range(connections)
        ]
        async with asyncio.timeout(TIMEOUT_S):
            await asyncio.gather(*(client.done for _, client in made))
        return Sent(began, time.monotonic(), dict(statuses), took_ms)

    async def received(self, at_least: int) -> tuple[float, float]:
        """When the first and when number `at_least` of the deliveries came; waits for it."""
        async with asyncio.timeout(TIMEOUT_S):
            self._book.enough = at_least
            if len(self._book.arrived) < at_least:
                self._book.came.clear()
                await self._book.came.wait()
        return self._book.arrived[0], self._book.arrived[at_least - 1]

    async def report(self) -> dict[str, list[str]]:
        """The ids of the activities that each authority got, in order."""
        return self._book.deliveries

    async def fetched(self) -> int:
        """How many actors were asked for."""
        return self._book.fetched

    async def forget(self) -> None:
        """Begin the book anew."""
        self._book.deliveries.clear()
        self._book.arrived.clear()
        self._book.fetched = 0


def _request(method: str, target: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body:
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _serve(pipe: Pipe) -> None:
    uvloop.run(_Everybody().run(pipe))


class Remotes:
    """The process, from outside."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        self.port: int = self._hear("it did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()

    def authority(self, number: int) -> str:
        """Of server `number`."""
        return f"h{number:04}.localhost:{self.port}"

    def actor(self, host: int, number: int) -> str:
        """The id of actor `number`, who lives on server `host`."""
        return f"http://{self.authority(host)}/u/u{number}"

    def ask(self, order: Callable[..., Any] | str, **words: Any) -> Any:
        """Have a method of `_Everybody` done; what it returned."""
        self._pipe.send((order, words))
        return self._hear(f"no answer to «{order}»")

    def _hear(self, otherwise: str) -> Any:
        if not self._pipe.poll(TIMEOUT_S + 10):
            raise TimeoutError(f"the other servers: {otherwise}")
        try:
            return self._pipe.recv()
        except EOFError:
            raise RuntimeError(f"the other servers fell: {otherwise}") from None
