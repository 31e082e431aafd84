"""Two of our instances and other servers in one process: no sockets, everything else real.

Requests are signed and verified, documents fetched through the real `Fetcher`, rows written to a real database. Of
`web/` there is nothing here: the front of an instance takes what is posted to its inboxes to the `Receiver`, and
shows its actors and public activities.

    village = make_village(db)                         # ours: https://coop.example
    mallory = village.mastodon.person("mallory")
    answer = await village.coop.receive(follow, signed_by=mallory)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.database import Database
from actors.groups import Follow
from actors.moderation import is_blocked
from actors.people import Actor, find_actor
from actors.wire import people as wire_people
from fediverse.context import with_context
from fediverse.fetch import Fetcher
from fediverse.keys import SigningKey
from fediverse.limits import Limits
from fediverse.proofs import add_proof
from fediverse.signatures import Scheme, SignedRequest, sign
from fediverse.types import PUBLIC
from fediverse.vocabulary import write
from inbox.backfill import Backfill
from inbox.dispatch import Dispatcher
from inbox.log import IncomingActivity
from inbox.receive import Answer, Receiver
from outbox.delivery import Courier
from outbox.log import OutgoingActivity
from tests.asgi_transport import AsgiNetwork
from tests.world import NOW, ORIGIN, Stranger, World, make_world, stranger

ACTIVITY_JSON = "application/activity+json"
Document = dict[str, Any]


@dataclass
class Clock:
    """The time of the village; tests move it."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass(frozen=True)
class Page:
    """What is served at a path."""

    status: int
    body: bytes
    media_type: str = ACTIVITY_JSON


