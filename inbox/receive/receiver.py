"""`Receiver.accept`: from a signed request to a saved row.

Everything that costs nothing comes first: size, form, who says it, what is signed, whether the host is
welcome and not too loud. Only then may a key be fetched. Only what is proven is saved, and 202 is said
only after the commit.

Source: rules 3 and 9 and rows K1–K11, D4–D7 of the security contract; ActivityPub §7.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from actors import moderation, people
from actors.database import Database, utc_now
from actors.people import KnownKey
from fediverse import types as wire
from fediverse.documents import parse
from fediverse.errors import FediverseError, Gone, Malformed, Unauthorised, Unproven
from fediverse.fetch import Fetcher
from fediverse.hosts import Iri, parse_iri, same_origin
from fediverse.jsonld import readable
from fediverse.limits import Limits
from fediverse.proofs import verification_method_of, verify_proof
from fediverse.signatures import Claim, SignedRequest, accept_signature_header, examine
from fediverse.vocabulary import id_of, read
from inbox.receive.answers import Answer, Refusal
from inbox.receive.keys import Keys
from inbox.receive.rates import Rates
from inbox.receive.readers import Readers
from inbox.receive.recognition import Document, Said, deletes_itself, digest, touched
from inbox.receive.scribe import Entry, Scribe

MEDIA_TYPES = frozenset({"application/activity+json", "application/ld+json", "application/json"})
FROM_ITS_ORIGIN = frozenset({"Create", "Update", "Delete"})
"""What somebody else may bring us without a proof: we ask the object's origin ourselves, and believe only that."""
RETRY_AFTER_S = 30


