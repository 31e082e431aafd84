"""`doctor`: looks at an instance as other servers and its operator do, and says how to mend what is wrong."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

import click
from cryptography.exceptions import InvalidTag

from actors import finds
from actors.database import head_is_current, utc_now
from actors.people import instance_actor
from actors.refusals import Refused
from fediverse.discovery import find
from fediverse.documents import parse
from fediverse.errors import FediverseError
from fediverse.hosts import parse_iri
from fediverse.keys import PublicKey
from fediverse.limits import Limits
from inbox import log as incoming
from outbox import delivery, orders
from web.cli.terminal import UNHEALTHY, Desk, command, count, desk, say
from web.cli.words import word_failure
from web.house import House, build_house
from web.workers import WorkerLock

Verdict = Literal["ok", "mind", "bad"]
LEAST_FREE_BYTES = 500_000_000
MOST_SKEW = timedelta(seconds=30)
OLD = timedelta(hours=6)
SAMPLE = 100
"""So many things of each family are looked up in the index of the search."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `mend` says what to do; empty when nothing is to be done."""

    what: str
    verdict: Verdict
    found: str
    mend: str = ""


@click.command(short_help="Look for what is wrong, and how to mend it.")
@command
def doctor(as_json: bool) -> None:
    """Check origin, clock, WebFinger, keys, database, worker and queue, and say how to mend."""
    with desk() as at:
        findings = asyncio.run(_examine(at))
    marks = {"ok": "ok  ", "mind": "mind", "bad": "BAD "}
    lines = []
    for each in findings:
        lines.append(f"{marks[each.verdict]}  {each.what}: {each.found}")
        if each.mend:
            lines.append(f"      -> {each.mend}")
    bad = sum(each.verdict == "bad" for each in findings)
    lines.append("Everything is in order." if not bad else f"{bad} to mend.")
    say(as_json, {"ok": not bad, "findings": [asdict(each) for each in findings]}, lines)
    if bad:
        sys.exit(UNHEALTHY)


async def _examine(at: Desk) -> list[Finding]:
    findings = [_data_dir(at), *_database(at)]
    try:
        house = build_house(at.settings, at.db, at.vault)
    except (Refused, InvalidTag, ValueError) as error:
        mend = "Give back the secret key that belongs to this database, or start `knooppunt serve` once if it is new."
        return [*findings, Finding("keys", "bad", f"the instance's key can't be opened ({type(error).__name__})", mend)]
    try:
        findings.append(_keys(house))
        findings.extend([each async for each in _from_outside(house)])
        findings.append(_worker(house))
        findings.extend(_queue(house))
    finally:
        await house.fetcher.close()
        house.signers.shutdown()
    return findings


def _data_dir(at: Desk) -> Finding:
    where = at.settings.data_dir.resolve()
    free = shutil.disk_usage(where).free
    if not os.access(where, os.W_OK):
        return Finding("files", "bad", f"{where} can't be written", "Give the service's user the directory.")
    if free < LEAST_FREE_BYTES:
        return Finding("files", "bad", f"{free // 1_000_000} MB left at {where}", "Make room: a full disk answers 503.")
    return Finding("files", "ok", f"{where}, {free // 1_000_000_000} GB free")


def _database(at: Desk) -> list[Finding]:
    kind = "SQLite" if at.db.is_sqlite else "PostgreSQL"
    if not at.db.read_now(head_is_current):
        return [Finding("database", "bad", f"{kind}, tables of another version", "Run: knooppunt migrate")]
    return [Finding("database", "ok", f"{kind}, tables up to date"), _search(at)]


def _search(at: Desk) -> Finding:
    if wrong := at.db.read_now(finds.wrong, SAMPLE):
        mend = "Run: knooppunt search rebuild"
        return Finding("search", "bad", f"{count(wrong, 'thing')} of the newest not found as they should be", mend)
    return Finding("search", "ok", "the newest things are found")


