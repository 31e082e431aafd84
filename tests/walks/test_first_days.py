"""The first days of an instance, in Chromium: the first choices, an invitation, a profile, a project, and who joins it.

By mouse on a desk, and by the keyboard alone on a phone's width in each of the four languages. Mails are read from a
mail server that the admin chooses on the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.needs import chromium
from tests.walks.conftest import MakeInstance
from tests.walks.hands import Hands, Keyboard, Mouse, Visitor, Words
from tests.walks.postbox import Postbox
from tests.walks.processes import Instance, eventually, starter
from tests.web.gallery import LAUNCH
from tests.words import CATALOGUES

pytestmark = pytest.mark.browser

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
LOCALES = {"nl": "nl-BE", "fr": "fr-BE", "en": "en-GB", "de": "de-DE"}
STEPS = ("Languages and region", "Name and purpose", "Colour", "Who may join", "Rules")
PLAIN = "not encrypted: only for a server on this very machine (port 25)"


@pytest.fixture
def post() -> Iterator[Postbox]:
    with Postbox() as opened:
        yield opened


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(chromium()), args=LAUNCH)
        yield started
        started.close()


@pytest.mark.parametrize(
    ("language", "hands", "size"),
    [
        pytest.param("en", Mouse, DESK, id="en-mouse-desk"),
        *(pytest.param(code, Keyboard, PHONE, id=f"{code}-keyboard-phone") for code in LOCALES),
    ],
)
def test_an_instance_begins_and_somebody_joins_a_project(
    make_instance: MakeInstance,
    browser: Browser,
    post: Postbox,
    language: str,
    hands: Callable[[Page], Hands],
    size: dict[str, int],
) -> None:
    words = Words(CATALOGUES[language])
    coop: Instance = make_instance(
        f"days-{language}-{hands.__name__.lower()}", starter=starter("Coop", craft="members")
    )
    _, said = coop.serve()

    def visitor() -> Visitor:
        context = browser.new_context(viewport=size, locale=LOCALES[language])  # type: ignore[arg-type]
        return Visitor(context.new_page(), coop.origin, words, hands)

    ada = visitor()
    begin(ada, said["sign_in_link"], post)
    mia, zoe = visitor(), visitor()
    invitation = invite(ada)
    join_us(mia, invitation, "Mia", post)
    join_us(zoe, invitation, "Zoe", post)
    describe(mia)
    path = found_a_project(mia)
    ask_to_join(zoe, path)
    let_in(mia)
    be_told(zoe, post)


def begin(ada: Visitor, link: str, post: Postbox) -> None:
    """The first admin opens the link that the terminal printed, and makes the first choices."""
    ada.open(link)
    ada.page.goto(f"{ada.page.url}?language={ada.words.language}")
    ada.press("Sign in", exact=False)
    ada.reads("Welcome. Make this place yours.")
    ada.press("Begin", role="link")
    for step in STEPS:
        assert ada.page.get_by_role("heading", level=1).inner_text() == ada.words(step)
        if step == "Name and purpose":
            ada.write("Name", "Smart Gent")
        if step == "Who may join":
            ada.tick("By invitation", role="radio")
        ada.press("Save and go on")
    ada.write("Mail server", "127.0.0.1")
    ada.tick(PLAIN, role="radio")
    ada.write("Port", post.settings["mail_port"])
    ada.write("Send a test mail to", "ada@members.example")
    ada.press("Save and send a test mail")
    ada.reads("The test mail to %(address)s went out.", address="ada@members.example")
    ada.press("Save and go on")
    ada.press("Save and go on")
    ada.reads("This is how it stands")
    ada.press("Finish")


def invite(ada: Visitor) -> str:
    """She makes an invitation for two; its link."""
    ada.open("/admin/invitations")
    ada.write("For how many people", "2")
    ada.press("Make an invitation")
    found = re.search(r"http://\S*/invitation/\S*", ada.page.inner_text("main"))
    assert found is not None
    return found[0]


def join_us(newcomer: Visitor, invitation: str, name: str, post: Postbox) -> None:
    """Somebody opens it, says who they are, and opens the link that came by mail."""
    address = f"{name.lower()}@members.example"
    newcomer.open(invitation)
    newcomer.write("Your name", name)
    newcomer.write("Your mail address", address)
    newcomer.press("Join us")
    newcomer.reads("Look into your mail")
    newcomer.open(post.link(address, f"{newcomer.origin}/join-us/"))
    newcomer.press("Go on")
    newcomer.reads("Your profile")


def describe(mia: Visitor) -> None:
    """She says what she does."""
    mia.write("About you", "Ik teken en bouw decors.")
    mia.write("Trades", "scenograaf")
    mia.press("Save")
    mia.reads("Your profile is saved.")


def found_a_project(mia: Visitor) -> str:
    """She founds a project that one asks to join; its path."""
    mia.open("/found")
    mia.tick("A project", role="radio")
    mia.write("Name in %(language)s", "Atelier Velo", language=mia.words.own_name)
    mia.write("Its address", "velo")
    mia.tick("Group craft")
    mia.press("Found it")
    return "/g/velo"


def ask_to_join(zoe: Visitor, path: str) -> None:
    zoe.open(path)
    zoe.press("Ask to join", role="link")
    zoe.write("A word to the organisers", "Ik las en schilder.")
    zoe.press("Ask to join")
    zoe.reads("You have asked to join")


def let_in(mia: Visitor) -> None:
    """Her list says who asks, and leads her to the answer."""
    mia.open("/me/notifications")
    mia.reads("%(who)s wants to join %(group)s.", who="Zoe", group="Atelier Velo")
    mia.press("See the request", role="link", exact=False)
    mia.page.get_by_text("Ik las en schilder.").wait_for()
    mia.press("Let in")


def be_told(zoe: Visitor, post: Postbox) -> None:
    """She finds the answer in her list and in her mail, and is in."""
    told = zoe.words("You are now a member of %(group)s.", group="Atelier Velo")
    zoe.open("/me/notifications")
    zoe.page.get_by_text(told).first.wait_for()
    eventually(lambda: told in texts("zoe@members.example", post), what="a mail that says so")
    zoe.press("Open the group", role="link", exact=False)
    zoe.reads("You are a member of this group.")


def texts(address: str, post: Postbox) -> str:
    """What the mails to this address say, on one line."""
    return " ".join(" ".join(mail.part("plain").split()) for mail in post.mails(address))
