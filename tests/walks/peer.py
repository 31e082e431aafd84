"""The independent peer of tests/peers/: Fedify's server in a process of its own, and orders to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests import needs
from tests.walks.processes import ACTIVITY_JSON, Document, Process, ask, clean_environment, free_port

HOST = "peer.localhost"


class Peer:
    """A running peer with the people `ann`, `nele` and `fleur`, and the group `atelier`."""

    def __init__(self, folder: Path, host: str = HOST) -> None:
        self.authority = f"{host}:{free_port()}"
        self.origin = f"http://{self.authority}"
        words = [str(needs.node()), "--import", "./node20.mjs", "server.mjs", *self.authority.split(":")]
        self._process = Process(words, folder, "peer", clean_environment(), cwd=needs.peer())
        try:
            self._control = json.loads(self._process.first_line())["control"]
        except BaseException:
            self._process.kill()
            raise

    def end(self) -> None:
        self._process.kill()
        print(f"--- peer\n{self._process.complained[-6000:]}")

    def do(self, order: str, **facts: object) -> Any:
        """Give an order that has to succeed; its answer."""
        answer = ask(f"http://127.0.0.1:{self._control}/{order}", method="POST", body=json.dumps(facts).encode())
        assert answer.status == 200, answer.text
        return answer.json

    def iri(self, resident: str) -> str:
        return f"{self.origin}/actors/{resident}"

    def handle(self, resident: str) -> str:
        return f"@{resident}@{self.authority}"

    def received(self, kind: str, *, actor: str, about: str | None = None) -> list[Document]:
        """What came of this type from `actor`, oldest first, as the peer noted it; `about` is the object's id."""
        return [
            each
            for each in self.do("state")["received"]
            if each["activity"]
            and each["activity"].get("type") == kind
            and each["activity"].get("actor") == actor
            and about in {None, _id(each["activity"].get("object"))}
        ]

    def has_received(self, kind: str, *, actor: str, about: str | None = None) -> Callable[[], list[Document]]:
        """A question for `eventually`."""
        return lambda: self.received(kind, actor=actor, about=about)

    def follow_state(self, who: str, whom_iri: str) -> str | None:
        state: str | None = self.do("state")["follows"][who].get(whom_iri)
        return state

    def followers(self, resident: str) -> list[str]:
        followers: list[str] = self.do("state")["followers"][resident]
        return followers

    def shows(self, iri: str) -> int:
        """The status of one of the peer's own addresses."""
        return ask(iri, accept=ACTIVITY_JSON).status


def _id(thing: Any) -> str | None:
    return thing.get("id") if isinstance(thing, dict) else thing