def _keys(house: House) -> Finding:
    actor = house.db.read_now(instance_actor)
    key = house.db.read_now(house.keyring.load, actor.id).rsa
    public = PublicKey(key.key_iri, key.owner_iri, key.private.public_key())
    public.verify(key.sign(b"doctor"), b"doctor")
    return Finding("keys", "ok", f"{key.key_iri} opens and signs")


async def _from_outside(house: House) -> AsyncIterator[Finding]:
    origin = house.origin
    local = origin.startswith("http://")
    try:
        answer = await house.fetcher.get(f"{origin}/.well-known/nodeinfo", "application/json")
    except FediverseError as error:
        mend = (
            "Start it: knooppunt serve"
            if local
            else "Check that the name resolves to this server, that the proxy runs, and that its certificate is valid."
        )
        yield Finding("origin", "bad", f"{origin} does not answer. {word_failure(error)}", mend)
        return
    scheme = "for this machine only" if local else "with a valid certificate"
    yield Finding("origin", "ok", f"{origin} answers, {scheme}")
    yield _clock(answer.headers)
    authority = origin.partition("://")[2]
    for username in [parse_iri(origin).host, *(each.username for each in house.db.read_now(orders.list_groups)[:1])]:
        handle = iri = f"@{username}@{authority}"
        try:
            iri = await find(house.fetcher, handle)
            document = parse((await house.fetcher.get(iri, "application/activity+json")).body, Limits())
        except FediverseError as error:
            mend = "Look at the proxy: /.well-known/ and every other path must reach Knooppunt and come back unchanged."
            yield Finding("WebFinger", "bad", f"{handle} is not found. {word_failure(error)}", mend)
            continue
        if document.get("id") != iri:
            wrong = f"{iri} says it is {document.get('id')}"
            yield Finding("documents", "bad", wrong, "Check `origin` in the settings.")
        else:
            yield Finding("WebFinger", "ok", f"{handle} is {iri}")


def _clock(headers: object) -> Finding:
    said = dict(headers).get("date") if headers else None  # type: ignore[call-overload]
    if not said:
        return Finding("clock", "mind", f"{utc_now():%Y-%m-%d %H:%M:%S} UTC; the proxy tells no time to compare with")
    skew = abs(datetime.now(UTC) - parsedate_to_datetime(said))
    if skew > MOST_SKEW:
        return Finding("clock", "bad", f"off by {skew}", "Turn on time synchronisation (timedatectl set-ntp true).")
    return Finding("clock", "ok", f"{utc_now():%Y-%m-%d %H:%M:%S} UTC")


def _worker(house: House) -> Finding:
    lock = WorkerLock.beside(house)
    if not house.db.is_sqlite:
        return Finding("worker", "ok", "leases in the database say who works; see the queue")
    if lock.take():
        lock.release()
        return Finding("worker", "bad", "nobody delivers or applies", "Start `knooppunt serve` or `knooppunt work`.")
    return Finding("worker", "ok", "running")


def _queue(house: House) -> list[Finding]:
    now = utc_now()
    rows = house.db.read_now(delivery.queue, now)
    late = [each for each in rows if each.oldest_age is not None and each.oldest_age > OLD]
    load = house.db.read_now(incoming.load)
    findings = [
        Finding("queue", "ok", _waiting([each.waiting for each in rows if each.waiting]))
        if not late
        else Finding(
            "queue",
            "mind",
            f"waits since more than 6 hours for {', '.join(each.authority for each in late[:3])}"
            + (f" and {len(late) - 3} more" if len(late) > 3 else ""),
            "See: knooppunt queue. They are tried by themselves; `knooppunt host retry NAME` tries one now.",
        )
    ]
    if load.quarantined:
        findings.append(
            Finding(
                "incoming", "mind", f"{count(load.quarantined, 'activity')} could not be applied", "Report it, please."
            )
        )
    return findings


def _waiting(lanes: list[int]) -> str:
    if not lanes:
        return "nothing waits"
    return f"{count(sum(lanes), 'activity')} waiting for {count(len(lanes), 'server')}"


COMMANDS = [doctor]
