"""Reading from other servers: one fetcher, the same checks for every hop.

What is asked: the network permits it, nobody has blocked the host, the host and its domain have a turn left, and the
activity that makes us ask has some of its budget left. What is answered: in time, in size, a type that ActivityPub
allows, and an `id` that the answering origin may speak for. A redirect is a new question, with all of these checks and
a signature of its own; the old one is never sent on.

Sources: ActivityPub §3.2; O1, O2, S3, S8, S9 and S11 of the security contract (CVE-2024-23832, CVE-2024-25623).
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from fediverse.documents import JSON, parse
from fediverse.errors import ForbiddenAddress, Malformed, Unauthorised
from fediverse.fetch.answers import failure_of
from fediverse.fetch.asking import Asking, Refuse, Signer
from fediverse.fetch.budget import Budget
from fediverse.fetch.lanes import Lane
from fediverse.fetch.messages import Request, Response, merged
from fediverse.fetch.network import Network
from fediverse.hosts import Iri, is_loopback_name, parse_iri, resolve_reference
from fediverse.limits import Limits

ACTIVITY_JSON = "application/activity+json"
LD_JSON = "application/ld+json"
PROFILE = "https://www.w3.org/ns/activitystreams"
ACCEPT = f'{ACTIVITY_JSON}, {LD_JSON}; profile="{PROFILE}"'

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document that its own origin vouches for.

    Attributes:
        iri: its `id`: what was asked for, or what the same origin calls it.
        body: the very bytes.
        json: the same, parsed within the limits.
    """

    iri: str
    body: bytes
    json: dict[str, JSON]


