"""Pictures of the pages: `python -m tests.web.gallery FOLDER [PATH …]` draws them for phone and desk, light and dark.

The pages are those of the stage (`samples.py`), served to Chromium from memory: no socket is opened.
"""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import Page, Route, async_playwright

from tests.asgi import Browser
from tests.needs import chromium
from tests.web import samples

PAGES = {
    "front": "/",
    "group": "/g/interior",
    "partner": "/elsewhere/group?iri=https%3A%2F%2Fcoopcity.example%2Fg%2Fsoirees",
    "need": samples.PLASTERER.iri.removeprefix(samples.ORIGIN),
    "offer": samples.PLANS.iri.removeprefix(samples.ORIGIN),
    "partner-need": "/elsewhere/offer?iri=" + samples.TRANSLATOR.iri,
    "event": samples.BREAKFAST.iri.removeprefix(samples.ORIGIN),
    "cancelled": samples.WALK.iri.removeprefix(samples.ORIGIN),
    "note": samples.WELCOME.iri.removeprefix(samples.ORIGIN),
    "person": "/elsewhere/person?iri=" + samples.LEILA.iri,
    "needs": "/needs",
    "events": "/events",
    "tag": "/tags/interior",
    "arrival": "/authorize_interaction?uri=https://m.example/@x/1",
    "sign-in": "/sign-in/abcdefgh",
    "missing": "/nowhere",
}
LAUNCH = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


async def serve(page: Page, browser: Browser) -> list[str]:
    """Answer everything that `page` asks from `browser`'s application; the addresses that went elsewhere."""
    elsewhere: list[str] = []

    async def answer(route: Route) -> None:
        request = route.request
        if not request.url.startswith(browser.origin + "/"):
            elsewhere.append(request.url)
            await route.abort()
            return
        path = request.url.removeprefix(browser.origin)
        headers = {name: value for name, value in (await request.all_headers()).items() if not name.startswith(":")}
        headers = headers | {"host": browser.origin.partition("://")[2], "sec-fetch-site": "same-origin"}
        got = await browser.request(request.method, path, headers=headers, body=request.post_data_buffer or b"")
        kept = {name: value for name, value in got.headers.items() if name != "content-length"}
        await route.fulfill(status=got.status, headers=kept, body=got.body)

    await page.route("**/*", answer)
    return elsewhere


async def draw(folder: Path, names: list[str]) -> None:
    stage = samples.Stage()
    stage.sign_in_tokens.add("abcdefgh")
    application = stage.application()
    async with async_playwright() as playwright:
        chrome = await playwright.chromium.launch(executable_path=str(chromium()), args=LAUNCH)
        for theme in ("light", "dark"):
            for width in (390, 1280):
                for name in names:
                    context = await chrome.new_context(
                        viewport={"width": width, "height": 844 if width < 500 else 900},
                        color_scheme=theme,
                        locale="en",
                    )
                    page = await context.new_page()
                    await serve(page, Browser(application, samples.ORIGIN))
                    await page.goto(samples.ORIGIN + PAGES.get(name, name))
                    file = name.strip("/").replace("/", "-").replace("?", "-")
                    await page.screenshot(path=folder / f"{file}-{width}-{theme}.png", full_page=True)
                    await context.close()
        await chrome.close()


if __name__ == "__main__":
    asyncio.run(draw(Path(sys.argv[1]), sys.argv[2:] or list(PAGES)))
