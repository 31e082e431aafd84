"""Somebody signs in with an account elsewhere, in Chromium, over sockets: an instance of ours and a stand-in beside it.

What a server may do wrong is tested way by way in tests/web/test_fediverse_sign_in.py; here are the ways that only a
real socket and a real browser can show.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.needs import chromium
from tests.walks.conftest import MakeInstance
from tests.walks.processes import ROOT, Instance, Process, ask, clean_environment, free_port, starter
from tests.web.gallery import LAUNCH

pytestmark = pytest.mark.browser

HOST = "mastodon.localhost"


class StandIn:
    """The running stand-in, and orders to it."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        words = [sys.executable, "-m", "tests.peers.mastodon", HOST, str(port)]
        self._process = Process(words, folder, "mastodon", clean_environment(), cwd=ROOT)
        self.origin: str = json.loads(self._process.first_line())["origin"]
        self.handle = f"@leila@{HOST}:{port}"

    def set(self, **facts: Any) -> None:
        assert ask(f"{self.origin}/-/set", method="POST", body=json.dumps(facts).encode()).status == 200

    @property
    def state(self) -> Any:
        return ask(f"{self.origin}/-/state").json

    def end(self) -> None:
        self._process.kill()
        print(f"--- stand-in\n{self._process.complained[-4000:]}")


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    running = StandIn(tmp_path_factory.mktemp("mastodon"))
    yield running
    running.end()


@pytest.fixture(scope="module")
def coop(make_instance: MakeInstance) -> Instance:
    instance = make_instance("coop", starter=starter("Coop", interior="members"))
    instance.serve()
    return instance


@pytest.fixture
def page(there: StandIn) -> Iterator[Page]:
    there.set(trouble={}, account={}, flavour="mastodon")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium()), args=LAUNCH)
        yield browser.new_page(viewport={"width": 390, "height": 844}, locale="en-GB")
        browser.close()


def leave(page: Page, coop: Instance, there: StandIn) -> None:
    """Type the handle and press Enter, as somebody without a mouse does."""
    page.goto(f"{coop.origin}/sign-in/fediverse?next=/g/interior")
    page.get_by_label("Your account").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(there.handle)
    page.keyboard.press("Enter")


def test_a_person_signs_in_with_their_account_by_keyboard(page: Page, coop: Instance, there: StandIn) -> None:
    leave(page, coop, there)
    page.wait_for_url(f"{there.origin}/oauth/authorize?**")
    page.get_by_role("button", name="Authorise").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{coop.origin}/g/interior?**")
    assert "You are signed in." in page.content()
    page.goto(f"{coop.origin}/me")
    assert "Leïla" in page.content()
    state = there.state
    assert (state["tokens"], len(state["revoked"]) > 0) == ([], True)


def test_a_no_leads_back_with_a_sentence(page: Page, coop: Instance, there: StandIn) -> None:
    leave(page, coop, there)
    page.wait_for_url(f"{there.origin}/oauth/authorize?**")
    page.get_by_role("button", name="Deny").click()
    page.wait_for_url(f"{coop.origin}/sign-in/fediverse/back?**")
    assert "You said no at your server" in page.inner_text("main")
    # What is typed next is another try, in the same place
    assert page.get_by_label("Your account").input_value() == there.handle


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ({"/api/v1/apps": "missing"}, "does not offer to sign in elsewhere"),
        ({"/api/v1/apps": "huge"}, "in a way that we don't trust"),
        ({"/api/v1/apps": "http://169.254.169.254/latest/meta-data/"}, "in a way that we don't trust"),
        ({"/.well-known/webfinger": "http://169.254.169.254/latest/meta-data/"}, "in a way that we don't trust"),
    ],
)
def test_a_server_that_can_not_or_will_not_is_told(
    page: Page, coop: Instance, there: StandIn, trouble: dict[str, str], said: str
) -> None:
    there.set(trouble=trouble, apps={})
    leave(page, coop, there)
    page.get_by_role("alert").wait_for()
    assert said in page.get_by_role("alert").inner_text().replace("’", "'")
    assert page.get_by_label("Your account").input_value() == there.handle


def test_a_server_that_lies_about_the_account_signs_nobody_in(page: Page, coop: Instance, there: StandIn) -> None:
    there.set(account={"uri": f"{coop.origin}/g/interior"})
    leave(page, coop, there)
    page.wait_for_url(f"{there.origin}/oauth/authorize?**")
    page.get_by_role("button", name="Authorise").click()
    page.get_by_role("alert").wait_for()
    assert "named an account that is not its own" in page.get_by_role("alert").inner_text()
    assert page.goto(f"{coop.origin}/me").status == 401  # type: ignore[union-attr]