class Fetcher:
    """Reads documents of other servers.

    Args:
        network: where connections come from; `network_for(origin, limits)`, or a test's.
        origin: ours; our own documents are not fetched.
        user_agent: says who asks.
        limits: sizes, times, numbers.
        signer: signs requests as the instance actor; None: nothing is signed.
        other_signer: the same in the other scheme, for a server that answers 401 to the first.
        refuse: whether a host is blocked; asked before every request, each hop of a redirect included.
        now: the clock.
    """

    def __init__(
        self,
        network: Network,
        *,
        origin: str,
        user_agent: str,
        limits: Limits,
        signer: Signer | None = None,
        other_signer: Signer | None = None,
        refuse: Refuse | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.limits = limits
        self._network = network
        self._refuse = refuse
        self._ours = parse_iri(origin)
        self._user_agent = user_agent
        self._signer = signer
        self._other_signer = other_signer
        self._now = now
        self._asking = Asking(network, limits, refuse=refuse, now=now)
        self._flights: dict[str, asyncio.Task[Fetched]] = {}

    @property
    def scheme(self) -> str:
        """What our world speaks: "https", or "http" where our own origin does (on this machine only)."""
        return self._ours.scheme

    @property
    def on_loopback(self) -> bool:
        """Whether we live on this machine's loopback, where names have ports."""
        return is_loopback_name(self._ours.host)

    def budget(self) -> Budget:
        """A fresh budget for one incoming activity."""
        return Budget(self.limits)

    async def document(self, iri: str, *, budget: Budget | None = None) -> Fetched:
        """The ActivityPub document at `iri`; whoever asks for the same at the same time gets the same answer.

        Args:
            iri: its id, or an address whose own origin says what the id is. A fragment is not sent.
            budget: of the activity that makes us ask.

        Raises:
            Unreachable: no usable answer, or it is not our turn.
            Declined, Gone: 4xx; 410.
            ForbiddenAddress: the network forbids it, the host is blocked ("blocked-host"), or ours ("own-origin").
            Malformed: "not-activitypub", "no-id", "id-mismatch", "too-many-redirects", "redirect-loop",
                "budget-spent", "too-far", or it breaks a limit.
            Unauthorised: "foreign-id": it claims an id of another origin.
        """
        asked = parse_iri(iri, self.limits)
        key = asked.without_fragment
        while (flight := self._flights.get(key)) is not None:
            try:
                return await asyncio.shield(flight)
            except Malformed as error:
                if error.code not in ("budget-spent", "too-far"):
                    raise
                # The purse of whoever asked first was empty; ours may not be.
                await asyncio.sleep(0)
        flight = asyncio.create_task(self._document(asked, budget))
        self._flights[key] = flight
        flight.add_done_callback(lambda done: self._land(key, done))
        # Others may be waiting for it, so it goes on even if this caller is cancelled; it has its own deadline.
        return await asyncio.shield(flight)

    async def page(self, iri: str, *, budget: Budget | None = None) -> dict[str, JSON]:
        """An ActivityPub document that is believed for its address alone, such as a page of a collection.

        Raises: as `document`, but its `id` may say anything; "foreign-id" if it is served by another origin.
        """
        asked = parse_iri(iri, self.limits)
        response = await self._activity_json(asked, budget)
        if response.iri.origin != asked.origin:
            raise Unauthorised("foreign-id", iri=asked.text, served_by=response.iri.origin)
        return parse(response.body, self.limits)

    async def get(
        self,
        url: str,
        accept: str,
        *,
        signed: bool = False,
        keep_bytes: int | None = None,
        budget: Budget | None = None,
    ) -> Response:
        """Whatever is at `url`, redirects followed (`Response.iri` says where they led).

        Args:
            url: where.
            accept: the Accept header.
            signed: whether the instance actor signs.
            keep_bytes: how long the body may be; `fetch_bytes` by default.
            budget: of the activity that makes us ask.

        Raises: as `document`, but nothing is demanded of the content.
        """
        response = await self._walk(
            parse_iri(url, self.limits),
            {"Accept": accept},
            signed=signed,
            keep_bytes=self.limits.fetch_bytes if keep_bytes is None else keep_bytes,
            budget=budget,
        )
        failure = failure_of(response, self._now())
        if failure is not None:
            raise failure
        return response

    async def once(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Response:
        """Ask once, unsigned; the answer is given as it is, whatever its status, and a redirect is not followed.

        Raises:
            Unreachable, ForbiddenAddress, Malformed: nothing was answered, or it may not be asked.
        """
        request = Request(method, parse_iri(url, self.limits), merged({"User-Agent": self._user_agent}, headers), body)
        response, _ = await self._asking.ask(request, self.limits.fetch_bytes, self.limits.fetch_total_s)
        return response

    def lane(self, authority: str) -> Lane:
        """A way to deliver to `authority`, over the same network and past the same blocks."""
        return Lane(self._network, authority, user_agent=self._user_agent, limits=self.limits, refuse=self._refuse)

    async def close(self) -> None:
        """Let go of connections and threads."""
        for flight in list(self._flights.values()):
            flight.cancel()
        self._asking.close()

    def _land(self, key: str, flight: asyncio.Task[Fetched]) -> None:
        del self._flights[key]
        if not flight.cancelled():
            flight.exception()  # Looked at, in case that nobody is waiting any more.

    async def _document(self, asked: Iri, budget: Budget | None) -> Fetched:
        if asked.origin == self._ours.origin:
            raise ForbiddenAddress("own-origin", iri=asked.text)
        response = await self._activity_json(asked, budget)
        fetched, identity = self._identify(response)
        if identity in (asked.without_fragment, response.iri.without_fragment):
            return fetched
        response = await self._activity_json(parse_iri(identity, self.limits), budget)
        fetched, confirmed = self._identify(response)
        if confirmed != identity:
            raise Malformed("id-mismatch", iri=asked.text, id=identity)
        return fetched

    def _identify(self, response: Response) -> tuple[Fetched, str]:
        """The document in `response`, and its id without fragment, for which the answering origin may speak."""
        document = parse(response.body, self.limits)
        identity = document.get("id")
        if not isinstance(identity, str):
            raise Malformed("no-id", iri=response.iri.text)
        iri = parse_iri(identity, self.limits)
        if iri.origin != response.iri.origin:
            raise Unauthorised("foreign-id", iri=response.iri.text, id=identity)
        return Fetched(identity, response.body, document), iri.without_fragment

    async def _activity_json(self, iri: Iri, budget: Budget | None) -> Response:
        response = await self._walk(
            iri, {"Accept": ACCEPT}, signed=True, keep_bytes=self.limits.fetch_bytes, budget=budget
        )
        failure = failure_of(response, self._now())
        if failure is not None:
            raise failure
        if not is_activity_json(response.headers.get("content-type", "")):
            # A file that somebody uploaded there must not speak for the server (CVE-2024-25623).
            raise Malformed("not-activitypub", iri=response.iri.text, media_type=response.media_type)
        return response

    async def _walk(
        self, iri: Iri, headers: Mapping[str, str], *, signed: bool, keep_bytes: int, budget: Budget | None
    ) -> Response:
        """GET `iri` and follow where it leads."""
        left_s = self.limits.fetch_total_s
        been: set[str] = set()
        while len(been) <= self.limits.redirects:
            if iri.without_fragment in been:
                raise Malformed("redirect-loop", iri=iri.text)
            been.add(iri.without_fragment)
            response, left_s = await self._get(iri, headers, signed, keep_bytes, left_s, budget)
            location = response.headers.get("location")
            if response.status not in _REDIRECTS or location is None:
                return response
            iri = resolve_reference(iri, location)
        raise Malformed("too-many-redirects", iri=iri.text, limit=self.limits.redirects)

    async def _get(
        self,
        iri: Iri,
        headers: Mapping[str, str],
        signed: bool,
        keep_bytes: int,
        left_s: float,
        budget: Budget | None,
    ) -> tuple[Response, float]:
        """One hop; asked a second time, signed in another way, if the first signature is answered 401."""
        url = iri.origin + iri.target
        plain = Request("GET", iri, {"User-Agent": self._user_agent, **headers})
        first = self._signer if signed else None
        if budget is not None:
            budget.spend()
        response, left_s = await self._asking.ask(plain, keep_bytes, left_s, first, url)
        # Some servers leave the query out of what they verify; others know only the other scheme.
        second, second_url = (first, iri.origin + iri.path) if "?" in url else (self._other_signer, url)
        if response.status != 401 or first is None or second is None:
            return response, left_s
        if budget is not None:
            budget.spend()
        return await self._asking.ask(plain, keep_bytes, left_s, second, second_url)


def is_activity_json(content_type: str) -> bool:
    """Whether `content_type` is one of the two that ActivityPub allows (O2)."""
    essence, *parameters = content_type.split(";")
    match essence.strip().lower():
        case "application/activity+json":
            return True
        case "application/ld+json":
            profiles = (text.partition("=") for text in parameters)
            return any(
                name.strip().lower() == "profile" and PROFILE in value.strip().strip('"').split()
                for name, _, value in profiles
            )
        case _:
            return False
