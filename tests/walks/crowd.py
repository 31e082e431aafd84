"""A few servers with many people, which treat a Move as Mastodon does; one process, one port, several names.

Whoever asks for `/u/{name}` finds a person with a key. What comes to an inbox has to be signed by its actor, whose key
is fetched from where it lives. A Follow that was accepted is believed; a Move leads whoever follows to the target, if
the target's own document names the old one: follow there, then take the old Follow back.

Source: Mastodon's app/lib/activitypub/activity/move.rb, app/workers/unfollow_follow_worker.rb.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Self

from actors.database import utc_now
from fediverse.errors import FediverseError
from fediverse.keys import PublicKey, load_public_pem
from fediverse.signatures import Scheme, SignedRequest, examine, sign
from tests.faults.remotes import Person, make_person
from tests.walks.processes import ACTIVITY_JSON, Document, ask

AT_A_TIME = 4


class Crowd:
    """The servers; `with` them.

    Attributes:
        follows: (who, whom) -> "asked" or "accepted"; what was taken back is gone.
        moved: (host, old, new) for every Move that a server believed.
        received: (host, activity) for everything that was proven, in order.
        refused: what was not proven, or was answered otherwise than expected, in words.
    """

    def __init__(self, hosts: Sequence[str]) -> None:
        self.hosts = hosts
        self.follows: dict[tuple[str, str], str] = {}
        self.moved: list[tuple[str, str, str]] = []
        self.received: list[tuple[str, Document]] = []
        self.refused: list[str] = []
        self._people: dict[str, Person] = {}
        self._asked: dict[tuple[str, str], Document] = {}
        self._keys: dict[str, PublicKey] = {}
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._later = ThreadPoolExecutor(AT_A_TIME)

    def __enter__(self) -> Self:
        crowd = self

        class Door(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                person = crowd._people.get(f"http://{self.headers['host']}{self.path}")
                self._answer(404 if person is None else 200, b"" if person is None else person.document)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                self._answer(crowd._take(self.path, self.headers["host"], tuple(self.headers.items()), body))

            def _answer(self, status: int, body: bytes = b"") -> None:
                self.send_response(status)
                self.send_header("Content-Type", ACTIVITY_JSON)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing: what matters is in `received` and `refused`."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._later.shutdown(wait=True, cancel_futures=True)

    def person(self, host: str, name: str) -> Person:
        """Somebody who lives on `host` from now on."""
        person = make_person(f"{host}:{self.port}", name)
        self._people[person.iri] = person
        return person

    def follow_all(self, people: Sequence[Person], iri: str) -> None:
        """Everybody asks to follow `iri`."""
        list(self._later.map(lambda person: self.follow(person, iri), people))

    def followers_of(self, iri: str, state: str = "accepted") -> int:
        with self._lock:
            return sum(whom == iri and is_now == state for (_, whom), is_now in self.follows.items())

    # ------------------------------------------------------------------------------------------------------- hearing

    def _take(self, target: str, authority: str, headers: tuple[tuple[str, str], ...], body: bytes) -> int:
        activity: Document = json.loads(body)
        lower = tuple((name.lower(), value) for name, value in headers)
        try:
            claim = examine(SignedRequest("POST", target, lower, body, f"http://{authority}"), now=utc_now())
            claim.verify(self._key(claim.key_iri, activity["actor"]))
        except (FediverseError, AssertionError) as error:
            self.refused.append(f"{activity['id']}: {error!r}")
            return 401
        with self._lock:
            self.received.append((authority, activity))
        if activity["type"] == "Accept":
            follow = activity["object"]
            with self._lock:
                self.follows[(follow["actor"], activity["actor"])] = "accepted"
        if activity["type"] == "Move":
            self._later.submit(self._move, authority, activity)
        return 202

    def _key(self, key_iri: str, actor_iri: str) -> PublicKey:
        if key_iri in self._keys:
            return self._keys[key_iri]
        document = ask(actor_iri, accept=ACTIVITY_JSON).json
        key = document["publicKey"]
        key = key[0] if isinstance(key, list) else key
        assert (key["id"], key["owner"]) == (key_iri, actor_iri), key
        self._keys[key_iri] = PublicKey(key_iri, actor_iri, load_public_pem(key["publicKeyPem"]))
        return self._keys[key_iri]

    def _move(self, authority: str, move: Document) -> None:
        old, target = move["actor"], move["target"]
        document = ask(target, accept=ACTIVITY_JSON).json
        if move["object"] != old or old not in document.get("alsoKnownAs", []):
            self.refused.append(f"{move['id']}: {target} does not say that it is {old}")
            return
        with self._lock:
            self.moved.append((authority, old, target))
            ours = [who for (who, whom), state in self.follows.items() if whom == old and state == "accepted"]
        for iri in ours:
            person = self._people[iri]
            if person.authority == authority:
                self.follow(person, target)
                self.unfollow(person, old)

    # -------------------------------------------------------------------------------------------------------- saying

    def follow(self, person: Person, iri: str) -> None:
        follow = {"id": f"{person.iri}#follows/{next(self._numbers)}", "type": "Follow", "object": iri}
        with self._lock:
            self.follows[(person.iri, iri)] = "asked"
            self._asked[(person.iri, iri)] = follow
        self._post(person, iri, follow)

    def unfollow(self, person: Person, iri: str) -> None:
        with self._lock:
            del self.follows[(person.iri, iri)]
            follow = self._asked.pop((person.iri, iri))
        undo = {"id": f"{follow['id']}/undo", "type": "Undo", "object": follow | {"actor": person.iri}}
        self._post(person, iri, undo)

    def _post(self, person: Person, iri: str, said: Document) -> None:
        context = "https://www.w3.org/ns/activitystreams"
        body = json.dumps({"@context": context, "actor": person.iri, "to": [iri]} | said).encode()
        inbox = f"{iri}/inbox"
        kept = {"content-type": ACTIVITY_JSON}
        signed = sign("POST", inbox, body, person.keys.rsa, Scheme.CAVAGE, now=utc_now(), headers=kept)
        del signed["host"]  # `ask` sends it
        answer = ask(inbox, method="POST", body=body, headers=signed)
        if answer.status != 202:
            self.refused.append(f"{said['type']} of {person.iri}: {answer.status} {answer.text[:200]}")
