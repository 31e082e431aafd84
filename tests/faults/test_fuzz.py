"""Thousands of odd activities over HTTP (R9 of security.md §3); tests/inbox/test_fuzz.py does it in one process."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from actors.database import utc_now
from fediverse.signatures import Scheme, sign
from tests.faults.conftest import MakeCoop, Tell
from tests.faults.coop import Coop, eventually
from tests.faults.ledger import Ledger
from tests.faults.load import let_follow
from tests.faults.publishing import Publisher
from tests.faults.remotes import ACTIVITY_JSON, Person, Remotes
from tests.faults.senders import Sender, mention
from tests.faults.sizes import FUZZED, LONG
from tests.faults.wire import Caller
from tests.inbox.test_fuzz import FOREIGN, Mutator

AT_ONCE = 8
HANGS_S = 1.0 if LONG else 3.0
"""In the short form others use this machine too."""
WARM = FUZZED // 4
"""After so many all caches are full; from then on, memory should not grow much."""
RSS_GROWTH_MIB = 50
EACH = 25
"""How many one person sends: sooner or later she deletes herself, and another goes on."""
EVIL = "evil.localhost"
PROVING = {"signature", "signature-input", "digest", "content-digest"}
"""These may not be there twice."""


async def test_odd_activities_are_answered_soon_and_change_nothing_that_is_not_their_senders(
    make_coop: MakeCoop, remotes: Remotes, ledger: Ledger, tell: Tell
) -> None:
    # Given an instance with things of its own and of others
    coop = make_coop()
    await coop.start_all()
    remotes.keys = await coop.keys_of("open", "quiet", "lonely")
    await let_follow(coop, remotes, ledger, "open", ["honest.localhost", "other.localhost"])
    sender, publisher = Sender(coop.origin, ledger), Publisher(coop.url, ledger)
    try:
        for number in range(5):
            person = remotes.person("honest.localhost", "a")
            await sender.send_until_taken(person, mention(person, coop.iri("open"), number))
            await publisher.publish("open")
    finally:
        sender.close()
        publisher.close()
    await coop.idle(within=30)
    before = _foreign(coop, remotes)
    # Names that a broken byte makes of these are nobody's.
    remotes.hosts = {EVIL, "honest.localhost", "other.localhost"}

    # When odd things come, signed by somebody of an evil host or by nobody, whole or broken
    fuzz = Fuzz(coop, remotes)
    began = time.monotonic()
    await asyncio.gather(*(fuzz.send(range(first, WARM, AT_ONCE)) for first in range(AT_ONCE)))
    rss = _rss_mib(coop)
    await asyncio.gather(*(fuzz.send(range(WARM + first, FUZZED, AT_ONCE)) for first in range(AT_ONCE)))
    seconds = time.monotonic() - began
    # All of one host, so one after the other, and most of it needs something fetched.
    await eventually(lambda: _nothing_new(coop), within=60 + FUZZED / 50, what="all is applied or refused")

    # Then none was an error of ours, none took long, and what is others' is as it was
    grown = _rss_mib(coop) - rss
    tell(
        f"{FUZZED} odd activities in {seconds:.0f} s, dealt with after {time.monotonic() - began:.0f} s: "
        f"answers {dict(sorted(fuzz.answers.items()))}, "
        f"the slowest after {fuzz.slowest * 1000:.0f} ms; memory grew by {grown:.0f} MiB after the first {WARM}"
    )
    assert max(fuzz.answers) < 500
    assert min(fuzz.answers) > 0, "a request was not answered"
    assert fuzz.wrongly_taken == []
    assert fuzz.answers[202] > FUZZED / 20
    assert fuzz.slowest < HANGS_S
    assert _foreign(coop, remotes) == before
    assert _fallen(coop) == []
    assert grown < RSS_GROWTH_MIB


class Fuzz:
    """Sends, and keeps count."""

    def __init__(self, coop: Coop, remotes: Remotes) -> None:
        self.answers = Counter[int]()
        self.slowest = 0.0
        self.wrongly_taken: list[str] = []
        self._coop = coop
        self._remotes = remotes

    async def send(self, numbers: range) -> None:
        """What has these numbers, one after the other."""
        caller = Caller(self._coop.port, self._coop.authority)
        make = Mutator(numbers.start)
        try:
            for number in numbers:
                await self._send_one(caller, make, number)
        finally:
            caller.close()

    async def _send_one(self, caller: Caller, make: Mutator, number: int) -> None:
        person = self._remotes.person(EVIL, f"m{number // EACH}")
        document = make.activity(number, person.iri)
        body = _here(json.dumps(document), self._coop, self._remotes).encode("utf-8", "replace")
        to = make.random.choice(["/inbox", "/g/open/inbox", "/g/quiet/inbox", "/actor/inbox", "/u/nobody/inbox"])
        headers, body, may_be_taken = _envelope(make.random, person, self._coop.origin + to, body)
        began = time.monotonic()
        answer = await caller.ask("POST", to, headers, body)
        self.slowest = max(self.slowest, time.monotonic() - began)
        status = 0 if answer is None else answer.status
        self.answers[status] += 1
        if status == 202 and not may_be_taken:
            self.wrongly_taken.append(f"{number} {headers} {body[:200]!r}")


def _envelope(
    chance: random.Random, person: Person, url: str, body: bytes
) -> tuple[list[tuple[str, str]], bytes, bool]:
    """Headers and body, and whether this may be taken at all."""
    plain = [("content-type", ACTIVITY_JSON)]
    way = chance.random()
    if way < 0.1:
        return plain, body, False
    if way < 0.2:
        at = chance.randrange(len(body))
        body = body[:at] + bytes([chance.randrange(256)]) + body[at + chance.randrange(3) :]
    scheme = chance.choice([Scheme.CAVAGE, Scheme.RFC9421])
    key = chance.choice([person.keys.rsa, person.keys.rsa, person.keys.ed25519])
    signed = list(sign("POST", url, body, key, scheme, now=utc_now(), headers=dict(plain)).items())
    if way < 0.25:
        return signed, body + b" ", False
    if way < 0.35:
        at = next(number for number, (name, _) in enumerate(signed) if name.lower() == "signature")
        name, value = signed[at]
        cut = chance.randrange(len(value))
        odd = chance.choice(["", "=", '"', ",", "\u00e9", "(", "AAAA", ";", "created=1"])
        signed[at] = (name, value[:cut] + odd + value[cut + 1 :])
        return signed, body, True  # it may have been changed where it says nothing
    if way < 0.4:
        twice = chance.choice(signed)
        signed.append(twice)
        return signed, body, twice[0].lower() not in PROVING
    if way < 0.45:
        del signed[chance.randrange(len(signed))]
        return signed, body, True
    return signed, body, True


def _here(document: str, coop: Coop, remotes: Remotes) -> str:
    """The document with the names of this neighbourhood for those of the village."""
    for there, here in (
        ("https://coop.example", coop.origin),
        ("https://evil.test", f"http://{remotes.authority(EVIL)}"),
        ("https://mastodon.example/users/alice", f"http://{remotes.authority('honest.localhost')}/u/a"),
        ("https://mastodon.example", f"http://{remotes.authority('honest.localhost')}"),
        ("/g/interior", "/g/open"),
    ):
        document = document.replace(there, here)
    return document


def _ask(coop: Coop, query: str) -> list[Any]:
    engine = create_engine(coop.url)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]
    finally:
        engine.dispose()


def _foreign(coop: Coop, remotes: Remotes) -> dict[str, list[str]]:
    """Everything that is not the evil host's."""
    return {
        name: sorted(
            map(
                str,
                _ask(
                    coop,
                    query.replace("https://evil.test", f"http://{remotes.authority(EVIL)}").replace("evil.test", EVIL),
                ),
            )
        )
        for name, query in FOREIGN.items()
    }


async def _nothing_new(coop: Coop) -> bool:
    return not await asyncio.to_thread(
        _ask, coop, "SELECT iri FROM incoming WHERE state = 'new' AND attempts = 0 LIMIT 1"
    )


def _fallen(coop: Coop) -> list[Any]:
    """What fell over in the worker."""
    return _ask(coop, "SELECT outcome, iri FROM incoming WHERE outcome LIKE '%Error %'")


def _rss_mib(coop: Coop) -> float:
    """What the process that answers holds in memory."""
    status = Path(f"/proc/{coop.playing['web']._popen.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
