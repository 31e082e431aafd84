"""The first choices of an instance, and the same ones later: saved, refused or tried, over the whole house."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from actors import moderation, people, site
from actors.beginning import begin
from actors.moderation import Act
from actors.people import Vault
from outbox.mail import Mail
from tests.asgi import Answer
from tests.smtp import Sink, sink
from tests.web.cast import Cast
from tests.world import NOW, ORIGIN, SECRET
from web.colours import sheet

SMTP = {"host": "127.0.0.1", "security": "none", "go": "test", "to": "ada@members.example"}


@pytest.fixture(scope="module")
def stage(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    made = Cast(migrated_sqlite, tmp_path_factory.mktemp("setup"))
    yield made
    made.close()


@pytest.fixture
def cast(stage: Cast) -> Cast:
    stage.renew()
    for part, name in ((stage.house.mail, "_db"), (stage.house.post, "_db")):
        setattr(part, name, stage.db)
    return stage


@pytest.fixture
async def server() -> AsyncIterator[Sink]:
    async with sink() as mine:
        yield mine


async def send(cast: Cast, path: str, form: Mapping[str, str], role: str = "admin") -> Answer:
    return await cast.ask(role, "POST", path, form)


def chosen(cast: Cast) -> site.Choices:
    return cast.db.read_now(site.choices)


def last_act(cast: Cast) -> Act:
    return cast.db.read_now(moderation.acts, limit=1)[0]


def mails(cast: Cast) -> list[Mail]:
    query = select(Mail).where(Mail.kind == "test", Mail.recipient == "ada@members.example").order_by(Mail.id)
    return cast.db.read_now(lambda session: list(session.scalars(query)))


# --------------------------------------------------------------------------------------------------- the way through


def test_the_first_admins_link_leads_to_the_first_choices_until_they_are_made(session: Any) -> None:
    vault = Vault(SECRET)
    given = {"origin": ORIGIN, "description": {}, "admin_email": None, "language": "nl", "now": NOW}
    token = begin(session, vault, **given).token
    assert token is not None
    site.set_choices(session, now=NOW, wizard_done=True)
    later = begin(session, vault, **given).token
    assert later is not None
    assert people.open_by_link(session, token, now=NOW)[1] == "/setup"


async def test_one_goes_through_all_steps_and_finishes(cast: Cast) -> None:
    path = (await send(cast, "/setup/languages", {"languages": "nl", "first": "nl", "go": "next"})).headers["location"]
    assert path == "/setup/name"
    steps = [
        ({"name_nl": "Smart"}, "/setup/look"),
        ({"colour": "#6b3fa0"}, "/setup/joining"),
        ({"registration": "request", "question_0_nl": "Wat doe je?"}, "/setup/rules"),
        ({"terms_nl": "Wees eerlijk."}, "/setup/mail"),
        ({"host": "smtp.example.org", "security": "tls"}, "/setup/servers"),
        ({"federation_mode": "partners-first"}, "/setup/done"),
    ]
    for form, following in steps:
        path = (await send(cast, path, form | {"go": "next"})).headers["location"]
        assert path == following
    page = (await cast.ask("admin", "GET", "/setup/done", {})).text
    assert 'href="/admin/invitations"' in page
    assert (await send(cast, "/setup/done", {})).headers["location"].startswith("/admin?")
    found = chosen(cast)
    assert (found.wizard_done, found.languages, found.colour) == (True, ("nl",), "#6b3fa0")
    assert (found.registration, found.questions) == ("request", ({"nl": "Wat doe je?"},))
    assert (found.terms, found.terms_version, found.federation_mode) == ({"nl": "Wees eerlijk."}, 1, "partners-first")
    assert cast.db.read_now(site.mail_server) == site.MailServer("smtp.example.org", 465, "tls")
    assert (await cast.ask("admin", "GET", "/setup", {})).headers["location"] == "/admin/site"


async def test_it_is_taken_up_where_it_was_left(cast: Cast) -> None:
    await cast.ask("admin", "GET", "/setup/look", {})
    page = (await cast.ask("admin", "GET", "/setup", {})).text
    assert "you stopped here" in page
    assert '<a class="action" href="/setup/look">' in page


async def test_going_back_loses_nothing_that_was_typed(cast: Cast) -> None:
    answer = await send(cast, "/setup/rules", {"terms_en": "Be kind.", "go": "back"})
    assert answer.headers["location"] == "/setup/joining"
    assert "Be kind." in (await cast.ask("admin", "GET", "/setup/rules", {})).text


async def test_all_of_it_can_be_skipped(cast: Cast) -> None:
    before = chosen(cast)
    await send(cast, "/setup", {})
    assert chosen(cast).wizard_done
    assert chosen(cast).registration == before.registration


# ------------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("matter", "form", "field"),
    [
        ("languages", {}, "languages"),
        ("languages", {"languages": "nl", "first": "fr"}, "first"),
        ("languages", {"languages": "nl", "first": "nl", "region": "XX"}, "region"),
        ("name", {"name_nl": " ", "name_en": "", "name_fr": "", "name_de": ""}, "name"),
        ("look", {"colour": "own", "own_colour": "#ffee00"}, "own_colour"),
        ("look", {"colour": "own", "own_colour": "red"}, "own_colour"),
        ("joining", {"registration": "never"}, "registration"),
        ("joining", {"registration": "request", "question_0_en": "?" * 301}, "questions"),
        ("rules", {"terms_en": "x" * 20_001}, "terms"),
        ("mail", {"host": "no host", "port": "587", "security": "tls"}, "host"),
        ("mail", {"host": "smtp.example", "port": "99999", "security": "tls"}, "port"),
        ("mail", {"host": "smtp.example", "security": "tls", "sender": "no address"}, "sender"),
        ("mail", {"host": "smtp.example", "port": "25", "security": "shout"}, "security"),
        ("servers", {"federation_mode": "closed"}, "federation_mode"),
    ],
)
async def test_what_is_not_right_comes_back_and_nothing_is_saved(
    cast: Cast, matter: str, form: dict[str, str], field: str
) -> None:
    before = chosen(cast)
    answer = await send(cast, f"/admin/site/{matter}", form)
    assert answer.status == 422
    assert f'href="#f-{field}"' in answer.text
    assert chosen(cast) == before


# ------------------------------------------------------------------------------------------------------ it is honoured


async def test_languages_restrict_the_menu_and_the_choice(cast: Cast) -> None:
    await send(cast, "/admin/site/languages", {"languages": "fr", "first": "fr"})
    browser = cast.browser("nobody")
    page = await browser.get("/", language="nl")
    assert page.headers["content-language"] == "fr"
    assert 'hreflang="nl"' not in page.text
    assert (await browser.get("/?language=de", language="de")).headers["content-language"] == "fr"
    refused = await send(cast, "/me/settings", {"language": "de"})
    assert refused.status == 422


@pytest.mark.parametrize("path", ["/found", "/needs/new"])
async def test_forms_begin_with_the_region(cast: Cast, path: str) -> None:
    await send(cast, "/admin/site/languages", {"languages": "en", "first": "en", "region": "BE-WLG"})
    assert '<option value="BE-WLG" selected>' in (await cast.ask("admin", "GET", path, {})).text


async def test_the_colour_is_a_sheet_that_every_page_links_and_both_themes_can_read(cast: Cast) -> None:
    assert "/static/colour/" not in (await cast.browser("nobody").get("/")).text
    await send(cast, "/admin/site/look", {"colour": "own", "own_colour": "#1a2a6c"})
    assert '<link rel="stylesheet" href="/static/colour/1a2a6c.css">' in (await cast.browser("nobody").get("/")).text
    answer = await cast.browser("nobody").get("/static/colour/1a2a6c.css")
    assert answer.headers["content-type"].startswith("text/css")
    again = await cast.browser("nobody").get(
        "/static/colour/1a2a6c.css", headers={"if-none-match": answer.headers["etag"]}
    )
    assert again.status == 304


@pytest.mark.parametrize("colour", ["#000000", "#1a2a6c", "#b83a24", "#8a5a00", "#767676", "#6b3fa0"])
def test_a_readable_colour_stays_readable_in_both_themes(colour: str) -> None:
    found = site.shades(colour)
    assert all(site.contrast(found.day, ground) >= 4.5 for ground in ("#ffffff", "#fbf8f2", "#f1ece1"))
    assert all(site.contrast(found.night, ground) >= 4.5 for ground in ("#0e1512", "#161f1b", "#1a2520"))
    assert site.contrast(found.day_hover, "#ffffff") >= 4.5
    assert found.day in sheet(colour)


async def test_name_and_purpose_are_told_to_whoever_follows_the_instance(cast: Cast) -> None:
    form = {"name_nl": "Smart", "name_fr": "Smart Bruxelles", "about_nl": "Samen <werken>."}
    await send(cast, "/admin/site/name", form)
    instance = cast.db.read_now(people.instance_actor)
    assert (instance.name, instance.name_map["fr"], instance.language) == ("Smart", "Smart Bruxelles", "nl")
    assert instance.summary_map == {"nl": "<p>Samen &lt;werken&gt;.</p>"}
    assert (last_act(cast).verb, last_act(cast).object) == ("change-site", "name")
    assert "Smart Bruxelles" in (await cast.browser("nobody").get("/", language="fr")).text


async def test_who_changed_what_stands_in_the_log(cast: Cast) -> None:
    await send(cast, "/admin/site/joining", {"registration": "open"})
    act = last_act(cast)
    assert act.facts["registration"] == ["invitation", "open"]
    page = (await cast.ask("moderator", "GET", "/admin/log", {})).text
    assert "Ada" in page
    assert "By invitation → Open to all" in page


def test_partners_only_refuses_strangers_and_hides_them(session: Any) -> None:
    site.set_choices(session, now=NOW, federation_mode="partners-only")
    moderation.allow(session, "partner.example", now=NOW)
    assert moderation.partners_if_only(session) == {"partner.example"}
    assert moderation.policy_for(session, "stranger.example") == "blocked"
    assert moderation.policy_for(session, "partner.example") == "partner"
    site.set_choices(session, now=NOW, federation_mode="open")
    assert moderation.partners_if_only(session) is None


# ------------------------------------------------------------------------------------------------------------- mail


async def test_a_test_mail_goes_at_once_and_its_end_is_on_the_page_and_in_the_log(cast: Cast, server: Sink) -> None:
    answer = await send(cast, "/setup/mail", SMTP | {"port": str(server.port)})
    assert answer.status == 200
    assert "The test mail to ada@members.example went out." in answer.text
    assert [got.recipients for got in server.got] == [("ada@members.example",)]
    assert mails(cast)[-1].state == "sent"


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("away", "nobody listens at that port"),
        ("greeting", "turned us away at once"),
        ("password", "does not accept this user with this password"),
        ("plain", "does not speak encrypted in this way"),
        ("sender", "does not take mail from this sender"),
        ("recipient", "does not take mail for this recipient"),
        ("mail", "refused the mail itself"),
        ("broken", "broke the connection off"),
    ],
)
async def test_what_went_wrong_with_a_test_is_said_in_words(cast: Cast, server: Sink, trouble: str, words: str) -> None:
    form = SMTP | {"port": str(server.port)}
    match trouble:
        case "away":
            form["port"] = "1"
        case "greeting":
            server.greeting = "554 not you"
        case "password":
            server.user = "coop"
            form |= {"user": "coop", "password": "wrong"}
        case "plain":
            form["security"] = "starttls"
        case "sender":
            server.on_sender = "550 not from that address"
        case "recipient":
            server.on_recipient = lambda _: "550 nobody"
        case "mail":
            server.on_data = "554 we think this is spam"
        case "broken":
            server.fall_silent_after_data = True
    answer = await send(cast, "/admin/site/mail", form)
    assert answer.status == 200
    assert words in answer.text
    assert mails(cast)[-1].state == "failed"


async def test_the_password_is_sealed_and_never_shown(cast: Cast) -> None:
    form = {
        "host": "smtp.example.org",
        "port": "587",
        "security": "starttls",
        "user": "coop",
        "password": "s3cret-word",
    }
    await send(cast, "/admin/site/mail", form)
    kept = cast.db.read_now(site.mail_server)
    assert kept is not None
    assert kept.password is not None
    assert b"s3cret-word" not in kept.password
    assert Vault(SECRET).unseal(kept.password) == b"s3cret-word"
    assert "s3cret-word" not in (await cast.ask("admin", "GET", "/admin/site/mail", {})).text
    assert "s3cret-word" not in repr(last_act(cast).facts)

    # Typed anew for another server only, kept for the same one
    same = await send(cast, "/admin/site/mail", form | {"password": "", "sender": "hello@example.org"})
    assert same.status == 303
    moved = await send(cast, "/admin/site/mail", form | {"password": "", "host": "smtp.evil.example"})
    assert moved.status == 422
    assert cast.db.read_now(site.mail_server).host == "smtp.example.org"  # type: ignore[union-attr]


async def test_the_courier_takes_the_server_up_without_a_restart(cast: Cast, server: Sink) -> None:
    assert (await cast.house.post.now()).office is None
    wanted = site.MailServer("127.0.0.1", server.port, "none", sender="Smart <hello@example.org>")
    cast.db.write_now(site.set_mail_server, wanted, keep_password=False, now=NOW)
    post = await cast.house.post.now()
    assert post.office is not None
    assert (post.office.port, post.sender.address) == (server.port, "hello@example.org")
    cast.db.write_now(site.forget_mail_server)
    assert (await cast.house.post.now()).office is None


async def test_tests_are_counted(cast: Cast, server: Sink) -> None:
    browser = cast.browser("admin")
    token = re.search(r'name="form_token" value="(\w+)"', (await browser.get("/admin/site/mail")).text)
    assert token
    form = SMTP | {"port": str(server.port), "form_token": token[1]}
    answers = [(await browser.post("/admin/site/mail", form)).status for _ in range(12)]
    assert answers[:10] == [200] * 10
    assert 429 in answers
