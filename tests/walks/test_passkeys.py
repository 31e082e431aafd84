"""A member makes a passkey and comes back with it, in Chromium with an authenticator of its own, at a real instance.

What an answer may have wrong is tested way by way in tests/web/test_passkeys.py; here it is the browser that asks.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.needs import chromium
from tests.walks.conftest import MakeInstance
from tests.walks.processes import Instance, starter
from tests.web.gallery import LAUNCH

pytestmark = pytest.mark.browser

PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def coop(make_instance: MakeInstance) -> Instance:
    instance = make_instance("coop", starter=starter("Coop", interior="members"))
    instance.serve()
    return instance


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium()), args=LAUNCH)
        yield browser.new_page(viewport={"width": 390, "height": 844}, locale="en-GB")
        browser.close()


def authenticator(page: Page, **otherwise: object) -> tuple[CDPSession, str]:
    """A virtual authenticator in the browser of this page, and its name."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE | otherwise})
    return session, made["authenticatorId"]


def come_in(page: Page, coop: Instance) -> None:
    """Sign in by the link that the command line gives out."""
    made = coop.run("member", "link", "1")
    assert made.returncode == 0, made.stderr
    page.goto(made.stdout.strip().split()[-1])
    page.get_by_role("button", name="Sign in").last.click()
    page.wait_for_url("**notice=signed-in")


def test_a_member_makes_a_passkey_and_comes_back_with_it_by_keyboard(page: Page, coop: Instance) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    session, phone = authenticator(page)
    come_in(page, coop)

    # She makes one
    page.goto(f"{coop.origin}/me/identities?language=en")
    page.get_by_label("Name of this passkey").last.fill("My phone")
    page.keyboard.press("Enter")
    page.wait_for_url("**notice=passkey-added")
    assert "My phone" in page.inner_text("main")
    held = session.send("WebAuthn.getCredentials", {"authenticatorId": phone})["credentials"]
    assert [(key["rpId"], key["isResidentCredential"]) for key in held] == [("coop.localhost", True)]

    # The same phone makes no second one
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("This device has a passkey of yours already.").wait_for()

    # She signs out, and in again without typing anything
    page.context.clear_cookies()
    session.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": phone, "enabled": False})
    page.goto(f"{coop.origin}/sign-in?next=/me/identities")
    button = page.get_by_role("button", name="Sign in with a passkey")
    button.focus()
    session.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": phone, "enabled": True})
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/identities?notice=signed-in")
    page.goto(f"{coop.origin}/me/identities?language=en")
    assert "last used" in page.inner_text("main")
    assert complaints == []


def test_whoever_has_none_is_told_and_the_link_is_still_there(page: Page, coop: Instance) -> None:
    authenticator(page, isUserVerified=False)
    page.goto(f"{coop.origin}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("No passkey was used. Try again, or sign in another way.").wait_for()
    assert page.get_by_role("button", name="Send me a link").is_visible()


def test_the_browser_offers_the_passkey_in_the_field_of_the_address(page: Page, coop: Instance) -> None:
    # Given a passkey of hers in this browser, which answers by itself what the page asks quietly
    authenticator(page)
    come_in(page, coop)
    page.goto(f"{coop.origin}/me/identities?language=en")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**notice=passkey-added")
    page.context.clear_cookies()

    # When she opens the page, then she is in without having pressed anything
    page.goto(f"{coop.origin}/sign-in?next=/me")
    page.wait_for_url("**/me?notice=signed-in")


def test_without_scripts_the_page_says_so(coop: Instance) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium()), args=LAUNCH)
        page = browser.new_page(java_script_enabled=False, locale="en-GB")
        page.goto(f"{coop.origin}/sign-in")
        assert page.get_by_text("needs JavaScript").is_visible()
        assert not page.get_by_role("button", name="Sign in with a passkey").is_visible()
        browser.close()
