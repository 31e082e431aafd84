"""Every cell of the table of rules: each address asked for by each role, and no address without a line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.cast import ROLES, Cast
from tests.web.rules import MEMBERS, MIA, RULES, Rule
from web.assets import static_route
from web.routes import ROUTES

CELLS = [(rule, role) for rule in RULES for role in ROLES if role in rule.of]


@pytest.fixture(scope="module")
def cast(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    made = Cast(migrated_sqlite, tmp_path_factory.mktemp("cast"))
    yield made
    made.close()


def methods(routes: object) -> set[tuple[str, str]]:
    return {(method, route.path) for route in routes for method in route.methods if method != "HEAD"}


def test_every_address_stands_in_the_table_and_no_line_is_about_none() -> None:
    addresses = methods([*ROUTES, static_route()])
    ruled = {(rule.method, rule.route) for rule in RULES}
    assert sorted(addresses - ruled) == []
    assert sorted(ruled - addresses) == []


def test_every_line_of_a_route_is_about_every_role() -> None:
    told: dict[tuple[str, str], set[str]] = {}
    for rule in RULES:
        told.setdefault((rule.method, rule.route), set()).update(rule.of)
    assert [address for address, roles in told.items() if roles != set(ROLES)] == []


def test_no_two_lines_are_called_the_same() -> None:
    names = [str(rule) for rule in RULES]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_no_address_is_answered_by_two() -> None:
    named = [(method, route.path) for route in ROUTES for method in route.methods]
    assert sorted({one for one in named if named.count(one) > 1}) == []


@pytest.mark.parametrize(("rule", "role"), CELLS, ids=str)
async def test_O12_each_role_is_let_through_or_refused_as_the_table_says(cast: Cast, rule: Rule, role: str) -> None:
    answer = await cast.ask(role, rule.method, rule.address, rule.form)
    if rule.method == "POST" and answer.status < 400:
        cast.renew()
    assert answer.status in rule.expected(role)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.method == "POST"], ids=str)
async def test_L5_no_form_is_believed_that_comes_from_somebody_elses_page(cast: Cast, rule: Rule) -> None:
    browser = cast.browser("admin")
    answer = await browser.post(
        rule.address.format_map(cast.known.facts),
        rule.form,
        headers={"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    )
    assert answer.status == 403


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.method == "POST" and not rule.bare], ids=str)
async def test_L5_no_form_of_a_member_is_believed_without_its_sessions_token(cast: Cast, rule: Rule) -> None:
    answer = await cast.browser("organiser").post(rule.address.format_map(cast.known.facts), rule.form)
    assert answer.status in {400, 403, 404, 429}


async def test_what_is_one_members_stays_hers_whoever_sends_its_number(cast: Cast) -> None:
    for role in MEMBERS - MIA:
        await cast.ask(role, "POST", "/me/sessions", {"which": "{mia_session}"})
        await cast.ask(role, "POST", "/me/identities/{mia_identity}/remove", {})
        await cast.ask(role, "POST", "/me/passkeys/{mia_passkey}/remove", {})
        await cast.ask(role, "POST", "/me/passkeys/{mia_passkey}/name", {"name": "Taken"})
        await cast.ask(role, "POST", "/me/notifications/read", {"up_to": "{mia_notice}"})
    hers = await cast.ask("member", "GET", "/me/identities", {})
    unread = await cast.ask("member", "GET", "/me/notifications", {})
    assert "mia@id.example" in hers.text
    assert "Mia&#39;s phone" in hers.text
    assert f"/me/notifications/{cast.known.facts['mia_notice']}" in unread.text
    assert "up_to" in unread.text
