"""What the pages say, to whom, and what they keep from whom."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy.exc import OperationalError

from actors.views import OfferStatus, Words
from tests.asgi import Answer, Browser
from tests.web import samples
from tests.web.gallery import PAGES
from tests.web.samples import ADMIN, BREAKFAST, INTERIOR, LEILA, ORIGIN, PLASTERER, SOIREE, WALK, Stage
from web.pages import is_own_path, redirect

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ["/feed.atom", "/needs/feed.atom", "/offers/feed.atom", "/events/feed.atom", "/g/interior/feed.atom"]
NEED_PATH = PLASTERER.iri.removeprefix(ORIGIN)


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.sign_in_tokens.add("abcdefgh")
    return stage


@pytest.fixture
def browser(stage: Stage) -> Browser:
    return Browser(stage.application(), ORIGIN)


class Inert(HTMLParser):
    """Notes everything in a page that could do something by itself, or that somebody else made of it."""

    SCRIPT = f"{ORIGIN}/static/site.js"

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.active: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        own_script = tag == "script" and values.get("src", "").startswith("/static/site.js?v=")
        if tag in {"script", "iframe", "object", "embed", "base", "style", "img", "video", "audio"} and not own_script:
            self.active.append(tag)
        for name, value in values.items():
            if name.startswith("on") or name == "style":
                self.active.append(f"{tag} {name}")
            scheme = re.match(r"[\s\x00-\x20]*([a-z][a-z0-9+.-]*):", value, re.IGNORECASE)
            leads = scheme if name in {"href", "src", "action", "formaction", "xlink:href"} else None
            if leads and leads[1].lower() not in {"http", "https", "mailto"}:
                self.active.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def inert(answer: Answer) -> Inert:
    parser = Inert()
    parser.feed(answer.text)
    return parser


def head(answer: Answer) -> str:
    return answer.text.partition("</head>")[0]


# ------------------------------------------------------------------------------------------------- all pages


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("language", ["nl", "fr", "en", "de"])
async def test_every_page_answers_in_every_language(browser: Browser, path: str, language: str) -> None:
    answer = await browser.get(path, language=language)
    assert answer.status == (404 if path == "/nowhere" else 200)
    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["content-language"] == language
    assert answer.text.count("<h1") == 1


@pytest.mark.parametrize("path", [*PAGES.values(), *FEEDS, "/static/site.css"])
async def test_H3_every_answer_has_a_policy_and_forbids_guessing(browser: Browser, path: str) -> None:
    answer = await browser.get(path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    if answer.headers["content-type"].startswith("text/html"):
        assert "form-action 'self'" in policy


@pytest.mark.parametrize("status_path", [("GET", "/nowhere", 404), ("DELETE", "/", 405), ("POST", "/g/interior", 405)])
async def test_H3_refusals_are_pages_with_a_policy_too(browser: Browser, status_path: tuple[str, str, int]) -> None:
    method, path, status = status_path
    answer = await browser.request(method, path)
    assert answer.status == status
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<h1" in answer.text


async def test_a_machine_is_refused_in_one_line(browser: Browser) -> None:
    answer = await browser.get("/nowhere", headers={"accept": "application/json"})
    assert (answer.status, answer.text) == (404, "404\n")


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
async def test_E8_no_page_asks_another_host_for_anything(browser: Browser, path: str) -> None:
    answer = await browser.get(path)
    loaded = re.findall(
        r"""<(?:script|img|iframe|link rel="(?:stylesheet|preload|icon)")[^>]*?(?:src|href)="([^"]+)""", answer.text
    )
    assert loaded
    assert all(address.startswith("/static/") for address in loaded)
    assert "set-cookie" not in answer.headers


HOSTILE = [
    '"><svg onload=alert(1)>',
    "<script>alert(1)</script>",
    "'-alert(1)-'",
    "{{ 7*7 }}",
    "%(host)s",
    'a" onx="b',
    "</title><script>alert(1)</script>",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("name", HOSTILE)
async def test_H2_a_hostile_name_is_only_text_on_every_page(stage: Stage, name: str) -> None:
    # Given that everything that others may name has this name
    villain = replace(LEILA, name=name)
    stage.groups = [samples.renamed(line, name) for line in stage.groups]
    stage.partners = [replace(partner, actor=replace(partner.actor, name=name)) for partner in stage.partners]
    for lines in (stage.needs, stage.offers):
        lines[:] = [
            replace(line, title=Words(name, "nl"), place=name, author=replace(line.author, name=name)) for line in lines
        ]
    stage.events[:] = [
        replace(line, title=Words(name, name), author=replace(line.author, name=name)) for line in stage.events
    ]
    stage.replies[:] = stage.posts[:] = [
        replace(post, author=villain, title=name, warning=name, options=(name,), language=name) for post in stage.posts
    ]
    stage.site = samples.Site(name, {"en": name})
    browser = Browser(stage.application(), ORIGIN)

    # Then no page and no feed does anything with it but show it
    for path in PAGES.values():
        page = inert(await browser.get(path))
        assert page.active == [], path
        assert any(name in text for text in page.text)
    for path in FEEDS:
        feed = ET.fromstring((await browser.get(path)).body)
        for content in feed.iter(f"{ATOM}content"):
            parser = Inert()
            parser.feed(content.text or "")
            assert parser.active == []


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" jav&#x09;ascript:alert(1)">x</a>',
        "<img src=x onerror=alert(1)>",
        "<p style='position:fixed'>x</p>",
        "<svg><script>alert(1)</script></svg>",
        '<form action="https://evil.example"><input name=p></form>',
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=alert(1)>'>",
        '<base href="https://evil.example/">',
    ],
)
async def test_H1_html_from_elsewhere_is_cleaned_again_when_it_is_shown(stage: Stage, html: str) -> None:
    stage.text_html = f"<p>before</p>{html}"
    stage.replies[:] = [replace(samples.REPLY, text_html=html)]
    browser = Browser(stage.application(), ORIGIN)
    for path in (NEED_PATH, BREAKFAST.iri.removeprefix(ORIGIN)):
        page = inert(await browser.get(path))
        assert page.active == []
        assert "before" in "".join(page.text)


# ----------------------------------------------------------------------------------------------------- language


async def test_a_language_that_is_chosen_is_remembered(browser: Browser) -> None:
    assert "Zoekt" in (await browser.get("/?language=nl", language="fr")).text
    assert "Zoekt" in (await browser.get("/", language="fr")).text
    assert browser.cookies == {"language": "nl"}


async def test_the_language_of_a_link_is_stronger_than_the_browsers_and_weaker_than_a_choice(browser: Browser) -> None:
    assert "Zoekt" in (await browser.get("/?lang=nl", language="fr")).text
    assert browser.cookies == {}
    await browser.get("/?language=de")
    assert '<html lang="de">' in (await browser.get("/?lang=nl", language="fr")).text


async def test_the_language_of_the_profile_is_stronger_than_that_of_a_link(stage: Stage) -> None:
    stage.sessions["s" * 43] = replace(ADMIN, language="fr")
    member = Browser(stage.application(), ORIGIN, cookies={"__Host-session": "s" * 43})
    assert '<html lang="fr">' in (await member.get("/?lang=nl", language="de")).text
    assert '<html lang="nl">' in (await member.get("/?language=nl", language="de")).text


async def test_a_language_that_is_not_offered_changes_nothing(browser: Browser) -> None:
    answer = await browser.get("/?lang=xx%22%3E&language=yy", language="de")
    assert '<html lang="de">' in answer.text
    assert "set-cookie" not in answer.headers


async def test_a_page_says_what_its_words_depend_on(browser: Browser) -> None:
    answer = await browser.get("/")
    assert answer.headers["vary"] == "Accept, Accept-Language, Cookie"
    assert answer.headers["cache-control"] == "private, no-cache"


async def test_the_language_links_keep_the_page(browser: Browser) -> None:
    answer = await browser.get("/elsewhere/group?iri=https%3A%2F%2Fcoopcity.example%2Fg%2Fsoirees&lang=fr&notice=x")
    assert 'href="/elsewhere/group?iri=https%3A%2F%2Fcoopcity.example%2Fg%2Fsoirees&amp;language=de"' in answer.text


async def test_a_thing_in_another_language_is_marked_as_such(browser: Browser) -> None:
    answer = await browser.get(NEED_PATH, language="fr")
    assert '<span lang="nl">Stukadoor voor drie dagen in mei</span>' in answer.text
    assert "en néerlandais" in answer.text
    own = (await browser.get(NEED_PATH, language="nl")).text
    assert 'lang="nl"' not in own.partition("<main")[2].partition("</main")[0]


# --------------------------------------------------------------------------------------------------------- pages


async def test_the_front_page_shows_own_things_and_partners_with_where_they_come_from(browser: Browser) -> None:
    text = (await browser.get("/")).text
    for name in (
        "Interior &amp; scenography",
        "Stukadoor voor drie dagen",
        "Plans 3D",
        "Werkontbijt",
        "Soirées Coopcity",
    ):
        assert name in text
    assert "from coopcity.example" in text
    assert text.count('class="node group"') == 8
    assert text.count('class="node partner"') == 3


async def test_the_picture_says_nothing_that_the_list_does_not(stage: Stage) -> None:
    stage.groups = []
    text = (await Browser(stage.application(), ORIGIN).get("/")).text
    assert "There is no group yet" in text
    assert '<figure class="network">' not in text


async def test_empty_lists_teach(stage: Stage) -> None:
    stage.needs, stage.offers, stage.events = [], [], []
    text = (await Browser(stage.application(), ORIGIN).get("/")).text
    assert "Nobody is looking for anything just now" in text
    assert "No offer is open just now" in text
    assert "No meeting is planned" in text


async def test_a_group_page_says_how_to_take_part(browser: Browser) -> None:
    text = (await browser.get("/g/interior")).text
    assert "@interior@smart.example" in text
    assert "Search on your own server for @interior@smart.example and follow it." in text
    assert '<svg class="qr"' in text
    assert f'<link rel="alternate" type="application/activity+json" href="{INTERIOR.actor.iri}">' in text
    assert '<link rel="alternate" type="application/atom+xml" href="/g/interior/feed.atom"' in text


async def test_pages_of_things_name_their_document_for_mastodons_search(browser: Browser) -> None:
    for line in (PLASTERER, BREAKFAST, samples.WELCOME):
        answer = await browser.get(line.iri.removeprefix(ORIGIN))
        assert f'<link rel="alternate" type="application/activity+json" href="{line.iri}">' in head(answer)


async def test_a_shared_link_has_a_title_a_summary_and_a_picture(browser: Browser) -> None:
    shared = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)"', head(await browser.get(NEED_PATH))))
    assert shared["title"] == "Need: Stukadoor voor drie dagen in mei · Interior &amp; scenography"
    assert shared["description"] == "3 days · Molenbeek · 19–21 May 2026 · €350 a day"
    assert shared["url"] == PLASTERER.iri
    assert shared["image"].startswith(f"{ORIGIN}/static/card-need.png")


async def test_a_partners_page_leads_back_to_where_it_comes_from(browser: Browser) -> None:
    answer = await browser.get(f"/elsewhere?iri={SOIREE.iri}")
    assert answer.status == 303
    page = await browser.get(answer.headers["location"])
    assert page.status == 200
    assert "This comes from another instance." in page.text
    assert f'href="{SOIREE.iri}"' in page.text
    assert '<meta name="robots" content="noindex">' in page.text


async def test_something_elsewhere_that_nobody_sent_us_is_not_fetched_but_explained(browser: Browser) -> None:
    answer = await browser.get("/elsewhere?iri=https://unknown.example/1")
    assert answer.status == 404
    assert "https://unknown.example/1" in answer.text


@pytest.mark.parametrize("iri", ["javascript:alert(1)", "", "//evil.example", "https://x\x00", "https://" + "x" * 3000])
async def test_what_is_no_address_is_not_found(browser: Browser, iri: str) -> None:
    assert (await browser.request("GET", f"/elsewhere?iri={iri}")).status == 404


@pytest.mark.parametrize("things", ["needs", "offers", "events", "notes"])
async def test_the_address_above_a_groups_things_leads_to_the_group(browser: Browser, things: str) -> None:
    answer = await browser.get(f"/g/interior/{things}")
    assert (answer.status, answer.headers["location"]) == (303, "/g/interior")
    assert (await browser.get(f"/g/nobody/{things}")).status == 404


async def test_what_was_deleted_is_gone_and_what_never_was_is_not_found(stage: Stage) -> None:
    stage.buried.add(f"{ORIGIN}/g/interior/needs/old")
    browser = Browser(stage.application(), ORIGIN)
    gone = await browser.get("/g/interior/needs/old")
    assert gone.status == 410
    assert "This has been taken away" in gone.text
    assert (await browser.get("/g/interior/needs/never")).status == 404


async def test_a_database_that_is_away_is_said_with_when_to_come_back(stage: Stage) -> None:
    class Away:
        async def read(self, *_args: object, **_named: object) -> None:
            raise OperationalError("SELECT 1", {}, OSError("no space left on device"))

    answer = await Browser(stage.application(database=Away()), ORIGIN).get("/")
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert "We can&#39;t answer just now" in answer.text
    assert "no space" not in answer.text


async def test_a_crash_says_nothing_about_itself(stage: Stage) -> None:
    class Broken:
        async def read(self, *_args: object, **_named: object) -> None:
            raise RuntimeError("secret of the machine room")

    application = stage.application(database=Broken())
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"smart.example"), (b"accept", b"text/html"), (b"accept-language", b"en")]
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers, "client": None}
    with pytest.raises(RuntimeError):  # goes on to the server's log
        await application(scope | {"http_version": "1.1", "scheme": "https", "root_path": ""}, receive, send)
    assert sent[0]["status"] == 500
    assert b"Something went wrong on our side" in sent[1]["body"]
    assert b"secret" not in sent[1]["body"]


async def test_a_closed_need_takes_no_answers(stage: Stage) -> None:
    stage.needs[0] = replace(PLASTERER, status=OfferStatus.FILLED)
    text = (await Browser(stage.application(), ORIGIN).get(NEED_PATH)).text
    assert "It no longer takes answers." in text
    assert 'action="/own-server"' not in text


async def test_a_cancelled_meeting_says_so_first(browser: Browser) -> None:
    text = (await browser.get(WALK.iri.removeprefix(ORIGIN))).text
    assert "This meeting is cancelled" in text
    assert 'action="/own-server"' not in text


async def test_a_notice_is_one_of_ours_or_nothing(browser: Browser) -> None:
    assert "You are signed out." in (await browser.get("/?notice=signed-out")).text
    assert 'role="status"' not in (await browser.get("/?notice=%3Cb%3Eyour+account+is+blocked")).text


# --------------------------------------------------------------------------------------------------------- feeds


@pytest.mark.parametrize("path", FEEDS)
async def test_a_feed_is_atom_and_holds_only_what_is_ours(browser: Browser, path: str) -> None:
    answer = await browser.get(path, headers={"accept": "*/*"})
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = ET.fromstring(answer.body)
    assert feed.findtext(f"{ATOM}id") == ORIGIN + path
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in feed.iter(f"{ATOM}entry")]
    assert ids
    assert all(iri.startswith(ORIGIN) for iri in ids)
    assert len(ids) == len(set(ids))


async def test_a_feed_entry_names_the_kind_first_and_carries_the_facts(browser: Browser) -> None:
    feed = ET.fromstring((await browser.get("/needs/feed.atom", language="nl")).body)
    entry = next(entry for entry in feed.iter(f"{ATOM}entry") if entry.findtext(f"{ATOM}id") == PLASTERER.iri)
    assert entry.findtext(f"{ATOM}title") == "Zoekt: Stukadoor voor drie dagen in mei"
    assert "3 dagen · Molenbeek" in (entry.findtext(f"{ATOM}content") or "")


async def test_a_feed_that_did_not_change_is_not_sent_again(browser: Browser) -> None:
    first = await browser.get("/feed.atom")
    again = await browser.get("/feed.atom", headers={"if-none-match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


async def test_a_partners_group_has_no_feed_here(browser: Browser) -> None:
    assert (await browser.get("/g/nobody/feed.atom")).status == 404


# ----------------------------------------------------------------------------------------------------- redirects


@pytest.mark.parametrize("path", ["/", "/g/interior?notice=x", "/a/b#c"])
def test_L5_a_redirect_goes_to_a_path_of_ours(path: str) -> None:
    assert is_own_path(path)
    assert redirect(path).headers["location"] == path


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "/\\evil.example", "https://evil.example", "", "x", "/a\nb", "/\t/evil.example", "/é", "/a\\b"],
)
def test_L5_a_redirect_to_anywhere_else_is_an_error(path: str) -> None:
    assert not is_own_path(path)
    with pytest.raises(ValueError, match="not a path"):
        redirect(path)
