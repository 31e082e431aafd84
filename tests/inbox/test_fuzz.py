"""Activities that nobody would write: none answered with 5xx, none that changes what is not its sender's (R9).

KNOOPPUNT_FUZZ=20000 python -m pytest tests/inbox/test_fuzz.py      the long form
KNOOPPUNT_FUZZ_SEED=7 …                                             another sequence
"""

from __future__ import annotations

import asyncio
import copy
import json
import os
import random
import time
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.inbox.test_authority import follow_accepted, post_offer
from tests.inbox.test_events import our_event
from tests.inbox.test_samples import SHOWN, sample
from tests.inbox.test_threads import let_post
from tests.village import Document, Village, act, note
from tests.world import ALICE, ORIGIN, Stranger

ROUNDS = int(os.environ.get("KNOOPPUNT_FUZZ", "2000"))
SEED = int(os.environ.get("KNOOPPUNT_FUZZ_SEED", "1"))
TOGETHER = 25
LONGEST_S = 5.0
"""How much processor time so many of them may take."""

GROUP = f"{ORIGIN}/g/interior"
IRIS = (
    GROUP,
    f"{GROUP}/followers",
    f"{ORIGIN}/actor",
    ORIGIN,
    f"{ORIGIN}/inbox",
    ALICE.iri,
    f"{ALICE.iri}/statuses/1",
    "https://mastodon.example/users/bob",
    "https://evil.test/users/mallory",
    "https://evil.test/users/mallory/statuses/1",
    "https://evil.test/served",
    "http://127.0.0.1:5432/",
    "https://EVIL.test./users/mallory",
    "https://evil.test@mastodon.example/",
    "as:Public",
    "https://www.w3.org/ns/activitystreams#Public",
)
ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**53,
    2**62,
    1.5e300,
    "",
    "x" * 5_000,
    "\u202e\u200b",
    "<script>alert(1)</script>",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00",
    [],
    {},
    [[]],
    [{}],
    {"type": "Note"},
    {"id": GROUP},
    ["a", ["b"]],
    {"type": ["Note", "Event"], "id": "https://evil.test/served"},
)
KEYS = [
    "id",
    "type",
    "actor",
    "object",
    "target",
    "attributedTo",
    "to",
    "cc",
    "bto",
    "audience",
    "inReplyTo",
    "tag",
    "attachment",
    "content",
    "name",
    "summary",
    "published",
    "updated",
    "startTime",
    "endTime",
    "location",
    "oneOf",
    "anyOf",
    "publishes",
    "purpose",
    "reciprocal",
    "instrument",
    "result",
    "proof",
    "signature",
    "url",
    "icon",
    "replies",
    "context",
    "@context",
]
TYPES = [
    "Create",
    "Update",
    "Delete",
    "Follow",
    "Undo",
    "Accept",
    "Reject",
    "Announce",
    "Like",
    "Block",
    "Flag",
    "Move",
    "Join",
    "Leave",
    "Add",
    "Remove",
    "Offer",
    "Invite",
    "QuoteRequest",
    "EmojiReact",
    "Note",
    "Event",
    "Question",
    "Article",
    "Person",
    "Group",
    "Tombstone",
    "Proposal",
    "Agreement",
    "Collection",
    "Nonsense",
]


