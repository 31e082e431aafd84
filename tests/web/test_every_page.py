"""Every page of the table of rules, as somebody sees whom it lets in: light, readable to axe, and never too wide.

One browser and one page for all of them: the same is looked at as in `test_browser.py`, on everything that there is.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, async_playwright

from tests import needs
from tests.asgi import Browser
from tests.needs import chromium
from tests.web.cast import ROLES, Cast
from tests.web.gallery import LAUNCH, serve
from tests.web.rules import RULES, Rule
from tests.web.test_browser import AXE, FOCUS, PHONE
from tests.web.test_browser import RULES as AXE_RULES
from tests.world import ORIGIN

WEIGHS_AT_MOST = 100_000
"""Bytes of a page and its own sheet and script, without pictures."""
FONTS = sorted((Path(__file__).parents[2] / "web" / "static").glob("*.woff2"))


PAGES = [rule for rule in RULES if rule.method == "GET"]
PARTS = 4
"""So that several workers share the looking."""
KEYBOARD = {
    "/g/approval": "member",
    "/g/approval/join": "member",
    "/g/approval/requests": "organiser",
    "/g/approval/members": "organiser",
    "/g/approval/invitations": "organiser",
    "/people": "member",
    "/people/{gus}": "member",
    "/me/profile": "member",
    "/me/notifications": "member",
    "/me/settings/notifications": "member",
    "/admin/registrations": "admin",
}
WANTED = """[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility())
  .filter((e, n, all) => e.type !== 'radio' || e.checked
    || (!all.some(o => o.name === e.name && o.checked) && all.findIndex(o => o.name === e.name) === n)).length"""


@pytest.fixture(scope="module")
def cast(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    made = Cast(migrated_sqlite, tmp_path_factory.mktemp("every-page"))
    yield made
    made.close()


def sees(rule: Rule) -> str:
    """The role that is shown most of a page."""
    order = ("organiser", "admin", "moderator", "group-member", "member", "guest", "nobody")
    if rule.lets == frozenset(ROLES) and not rule.route.startswith("/g/"):
        order = tuple(reversed(order))
    return next(role for role in (*order, *ROLES) if role in rule.lets & rule.of or not rule.lets)


async def is_page(cast: Cast, rule: Rule, role: str) -> bool:
    """Whether people see something there: no feed, and nobody who is sent on."""
    answer = await cast.ask(role, "GET", rule.address, {})
    return answer.headers.get("content-type", "").startswith("text/html") and not 300 <= answer.status < 400


async def test_no_page_weighs_more_than_100_kb_without_its_pictures(cast: Cast) -> None:
    visitor = cast.browser("nobody")
    around = 0
    for address in set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))', (await visitor.get("/")).text)):
        around += len((await visitor.get(address)).body)
    around += sum(path.stat().st_size for path in FONTS)
    assert around > 40_000, "the sheet, the script and both typefaces count too"
    heavy = []
    for rule in PAGES:
        for role in {sees(rule), "nobody"} & rule.lets & rule.of:
            answer = await cast.ask(role, "GET", rule.address, {})
            if len(answer.body) + around > WEIGHS_AT_MOST and "html" in answer.headers.get("content-type", ""):
                heavy.append((str(rule), role, len(answer.body) + around))
    assert heavy == []


# ------------------------------------------------------------------------------------------------------- in Chromium


@dataclass
class Anybody:
    """What answers the one browser of these tests: whoever is looked at now."""

    now: Browser
    origin: str = ORIGIN

    async def request(self, *given: Any, **facts: Any) -> Any:
        return await self.now.request(*given, **facts)


@dataclass
class Look:
    """One page of one browser, opened as one role after the other."""

    page: Page
    cast: Cast
    anybody: Anybody

    async def open(self, address: str, role: str, language: str) -> None:
        self.anybody.now = self.cast.browser(role)
        path = address.format_map(self.cast.known.facts)
        await self.page.goto(f"{ORIGIN}{path}{'&' if '?' in path else '?'}lang={language}")


@pytest.fixture
async def look(cast: Cast) -> AsyncIterator[Look]:
    async with async_playwright() as playwright:
        chrome: Chromium = await playwright.chromium.launch(executable_path=str(chromium()), args=LAUNCH)
        context = await chrome.new_context(locale="en-GB", viewport=PHONE, bypass_csp=True, reduced_motion="reduce")
        page = await context.new_page()
        anybody = Anybody(cast.browser("nobody"))
        await serve(page, anybody)  # type: ignore[arg-type]
        yield Look(page, cast, anybody)
        await chrome.close()


async def violations(page: Page, tags: list[str]) -> list[str]:
    report = await page.evaluate(f"axe.run({{runOnly: {json.dumps(tags)}, resultTypes: ['violations']}})")
    return [f"{each['id']} {node['target']}" for each in report["violations"] for node in each["nodes"]]


@pytest.mark.browser
@pytest.mark.parametrize("part", range(PARTS))
async def test_axe_finds_nothing_on_any_page_in_either_theme_and_none_scrolls_sideways(look: Look, part: int) -> None:
    if not AXE.exists():
        needs.peer()  # which says what is missing, and fails where nobody would notice
    axe = AXE.read_text()
    found: list[str] = []
    looked_at = 0
    for rule in PAGES[part::PARTS]:
        role = sees(rule)
        if not await is_page(look.cast, rule, role):
            continue
        looked_at += 1
        await look.page.emulate_media(color_scheme="light")
        await look.open(rule.address, role, "de")  # whose words are the longest
        for width in (320, 390):
            await look.page.set_viewport_size({"width": width, "height": 844})
            if (is_wide := await look.page.evaluate("document.documentElement.scrollWidth")) > width:
                found.append(f"{rule} as {role}: {is_wide} px wide of {width}")
        await look.page.evaluate(axe)
        found += [f"{rule} as {role}: {line}" for line in await violations(look.page, AXE_RULES)]
        # The other theme has other colours, and nothing else that is other
        await look.page.emulate_media(color_scheme="dark")
        found += [
            f"{rule} as {role}, dark: {line}"
            for line in await violations(look.page, ["color-contrast", "link-in-text-block"])
        ]
    assert looked_at > 60 / PARTS
    assert found == []


@pytest.mark.browser
async def test_the_keyboard_reaches_everything_on_the_pages_of_members(look: Look) -> None:
    found = []
    for address, role in KEYBOARD.items():
        await look.open(address, role, "en")
        wanted, reached = await look.page.evaluate(WANTED), 0
        for _ in range(wanted):
            await look.page.keyboard.press("Tab")
            is_nowhere, element, is_seen = await look.page.evaluate(FOCUS)
            reached += not is_nowhere
            if not is_nowhere and not is_seen:
                found.append(f"{address}: no sign of the focus on {element}")
        if reached != wanted or wanted < 10:
            found.append(f"{address} as {role}: {reached} of {wanted} reached")
    assert found == []
