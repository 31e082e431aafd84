"""Who may open what: the one table of rules, a line for each address and each state of the thing behind it.

`tests/web/test_rules.py` makes of every line eight requests, one a role (`tests/web/cast.py`), and refuses an address
of the application that stands in no line. Whoever adds a page adds its lines here.

A line says who is let through, and what the others are answered: 401 where signing in would help, 404 where one shall
not learn that the page exists, 403 where it is no secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.web.cast import ROLES

ALL = frozenset(ROLES)
SIGNED_IN = ALL - {"nobody"}
MEMBERS = SIGNED_IN - {"guest"}
INSIDE = frozenset({"group-member", "group-moderator", "organiser"})
MODERATING = frozenset({"group-moderator", "organiser"})
ORGANISING = frozenset({"organiser"})
STAFF = frozenset({"moderator", "admin"})
ADMINS = frozenset({"admin"})

GOES_ON = frozenset({200, 303, 422})


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: `route` as the application has it, `address` with the cast's facts in it.

    Attributes:
        lets: who is let through, and then answered with one of `answers`.
        nobody: what whoever is not signed in is answered, if not let through; `others`: the same for everybody else.
        guest: what a guest is answered, where that differs from `others`.
        state: the state of the thing, in words; two lines of one route differ in it.
    """

    method: str
    route: str
    address: str
    lets: frozenset[str] = ALL
    nobody: int = 401
    others: int = 404
    guest: int | None = None
    state: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    answers: frozenset[int] = GOES_ON

    def expected(self, role: str) -> frozenset[int]:
        """What `role` may be answered."""
        if role in self.lets:
            return self.answers
        if role == "nobody":
            return frozenset({self.nobody})
        return frozenset({self.guest if role == "guest" and self.guest is not None else self.others})

    def __str__(self) -> str:
        return f"{self.method} {self.route}{f' ({self.state})' if self.state else ''}"


def page(route: str, address: str | None = None, **facts: object) -> Rule:
    """A page that is opened."""
    return Rule("GET", route, address or route, **facts)  # type: ignore[arg-type]


def sends(route: str, address: str | None = None, **facts: object) -> Rule:
    """A form that is sent."""
    return Rule("POST", route, address or route, **facts)  # type: ignore[arg-type]


def _own(*routes: str) -> list[Rule]:
    """Pages of a member about themself: nobody else's can be named."""
    return [page(route, lets=MEMBERS, others=401) for route in routes]


RULES = [
    # -- everybody's
    page("/about"),
    page("/manifest.webmanifest"),
    page("/static/{name}", "/static/site.css"),
    page("/"),
    page("/feed.atom"),
    page("/robots.txt"),
    page("/needs"),
    page("/needs/feed.atom"),
    page("/offers"),
    page("/offers/feed.atom"),
    page("/events"),
    page("/events/feed.atom"),
    page("/tags/{tag}", "/tags/stukadoor"),
    page("/elsewhere", "/elsewhere?iri={bouw}"),
    page("/elsewhere", "/elsewhere?iri=https://nowhere.example/1", answers=frozenset({404}), state="not known here"),
    page("/elsewhere/group", "/elsewhere/group?iri={bouw}"),
    page("/elsewhere/person", "/elsewhere/person?iri={alice}"),
    page("/elsewhere/offer", "/elsewhere/offer?iri={their_need}"),
    page("/elsewhere/event", "/elsewhere/event?iri={their_event}"),
    page("/elsewhere/note", "/elsewhere/note?iri={their_note}", state="shown"),
    page("/elsewhere/note", "/elsewhere/note?iri={waits}", answers=frozenset({404}), state="waits for a moderator"),
    page("/media/{name}", "/media/nothing.webp", answers=frozenset({404}), state="no such picture"),
    sends("/own-server", form={"iri": "{interior}", "intent": "follow", "handle": "nonsense"}),
    page("/authorize_interaction", "/authorize_interaction?uri={bouw}"),
    sends(
        "/authorize_interaction",
        form={"uri": "{bouw}", "group": "{interior}"},
        lets=ORGANISING | ADMINS,
        others=403,
        guest=401,
        state="for a group that one organises",
    ),
    # -- groups and what they publish
    page("/g/{name}", "/g/interior", state="public"),
    page("/g/{name}", "/g/private", state="private"),
    page("/g/{name}/feed.atom", "/g/interior/feed.atom"),
    page("/g/{name}/needs", "/g/interior/needs"),
    page("/g/{name}/offers", "/g/interior/offers"),
    page("/g/{name}/events", "/g/interior/events"),
    page("/g/{name}/notes", "/g/interior/notes"),
    page("/g/{name}/needs/{id}", "/g/interior/needs/{need}"),
    page("/g/{name}/offers/{id}", "/g/interior/offers/{offer}"),
    page("/g/{name}/events/{id}", "/g/interior/events/{event}"),
    page("/g/{name}/notes/{id}", "/g/interior/notes/{note}"),
    page("/u/{name}/notes/{id}", "/u/noor/notes/{note}", answers=frozenset({404}), state="no such note"),
    # -- coming in and going out
    page("/sign-in"),
    sends("/sign-in", form={"token": "spent"}, answers=frozenset({410, 422})),
    page("/sign-in/{token}", "/sign-in/{sign_in}"),
    page("/sign-in/{token}", "/sign-in/spent", answers=frozenset({410}), state="spent"),
    page("/sign-in/fediverse"),
    sends("/sign-in/fediverse", form={"handle": "nonsense"}),
    page("/sign-in/fediverse/back", answers=frozenset({303, 400, 410, 422}), state="not begun here"),
    sends("/sign-out"),
    # -- people
    page("/u/{name}", "/u/noor"),
    page("/people", lets=MEMBERS, others=401),
    page("/people/{id:int}", "/people/{mia}", lets=MEMBERS, nobody=404, guest=404, state="shown to members"),
    # -- me
    page("/me", lets=SIGNED_IN),
    page("/me/settings"),
    sends("/me/settings", form={"language": "nl", "theme": "dark", "zone": "Europe/Lisbon"}),
    *_own("/me/profile", "/me/profile/preview", "/me/profile/public", "/me/identities", "/me/sessions", "/me/account"),
    sends("/me/profile", lets=MEMBERS, others=401, form={"name": "Other"}),
    sends("/me/profile/links", lets=MEMBERS, others=401),
    sends("/me/profile/public", lets=MEMBERS, others=401, form={"username": "other", "sure": "yes"}),
    sends("/me/profile/public/end", lets=MEMBERS, others=401),
    sends("/me/picture", lets=MEMBERS, others=401, answers=frozenset({303, 400, 422})),
    sends("/me/picture/remove", lets=MEMBERS, others=401),
    sends("/me/identities", lets=MEMBERS, others=401, form={"handle": "nonsense"}),
    sends(
        "/me/identities/{id:int}/remove",
        "/me/identities/1/remove",
        lets=MEMBERS,
        others=401,
        answers=frozenset({303, 404, 422}),
        state="somebody else's, or none",
    ),
    # -- looking after the instance
    page("/waiting", lets=STAFF, nobody=404),
    sends("/waiting", lets=STAFF, nobody=404, form={"kind": "post", "number": "999", "answer": "approve"}),
    page("/styleguide", lets=ADMINS, nobody=404),
]
