"""A stage for the pages: one instance, its groups and partners, as the views that the reading functions return.

`Stage` answers those functions from these views, so that a page is tested for what it shows, not for how it is found.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from types import SimpleNamespace
from typing import Any

from starlette.applications import Starlette
from starlette.types import ASGIApp

from actors import events, groups, matches, offers, people, site, threads
from actors.refusals import Refused
from actors.views import (
    ActorKind,
    ActorLine,
    EventLine,
    EventPage,
    EventStatus,
    GroupLine,
    GroupPage,
    Level,
    Mode,
    OfferLine,
    OfferPage,
    OfferStatus,
    PartnerLine,
    Pay,
    PayKind,
    PersonPage,
    Place,
    PostPage,
    Purpose,
    Quantity,
    SignedIn,
    Site,
    Subject,
    SubjectKind,
    WaitingKind,
    WaitingLine,
    Words,
)
from actors.views.answers import Thread
from fediverse.html import clean
from fediverse.limits import Limits
from outbox import answers, waiting
from tests.words import CATALOGUES, COMPILED
from web.guard import Guard
from web.pages import Pages, error_handlers
from web.rates import Limiter
from web.routes import ROUTES
from web.settings import Settings
from web.shelf import Shelf

ORIGIN = "https://smart.example"
NOW = datetime(2026, 5, 4, 7, 30, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=40)


def actor(name: str, title: str, kind: ActorKind = ActorKind.SECTOR, host: str | None = None) -> ActorLine:
    authority = host or "smart.example"
    iri = f"https://{authority}/{'u' if kind is ActorKind.PERSON else 'g'}/{name}"
    return ActorLine(iri, kind, title, f"{name}@{authority}", iri, host)


def group(
    name: str,
    title: str,
    purpose: str,
    region: str | None,
    level: Level,
    *,
    kind: ActorKind = ActorKind.SECTOR,
    parents: tuple[ActorLine, ...] = (),
    alive: tuple[int, int, int] = (0, 0, 0),
    language: str = "en",
) -> GroupLine:
    return GroupLine(
        actor(name, title, kind), Words(title, language), Words(purpose, language), region, level, parents, *alive
    )


BRU, VLG, WAL = "BE-BRU", "BE-VLG", "BE-WAL"
INTERIOR = group(
    "interior",
    "Interior & scenography",
    "For those who draw, build and dress rooms and stages.",
    BRU,
    Level.REGIONAL,
    alive=(2, 1, 1),
)
SOUND = group("sound", "Image & sound", "Camera, light, sound and editing.", BRU, Level.REGIONAL, alive=(1, 2, 0))
STAGE_ARTS = group("stage", "Performing arts", "Theatre, dance, circus and music on stage.", BRU, Level.FEDERAL)
TEXT = group("text", "Text & translation", "Writing, correcting and translating.", BRU, Level.EUROPEAN, alive=(0, 1, 0))
WEB = group("web", "Web & IT", "Sites, programs and networks.", VLG, Level.REGIONAL, alive=(1, 0, 1))
CRAFTS = group("crafts", "Crafts", "Wood, metal, textile, ceramics.", VLG, Level.LOCAL, alive=(1, 1, 0))
EVENTS = group("events", "Events", "Catering, stages, hosting.", WAL, Level.REGIONAL, alive=(0, 0, 2))
EDUCATION = group("education", "Education", "Workshops, courses and coaching.", WAL, Level.REGIONAL)
ATELIER = group(
    "atelier_velo",
    "Atelier Vélo",
    "A shared cargo bike workshop in Molenbeek.",
    BRU,
    Level.LOCAL,
    kind=ActorKind.PROJECT,
    parents=(INTERIOR.actor, CRAFTS.actor),
    alive=(1, 0, 1),
    language="en",
)
FAIR = group(
    "fair",
    "Professions fair 2026",
    "One day on which every sector shows itself.",
    None,
    Level.FEDERAL,
    kind=ActorKind.PROJECT,
    parents=(EVENTS.actor,),
)
GROUPS = [INTERIOR, SOUND, STAGE_ARTS, TEXT, WEB, CRAFTS, EVENTS, EDUCATION, ATELIER, FAIR]

COOPCITY = actor("soirees", "Soirées Coopcity", ActorKind.GROUP, "coopcity.example")
ANTWERP = actor(
    "beeld",
    "Beeld & geluid Antwerpen",
    ActorKind.GROUP,
    "een-heel-lange-naam-van-een-server-ergens.smart-antwerpen.example",
)
MOBILIZON = actor("framasoft", "Ateliers partagés", ActorKind.GROUP, "mobilizon.example")
LEILA = actor("leila", "Leïla", ActorKind.PERSON, "mastodon.example")
NOOR = actor("noor", "Noor", ActorKind.PERSON)
PARTNERS = [
    PartnerLine(COOPCITY, (EVENTS.actor.iri, INTERIOR.actor.iri)),
    PartnerLine(ANTWERP, (SOUND.actor.iri,)),
    PartnerLine(MOBILIZON, (EDUCATION.actor.iri,)),
]


def offer(number: int, purpose: Purpose, title: str, author: ActorLine, **facts: Any) -> OfferLine:
    iri = f"https://{author.host or 'smart.example'}/g/{author.handle.split('@')[0]}/{purpose.value}s/{number:032x}"
    language = facts.pop("language", "en")
    published_at = NOW - facts.pop("age", timedelta(hours=5))
    return OfferLine(
        iri,
        purpose,
        Words(title, language),
        author,
        facts.pop("status", OfferStatus.OPEN),
        published_at,
        published_at,
        iri,
        author.host,
        **facts,
    )


PLASTERER = offer(
    1,
    Purpose.NEED,
    "Stukadoor voor drie dagen in mei",
    INTERIOR.actor,
    language="nl",
    place="Molenbeek",
    begins_at=datetime(2026, 5, 18, 22, 0, tzinfo=UTC),
    ends_at=datetime(2026, 5, 21, 12, 0, tzinfo=UTC),
    expires_at=datetime(2026, 5, 17, 12, 0, tzinfo=UTC),
    quantity=Quantity("3", "day"),
    pay=Pay(PayKind.PAID, "350", None, "EUR", "day"),
    talks=2,
    urgent=True,
    work_languages=("nl", "fr"),
)
WORKBENCH = offer(
    2, Purpose.NEED, "A workbench and a place to put it", ATELIER.actor, region=BRU, pay=Pay(PayKind.BARTER)
)
TRANSLATOR = offer(
    3,
    Purpose.NEED,
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft sucht Übersetzung",
    ANTWERP,
    language="de",
    mode=Mode.REMOTE,
    age=timedelta(days=2),
    quantity=Quantity("12", "hour"),
)
NEEDS = [PLASTERER, WORKBENCH, TRANSLATOR]
PLANS = offer(
    4,
    Purpose.OFFER,
    "Plans 3D et visualisations",
    INTERIOR.actor,
    language="fr",
    mode=Mode.BOTH,
    region=BRU,
    begins_at=datetime(2026, 6, 1, 8, 0, tzinfo=UTC),
    pay=Pay(PayKind.PAID, "45", "60", "EUR", "hour"),
    age=timedelta(days=1),
)
STUDIO = offer(
    5,
    Purpose.OFFER,
    "Geluidsstudio op woensdag",
    SOUND.actor,
    language="nl",
    place="Gent",
    pay=Pay(PayKind.PAID, "120", None, "EUR", "day"),
    age=timedelta(days=12),
)
OFFERS = [PLANS, STUDIO]


def event(number: int, title: str, author: ActorLine, starts_at: datetime, **facts: Any) -> EventLine:
    iri = f"https://{author.host or 'smart.example'}/g/{author.handle.split('@')[0]}/events/{number:032x}"
    return EventLine(
        iri,
        Words(title, facts.pop("language", "en")),
        author,
        starts_at,
        facts.pop("ends_at", starts_at + timedelta(minutes=90)),
        facts.pop("timezone", "Europe/Brussels"),
        facts.pop("status", EventStatus.CONFIRMED),
        NOW - timedelta(days=3),
        NOW - timedelta(days=3),
        iri,
        author.host,
        **facts,
    )


BREAKFAST = event(
    11,
    "Werkontbijt",
    EVENTS.actor,
    datetime(2026, 5, 11, 7, 0, tzinfo=UTC),
    language="nl",
    place=Place("KOP", "Rue Coenraets 72", "1060", "Brussel", "BE"),
    capacity=12,
    seats_left=5,
    going=7,
)
SOIREE = event(
    12,
    "Soirée projet cherche partenaire",
    COOPCITY,
    datetime(2026, 5, 20, 16, 30, tzinfo=UTC),
    language="fr",
    place=Place("Coopcity", None, None, "Bruxelles", "BE"),
)
WALK = event(
    13,
    "Forest walk for those who work alone",
    WEB.actor,
    datetime(2026, 5, 23, 8, 0, tzinfo=UTC),
    status=EventStatus.CANCELLED,
    place=Place(None, None, None, "Tervuren", "BE"),
)
LONDON = event(
    14,
    "Call with the British co-ops",
    TEXT.actor,
    datetime(2026, 6, 2, 13, 0, tzinfo=UTC),
    timezone="Europe/London",
    online_url="https://meet.example/coops",
    capacity=40,
    seats_left=0,
)
MEETINGS = [BREAKFAST, SOIREE, WALK, LONDON]

TEXT_HTML = (
    "<p>Voor de verbouwing van een gedeeld atelier zoeken we iemand die <strong>drie dagen</strong> kan pleisteren. "
    "Materiaal is er; de ruimte is droog en verwarmd.</p><ul><li>twee muren van 6 op 3 meter</li><li>een plafond</li>"
    '</ul><p>Vragen? <a href="https://smart.example/g/interior">Schrijf de groep</a>.</p>'
    f'<p><a href="https://smart.example/{"x" * 90}">https://smart.example/{"x" * 90}</a></p>'
)


def post(number: int, author: ActorLine, text_html: str, **facts: Any) -> PostPage:
    iri = f"https://{author.host or 'smart.example'}/{'g' if not author.host else 'users'}/{number:032x}"
    if not author.host:
        iri = f"{author.iri}/notes/{number:032x}"
    published_at = NOW - timedelta(hours=number)
    language = facts.pop("language", "en")
    return PostPage(iri, author, text_html, language, published_at, published_at, iri, host=author.host, **facts)


WELCOME = post(21, INTERIOR.actor, "<p>Welcome to all who joined this week. Say what you are working on!</p>")
REPLY = post(
    22,
    LEILA,
    "<p>Je connais quelqu’un, plafonneur à Schaerbeek. Je lui demande.</p>",
    language="fr",
    in_reply_to=PLASTERER.iri,
)
POLL = post(23, LEILA, "<p>Quel jour pour la visite ?</p>", language="fr", options=("lundi", "jeudi"), replies=3)


WAITING = [
    WaitingLine(WaitingKind.FOLLOW, 1, LEILA, NOW - timedelta(hours=1), ATELIER.actor, url=LEILA.url),
    WaitingLine(WaitingKind.POST, 2, LEILA, NOW - timedelta(hours=2), INTERIOR.actor, None, REPLY.text_html, REPLY.url),
    WaitingLine(WaitingKind.EVENT, 3, MOBILIZON, NOW, None, Words("Apéro", "fr"), "<p>Venez !</p>"),
]


@dataclass
class SampleDatabase:
    """`Database.read` and `write` whose functions are answered from a table."""

    answers: dict[Callable[..., Any], Callable[..., Any]]
    calls: list[str] = field(default_factory=list)

    async def read(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self.calls.append(fn.__name__)
        kwargs.pop("viewer", None)  # on the stage everything is public
        return self.answers[fn](*args, **kwargs)

    write = read


@cache
def made_pages(origin: str) -> Pages:
    """Compiling templates takes longer than filling them: once for all stages."""
    return Pages(origin=origin, catalogues=CATALOGUES, clean=partial(clean, limits=Limits()), compiled=COMPILED)


@dataclass
class Stage:
    """The pages before an audience; change a list, and the pages show it."""

    groups: list[GroupLine] = field(default_factory=lambda: list(GROUPS))
    partners: list[PartnerLine] = field(default_factory=lambda: list(PARTNERS))
    needs: list[OfferLine] = field(default_factory=lambda: list(NEEDS))
    offers: list[OfferLine] = field(default_factory=lambda: list(OFFERS))
    events: list[EventLine] = field(default_factory=lambda: list(MEETINGS))
    posts: list[PostPage] = field(default_factory=lambda: [WELCOME, POLL])
    replies: list[PostPage] = field(default_factory=lambda: [REPLY, POLL])
    sessions: dict[str, SignedIn] = field(default_factory=dict)
    sign_in_tokens: set[str] = field(default_factory=set)
    text_html: str = TEXT_HTML
    site: Site = field(
        default_factory=lambda: Site(
            "Smart Brussels",
            {
                "en": "The freelancers of Smart in Brussels: who looks for work, who offers it, and when we meet.",
                "nl": "De freelancers van Smart in Brussel: wie zoekt, wie aanbiedt, en wanneer we samenkomen.",
                "fr": "Les freelances de Smart à Bruxelles : qui cherche, qui propose, et quand on se rencontre.",
                "de": "Die Freiberufler von Smart in Brüssel: wer sucht, wer bietet an, und wann wir uns treffen.",
            },
        )
    )
    buried: set[str] = field(default_factory=set)
    fetcher: Any = None
    now: datetime = NOW

    def application(self, origin: str = ORIGIN, database: Any = None) -> ASGIApp:
        """The pages behind their guard."""
        pages = made_pages(origin)
        pages.now = lambda: self.now
        pages.introduce(self.site)
        database = database or SampleDatabase(self._answers())
        application = Starlette(
            routes=[
                pages.assets.route,
                *ROUTES,
            ],
            exception_handlers=error_handlers(),
        )
        application.state.house = SimpleNamespace(
            settings=Settings(origin=origin), db=database, fetcher=self.fetcher, shelf=Shelf()
        )

        async def find_member(secret: str) -> SignedIn | None:
            return self.sessions.get(secret)

        return Guard(application, pages=pages, origin=origin, find_member=find_member, limiter=Limiter(lambda: 0.0))

    def page_of(self, line: GroupLine) -> GroupPage:
        return GroupPage(
            line,
            about_html="<p>We meet every second Monday. New members are welcome; bring something you made.</p>",
            about_language="en",
            other_languages=("nl", "fr"),
            founded_at=LONG_AGO,
            followers=47,
            approves_followers=False,
            posts_by="members",
            projects=tuple(project for project in self.groups if line.actor in project.parents),
            follows=(COOPCITY,) if line is INTERIOR else (),
        )

    def _offer_page(self, line: OfferLine) -> OfferPage:
        return OfferPage(line, self.text_html, ("interior", "stukadoor"), ("urn:knooppunt:trade:plasterer",), by=NOOR)

    def _answers(self) -> dict[Callable[..., Any], Callable[..., Any]]:
        return {
            groups.lines: lambda language: self.groups,
            groups.partners: lambda language: self.partners,
            groups.page: lambda iri, language: next(
                (self.page_of(line) for line in self._all_groups() if line.actor.iri == iri), None
            ),
            groups.gate: lambda iri, **_: None,
            groups.group_named: lambda iri: None,
            offers.latest: self._latest,
            offers.page: lambda iri, language: next(
                (self._offer_page(line) for line in self.needs + self.offers if line.iri == iri), None
            ),
            offers.pages: lambda language, purpose=None, group_iri=None, limit=20: [
                self._offer_page(line)
                for line in self.needs + self.offers
                if not line.host and purpose in (None, line.purpose) and group_iri in (None, line.author.iri)
            ],
            offers.tagged: lambda tag, language: self.needs if tag == "interior" else [],
            events.coming: lambda now, language, limit, group_iri=None: [
                line for line in self.events if group_iri in (None, line.author.iri)
            ],
            events.page: lambda iri, language: next(
                (EventPage(line, self.text_html, ("ontbijt",), (NOOR,)) for line in self.events if line.iri == iri),
                None,
            ),
            events.pages: lambda language, group_iri=None, limit=20: [
                EventPage(line, self.text_html)
                for line in self.events
                if not line.host and group_iri in (None, line.author.iri)
            ],
            events.tagged: lambda tag, language: [],
            people.tombstone: lambda iri: None,
            threads.latest: lambda group_iri, language, limit: self.posts,
            threads.page: lambda iri, language: next(
                (found for found in self.posts + self.replies if found.iri == iri), None
            ),
            threads.pages: lambda language, group_iri=None, limit=20: [p for p in self.posts if not p.host],
            threads.replies: lambda iri: self.replies,
            matches.beside: lambda iri, **_: [],
            answers.thread_of: lambda iri, viewer: Thread(entries=tuple(self.replies)),
            people.tombstone: lambda iri: "buried" if iri in self.buried else None,
            waiting.waiting: lambda language: WAITING,
            site.choices: lambda: site.Choices(self.site.names, self.site.about),
            threads.tagged: lambda tag, language: [],
            people.page: lambda iri, language: next(
                (
                    PersonPage(who, "<p>Interior architect in Brussels.</p>", LONG_AGO, (POLL,))
                    for who in (LEILA, NOOR)
                    if who.iri == iri
                ),
                None,
            ),
            people.kind_of: self._kind_of,
            people.peek_sign_in: lambda token, now: token in self.sign_in_tokens,
            people.open_by_link: self._open_session,
            people.end_session: lambda secret: self.sessions.pop(secret, None),
        }

    def _all_groups(self) -> list[GroupLine]:
        elsewhere = [
            GroupLine(partner.actor, Words(partner.actor.name), Words("Evenings for projects.", "en"))
            for partner in self.partners
        ]
        return self.groups + elsewhere

    def _latest(self, purpose: Purpose, language: str, limit: int, group_iri: str | None = None) -> list[OfferLine]:
        lines = self.needs if purpose is Purpose.NEED else self.offers
        return [line for line in lines if group_iri in (None, line.author.iri)][:limit]

    def _kind_of(self, iri: str) -> Subject | None:
        kinds = [
            (SubjectKind.GROUP, [line.actor.iri for line in self._all_groups()]),
            (SubjectKind.OFFER, [line.iri for line in self.needs + self.offers]),
            (SubjectKind.EVENT, [line.iri for line in self.events]),
            (SubjectKind.NOTE, [found.iri for found in self.posts + self.replies]),
            (SubjectKind.PERSON, [LEILA.iri, NOOR.iri]),
        ]
        return next((Subject(kind, iri) for kind, iris in kinds if iri in iris), None)

    def _open_session(self, token: str, now: datetime, device: str, network: str) -> tuple[str, str]:
        if token not in self.sign_in_tokens:
            raise Refused("sign-in-link-spent")
        self.sign_in_tokens.remove(token)
        secret = "s" * 43
        self.sessions[secret] = ADMIN
        return secret, ""


ADMIN = SignedIn(1, "Nadia", None, is_admin=True, is_moderator=True)


def renamed(line: GroupLine, name: str) -> GroupLine:
    """The group under another name, everywhere."""
    return replace(line, actor=replace(line.actor, name=name), title=Words(name, None), purpose=Words(name, None))
