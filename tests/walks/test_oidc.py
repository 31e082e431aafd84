"""Somebody comes from the cooperative's own login, in Chromium, over sockets: an instance and an issuer beside it.

What an issuer may do wrong is tested way by way in tests/web/test_oidc.py; here is the way as a person takes it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.needs import chromium
from tests.peers.issuer import CLIENT, SECRET
from tests.walks.conftest import MakeInstance
from tests.walks.processes import ROOT, Process, clean_environment, free_port, starter
from tests.web.gallery import LAUNCH

pytestmark = pytest.mark.browser

HOST = "login.localhost"


def test_a_newcomer_joins_by_invitation_and_comes_back(make_instance: MakeInstance, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.peers.issuer", HOST, str(free_port())]
    login = Process(words, tmp_path, "login", clean_environment(), cwd=ROOT)
    try:
        issuer: str = json.loads(login.first_line())["origin"]
        coop = make_instance(
            "coop",
            starter=starter("Coop", interior="members"),
            oidc_issuer=issuer,
            oidc_client_id=CLIENT,
            oidc_client_secret=SECRET,
            oidc_name="Smart",
        )
        coop.serve()
        made = coop.run("member", "link", "1")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(chromium()), args=LAUNCH)
            admin = browser.new_context(locale="en-GB").new_page()
            admin.goto(made.stdout.strip().split()[-1] + "?language=en")
            admin.locator("main form button").click()
            admin.wait_for_url("**notice=signed-in")
            admin.goto(f"{coop.origin}/admin/invitations?language=en")
            admin.locator("main form.form button").first.click()
            admin.wait_for_url("**notice=invitation-made")
            invitation = next(
                word for word in admin.inner_text("main").split() if word.startswith(f"{coop.origin}/invitation/")
            )

            # Given somebody who comes from the login, and is invited
            page = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844}).new_page()
            page.goto(f"{coop.origin}/sign-in")
            page.get_by_role("button", name="Sign in with Smart").click()
            page.wait_for_url(f"{issuer}/authorize?**")
            page.get_by_role("button", name="yes").click()
            page.wait_for_url(f"{coop.origin}/join-us")
            assert "At Smart you are leila@post.example." in page.inner_text("main")
            page.goto(invitation)
            assert page.get_by_label("Your name").input_value() == "Leïla Haddad"
            page.get_by_role("button", name="Join us").click()
            page.wait_for_url("**/me/profile?notice=welcome")

            # Then she comes back with two presses
            page.context.clear_cookies()
            page.goto(f"{coop.origin}/sign-in?next=/me/identities")
            page.get_by_role("button", name="Sign in with Smart").click()
            page.get_by_role("button", name="yes").click()
            page.wait_for_url("**/me/identities?notice=signed-in")
            assert "leila@post.example" in page.inner_text("main")
            browser.close()
    finally:
        login.kill()
