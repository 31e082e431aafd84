"""Documents of each program as it sends them, applied; and applied again, in any order, without a difference (R14)."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from actors import groups, people
from actors.events import Attendance, Event
from actors.offers import Offer
from actors.people import Actor, Keys
from actors.threads import Post
from fediverse.context import with_context
from fediverse.keys import SigningKey, multikey, pem_key
from fediverse.types import Actor as ActorDocument
from fediverse.vocabulary import write
from tests.inbox.test_authority import follow_accepted, post_offer
from tests.inbox.test_events import our_event
from tests.inbox.test_threads import let_post
from tests.village import NOW, Document, Village
from tests.world import ORIGIN, Stranger, prepared_keys

SAMPLES = Path(__file__).parent.parent / "samples"
GROUP = f"{ORIGIN}/g/interior"

# Samples that have no effect, and why; all others have one.
WITHOUT_EFFECT = {
    "gotosocial/create-votes": "several-objects",  # votes, all of one ballot in one Create
    "mastodon/create-vote": "votes-not-counted",
    "wordpress/update-article": "not-known",  # its Create was before our time
}
# What has to come first for a sample to mean something.
BEFORE = {
    "gancio/delete-event": "gancio/create-event",
    "lemmy/announce-delete": "lemmy/announce-create-page",
    "mastodon/delete-note": "mastodon/create-note",
    "mastodon/update-note": "mastodon/create-note",
    "mastodon/undo-announce": "mastodon/announce",
    "mastodon/undo-follow": "mastodon/follow",
    "mobilizon/leave-event": "mobilizon/join-event",
    "mobilizon/update-event-cancelled": "mobilizon/create-event",
}


def sample(name: str) -> Document:
    document: Document = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return document


def actor_of(village: Village, iri: str, type: str = "Person") -> Stranger:  # noqa: A002
    """An actor with this very IRI, served at its server, with keys that we know."""
    pair = prepared_keys(sum(map(ord, iri)) % 200 + 50)
    keys = Keys(SigningKey(f"{iri}#main-key", iri, pair.rsa), SigningKey(f"{iri}#ed25519-key", iri, pair.ed25519))
    origin = "/".join(iri.split("/")[:3])
    document = ActorDocument(
        id=iri,
        type=type,
        preferred_username=iri.rsplit("/", 1)[-1].strip("@?=")[:20] or "x",
        inbox=f"{origin}/inbox",
        public_keys=(pem_key(keys.rsa),),
        assertion_methods=(multikey(keys.ed25519),),
    )
    stranger = Stranger(document, keys)
    village.server(origin.partition("://")[2]).serve(with_context(write(document)))
    return stranger


def prepare(session: Session, village: Village) -> None:
    """What the samples speak of: an offer, an event and notes of ours, and a Follow that waits for an answer."""
    interior = session.get_one(Actor, village.coop.world.interior.id)
    session.execute(update(Offer).values(iri=f"{GROUP}/offers/0197a1"))
    session.execute(update(Event).values(iri=f"{GROUP}/events/0197b2"))
    for name in ("0197c3", "0197f6"):
        session.add(
            Post(
                iri=f"{GROUP}/notes/{name}",
                local=True,
                type="Note",
                author_id=interior.id,
                group_id=interior.id,
                content="<p>x</p>",
                published_at=NOW,
                updated_at=NOW,
            )
        )


SHOWN = sorted(
    f"{path.parent.name}/{path.stem}"
    for path in SAMPLES.glob("*/*.json")
    if "actor" in json.loads(path.read_text(encoding="utf-8"))
    and not str(json.loads(path.read_text(encoding="utf-8"))["actor"]).startswith(ORIGIN)
)


def furnished(village: Village) -> Village:
    """A village in which the samples mean something: what they speak of is there, here and at its origin."""
    let_post(village, "anyone")
    village.coop.db.write_now(post_offer, village)
    our_event(village)
    village.coop.db.write_now(prepare, village)
    senders = {sample(name)["actor"]: actor_of(village, sample(name)["actor"], kind(name)) for name in SHOWN}
    for iri in ("https://lemmy.example/u/joris", "https://mobilizon.example/@coopcity"):
        senders.setdefault(iri, actor_of(village, iri, "Group" if "@" in iri else "Person"))
    for sender in senders.values():
        follow_accepted(village, sender)
    village.coop.db.write_now(ask_alice, senders["https://mastodon.example/users/alice"])
    for name in ("lemmy/create-page", "mobilizon/create-event"):
        thing = sample(name)["object"]
        village.server(thing["id"].split("/")[2]).serve({"@context": sample(name)["@context"]} | thing)
    video = sample("peertube/video")
    village.server("peertube.example").serve(video)
    for each in video["attributedTo"]:
        actor_of(village, each["id"] if isinstance(each, dict) else each)
    new = actor_of(village, "https://other.example/users/alice")
    village.server("other.example").serve(
        with_context(write(new.document)) | {"alsoKnownAs": [sample("mastodon/move")["actor"]]}
    )
    return village


def ask_alice(session: Session, alice: Stranger) -> None:
    interior = people.find_actor(session, GROUP)
    found = people.remember(session, alice.document, now=NOW)
    assert interior is not None
    groups.end_follow(session, interior.id, found.id)
    groups.request_follow(session, interior, found, f"{GROUP}/activities/0197d4", now=NOW)
    noor = people.local_actor(session, "noor")
    event = session.scalars(select(Event)).one()
    assert noor is not None
    theirs = people.find_actor(session, "https://mobilizon.example/@coopcity")
    assert theirs is not None
    elsewhere = Event(
        iri="https://mobilizon.example/events/asked",
        local=False,
        group_id=theirs.id,
        name="x",
        starts_at=event.starts_at,
        over_at=event.over_at,
        published_at=NOW,
        updated_at=NOW,
    )
    session.add(elsewhere)
    session.flush()
    join_iri = sample("mobilizon/accept-join")["object"]["id"]
    session.add(Attendance(event_id=elsewhere.id, actor_id=noor.id, join_iri=join_iri, state="requested"))


def kind(name: str) -> str:
    return "Group" if "announce" in name or "mobilizon/create" in name else "Person"


async def take(village: Village, name: str, mark: str = "") -> str | None:
    """Hear a sample, from its actor; with another `mark` it is another activity that says the same."""
    document = sample(name)
    document["id"] += mark
    sender = actor_of(village, document["actor"], kind(name))
    answer = await village.coop.receive(document, signed_by=sender)
    assert answer.status in (202, 401, 403), (name, answer)
    await village.coop.dispatcher.settle()
    return village.coop.outcome(document["id"]) if answer.status == 202 else answer.code


@pytest.mark.parametrize("name", SHOWN)
async def test_each_sample_has_the_effect_that_is_expected(village: Village, name: str):
    furnished(village)
    if name in BEFORE:
        assert await take(village, BEFORE[name]) is None
    if name == "lemmy/announce-delete":
        village.server("lemmy.example").lose("https://lemmy.example/post/1234")
    assert await take(village, name) == WITHOUT_EFFECT.get(name)


# Everything that the samples change; not the log of answers, nor times.
STATE = {
    "follow": "follower_id, followed_id, state",
    "reach": "actor_id, inbox_id, followers",
    "membership": "group_id, actor_id, state",
    "attendance": "event_id, actor_id, state",
    "post": "iri, state, content, deleted_at IS NULL",
    "offer": "iri, shown, title, content, deleted_at IS NULL",
    "event": "iri, shown, name, status, deleted_at IS NULL",
    "share": "actor_id, object_iri",
    "reaction": "actor_id, object_iri",
    "report": "object_iris, content",
    "tombstone": "iri",
}


def state(village: Village) -> dict[str, list[Any]]:
    def read(session: Session) -> dict[str, list[Any]]:
        return {
            table: sorted(str(tuple(row)) for row in session.execute(text(f"SELECT {columns} FROM {table}")))
            for table, columns in STATE.items()
        }

    return village.coop.db.read_now(read)


# Samples that take nothing back: in whatever order they come, the end is the same.
LASTING = [
    name
    for name in SHOWN
    if not any(word in name for word in ("undo", "delete", "block", "move", "leave", "reject", "update", "announce-"))
]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_R14_samples_three_times_and_shuffled_end_in_the_same_state(village: Village, seed: int):
    # Given every sample once, in order
    furnished(village)
    for name in LASTING:
        await take(village, name)
    once = state(village)
    # When the very same come again, and others that say the same, shuffled
    again = [(name, mark) for name in LASTING for mark in ("", f"&again{seed}")]
    random.Random(seed).shuffle(again)
    for name, mark in again:
        await take(village, name, mark)
    # Then nothing is counted twice
    assert state(village) == once | {"report": state(village)["report"]}
