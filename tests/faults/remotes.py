"""A neighbourhood of servers in one: `h0.localhost`, `h1.localhost`, … on one port, each with people and an inbox.

Who asks for `/u/{name}` finds a person with a key; whatever is posted is examined as any server would, written into the
ledger and answered as this host's conduct has it.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self
from zlib import crc32

from actors.database import utc_now
from actors.people import Keys
from fediverse.context import with_context
from fediverse.errors import FediverseError
from fediverse.keys import PublicKey, SigningKey, multikey, pem_key
from fediverse.signatures import SignedRequest, examine
from fediverse.types import Actor as ActorDocument
from fediverse.vocabulary import write
from tests.faults.ledger import Ledger
from tests.faults.wire import Message, hang_up, read_message
from tests.world import KEY_PAIRS, prepared_keys

ACTIVITY_JSON = "application/activity+json"
JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on one of these hosts."""

    iri: str
    authority: str
    keys: Keys
    document: bytes

    @property
    def host(self) -> str:
        return self.authority.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Conversation:
    """One request to a host, and the ways to answer it."""

    request: Message
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        fields = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        head = f"HTTP/1.1 {status} -\r\ncontent-length: {len(body)}\r\n{fields}\r\n"
        self.writer.write(head.encode() + body)

    async def gone_within(self, seconds: float) -> bool:
        """Wait; whether the other side closed meanwhile."""
        try:
            async with asyncio.timeout(seconds):
                return not await self.reader.read(1)
        except (TimeoutError, ConnectionError):
            return False


Conduct = Callable[[Conversation], Awaitable[None]]


async def welcoming(conversation: Conversation) -> None:
    """Takes everything at once."""
    conversation.answer(202)


def taking_its_time(seconds: float) -> Conduct:
    """Takes everything, after a while."""

    async def conduct(conversation: Conversation) -> None:
        if not await conversation.gone_within(seconds):
            conversation.answer(202)

    return conduct


async def silent(conversation: Conversation) -> None:
    """Takes the request and never answers."""
    await conversation.gone_within(60)


async def dripping(conversation: Conversation) -> None:
    """Answers, one byte at a time."""
    for byte in b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nx-slow: " + b"." * 60:
        conversation.writer.write(bytes([byte]))
        if await conversation.gone_within(0.4):
            return


async def away(conversation: Conversation) -> None:
    """Hangs up."""
    await hang_up(conversation.writer)


async def too_busy(conversation: Conversation) -> None:
    """Sends everybody away for a second."""
    conversation.answer(429, retry_after="1")


def failing_half_the_time() -> Conduct:
    """Answers every other request with 503."""
    count = Counter[str]()

    async def conduct(conversation: Conversation) -> None:
        count["asked"] += 1
        conversation.answer(503 if count["asked"] % 2 else 202)

    return conduct


class Remotes:
    """The neighbourhood; `async with` it.

    Attributes:
        conduct: how a host (its name without port) behaves if it does not take everything at once.
        keys: the public keys of the instance under test, by id; what is signed with others is `unproven`.
        overlaps: how often a host was spoken to while it was being spoken to.
        unproven: what came without a good signature.
        documents: what else is served, by IRI.
        hosts: who there is; None: whoever is asked.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.conduct: dict[str, Conduct] = {}
        self.keys: dict[str, PublicKey] = {}
        self.overlaps: list[str] = []
        self.unproven: list[str] = []
        self.documents: dict[str, JsonObject] = {}
        self.hosts: set[str] | None = None
        self.port = 0
        self._server: asyncio.Server | None = None
        self._spoken_to = Counter[str]()
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=2048, limit=2**22)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    def authority(self, host: str) -> str:
        return f"{host}:{self.port}"

    def person(self, host: str, name: str) -> Person:
        """`name` on `host`, who is known to whoever asks."""
        return make_person(self.authority(host), name)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(writer)
        self._tasks.add(task)
        try:
            while not writer.is_closing() and (request := await read_message(reader)) is not None:
                authority = request.headers.get("host", "")
                conversation = Conversation(request, reader, writer)
                if request.first.startswith("GET "):
                    self._show(conversation, authority)
                else:
                    await self._take(conversation, authority)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            self._open.discard(writer)
            self._tasks.discard(task)
            writer.transport.abort()

    def _show(self, conversation: Conversation, authority: str) -> None:
        path = conversation.request.first.split(" ")[1].partition("?")[0]
        iri = f"http://{authority}{path}"
        if self.hosts is not None and authority.partition(":")[0] not in self.hosts:
            conversation.answer(404)
        elif iri in self.documents:
            conversation.answer(200, json.dumps(self.documents[iri]).encode(), content_type=ACTIVITY_JSON)
        elif path.startswith("/u/") and path.count("/") == 2:
            conversation.answer(200, make_person(authority, path[3:]).document, content_type=ACTIVITY_JSON)
        else:
            conversation.answer(404)

    async def _take(self, conversation: Conversation, authority: str) -> None:
        host = authority.partition(":")[0]
        conduct = self.conduct.get(host, welcoming)
        if self._spoken_to[host]:
            self.overlaps.append(host)
        self._spoken_to[host] += 1
        try:
            self._note(conversation.request, authority, host, taken=conduct is not away)
            await conduct(conversation)
        finally:
            self._spoken_to[host] -= 1

    def _note(self, request: Message, authority: str, host: str, *, taken: bool) -> None:
        document = json.loads(request.body)
        activity = str(document.get("id"))
        signed = SignedRequest(
            "POST", request.first.split(" ")[1], tuple(request.headers.items()), request.body, f"http://{authority}"
        )
        try:
            claim = examine(signed, now=utc_now())
            claim.verify(self.keys[claim.key_iri])
        except (FediverseError, KeyError) as error:
            self.unproven.append(f"{activity}: {error!r}")
        kind = "received" if taken else "refused"
        self.ledger.write(kind, host=host, activity=activity, type=document.get("type"), object=_id(document))


def _id(document: JsonObject) -> str | None:
    thing = document.get("object")
    return thing.get("id") if isinstance(thing, dict) else thing


@lru_cache(maxsize=20_000)
def make_person(authority: str, name: str) -> Person:
    origin = f"http://{authority}"
    iri = f"{origin}/u/{name}"
    pair = prepared_keys(crc32(iri.encode()) % KEY_PAIRS + 1)
    keys = Keys(
        SigningKey(f"{iri}#main-key", iri, pair.rsa),
        SigningKey(f"{iri}#ed25519-key", iri, pair.ed25519),
    )
    document = ActorDocument(
        id=iri,
        type="Person",
        preferred_username=name,
        name=name.capitalize(),
        inbox=f"{iri}/inbox",
        outbox=f"{iri}/outbox",
        followers=f"{iri}/followers",
        shared_inbox=f"{origin}/inbox",
        public_keys=(pem_key(keys.rsa),),
        assertion_methods=(multikey(keys.ed25519),),
    )
    return Person(iri, authority, keys, json.dumps(with_context(write(document))).encode())