class Mutator:
    """Makes odd activities out of real ones."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.seeds = [sample(name) for name in SHOWN]

    def activity(self, number: int, who: str) -> Document:
        document = copy.deepcopy(self.random.choice(self.seeds))
        if self.random.random() < 0.8:
            document["actor"] = who
            document["id"] = f"https://evil.test/activities/{number}"
        if self.random.random() < 0.5:
            document = json.loads(json.dumps(document).replace("https://mastodon.example/users/alice", who))
        for _ in range(self.random.choice((0, 1, 1, 2, 4, 12))):
            self._mutate(document)
        return document

    def _mutate(self, document: Document) -> None:
        place: Any = document
        while isinstance(place, dict | list) and place and self.random.random() < 0.6:
            inside = [
                each for each in (place.values() if isinstance(place, dict) else place) if isinstance(each, dict | list)
            ]
            if not inside:
                break
            place = self.random.choice(inside)
        if isinstance(place, list):
            if place and self.random.random() < 0.5:
                place.pop()
            place.append(self._value())
            return
        key = self.random.choice([*place, *KEYS, "type", "object", "id"])
        match self.random.randrange(6):
            case 0:
                place.pop(key, None)
            case 1:
                place[key] = [copy.deepcopy(place.get(key)), self._value()]
            case 2:
                place[key] = copy.deepcopy(document.get("object"))
            case 3:
                place["type"] = self.random.choice(TYPES)
            case _:
                place[key] = self._value()

    def _value(self) -> Any:
        return copy.deepcopy(self.random.choice((*IRIS, *IRIS, *ODD)))


# What nobody on evil.test may change, however they say it.
FOREIGN = {
    "actor": "SELECT iri, name, summary, moved_to_iri, suspended_at, deleted_at FROM actor WHERE host != 'evil.test'",
    "keys": "SELECT k.iri, k.public FROM remote_key k JOIN actor a ON a.id = k.actor_id WHERE a.host != 'evil.test'",
    "follow": "SELECT f.iri, f.state FROM follow f JOIN actor a ON a.id = f.follower_id"
    " JOIN actor b ON b.id = f.followed_id"
    " WHERE a.host != 'evil.test' AND b.host != 'evil.test'",
    "membership": "SELECT m.id, m.role, m.state FROM membership m LEFT JOIN actor a ON a.id = m.actor_id"
    " WHERE a.host IS NULL OR a.host != 'evil.test'",
    "offer": "SELECT o.iri, o.title, o.content, o.shown, o.deleted_at FROM offer o JOIN actor a ON a.id = o.group_id"
    " WHERE a.host != 'evil.test'",
    "event": "SELECT e.iri, e.name, e.content, e.shown, e.deleted_at FROM event e JOIN actor a ON a.id = e.group_id"
    " WHERE a.host != 'evil.test'",
    "post": "SELECT p.iri, p.content, p.public, p.deleted_at FROM post p JOIN actor a ON a.id = p.author_id"
    " WHERE a.host != 'evil.test'",
    "share": "SELECT s.iri FROM share s JOIN actor a ON a.id = s.actor_id WHERE a.host != 'evil.test' AND NOT a.local",
    "reaction": "SELECT r.iri FROM reaction r JOIN actor a ON a.id = r.actor_id WHERE a.host != 'evil.test'",
    "host": "SELECT name, policy FROM host",
    "stone": "SELECT iri FROM tombstone WHERE iri NOT LIKE 'https://evil.test/%'",
}


def foreign(village: Village) -> dict[str, list[str]]:
    def read(session: Session) -> dict[str, list[str]]:
        return {
            name: sorted(str(tuple(row)) for row in session.execute(text(query))) for name, query in FOREIGN.items()
        }

    return village.coop.db.read_now(read)


async def test_R9_mutated_activities_change_nothing_that_is_not_their_senders(village: Village):
    # Given a village with things of everybody's, and Mallory, whom a group of ours even follows
    mallory: Stranger = village.evil.person("mallory")
    bob = village.mastodon.person("bob")
    let_post(village, "anyone")
    village.coop.db.write_now(post_offer, village)
    our_event(village)
    follow_accepted(village, mallory)
    follow_accepted(village, bob)
    village.mastodon.note(bob)
    await village.coop.hear(act(bob, "Create", note(bob)), act(bob, "Follow", GROUP), by=bob)
    village.evil.serve(note(mallory) | {"id": "https://evil.test/served"})
    village.evil.note(mallory)
    before = foreign(village)
    make = Mutator(SEED)

    # When odd things come, some signed by her and some by nobody
    statuses: dict[int, int] = {}
    for start in range(0, ROUNDS, TOGETHER):
        # Sooner or later she deletes herself, and another takes her place.
        mallory = village.evil.person(f"m{start}", number=40 + start // TOGETHER % 50)
        began = time.process_time()
        numbers = range(start, min(start + TOGETHER, ROUNDS))
        signers = [None if number % 10 == 9 else mallory for number in numbers]
        answers = await asyncio.gather(
            *(
                village.coop.receive(make.activity(number, mallory.iri), signed_by=signer)
                for number, signer in zip(numbers, signers, strict=True)
            )
        )
        for answer, signer in zip(answers, signers, strict=True):
            statuses[answer.status] = statuses.get(answer.status, 0) + 1
            assert signer is not None or answer.status == 401
        await village.coop.dispatcher.settle()
        assert time.process_time() - began < LONGEST_S

    # Then none was an error of ours, none failed in the worker, and what is not hers is as it was
    assert max(statuses) < 500, statuses
    assert statuses.get(202, 0) > ROUNDS / 20, statuses
    failed = village.coop.db.read_now(
        lambda session: [
            tuple(row)
            for row in session.execute(
                text("SELECT outcome, iri, CAST(body AS TEXT) FROM incoming WHERE outcome LIKE '%Error %'")
            )
        ]
    )
    assert failed == []
    assert foreign(village) == before
