"""The mail server of the instance: its form, and a test mail that goes at once, with what became of it in words.

The test happens outside any transaction and ends within half a minute. It is the one connection that does not pass the
guarded dialler, so only admins cause it, at a slow rate (`Rate.LOOKUP`), and each try is a line in the log of mails.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any, Final

from starlette.requests import Request

from actors.refusals import Refused
from actors.site import MailServer
from outbox import mail
from outbox import site as orders
from web import guard
from web.forms import Filled, blank
from web.i18n import Reader
from web.pages import Pages, language_of
from web.rates import Rate, count
from web.sentences import said
from web.site.facts import Facts

PASSWORD_CHARS = 500
PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
RESULTS: Final = {
    "": said("The mail server took the mail. Look whether it arrives, also among the unwanted mail."),
    "no-server": said("There is no mail server yet, so nothing was sent."),
    "no-such-host": said("There is no server of that name. Is it spelled right?"),
    "nobody-listens": said("The server is there, but nobody listens at that port. Another port, perhaps?"),
    "no-answer": said("The server did not answer in time. Is the port right, and may this machine reach it?"),
    "wrong-certificate": said("The server's certificate is not valid for that name, or has run out. Nothing was sent."),
    "no-encryption": said("The server does not speak encrypted in this way. Try the other way of encryption."),
    "wrong-password": said("The server does not accept this user with this password."),
    "no-sign-in": said("The server offers no way of signing in that we know. Leave the user empty if it needs none."),
    "turned-away": said("The server turned us away at once."),
    "sender-refused": said("The server does not take mail from this sender. Choose an address that belongs to it."),
    "recipient-refused": said("The server does not take mail for this recipient."),
    "mail-refused": said("The server refused the mail itself."),
    "broken-off": said("The server broke the connection off. The port may be for the other way of encryption."),
}
"""By what came of a test: what it means, and what to try."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A test mail and what became of it."""

    to: str
    worked: bool
    words: str
    answer: str


def first_form(facts: Facts) -> Filled[Any]:
    """The form with what holds now; a password is never shown."""
    server = facts.mail
    if server is None:
        return blank({"security": "starttls", "port": "587"})
    return blank(
        {
            "host": server.host,
            "port": str(server.port),
            "security": server.security,
            "user": server.user,
            "sender": server.sender,
        }
    )


async def save(request: Request, form: Filled[Any], facts: Facts) -> None:
    """Keep the server, its password sealed; without a name, mail goes nowhere from now on.

    Raises:
        Refused: as `orders.hand_mail_to`, and "mail-is-fixed", "mail-sender-malformed".
    """
    house, pages = request.app.state.house, request.state.pages
    if facts.mail is not None and facts.mail.fixed:
        if form.values.get("go") == "test":
            return
        raise Refused("mail-is-fixed")
    typed = {name: form.values.get(name, "").strip() for name in ("host", "port", "security", "user", "sender")}
    password = form.values.get("password", "")
    server = None
    if typed["host"]:
        if typed["sender"] and not mail.is_usable(parseaddr(typed["sender"])[1]):
            raise Refused("mail-sender-malformed")
        if len(password) > PASSWORD_CHARS:
            raise Refused("too-long", field="password", chars=len(password), limit=PASSWORD_CHARS)
        server = MailServer(
            typed["host"],
            _port(typed["port"], typed["security"]),
            typed["security"],
            typed["user"],
            house.vault.seal(password.encode()) if password else None,
            typed["sender"],
        )
    await house.db.write(
        orders.hand_mail_to,
        server,
        keep_password=not password and bool(typed["user"]),
        by=guard.admin(request).member_id,
        now=pages.now(),
    )


async def test(request: Request, form: Filled[Any]) -> Tried | Filled[Any]:
    """Send a test mail at once; the form with its problem if there is no address to send it to.

    Raises:
        HTTPException: 429, too many tests.
    """
    count(request, Rate.LOOKUP)
    pages: Pages = request.state.pages
    house = request.app.state.house
    to = form.values.get("to", "").strip()
    if not mail.is_usable(to):
        return form.with_problem("to", "address-unusable")
    key = f"test-now-{to}-{pages.now():%Y%m%d%H%M%S%f}"[:200]
    outcome = await house.mail.send_now(to, "test", {}, language_of(request), key)
    reader: Reader = pages.reader(request)
    return Tried(to, not outcome.code, reader.text(RESULTS[outcome.code]), outcome.answer)


def field_of(no: Refused) -> str:
    """The field that a rule refused."""
    match no.code:
        case "mail-host-malformed":
            return "host"
        case "mail-port-impossible":
            return "port"
        case "mail-password-again":
            return "password"
        case "mail-sender-malformed":
            return "sender"
        case "too-long" | "unknown-choice":
            return str(no.facts["field"])
    return ""


def _port(typed: str, security: str) -> int:
    if not typed:
        return PORTS.get(security, 0)
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 0
