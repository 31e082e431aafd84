"""Finding an actor of another server by what a person types: a handle or an address."""

from __future__ import annotations

from actors import people
from actors.database import Database, utc_now
from fediverse.discovery import find
from fediverse.errors import Malformed
from fediverse.fetch import Fetcher
from fediverse.jsonld import readable
from fediverse.types import Actor as ActorDocument
from fediverse.vocabulary import read


async def remember_actor(db: Database, fetcher: Fetcher, who: str) -> str:
    """Find, fetch and remember the actor `who` (`@user@host`, or its address); returns its IRI.

    Raises:
        Malformed: "bad-handle", "not-an-actor", or a document that can't be read.
        Declined, Unreachable, ForbiddenAddress: its server did not do its part.
        Refused: as `actors.people.remember`.
    """
    who = who.strip()
    iri = who if who.startswith(("https://", "http://")) else await find(fetcher, who)
    fetched = await fetcher.document(iri)
    document = read(readable(fetched.json), fetcher.limits)
    if not isinstance(document, ActorDocument):
        raise Malformed("not-an-actor", iri=iri)
    actor = await db.write(people.remember, document, now=utc_now(), raw=fetched.json)
    return actor.iri
