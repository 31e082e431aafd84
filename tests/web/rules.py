"""Who may open what: the one table of rules, a line for each address and each state of the thing behind it.

`tests/web/test_rules.py` makes of every line nine requests, one a role (`tests/web/cast.py`), and refuses an address
of the application that stands in no line. Whoever adds a page adds its lines here.

A line says who is let through, and what the others are answered: 401 where signing in would help, 404 where one shall
not learn that the page exists, 403 where it is no secret. Whoever is suspended is nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.web.cast import ROLES

ALL = frozenset(ROLES)
SIGNED_IN = ALL - {"nobody", "suspended"}
MEMBERS = SIGNED_IN - {"guest"}
INSIDE = frozenset({"group-member", "group-moderator", "organiser"})
MODERATING = frozenset({"group-moderator", "organiser"})
ORGANISING = frozenset({"organiser"})
STAFF = frozenset({"moderator", "admin"})
ADMINS = frozenset({"admin"})

MIA = frozenset({"member"})
SIDES = MIA | {"group-member"}
"""Who wrote the two sides of the one match that there is."""

GOES_ON = frozenset({200, 303, 422})
DONE, SHOWN = frozenset({303}), frozenset({200})
NOTHING_THERE, OVER = frozenset({404}), frozenset({410})


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: `route` as the application has it, `address` with the cast's facts in it.

    Attributes:
        lets: who is let through, and then answered with one of `answers`.
        nobody: what whoever is not signed in is answered, if not let through; `others`: the same for everybody else.
        guest: what a guest is answered, where that differs from `others`.
        state: the state of the thing, in words; two lines of one route differ in it.
        of: the roles that the line is about; of the others another line says it.
        bare: its form needs no token of the session: what is in its address is proof enough (RFC 8058).
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
    of: frozenset[str] = ALL
    bare: bool = False

    def expected(self, role: str) -> frozenset[int]:
        """What `role` may be answered."""
        if role == "suspended":
            role = "nobody"
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


def _opened(route: str, address: str, *, form: Mapping[str, str], **facts: object) -> Rule:
    """The page before a form that is sent to the same address."""
    del form
    return page(route, address, **facts)


def _own(*routes: str) -> list[Rule]:
    """Pages of a member about themself: nobody else's can be named."""
    return [page(route, lets=MEMBERS, others=401) for route in routes]


def _about_one(method: str, route: str, address: str, *, hers: frozenset[int], others: frozenset[int]) -> list[Rule]:
    """What is Mia's alone: what she is answered, and what other members are."""
    return [
        Rule(method, route, address, MEMBERS, others=401, answers=others, state="somebody else's", of=ALL - MIA),
        Rule(method, route, address, MIA, answers=hers, state="one's own", of=MIA),
    ]


_NO_LINKS = {
    "made-up": "a link that was made up",
    "{spent_token}": "a link that was used",
    "{late_token}": "a link that ran out",
    "{mia_address}": "a link for something else",
}
_FOUNDS = {"kind": "theme", "name_en": "Housing", "username": "housing"}
_MATTERS = {
    "languages": {"languages": "en", "first": "en"},
    "name": {"name_en": "Coop"},
    "look": {"colour": "#1c7346"},
    "joining": {"registration": "open"},
    "rules": {"terms_en": "Be kind."},
    "mail": {"host": "smtp.example.org", "port": "587", "security": "starttls"},
    "servers": {"federation_mode": "partners-first"},
}
"""What can be chosen for the instance, each with a form that is right."""
_JOINS = {"name": "Nina", "address": "nina@new.example", "agrees": "yes"}


