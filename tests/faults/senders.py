"""People of other servers who send activities: signed for real, sent again until they are taken, as servers do."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from actors.database import utc_now
from fediverse.signatures import Scheme, sign
from tests.faults.ledger import Ledger
from tests.faults.remotes import ACTIVITY_JSON, Person
from tests.faults.wire import Caller, Message

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
AGAIN_AFTER_S = 0.1
COME_AGAIN = (0, 429, 503)
"""After these answers the same activity is sent again; 0 is none at all."""


class Sender:
    """A server that brings activities to one instance, over `connections` connections."""

    def __init__(self, origin: str, ledger: Ledger, connections: int = 4) -> None:
        parts = urlsplit(origin)
        assert parts.port is not None
        self.origin = origin
        self._ledger = ledger
        self._callers = [Caller(parts.port, parts.netloc) for _ in range(connections)]
        self._turn = 0

    async def send(self, person: Person, activity: Mapping[str, Any], to: str = "/inbox") -> int:
        """The answer's status; 0 if there was none."""
        body = json.dumps(activity).encode()
        headers = sign(
            "POST",
            self.origin + to,
            body,
            person.keys.rsa,
            Scheme.CAVAGE,
            now=utc_now(),
            headers={"content-type": ACTIVITY_JSON},
        )
        self._turn = (self._turn + 1) % len(self._callers)
        answer = await self._callers[self._turn].ask("POST", to, headers.items(), body)
        status = 0 if answer is None else answer.status
        self._ledger.write(
            "sent",
            host=person.host,
            activity=activity["id"],
            type=activity["type"],
            status=status,
            object=_id(activity),
        )
        return status

    async def send_until_taken(self, person: Person, activity: Mapping[str, Any], to: str = "/inbox") -> None:
        """Send it, again and again while the instance does not answer or says «later»."""
        deadline = time.monotonic() + 60
        while (status := await self.send(person, activity, to)) != 202:
            assert status in COME_AGAIN, f"{activity['type']} {activity['id']} was answered {status}"
            assert time.monotonic() < deadline, f"{activity['id']} was not taken within a minute"
            await asyncio.sleep(AGAIN_AFTER_S)

    async def get(self, path: str, accept: str = "text/html", within: float = 20.0) -> Message | None:
        """What is at `path`."""
        self._turn = (self._turn + 1) % len(self._callers)
        return await self._callers[self._turn].ask("GET", path, [("accept", accept)], within=within)

    def close(self) -> None:
        for caller in self._callers:
            caller.close()


def follow(person: Person, group_iri: str, number: int = 1) -> dict[str, Any]:
    """Person wants to hear the group."""
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{person.iri}/follows/{number}",
        "type": "Follow",
        "actor": person.iri,
        "object": group_iri,
        "to": [group_iri],
    }


def mention(person: Person, group_iri: str, number: int) -> dict[str, Any]:
    """A public note that names the group, which announces it."""
    iri = f"{person.iri}/notes/{number}"
    address = {"to": [PUBLIC], "cc": [group_iri], "published": utc_now().isoformat(timespec="seconds")}
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{iri}/create",
        "type": "Create",
        "actor": person.iri,
        **address,
        "object": {
            "id": iri,
            "type": "Note",
            "attributedTo": person.iri,
            "content": f"<p>Note {number}, for whoever listens to the group.</p>",
            "tag": [{"type": "Mention", "href": group_iri, "name": "@group"}],
            **address,
        },
    }


def _id(activity: Mapping[str, Any]) -> str | None:
    thing = activity.get("object")
    return thing.get("id") if isinstance(thing, dict) else thing