class Server:
    """Somebody else's server: it serves what it is given, and keeps what is posted to it."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []
        self.posted: list[Document] = []
        self.numbers = 5

    @property
    def origin(self) -> str:
        return f"https://{self.host}"

    def person(self, name: str, *, type: str = "Person", number: int | None = None, **more: Any) -> Stranger:  # noqa: A002
        """A new actor here, with keys of its own, and its document served."""
        if number is None:
            self.numbers += 1
            number = self.numbers
        actor = stranger(name, self.host, type=type, number=number, **more)
        self.serve(with_context(write(actor.document)))
        return actor

    def serve(self, document: Mapping[str, Any], *, at: str | None = None, media_type: str = ACTIVITY_JSON) -> Document:
        """Serve `document` at its own id (or at another address of this server)."""
        path = (at or str(document["id"])).removeprefix(self.origin).partition("#")[0]
        self.pages[path] = Page(200, json.dumps(document).encode(), media_type)
        return dict(document)

    def lose(self, iri: str, status: int = 410) -> None:
        """Serve `iri` no longer."""
        self.pages[iri.removeprefix(self.origin).partition("#")[0]] = Page(status, b"")

    def note(self, author: Stranger, name: str = "1", **more: Any) -> Document:
        """A public note of `author`'s, served here."""
        return self.serve(note(author, name, **more))

    async def app(self, scope: dict[str, Any], receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
        path = scope["raw_path"].decode()
        if scope["query_string"]:
            path += "?" + scope["query_string"].decode()
        if scope["method"] == "POST":
            body = (await receive())["body"]
            self.posted.append(json.loads(body))
            page = Page(202, b"")
        else:
            self.asked.append(path)
            page = self.pages.get(path, Page(404, b""))
        await send({"type": "http.response.start", "status": page.status, "headers": _headers(page)})
        await send({"type": "http.response.body", "body": page.body})


class Instance:
    """One of ours, without its web floor."""

    def __init__(self, db: Database, network: AsgiNetwork, clock: Clock, origin: str, limits: Limits) -> None:
        self.db, self.network, self.clock, self.origin, self.limits = db, network, clock, origin, limits
        self.world: World = db.write_now(make_world, origin)
        self.fetcher = Fetcher(
            network, origin=origin, user_agent="village", limits=limits, refuse=self._refuses, now=clock
        )
        self.courier = Courier(db, self.fetcher, self.world.keyring, lanes=8, limits=limits, now=clock)
        self.dispatcher = Dispatcher(db, self.fetcher, origin=origin, limits=limits, now=clock)
        self.receiver = self.open_gate()
        self.backfill = Backfill(db, self.fetcher, origin=origin, limits=limits, now=clock)
        network.apps[origin.partition("://")[2]] = self.app

    def open_gate(self) -> Receiver:
        """Another gate on the same tables, as another process would have it."""
        return Receiver(
            self.db,
            self.fetcher,
            origin=self.origin,
            limits=self.limits,
            expect=self.dispatcher.expect,
            now=self.clock,
        )

    async def _refuses(self, host: str) -> bool:
        return await self.db.read(is_blocked, host)

    async def receive(
        self,
        activity: Mapping[str, Any] | bytes,
        *,
        signed_by: Stranger | SigningKey | None,
        to: str | None = None,
        scheme: Scheme = Scheme.CAVAGE,
        change: Callable[[SignedRequest], SignedRequest] | None = None,
    ) -> Answer:
        """Post `activity` to an inbox (the shared one, or that of the actor `to`) and give the answer."""
        request = self.request(activity, signed_by=signed_by, to=to, scheme=scheme)
        return await self.receiver.accept(change(request) if change else request, inbox_actor=to)

    def request(
        self,
        activity: Mapping[str, Any] | bytes,
        *,
        signed_by: Stranger | SigningKey | None,
        to: str | None = None,
        scheme: Scheme = Scheme.CAVAGE,
    ) -> SignedRequest:
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        url = f"{to or self.origin}/inbox"
        given = {"content-type": ACTIVITY_JSON}
        key = signed_by.keys.rsa if isinstance(signed_by, Stranger) else signed_by
        headers = {"host": self.origin.partition("://")[2], **given}
        if key is not None:
            headers = sign("POST", url, body, key, scheme, now=self.clock(), headers=given)
        return SignedRequest("POST", url.removeprefix(self.origin), tuple(headers.items()), body, self.origin)

    async def hear(self, *activities: Mapping[str, Any], by: Stranger, to: str | None = None) -> str | None:
        """Take in what `by` says about itself and apply it; gives the outcome of the last one (None: applied)."""
        for activity in activities:
            answer = await self.receive(activity, signed_by=by, to=to)
            assert answer.status == 202, answer
        await self.dispatcher.settle()
        return self.outcome(str(activities[-1]["id"]))

    def outcome(self, iri: str) -> str | None:
        """What became of an incoming activity: None when it was applied, else its code."""
        row = self.incoming(iri)
        assert row is not None, f"{iri} was never saved"
        assert row.state in ("applied", "refused"), (row.state, row.outcome)
        return row.outcome if row.state == "refused" else None

    def incoming(self, iri: str) -> IncomingActivity | None:
        def find(session: Session) -> IncomingActivity | None:
            return session.scalars(select(IncomingActivity).where(IncomingActivity.iri == iri)).first()

        return self.db.read_now(find)

    def said(self, type: str | None = None) -> list[Document]:  # noqa: A002
        """What our actors said so far (of one type), oldest first."""

        def find(session: Session) -> list[Document]:
            rows = session.scalars(select(OutgoingActivity).order_by(OutgoingActivity.id))
            return [json.loads(row.body) for row in rows if row.body and type in (None, row.type)]

        return self.db.read_now(find)

    def actor(self, iri: str) -> Actor | None:
        return self.db.read_now(find_actor, iri)

    async def deliver(self) -> None:
        """Send what waits in the outgoing log."""
        await self.courier.drain(20)

    async def app(self, scope: dict[str, Any], receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
        path = scope["raw_path"].decode()
        if scope["method"] == "POST":
            headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
            body = (await receive())["body"]
            to = None if path == "/inbox" else self.origin + path.removesuffix("/inbox")
            answer = await self.receiver.accept(SignedRequest("POST", path, headers, body, self.origin), inbox_actor=to)
            page = Page(answer.status, b"")
        else:
            page = await self.db.read(self._page, self.origin + path)
        await send({"type": "http.response.start", "status": page.status, "headers": _headers(page)})
        await send({"type": "http.response.body", "body": page.body})

    def _page(self, session: Session, iri: str) -> Page:
        actor = find_actor(session, iri)
        if actor is not None and actor.local:
            document = with_context(write(wire_people.to_wire(session, actor)))
            return Page(200, json.dumps(document).encode())
        row = session.scalars(select(OutgoingActivity).where(OutgoingActivity.iri == iri)).first()
        return Page(404, b"") if row is None or not row.public else Page(200, row.body)

    async def close(self) -> None:
        await self.fetcher.close()


@dataclass
class Village:
    """The instance under test, its neighbour when there is one, and the servers around."""

    coop: Instance
    mastodon: Server
    evil: Server
    clock: Clock
    network: AsgiNetwork
    servers: dict[str, Server] = field(default_factory=dict)

    def server(self, host: str) -> Server:
        """The server of this host, made if need be."""
        if host not in self.servers:
            self.servers[host] = Server(host)
            self.network.apps[host] = self.servers[host].app
        return self.servers[host]

    def neighbour(self, db: Database, origin: str = "https://antwerp.example") -> Instance:
        """Another instance of ours."""
        return Instance(db, self.network, self.clock, origin, self.coop.limits)


def make_village(db: Database, limits: Limits | None = None) -> Village:
    """The village around the database `db`."""
    clock, network = Clock(), AsgiNetwork({})
    generous = replace(limits or Limits(), inbox_per_host_burst=100_000)
    coop = Instance(db, network, clock, ORIGIN, generous if limits is None else limits)
    village = Village(coop, Server("mastodon.example"), Server("evil.test"), clock, network)
    for server in (village.mastodon, village.evil):
        village.servers[server.host] = server
        network.apps[server.host] = server.app
    return village


# Documents as other servers send them.


def note(author: Stranger, name: str = "1", *, to: tuple[str, ...] = (PUBLIC,), **more: Any) -> Document:
    iri = f"{author.iri}/statuses/{name}"
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": iri,
        "type": "Note",
        "attributedTo": author.iri,
        "content": f"<p>Note {name}</p>",
        "published": "2026-11-20T08:00:00Z",
        "to": list(to),
        "cc": [f"{author.iri}/followers"],
        **more,
    }


def act(author: Stranger, type: str, thing: Any, name: str = "", **more: Any) -> Document:  # noqa: A002
    """An activity of `author` about `thing`; its id is made from both unless `id` is given."""
    about = thing["id"] if isinstance(thing, dict) else thing
    origin = "/".join(author.iri.split("/")[:3])
    mark = abs(hash((author.iri, type, about, name))) % 10**12
    document = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{origin}/activities/{type.lower()}-{mark}",
        "type": type,
        "actor": author.iri,
        "object": thing,
    }
    if isinstance(thing, dict):
        document |= {name: thing[name] for name in ("to", "cc") if name in thing}
    return document | more


def follow_rows(session: Session, followed: Actor) -> list[str]:
    """The IRIs of who follows `followed`, accepted."""
    query = select(Actor.iri).join(Follow, Follow.follower_id == Actor.id)
    return list(session.scalars(query.where(Follow.followed_id == followed.id, Follow.state == "accepted")))


def proven(author: Stranger, document: Mapping[str, Any], now: datetime = NOW) -> Document:
    """`document` with a FEP-8b32 proof of `author`'s."""
    return dict(add_proof(dict(document), author.keys.ed25519, now))


def _headers(page: Page) -> list[tuple[bytes, bytes]]:
    return [(b"content-type", page.media_type.encode())]