def _taking() -> list[Rule]:
    """Taking part in groups: by their rule for joining, by who is in, and by who decides."""
    deciding = MODERATING | ADMINS
    inside, organising = INSIDE | ADMINS, ORGANISING | ADMINS
    refused = frozenset({303, 422})
    gus = "/g/interior/members/{gus_in}"
    lines = [
        page("/g/{name}/join", f"/g/{name}/join", answers=SHOWN, state=state)
        for name, state in (("interior", "on request"), ("closed", "closed"), ("private", "private"))
    ]
    lines += [
        sends("/g/{name}/join", "/g/approval/join", lets=SIGNED_IN, answers=DONE, state="on request"),
        sends("/g/{name}/join", "/g/closed/join", of=INSIDE, answers=DONE, state="closed, who is in"),
        sends(
            "/g/{name}/join",
            "/g/closed/join",
            of=ALL - INSIDE,
            lets=SIGNED_IN,
            answers=frozenset({422}),
            state="closed",
        ),
        sends(
            "/g/{name}/join",
            "/g/approval/join",
            lets=SIGNED_IN,
            answers=DONE,
            form={"invitation": "{invitation}"},
            state="invited",
        ),
        sends(
            "/g/{name}/join",
            "/g/private/join",
            of=ALL - INSIDE,
            lets=SIGNED_IN,
            answers=OVER,
            form={"invitation": "{invitation}"},
            state="invited elsewhere",
        ),
        page("/g/{name}/invited/{token}", "/g/approval/invited/{invitation}", answers=SHOWN, state="stands"),
        page("/g/{name}/invited/{token}", "/g/approval/invited/made-up", answers=OVER, state="made up"),
        page("/g/{name}/invited/{token}", "/g/private/invited/{invitation}", answers=OVER, state="of another group"),
        sends("/g/{name}/decline", "/g/approval/decline", lets=SIGNED_IN, answers=DONE),
        page("/g/{name}/leave", "/g/approval/leave", lets=SIGNED_IN, answers=SHOWN),
        sends("/g/{name}/leave", "/g/approval/leave", lets=SIGNED_IN, answers=refused),
        sends("/g/{name}/come-back", "/g/approval/come-back", lets=SIGNED_IN, answers=DONE),
        page("/g/{name}/requests", "/g/approval/requests", lets=deciding, others=403, answers=SHOWN, state="one waits"),
        page("/g/{name}/requests", "/g/private/requests", lets=deciding, others=403, answers=SHOWN, state="private"),
        sends(
            "/g/{name}/requests",
            "/g/approval/requests",
            lets=deciding,
            others=403,
            answers=DONE,
            form={"ids": "{asks}", "decision": "approve"},
            state="one waits",
        ),
        sends(
            "/g/{name}/requests",
            "/g/approval/requests",
            lets=deciding,
            others=403,
            answers=frozenset({422}),
            form={"decision": "approve"},
            state="nobody ticked",
        ),
        sends(
            "/g/{name}/requests/follows",
            "/g/approval/requests/follows",
            lets=deciding,
            others=403,
            answers=DONE,
            form={"ids": "1", "decision": "refuse"},
        ),
        sends(
            "/g/{name}/requests/{id:int}/let-in",
            "/g/approval/requests/{asks}/let-in",
            lets=deciding,
            others=403,
            answers=DONE,
        ),
        page("/g/{name}/members", "/g/closed/members", answers=SHOWN, state="shown to all"),
        page("/g/{name}/members", "/g/approval/members", lets=inside, others=403, answers=SHOWN, state="to members"),
        page(
            "/g/{name}/members", "/g/private/members", lets=organising, others=403, answers=SHOWN, state="to organisers"
        ),
        page("/g/{name}/members/{id:int}", gus, lets=organising, others=403, answers=SHOWN),
        page(
            "/g/{name}/members/{id:int}",
            "/g/private/members/{gus_in}",
            lets=organising,
            others=403,
            answers=NOTHING_THERE,
            state="of another group",
        ),
        sends("/g/{name}/members/{id:int}", gus, lets=organising, others=403, answers=DONE, form={"role": "moderator"}),
        sends(
            "/g/{name}/members/{id:int}",
            "/g/private/members/{gus_in}",
            lets=organising,
            others=403,
            answers=NOTHING_THERE,
            form={"role": "organiser"},
            state="of another group",
        ),
        page("/g/{name}/invitations", "/g/approval/invitations", lets=deciding, others=403, answers=SHOWN),
        sends(
            "/g/{name}/invitations",
            "/g/approval/invitations",
            lets=deciding,
            others=403,
            answers=SHOWN,
            form={"days": "7"},
        ),
        sends(
            "/g/{name}/invitations/{id:int}/end",
            "/g/approval/invitations/1/end",
            lets=deciding,
            others=403,
            answers=DONE,
        ),
        sends(
            "/g/{name}/invitations/people",
            "/g/approval/invitations/people",
            lets=deciding,
            others=403,
            answers=refused,
            form={"member": "{mia}"},
        ),
        sends(
            "/g/{name}/invitations/people/{id:int}/end",
            "/g/approval/invitations/people/{mia}/end",
            lets=deciding,
            others=403,
            answers=DONE,
        ),
        page("/g/{name}/poster", "/g/interior/poster", answers=SHOWN, state="public"),
        page("/g/{name}/poster", "/g/private/poster?in=fr", answers=SHOWN, state="private"),
    ]
    for step, more in (("hand-over", DONE | {422}), ("remove", DONE)):
        route, address = f"/g/{{name}}/members/{{id:int}}/{step}", f"{gus}/{step}"
        lines.append(page(route, address, lets=organising, others=403, answers=SHOWN))
        lines.append(sends(route, address, lets=organising, others=403, answers=more))
    return lines


