"""The pages in Chromium: narrow and wide, by keyboard alone, asking nobody else, readable to axe in both themes."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, ViewportSize, async_playwright

from fediverse.fetch import Fetcher
from fediverse.limits import Limits
from tests.asgi import Browser
from tests.asgi_transport import AsgiNetwork
from tests.needs import chromium
from tests.web.gallery import LAUNCH, PAGES, serve
from tests.web.samples import ORIGIN, Stage
from tests.web.test_own_server import MASTODON, webfinger
from web.people.own_server import SUBSCRIBE

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "peers" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}
ZOOMED: ViewportSize = {"width": 320, "height": 256}
"""1280 × 1024 at 400 %, as WCAG 1.4.10 counts it."""


FOCUS = """(() => {
  const element = document.activeElement, style = getComputedStyle(element);
  const seen = style.outlineStyle !== "none" && style.outlineWidth !== "0px";
  return [element === document.body, element.outerHTML.slice(0, 80), seen];
})()"""


@pytest.fixture
async def chrome() -> AsyncIterator[Chromium]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(chromium()), args=LAUNCH)
        yield browser
        await browser.close()


@pytest.fixture
def visitor() -> Browser:
    network = AsgiNetwork({"mastodon.example": webfinger([{"rel": SUBSCRIBE, "template": MASTODON}])})
    stage = Stage(fetcher=Fetcher(network, origin=ORIGIN, user_agent="test", limits=Limits()))
    stage.sign_in_tokens.add("abcdefgh")
    return Browser(stage.application(), ORIGIN)


async def _opened(chrome: Chromium, visitor: Browser, **context: object) -> tuple[Page, list[str]]:
    page = await (await chrome.new_context(locale="en-GB", **context)).new_page()  # type: ignore[arg-type]
    return page, await serve(page, visitor)


@pytest.mark.parametrize("viewport", [PHONE, ZOOMED], ids=["phone", "400%"])
async def test_no_page_scrolls_sideways(chrome: Chromium, visitor: Browser, viewport: ViewportSize) -> None:
    page, _ = await _opened(chrome, visitor, viewport=viewport)
    wide = []
    for name, path in PAGES.items():
        for language in ("de", "fr"):
            await page.goto(f"{ORIGIN}{path}{'&' if '?' in path else '?'}lang={language}")
            if await page.evaluate("document.documentElement.scrollWidth") > viewport["width"]:
                wide.append((name, language))
    assert wide == []


async def test_E8_chromium_asks_nobody_else_and_complains_of_nothing(chrome: Chromium, visitor: Browser) -> None:
    page, elsewhere = await _opened(chrome, visitor, viewport=PHONE)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for name, path in PAGES.items():
        await page.goto(ORIGIN + path)
        if name == "missing":
            complaints = [line for line in complaints if "404" not in line]
    assert elsewhere == []
    assert complaints == []


@pytest.mark.parametrize("name", ["front", "group", "need", "event"])
async def test_the_keyboard_reaches_everything_and_one_sees_where_it_is(
    chrome: Chromium, visitor: Browser, name: str
) -> None:
    page, _ = await _opened(chrome, visitor, viewport=PHONE)
    await page.goto(ORIGIN + PAGES[name])
    wanted = await page.evaluate(
        "[...document.querySelectorAll('a[href], button, input:not([type=hidden]), summary')]"
        ".filter(e => e.tabIndex >= 0 && e.checkVisibility()).length"
    )
    reached, unseen = 0, []
    for _ in range(wanted):
        await page.keyboard.press("Tab")
        state = await page.evaluate(FOCUS)
        reached += not state[0]
        if not state[2]:
            unseen.append(state[1])
    assert reached == wanted
    assert unseen == []


async def test_targets_are_large_enough_for_a_thumb(chrome: Chromium, visitor: Browser) -> None:
    page, _ = await _opened(chrome, visitor, viewport=PHONE)
    small = []
    for name in ("front", "group", "need"):
        await page.goto(ORIGIN + PAGES[name])
        small += await page.evaluate(
            "[...document.querySelectorAll('button, .action, .doors a, .languages a, input:not([type=hidden])')]"
            ".filter(e => e.checkVisibility()).map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])"
            ".filter(([, r]) => r.height < 24 || r.width < 24).map(([h]) => h)"
        )
    assert small == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
async def test_one_follows_a_group_with_the_keyboard(chrome: Chromium, visitor: Browser, scripts: bool) -> None:
    page, elsewhere = await _opened(chrome, visitor, viewport=PHONE, java_script_enabled=scripts)
    await page.goto(f"{ORIGIN}/g/interior")

    # When the reader types a handle and presses Enter
    await page.get_by_label("Your account").fill("@leila@mastodon.example")
    async with page.expect_event("requestfailed", lambda request: not request.url.startswith(ORIGIN)):
        await page.keyboard.press("Enter")

    # Then the browser goes on to that server's own page by itself
    assert elsewhere == [
        "https://mastodon.example/authorize_interaction?uri=https%3A%2F%2Fsmart.example%2Fg%2Finterior"
    ]


async def test_the_address_is_copied_where_the_browser_can(chrome: Chromium, visitor: Browser) -> None:
    page, _ = await _opened(chrome, visitor, viewport=PHONE, permissions=["clipboard-read", "clipboard-write"])
    await page.goto(f"{ORIGIN}/g/interior")
    await page.get_by_role("button", name="Copy").click()
    await page.get_by_role("button", name="Copied").wait_for()
    assert await page.evaluate("navigator.clipboard.readText()") == "@interior@smart.example"


async def _violations(page: Page, name: str, rules: list[str]) -> list[str]:
    await page.evaluate(AXE.read_text())
    report = await page.evaluate(f"axe.run({{runOnly: {json.dumps(rules)}, resultTypes: ['violations']}})")
    nodes = [(violation["id"], node) for violation in report["violations"] for node in violation["nodes"]]
    return [f"{name}: {rule} {node['target']} {node['any'][:1]}" for rule, node in nodes]


@pytest.fixture
def axe() -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: «make peers» (needs npm).")


@pytest.mark.usefixtures("axe")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("contrast", ["no-preference", "more"])
async def test_axe_finds_nothing(chrome: Chromium, visitor: Browser, theme: str, contrast: str) -> None:
    page, _ = await _opened(chrome, visitor, viewport=PHONE, color_scheme=theme, contrast=contrast, bypass_csp=True)
    rules = ["color-contrast", "color-contrast-enhanced"] if contrast == "more" else RULES
    found = []
    for name, path in PAGES.items():
        await page.goto(ORIGIN + path)
        found += await _violations(page, name, rules)
    assert found == []


@pytest.mark.usefixtures("axe")
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing_in_what_members_and_the_mistaken_see(
    chrome: Chromium, visitor: Browser, theme: str
) -> None:
    page, _ = await _opened(chrome, visitor, viewport=PHONE, color_scheme=theme, bypass_csp=True)
    await page.goto(ORIGIN + PAGES["sign-in"])
    await page.get_by_role("button", name="Sign in to").click()
    await page.locator(".notice").wait_for()
    found = await _violations(page, "signed in", RULES)
    await page.set_viewport_size(DESK)
    await page.locator("details.me > summary").click()
    await page.get_by_role("button", name="Sign out").first.wait_for()
    found += await _violations(page, "menu", RULES)
    await page.set_viewport_size(PHONE)
    await page.goto(f"{ORIGIN}/waiting")
    found += await _violations(page, "waiting", RULES)
    await page.goto(f"{ORIGIN}/authorize_interaction?uri=https://m.example/1")
    found += await _violations(page, "arrival", RULES)
    await page.goto(f"{ORIGIN}/g/interior")
    await page.get_by_label("Your account").fill("nonsense")
    await page.keyboard.press("Enter")
    await page.get_by_text("An address has two parts").wait_for()
    found += await _violations(page, "mistake", RULES)
    assert found == []