class Receiver:
    """The gate of all inboxes, shared and personal.

    Args:
        db: where it is saved.
        fetcher: asks for keys that are not known.
        origin: ours, such as "https://coop.example".
        limits: sizes and rates.
        wake: called after each commit that saved something: the dispatcher's `wake`.
        expect: told what was read here before it is saved, so that it need not be read again: the dispatcher's.
        now: the clock.
    """

    def __init__(
        self,
        db: Database,
        fetcher: Fetcher,
        *,
        origin: str,
        limits: Limits,
        wake: Callable[[], None] | None = None,
        expect: Callable[[str, bytes, wire.Activity, Document], None] | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._db = db
        self._origin = parse_iri(origin)
        self._limits = limits
        self._wake = wake
        self._expect = expect
        self._now = now
        self._keys = Keys(db, fetcher, limits=limits, now=now)
        self.readers = Readers(db, self._keys, now=now)
        self._scribe = Scribe(db)
        # The same actors and keys come again and again, and reading an IRI is a tenth of the whole work.
        self._place = lru_cache(maxsize=limits.hosts_remembered)(lambda text: parse_iri(text, limits))
        bucket = {"per_s": limits.inbox_per_host_per_s, "burst": limits.inbox_per_host_burst}
        self._rates = Rates(**bucket, remembered=limits.hosts_remembered)
        # Who has proven nothing yet could empty the bucket of the host whose name they borrow: these have their own.
        self._unproven = Rates(**bucket, remembered=limits.hosts_remembered)

    async def accept(self, request: SignedRequest, *, inbox_actor: str | None) -> Answer:
        """Judge `request`, save what it brings, and say what to answer.

        Args:
            request: exactly as it came, the body complete.
            inbox_actor: the id of the actor whose inbox it was sent to; None for the shared inbox.
        """
        try:
            return await self._accept(request, inbox_actor)
        except Refusal as refusal:
            return self._refused(refusal.status, refusal.code, refusal.retry_after_s)
        except Malformed as error:
            return self._refused(413 if error.code == "body-too-large" else 400, error.code)
        except Unauthorised as error:
            return self._refused(403, error.code)
        except FediverseError as error:
            return self._refused(401, error.code)
        except (SQLAlchemyError, OSError):
            return self._refused(503, "not-now", RETRY_AFTER_S)

    async def _accept(self, request: SignedRequest, inbox_actor: str | None) -> Answer:
        now = self._now()
        self._check_form(request)
        claim = examine(request, now=now)
        said = self._read(request.body)
        signer = self._place(claim.key_iri)
        if signer.origin == self._origin.origin or said.actor.origin == self._origin.origin:
            raise Refusal(403, "ours")
        key = self._keys.held(claim.key_iri)
        if key is None:
            key = await self._find(claim, said, now)
            if key is None:
                return Answer(202, "dropped")
        key = await self._prove(claim, key)
        if key.suspended:
            raise Refusal(403, "suspended")
        wait_s = self._rates.take(signer.host, now)
        if wait_s:
            raise Refusal(429, "too-fast", wait_s)
        trust = await self._trust(said, key)
        if self._expect is not None:
            self._expect(said.iri, request.body, said.activity, said.document)
        verdict = "stale-key"
        for _ in range(2):
            verdict = await self._scribe.save(self._entry(request.body, said, signer, key, trust, inbox_actor, now))
            if verdict != "stale-key":
                break
            # Another process learnt a newer key of theirs. Prove it again with that one.
            self._keys.forget(claim.key_iri)
            newer = await self._keys.known(claim.key_iri)
            if newer is None:
                raise Unproven("key-not-found", key=claim.key_iri)
            claim.verify(newer.public)
            key = newer
        return self._answer(verdict)

    def _answer(self, verdict: str) -> Answer:
        match verdict:
            case "accepted":
                if self._wake is not None:
                    self._wake()
                return Answer(202, verdict)
            case "repeated":
                return Answer(202, verdict)
            case "blocked" | "suspended":
                raise Refusal(403, verdict)
            case "no-such-inbox":
                raise Refusal(404, verdict)
            case _:
                raise Unproven(verdict)

    def _check_form(self, request: SignedRequest) -> None:
        if len(request.body) > self._limits.body_bytes:
            raise Refusal(413, "body-too-large")
        names = dict(request.headers)
        if "signature" not in names:
            raise Unproven("unsigned")
        if names.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            raise Refusal(415, "content-encoding")
        if names.get("content-type", "").partition(";")[0].strip().lower() not in MEDIA_TYPES:
            raise Refusal(415, "media-type")

    def _read(self, body: bytes) -> Said:
        document = parse(body, self._limits)
        activity = read(readable(document), self._limits)
        if not isinstance(activity, wire.Activity):
            raise Malformed("not-an-activity", type=activity.type)
        if activity.id is None or activity.actor is None:
            raise Malformed("no-id" if activity.id is None else "no-actor")
        actor = self._place(activity.actor)
        of_actor = activity.id.startswith(f"{actor.origin}/")
        if not of_actor and parse_iri(activity.id, self._limits).origin != actor.origin:
            raise Refusal(403, "foreign-id")
        return Said(activity, document, activity.id, actor)

    async def _find(self, claim: Claim, said: Said, now: datetime) -> KnownKey | None:
        """The key from the tables or from its origin; None when the activity need not be heard at all."""
        signer = self._place(claim.key_iri)
        blocked, known = await self._keys.met(claim.key_iri, (signer.host, said.actor.host))
        if blocked:
            raise Refusal(403, "blocked")
        if known is not None:
            return known
        leaves = deletes_itself(said.activity)
        if leaves and await self._db.read(_is_unknown, said.actor.text):
            return None  # Somebody we never knew is gone. Every server of the world tells us: never ask back.
        failure = self._keys.failure(claim.key_iri)
        if failure is None:
            wait_s = self._unproven.take(signer.host, now)
            if wait_s:
                raise Refusal(429, "too-fast", wait_s)
        try:
            return await self._keys.fetch(claim.key_iri)
        except Gone:
            if leaves:
                return None
            raise

    async def _prove(self, claim: Claim, key: KnownKey) -> KnownKey:
        """Verify the claim; a key that fails or is old is asked for again, once in a while."""
        try:
            claim.verify(key.public)
        except Unproven as failure:
            if not self._keys.may_ask_again(claim.key_iri):
                raise
            try:
                newer = await self._keys.fetch(claim.key_iri)
            except FediverseError:
                raise failure from None
            claim.verify(newer.public)
            return newer
        if self._keys.is_old(key) and self._keys.may_ask_again(claim.key_iri):
            return await self._refresh(claim, key)
        return key

    async def _refresh(self, claim: Claim, key: KnownKey) -> KnownKey:
        try:
            newer = await self._keys.fetch(claim.key_iri)
        except Gone:
            raise
        except FediverseError:
            return key  # Their server is slow today, but it was their key yesterday.
        claim.verify(newer.public)
        return newer

    async def _trust(self, said: Said, key: KnownKey) -> str:
        """Why the activity may be believed: K1 (its actor signed), a proof by its actor, or its object's origin."""
        if key.actor_iri == said.activity.actor:
            return "signed"
        method = verification_method_of(said.document)
        if method is not None:
            await self._check_proof(said, method)
            return "proof"
        target = id_of(said.activity.objects[0]) if said.activity.objects else None
        if said.activity.type in FROM_ITS_ORIGIN and target is not None and same_origin(target, said.iri):
            return "origin"
        raise Refusal(403, "not-the-actor")

    async def _check_proof(self, said: Said, method: str) -> None:
        if not same_origin(method, said.actor.text):
            raise Refusal(403, "not-the-actor")
        key = await self._keys.known(method)
        if key is None:
            wait_s = self._unproven.take(said.actor.host, self._now())
            if wait_s:
                raise Refusal(429, "too-fast", wait_s)
            if await self._db.read(_is_any_blocked, (said.actor.host,)):
                raise Refusal(403, "blocked")
            key = await self._keys.fetch(method)
        if key.actor_iri != said.activity.actor or key.suspended:
            raise Refusal(403, "not-the-actor")
        verify_proof(said.document, key.public, now=self._now())

    def _entry(
        self,
        body: bytes,
        said: Said,
        signer: Iri,
        key: KnownKey,
        trust: str,
        inbox_actor: str | None,
        now: datetime,
    ) -> Entry:
        activity = said.activity
        return Entry(
            digest=digest(said.actor.text, said.iri, "" if trust != "origin" else key.actor_iri),
            iri=said.iri,
            actor_iri=said.actor.text,
            host=signer.host,
            type=activity.type,
            object_iri=touched(activity),
            body=body,
            trust=trust,
            received_at=now,
            hosts=(signer.host,) if signer.host == said.actor.host else (signer.host, said.actor.host),
            key_iri=key.public.key_iri,
            key_fetched_at=key.fetched_at,
            inbox_actor=inbox_actor,
        )

    def _refused(self, status: int, code: str, retry_after_s: float | None = None) -> Answer:
        headers = {}
        if status == 401:
            headers["Accept-Signature"] = accept_signature_header()
        if retry_after_s is not None:
            headers["Retry-After"] = str(math.ceil(retry_after_s))
        return Answer(status, code, headers)


def _is_any_blocked(session: Session, hosts: tuple[str, ...]) -> bool:
    return any(moderation.is_blocked(session, host) for host in hosts)


def _is_unknown(session: Session, actor_iri: str) -> bool:
    return people.find_actor(session, actor_iri) is None