RULES = [
    # -- everybody's
    page("/about"),
    page("/manifest.webmanifest"),
    page("/static/{name}", "/static/site.css"),
    page("/static/colour/{code}.css", "/static/colour/1c7346.css", answers=SHOWN, state="readable"),
    page("/static/colour/{code}.css", "/static/colour/ffee00.css", answers=NOTHING_THERE, state="too pale"),
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
    sends("/elsewhere/offer", "/elsewhere/offer?iri={their_need}", lets=SIGNED_IN, form={"answer_text": "I know how."}),
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
    page("/groups"),
    page("/search", "/search?q=interior&kind=group"),
    page("/search.atom"),
    page("/me/alerts", lets=SIGNED_IN),
    *(
        Rule(
            "POST",
            "/me/alerts/{id:int}/remove",
            "/me/alerts/{mia_alert}/remove",
            SIGNED_IN & of,
            answers=answers,
            state=whose,
            of=of,
        )
        for whose, of, answers in (("one's own", MIA, DONE), ("somebody else's", ALL - MIA, NOTHING_THERE))
    ),
    sends("/me/alerts", lets=SIGNED_IN, form={"query": "q=stukadoor", "rhythm": "weekly"}, answers=DONE),
    page("/g/{name}", "/g/interior", state="public"),
    page("/g/{name}", "/g/private", state="private"),
    page("/g/{name}/feed.atom", "/g/interior/feed.atom"),
    page("/g/{name}/needs", "/g/interior/needs"),
    page("/g/{name}/offers", "/g/interior/offers"),
    page("/g/{name}/events", "/g/interior/events"),
    page("/g/{name}/notes", "/g/interior/notes"),
    *_taking(),
    page("/g/{name}/needs/{id}", "/g/interior/needs/{need}"),
    page("/g/{name}/offers/{id}", "/g/interior/offers/{offer}"),
    page("/g/{name}/events/{id}", "/g/interior/events/{event}"),
    page("/g/{name}/notes/{id}", "/g/interior/notes/{note}"),
    *(
        page(
            f"/g/{{name}}/{things}/{{id}}",
            f"/g/private/{things}/{{private_{thing}}}",
            lets=INSIDE,
            nobody=404,
            state="of a private group",
        )
        for thing, things in (("need", "needs"), ("event", "events"), ("note", "notes"))
    ),
    page("/u/{name}/notes/{id}", "/u/noor/notes/{note}", answers=frozenset({404}), state="no such note"),
    # -- groups, as organisers see them
    page("/found", lets=MEMBERS, others=401, answers=SHOWN),
    sends("/found", lets=MEMBERS, others=401, form=_FOUNDS, answers=DONE, state="a theme group"),
    sends(
        "/found",
        lets=ADMINS,
        others=422,
        nobody=401,
        guest=401,
        form=_FOUNDS | {"kind": "sector"},
        answers=DONE,
        state="sector",
    ),
    *[
        page(f"/g/{{name}}/settings{tab}", f"/g/interior/settings{tab}", lets=ORGANISING | ADMINS, answers=SHOWN)
        for tab in ("", "/picture", "/joining", "/fediverse", "/needs", "/moving", "/closing")
    ],
    *[
        sends(
            f"/g/{{name}}/settings{tab}",
            f"/g/interior/settings{tab}",
            lets=ORGANISING | ADMINS,
            form=form,
            answers=answers,
        )
        for tab, form, answers in (
            ("", {"language": "nl", "name_nl": "Interieur", "level": "local"}, DONE),
            ("/picture", {}, frozenset({400})),
            ("/picture/remove", {}, DONE),
            ("/joining", {"joining": "closed"}, DONE),
            ("/fediverse", {"discoverable": "yes"}, DONE),
            ("/languages", {"language": "fr", "action": "open"}, DONE),
            ("/moving/aliases", {"who": "{bouw}"}, DONE),
            ("/moving/aliases/remove", {"alias": "{bouw}"}, DONE),
            ("/moving/away", {"who": "{bouw}"}, frozenset({422})),
            ("/moving/home", {}, DONE),
            ("/closing", {"understood": "yes"}, DONE),
            ("/closing/undo", {}, DONE),
        )
    ],
    page("/g/{name}/settings", "/g/bouw/settings", nobody=401, lets=frozenset(), state="no group of ours"),
    # -- writing offers and needs, and what becomes of one's own
    *(
        rule
        for things, thing, own in (("needs", "need", "own_need"), ("offers", "offer", "own_offer"))
        for rule in (
            page(f"/{things}/new", lets=SIGNED_IN),
            sends(f"/{things}/new", lets=SIGNED_IN, form={"group": "{interior}", "title": "x", "step": "publish"}),
            *(
                made(
                    f"/g/{{name}}/{things}/{{id}}/{verb}",
                    f"/g/interior/{things}/{{{item}}}/{verb}",
                    lets=lets,
                    state=state,
                    form=form,
                )
                for verb, form in (
                    ("change", {"title": "y", "step": "publish"}),
                    ("close", {"status": "filled"}),
                    ("delete", {}),
                )
                for item, lets, state in (
                    (thing, MODERATING | ADMINS, "published by the house"),
                    (own, MODERATING | ADMINS | {"group-member"}, "written by the group's member"),
                )
                for made in (_opened, sends)
            ),
            *(
                sends(
                    f"/g/{{name}}/{things}/{{id}}/{verb}",
                    f"/g/interior/{things}/{{{item}}}/{verb}",
                    lets=lets,
                    state=state,
                    form=form,
                    answers=answers,
                )
                for verb, form, answers in (
                    ("taking", {"takes": "no"}, DONE),
                    ("reopen", {}, frozenset({422})),
                )
                for item, lets, state in (
                    (thing, MODERATING | ADMINS, "published by the house"),
                    (own, MODERATING | ADMINS | {"group-member"}, "written by the group's member"),
                )
            ),
            sends(
                f"/g/{{name}}/{things}/{{id}}/answers",
                f"/g/interior/{things}/{{{thing}}}/answers",
                lets=SIGNED_IN,
                form={"answer_kind": "question", "answer_text": "How many?"},
            ),
        )
    ),
    page("/me/offers", lets=SIGNED_IN),
    *(
        sends(
            "/answers/{number}",
            "/answers/{mia_answer}",
            form={"do": "withdraw"},
            lets=SIGNED_IN,
            answers=answers,
            state=state,
            of=of,
        )
        for answers, state, of in (
            (NOTHING_THERE, "somebody else's", ALL - MIA),
            (DONE, "one's own", MIA),
        )
    ),
    page("/renew/{token}", "/renew/{renewal}", answers=SHOWN, state="by us"),
    page("/renew/{token}", "/renew/1.2.x", answers=NOTHING_THERE, state="made up"),
    sends("/renew/{token}", "/renew/{renewal}", answers=SHOWN, state="by us", bare=True),
    sends("/renew/{token}", "/renew/1.2.x", answers=NOTHING_THERE, state="made up"),
    # -- what fits
    page("/for-you", lets=SIGNED_IN, answers=SHOWN),
    *(
        sends(f"/for-you/{verb}", lets=SIDES, form={"match": "{match}"}, answers=DONE)
        for verb in ("put-away", "take-back")
    ),
    page("/unanswered", lets=STAFF | ORGANISING, answers=SHOWN),
    *(
        sends(
            f"/g/{{name}}/{things}/{{id}}/further",
            f"/g/interior/{things}/{{{own}}}/further",
            lets=MODERATING | ADMINS | {"group-member"},
            form={"wanted": "yes"},
            answers=DONE,
        )
        for things, own in (("needs", "own_need"), ("offers", "own_offer"))
    ),
    # -- coming in and going out
    page("/sign-in"),
    sends("/sign-in", form={"address": "nobody@members.example"}, answers=SHOWN, state="an address that nobody has"),
    sends("/sign-in", form={"address": "mia@members.example"}, answers=SHOWN, state="an address of a member"),
    sends(
        "/sign-in",
        form={"address": "mia@members.example", "password": "not hers at all"},
        answers=frozenset({422, 429}),
        state="a wrong password",
    ),
    sends("/sign-in", form={"token": "{sign_in}"}, answers=DONE, state="a link"),
    *[sends("/sign-in", form={"token": token}, answers=OVER, state=state) for token, state in _NO_LINKS.items()],
    page("/sign-in/{token}", "/sign-in/{sign_in}", answers=SHOWN, state="a link"),
    *[page("/sign-in/{token}", f"/sign-in/{token}", answers=OVER, state=state) for token, state in _NO_LINKS.items()],
    page("/sign-in/fediverse"),
    sends("/sign-in/fediverse", form={"handle": "nonsense"}),
    page("/sign-in/fediverse/back", answers=frozenset({303, 400, 410, 422}), state="not begun here"),
    sends("/sign-in/oidc", answers=NOTHING_THERE, state="the instance has no login of its own"),
    page("/sign-in/oidc/back", answers=NOTHING_THERE, state="the instance has no login of its own"),
    sends("/me/oidc", answers=NOTHING_THERE, state="the instance has no login of its own"),
    sends("/sign-in/passkey/begin", answers=SHOWN),
    sends("/sign-in/passkey", form={"answer": "{{}}"}, answers=frozenset({422}), state="no answer of a passkey"),
    sends("/sign-out", answers=DONE),
    page("/join-us", answers=SHOWN),
    sends(
        "/join-us", form={"name": "Nina", "address": "nina@new.example"}, answers=frozenset({422}), state="uninvited"
    ),
    sends("/join-us", form=_JOINS | {"invitation": "{site_invitation}"}, answers=SHOWN, state="invited"),
    sends("/join-us", form=_JOINS | {"invitation": "{used_invitation}"}, answers=OVER, state="by a spent invitation"),
    page("/invitation/{token}", "/invitation/{site_invitation}", answers=SHOWN, state="open"),
    page("/invitation/{token}", "/invitation/{used_invitation}", answers=OVER, state="spent"),
    page("/invitation/{token}", "/invitation/{ended_invitation}", answers=OVER, state="ended"),
    page("/invitation/{token}", "/invitation/{sign_in}", answers=OVER, state="made up"),
    page("/join-us/{token}", "/join-us/{joining}", answers=SHOWN, state="a link"),
    page("/join-us/{token}", "/join-us/{spent_joining}", answers=OVER, state="spent"),
    page("/join-us/{token}", "/join-us/{sign_in}", answers=OVER, state="made for something else"),
    sends("/join-us/{token}", "/join-us/{joining}", answers=DONE, state="a link"),
    sends("/join-us/{token}", "/join-us/{spent_joining}", answers=OVER, state="spent"),
    sends("/join-us/{token}", "/join-us/{sign_in}", answers=OVER, state="made for something else"),
    page("/unsubscribe/{token}", "/unsubscribe/{unsubscribe}", answers=SHOWN, state="by us"),
    page("/unsubscribe/{token}", "/unsubscribe/1.digest.x", answers=NOTHING_THERE, state="made up"),
    sends("/unsubscribe/{token}", "/unsubscribe/{unsubscribe}", answers=SHOWN, state="by us", bare=True),
    sends("/unsubscribe/{token}", "/unsubscribe/1.digest.x", answers=NOTHING_THERE, state="made up"),
    # -- people
    page("/u/{name}", "/u/noor"),
    page("/people", lets=MEMBERS, others=401),
    page("/people/{id:int}", "/people/{mia}", lets=MEMBERS, nobody=404, guest=404, state="shown to members"),
    # -- me
    page("/me", lets=SIGNED_IN),
    page("/me/settings"),
    sends("/me/settings", form={"language": "nl", "theme": "dark", "zone": "Europe/Lisbon"}),
    *_own("/me/profile", "/me/profile/preview", "/me/profile/public", "/me/identities", "/me/sessions", "/me/account"),
    *_own("/me/export", "/me/leave", "/me/notifications", "/me/settings/notifications"),
    sends("/me/profile", lets=MEMBERS, others=401, form={"name": "Other"}),
    sends("/me/profile/links", lets=MEMBERS, others=401),
    sends("/me/profile/public", lets=MEMBERS, others=401, form={"username": "other", "sure": "yes"}),
    sends("/me/profile/public/end", lets=MEMBERS, others=401),
    *_own("/me/profile/moving"),
    *[
        sends(f"/me/profile/moving{what}", lets=MEMBERS, others=401, answers=DONE, state="not on the fediverse")
        for what in ("/aliases", "/aliases/remove", "/away", "/home")
    ],
    sends("/me/picture", lets=MEMBERS, others=401, answers=frozenset({303, 400, 422})),
    sends("/me/picture/remove", lets=MEMBERS, others=401),
    sends("/me/identities", lets=MEMBERS, others=401, form={"handle": "nonsense"}),
    *_about_one(
        "POST", "/me/identities/{id:int}/remove", "/me/identities/{mia_identity}/remove", hers=DONE, others=DONE
    ),
    sends("/me/passkeys/begin", lets=MEMBERS, others=401, answers=SHOWN),
    sends("/me/passkeys", lets=MEMBERS, others=401, form={"answer": "{{}}"}, answers=frozenset({422})),
    sends(
        "/me/passkeys/{id:int}/name",
        "/me/passkeys/{mia_passkey}/name",
        lets=MEMBERS,
        others=401,
        form={"name": "Other"},
        answers=DONE,
        state="Mia's",
    ),
    sends("/me/passkeys/{id:int}/remove", "/me/passkeys/{mia_passkey}/remove", lets=MEMBERS, others=401, answers=DONE),
    page(
        "/me/notifications/{id:int}", "/me/notifications/{mia_notice}", lets=MIA, answers=DONE, guest=401, state="Mia's"
    ),
    sends("/me/notifications/read", lets=MEMBERS, others=401, form={"up_to": "{mia_notice}"}, answers=DONE),
    sends("/me/settings/notifications", lets=MEMBERS, others=401, answers=DONE),
    sends("/me/sessions", lets=MEMBERS, others=401, form={"which": "{mia_session}"}, answers=DONE, state="Mia's"),
    sends("/me/sessions", lets=MEMBERS, others=401, form={"which": "others"}, answers=DONE, state="all but this"),
    sends("/me/sessions", lets=MEMBERS, others=401, form={"which": "all"}, answers=DONE, state="all"),
    sends("/me/account", lets=MEMBERS, others=401, form={"name": "Other"}, answers=DONE),
    sends("/me/account/address", lets=MEMBERS, others=401, form={"address": "other@new.example"}, answers=DONE),
    sends("/me/account/password", lets=MEMBERS, others=401, form={"password": "a plain sentence"}, answers=DONE),
    sends("/me/account/link", lets=MEMBERS, others=401, answers=SHOWN),
    page("/me/address/{token}", "/me/address/{mia_address}", answers=SHOWN, state="a link"),
    sends("/me/address/{token}", "/me/address/{mia_address}", answers=DONE, state="a link"),
    *[
        Rule(method, "/me/address/{token}", f"/me/address/{token}", answers=OVER, state=state)
        for token, state in (("{sign_in}", "made for something else"), ("{spent_token}", "spent"))
        for method in ("GET", "POST")
    ],
    sends("/me/export", lets=MEMBERS, others=401, answers=DONE | {422}),
    *_about_one("GET", "/me/export/{token}", "/me/export/{mia_copy}", hers=SHOWN, others=OVER),
    *_about_one("POST", "/me/export/{token}", "/me/export/{mia_copy}", hers=SHOWN, others=OVER),
    *[
        Rule(method, "/me/export/{token}", "/me/export/{spent_copy}", MEMBERS, others=401, answers=OVER, state="spent")
        for method in ("GET", "POST")
    ],
    sends("/me/leave", lets=MEMBERS, others=401, form={"understood": "yes"}, answers=DONE, state="understood"),
    sends("/me/leave", lets=MEMBERS, others=401, answers=frozenset({422}), state="not understood"),
    sends("/me/sign-in-again", lets=MEMBERS, others=401, answers=DONE),
    # -- looking after the instance
    page("/waiting", lets=STAFF, nobody=404),
    sends("/waiting", lets=STAFF, nobody=404, form={"kind": "post", "number": "999", "answer": "approve"}),
    page("/styleguide", lets=ADMINS, nobody=404),
    page("/admin", lets=STAFF, nobody=404, answers=SHOWN),
    page("/admin/log", lets=STAFF, nobody=404, answers=SHOWN),
    page("/admin/members", lets=STAFF, nobody=404, answers=SHOWN),
    page("/admin/members/{id:int}", "/admin/members/{mia}", lets=STAFF, nobody=404, answers=SHOWN),
    page(
        "/admin/members/{id:int}",
        "/admin/members/999999",
        lets=STAFF,
        nobody=404,
        answers=NOTHING_THERE,
        state="nobody",
    ),
    sends(
        "/admin/members/{id:int}/role",
        "/admin/members/{mia}/role",
        lets=ADMINS,
        nobody=404,
        form={"role": "moderator"},
        answers=DONE,
    ),
    sends(
        "/admin/members/{id:int}/suspend",
        "/admin/members/{mia}/suspend",
        lets=STAFF,
        nobody=404,
        answers=DONE,
        state="a member",
    ),
    sends(
        "/admin/members/{id:int}/suspend",
        "/admin/members/{mo}/suspend",
        lets=ADMINS,
        nobody=404,
        answers=DONE,
        state="a moderator",
        of=ALL - {"moderator"},
    ),
    sends(
        "/admin/members/{id:int}/suspend",
        "/admin/members/{mo}/suspend",
        lets=STAFF,
        nobody=404,
        answers=frozenset({422}),
        state="oneself",
        of=frozenset({"moderator"}),
    ),
    sends("/admin/members/{id:int}/unsuspend", "/admin/members/{mia}/unsuspend", lets=STAFF, nobody=404, answers=DONE),
    sends("/admin/members/{id:int}/link", "/admin/members/{mia}/link", lets=ADMINS, nobody=404, answers=DONE),
    page("/admin/servers", lets=STAFF, nobody=404, answers=SHOWN),
    sends("/admin/servers", lets=STAFF, nobody=404, form={"host": "a.example", "decision": "allow"}, answers=DONE),
    sends(
        "/admin/servers",
        lets=STAFF,
        nobody=404,
        form={"host": "a.example", "decision": "block"},
        answers=SHOWN,
        state="a block, before one is sure",
    ),
    sends("/admin/servers/retry", lets=STAFF, nobody=404, form={"host": "a.example"}, answers=DONE),
    page("/setup", lets=ADMINS, nobody=404, answers=SHOWN),
    sends("/setup", lets=ADMINS, nobody=404, answers=DONE),
    page("/setup/done", lets=ADMINS, nobody=404, answers=SHOWN),
    sends("/setup/done", lets=ADMINS, nobody=404, answers=DONE),
    page("/admin/site", lets=ADMINS, nobody=404, answers=SHOWN),
    *[
        rule
        for matter, form in _MATTERS.items()
        for route, address in (("/setup/{step}", f"/setup/{matter}"), ("/admin/site/{matter}", f"/admin/site/{matter}"))
        for rule in (
            page(route, address, lets=ADMINS, nobody=404, answers=SHOWN, state=matter),
            sends(route, address, lets=ADMINS, nobody=404, form=form, answers=DONE, state=matter),
        )
    ],
    page("/setup/{step}", "/setup/nothing", answers=NOTHING_THERE, nobody=404, state="no such step"),
    page("/admin/site/{matter}", "/admin/site/nothing", answers=NOTHING_THERE, nobody=404, state="no such matter"),
    page("/admin/registrations", lets=STAFF, nobody=404, answers=SHOWN),
    *[
        sends(
            "/admin/registrations/{id:int}", address, lets=STAFF, nobody=404, form={"decision": decision}, state=state
        )
        for address, decision, state in (
            ("/admin/registrations/{wanda}", "approve", "let in"),
            ("/admin/registrations/{wanda}", "refuse", "turned away"),
            ("/admin/registrations/{mia}", "refuse", "a member already"),
        )
    ],
    page("/admin/invitations", lets=STAFF, nobody=404, answers=SHOWN),
    sends("/admin/invitations", lets=STAFF, nobody=404, form={"uses": "1"}, answers=DONE),
    sends(
        "/admin/invitations/{id:int}/end",
        "/admin/invitations/{invitation_number}/end",
        lets=STAFF,
        nobody=404,
        answers=DONE,
        state="somebody else's",
    ),
    page("/admin/mail", lets=ADMINS, nobody=404, answers=SHOWN),
    sends("/admin/mail/test", lets=ADMINS, nobody=404, form={"to": "ada@members.example"}, answers=DONE),
    sends("/admin/mail/{id:int}/again", "/admin/mail/{failed_mail}/again", lets=ADMINS, nobody=404, answers=DONE),
    sends(
        "/admin/mail/{id:int}/again",
        "/admin/mail/{sent_mail}/again",
        lets=ADMINS,
        nobody=404,
        answers=NOTHING_THERE,
        state="sent",
    ),
]
