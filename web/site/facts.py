"""What the pages of the instance's choices know, and how they say it in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from actors import site
from actors.regions import CHOICES
from actors.site import Choices, MailServer
from actors.views.keeping import Strangers
from fediverse.html import text_of
from outbox import overview
from web import guard
from web.i18n import Reader
from web.mail.message import Sender
from web.pages import OWN_NAMES, Pages
from web.sentences import said
from web.wording import Wording

MATTERS = ("languages", "name", "look", "joining", "rules", "mail", "servers")
"""What can be chosen, in the order of the first start."""
TITLES: Final = {
    "languages": said("Languages and region"),
    "name": said("Name and purpose"),
    "look": said("Colour"),
    "joining": said("Who may join"),
    "rules": said("Rules"),
    "mail": said("Mail"),
    "servers": said("Other servers"),
}
LEADS: Final = {
    "languages": said("In which languages people read this site, and where most of them live."),
    "name": said("People read this on the front page, and other servers show it too."),
    "look": said("Buttons and marks take this colour. For the night, a lighter shade of it is made."),
    "joining": said("How somebody becomes a member, and what you ask them before."),
    "rules": said("What holds here. Whoever joins agrees to it, and it stands on the page «About»."),
    "mail": said("Sign-in links, answers and notifications go out by mail. For that, a mail server has to take them."),
    "servers": said("Your groups speak with other servers. Choose how open you are to those that nobody here knows."),
}
REGISTRATIONS: Final = {
    site.INVITATION: said("By invitation"),
    site.REQUEST: said("On request"),
    site.OPEN: said("Open to all"),
}
MODES: Final = {
    "open": said("Open to all servers"),
    "partners-first": said("Partners first"),
    "partners-only": said("Partners only"),
}
FOUNDERS: Final = {
    "members": said("Every member"),
    "moderators": said("Moderators and admins"),
    "admins": said("Admins alone"),
}
COLOURS: Final = {
    "#1c7346": said("Leaf green"),
    "#245fae": said("River blue"),
    "#b83a24": said("Brick red"),
    "#6b3fa0": said("Plum"),
    "#8a5a00": said("Honey brown"),
    "#0f6b75": said("Teal"),
}
"""Colours that are offered by name; any other that white words can be read on may be typed."""


@dataclass(frozen=True, slots=True)
class MailFacts:
    """The mail server as it is shown: never with its password.

    Attributes:
        fixed: it stands in the operator's settings, and no page changes it.
    """

    host: str
    port: int
    security: str
    user: str
    has_password: bool
    sender: str
    fixed: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the forms need besides what is typed."""

    chosen: Choices
    languages: tuple[tuple[str, str], ...]
    """Code and own name of those in which texts are asked for: the instance's, its own first."""
    all_languages: tuple[tuple[str, str], ...]
    regions: tuple[tuple[str, str], ...]
    mail: MailFacts | None
    no_reply: str
    others: Strangers
    members: int
    invitations: int
    groups: int
    own_address: str
    """Of the admin who looks at it."""

    def about(self, language: str) -> str:
        """The purpose as it is edited: a line for each paragraph."""
        return text_of(self.chosen.about.get(language, ""))


async def gather(request: Request) -> Facts:
    """What holds now."""
    house = request.app.state.house
    pages: Pages = request.state.pages
    admin = guard.admin(request)
    found: overview.Standing = await house.db.read(overview.standing, member_id=admin.member_id, now=pages.now())
    say = Wording(pages.reader(request))
    chosen = found.chosen
    offered = [code for code in chosen.languages if code in pages.all_languages] or pages.all_languages
    return Facts(
        chosen=chosen,
        languages=tuple((code, OWN_NAMES[code]) for code in offered),
        all_languages=tuple((code, OWN_NAMES[code]) for code in pages.all_languages),
        regions=tuple((code, say.region(code)) for code in CHOICES),
        mail=_mail(request, found.mail_server),
        no_reply=Sender.of("", pages.origin).address,
        others=found.others,
        members=found.members,
        invitations=found.invitations,
        groups=found.groups,
        own_address=found.own_address,
    )


