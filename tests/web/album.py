"""Pictures of the main pages for docs/pages.md: `python -m tests.web.album` draws them anew, small, for phone and desk.

Half are those of the stage (`samples.py`), half those of the cast, as somebody sees them whom they are for.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser as Chromium
from playwright.async_api import async_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.database import migrate
from actors.people import Member, profile
from actors.people.profile import ProfileDraft
from tests.asgi import Browser
from tests.needs import chromium
from tests.web import samples
from tests.web.cast import Cast
from tests.web.gallery import LAUNCH, PAGES, serve
from tests.world import NOW

MAIN = {
    "front": ("stage", "/"),
    "group": ("stage", PAGES["group"]),
    "need": ("stage", PAGES["need"]),
    "event": ("stage", PAGES["event"]),
    "groups": ("member", "/groups"),
    "people": ("member", "/people"),
    "profile": ("group-member", "/me/profile"),
    "requests": ("organiser", "/g/approval/requests"),
    "settings": ("organiser", "/g/approval/settings/fediverse"),
    "first-choices": ("admin", "/setup/joining"),
    "administration": ("admin", "/admin"),
}
"""The pages of docs/pages.md: who looks, and at what."""
DOCS = Path(__file__).parents[2] / "docs" / "images" / "pages"
TALLEST, DESK_WIDTH, QUALITY = 2_000, 960, 62


def introduce_themselves(session: Session) -> None:
    """The members of the cast say who they are, so that the pictures show what a directory is for."""
    said = {
        "Gus": (
            "Plasters walls and builds sets, for twenty years.",
            ("plasterer", "set builder"),
            "BE-BRU",
        ),
        "Gwen": ("Lights small stages and large halls.", ("lighting designer",), "BE-VLG"),
        "Mia": ("Draws interiors, models them in 3D, and sees them built.", ("interior architect",), "BE-BRU"),
        "Otto": ("Translates contracts and plays from French and Dutch.", ("translator",), "BE-WAL"),
        "Wim": ("Records, cuts and mixes sound.", ("sound engineer",), "BE-VAN"),
    }
    for member in session.scalars(select(Member).where(Member.name.in_(said))).all():
        about, trades, region = said[member.name]
        draft = ProfileDraft(
            name=member.name, about=about, trades=trades, region=region, speaks=("nl", "fr"), discoverable=True
        )
        profile.change(session, member.id, draft, now=NOW)


@contextmanager
def everybody() -> Iterator[Cast]:
    """The cast in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template.sqlite3"
        migrate(f"sqlite:///{template}")
        (Path(folder) / "house").mkdir()
        cast = Cast(template, Path(folder) / "house")
        cast.db.write_now(introduce_themselves)
        yield cast
        cast.close()


async def draw_for_docs(folder: Path) -> None:
    """The main pages on a phone and on a desk, light and dark, as small WebP files."""
    stage = samples.Stage().application()
    with everybody() as cast:
        async with async_playwright() as playwright:
            chrome = await playwright.chromium.launch(executable_path=str(chromium()), args=LAUNCH)
            for name, (who, path) in MAIN.items():
                for theme in ("light", "dark"):
                    for device, width in (("phone", 390), ("desk", 1280)):
                        visitor = Browser(stage, samples.ORIGIN) if who == "stage" else cast.browser(who)
                        drawn = await _drawn(chrome, visitor, path, width, theme)
                        drawn.save(folder / f"{name}-{device}-{theme}.webp", quality=QUALITY, method=6)
            await chrome.close()


async def _drawn(chrome: Chromium, visitor: Browser, path: str, width: int, theme: str) -> Image.Image:
    """One page as tall as it is, so that what is fixed to the bottom stands there."""
    context = await chrome.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if theme == "dark" else "light",
        locale="en-GB",
    )
    page = await context.new_page()
    await serve(page, visitor)
    await page.goto(visitor.origin + path)
    tall = await page.evaluate("document.documentElement.scrollHeight")
    await page.set_viewport_size({"width": width, "height": min(tall, TALLEST)})
    picture = Image.open(BytesIO(await page.screenshot())).convert("RGB")
    await context.close()
    if picture.width <= DESK_WIDTH:
        return picture
    return picture.resize((DESK_WIDTH, picture.height * DESK_WIDTH // picture.width), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    DOCS.mkdir(parents=True, exist_ok=True)
    asyncio.run(draw_for_docs(DOCS))