def _mail(request: Request, chosen: MailServer | None) -> MailFacts | None:
    fixed = request.app.state.house.post.fixed
    if fixed is not None and fixed.office is not None:
        office = fixed.office
        sender = fixed.sender
        return MailFacts(
            office.host,
            office.port,
            office.security,
            office.user,
            bool(office.password),
            f"{sender.name} <{sender.address}>" if sender.name else sender.address,
            fixed=True,
        )
    if chosen is None:
        return None
    has_password = chosen.password is not None
    return MailFacts(chosen.host, chosen.port, chosen.security, chosen.user, has_password, chosen.sender, fixed=False)


class SiteWords:
    """The choices in the reader's words."""

    def __init__(self, reader: Reader, facts: Facts) -> None:
        self._reader, self._facts, self._say = reader, facts, Wording(reader)

    def title(self, matter: str) -> str:
        """What a matter is called."""
        return self._reader.text(TITLES[matter])

    def lead(self, matter: str) -> str:
        """What it is about."""
        return self._reader.text(LEADS[matter])

    def options(self, words: Mapping[str, str]) -> list[tuple[str, str]]:
        """Choices with their words, for a form."""
        return [(code, self._reader.text(text)) for code, text in words.items()]

    def registrations(self) -> list[tuple[str, str, str]]:
        """The rules of joining, each with what it means."""
        text = self._reader.text
        hints = {
            site.INVITATION: text("Only whoever has a link from you. They join at once."),
            site.REQUEST: text("Anybody may ask and answers your questions. You say yes or no; both send a mail."),
            site.OPEN: text("Anybody with a mail address joins at once. You look at who came afterwards."),
        }
        return [(code, words, hints[code]) for code, words in self.options(REGISTRATIONS)]

    def modes(self) -> list[tuple[str, str, str]]:
        """The rules about other servers, each with what it means and whom it concerns now."""
        text, texts, others = self._reader.text, self._reader.texts, self._facts.others
        count = texts(
            "This concerns %(n)s person elsewhere who follows something here.",
            "This concerns %(n)s people elsewhere who follow something here.",
            others.followers,
        )
        hints = {
            "open": text("People from everywhere follow your groups and answer. You block a server when it is needed."),
            "partners-first": text(
                "Partners are shown at once. Whoever else wants to follow or write waits until a moderator says yes."
            )
            + f" {count}",
            "partners-only": text(
                "Only servers that you made partners are heard and told anything; all others are refused and hidden."
            )
            + f" {count}",
        }
        return [(code, words, hints[code]) for code, words in self.options(MODES)]

    def founders(self) -> list[tuple[str, str]]:
        """Who may found projects and thematic groups."""
        return self.options(FOUNDERS)

    def colours(self) -> list[tuple[str, str]]:
        """The colours that are offered by name."""
        return self.options(COLOURS)

    def securities(self) -> list[tuple[str, str]]:
        """How a mail server is spoken to."""
        return [
            ("starttls", self._reader.text("encrypted with STARTTLS (port 587)")),
            ("tls", self._reader.text("encrypted with TLS from the start (port 465)")),
            ("none", self._reader.text("not encrypted: only for a server on this very machine (port 25)")),
        ]

    def summary(self, matter: str) -> str:
        """What holds now, in one line."""
        chosen, reader = self._facts.chosen, self._reader
        match matter:
            case "languages":
                names = ", ".join(name for _, name in self._facts.languages)
                return f"{names} · {self._say.region(chosen.region)}" if chosen.region else names
            case "name":
                return chosen.names.get(reader.language) or next(iter(chosen.names.values()), "")
            case "look":
                if not chosen.colour:
                    return reader.text("ink on paper, as the house has it")
                return reader.text(COLOURS[chosen.colour]) if chosen.colour in COLOURS else chosen.colour
            case "joining":
                rule = reader.text(REGISTRATIONS[chosen.registration])
                asked = len(chosen.questions)
                if chosen.registration != site.REQUEST or not asked:
                    return rule
                return f"{rule} · {reader.texts('%(n)s question', '%(n)s questions', asked)}"
            case "rules":
                written = [OWN_NAMES[code] for code, text in chosen.terms.items() if text and code in OWN_NAMES]
                return ", ".join(written) or reader.text("none of your own yet")
            case "mail":
                mail = self._facts.mail
                return f"{mail.host}:{mail.port}" if mail else reader.text("no mail is sent yet")
            case _:
                return reader.text(MODES[chosen.federation_mode])
