"""The page of a group or project, and the directory of all of them."""

from pathlib import Path
from typing import Any

import pytest

from actors import groups
from actors.database import Database
from actors.groups import GroupDraft, Person
from outbox import groups as orders
from outbox import moving
from tests.asgi import Browser
from tests.web.hamlet import Hamlet, make_hamlet
from tests.world import ORIGIN, prepared_keys

AT = "/g/interior"


@pytest.fixture
def hamlet(db: Database, tmp_path: Path) -> Hamlet:
    return make_hamlet(db, tmp_path)


def found(hamlet: Hamlet, username: str, name: str, **rules: Any) -> None:
    draft = GroupDraft(username=username, name=name, language="en", **rules)
    world = hamlet.world
    hamlet.db.write_now(
        groups.found, world.vault, draft, origin=ORIGIN, member_id=world.noor.id, keys=prepared_keys(7), now=hamlet.now
    )


def alter(hamlet: Hamlet, **changes: Any) -> None:
    by = Person(hamlet.world.noor.id)
    hamlet.db.write_now(orders.alter, hamlet.world.interior.iri, changes, by=by, now=hamlet.now)


async def read(hamlet: Hamlet, path: str = AT, language: str = "en") -> str:
    browser = hamlet.browser
    browser.cookies["language"] = language
    answer = await browser.get(path)
    assert answer.status == 200
    return answer.text


async def test_its_other_languages_are_one_tap_away_and_the_page_stays_in_the_readers(hamlet: Hamlet):
    text = await read(hamlet, language="nl")
    assert "Interieur &amp; scenografie</span></h1>" in text
    assert 'href="/g/interior?in=fr" lang="fr" hreflang="fr"' in text
    text = await read(hamlet, f"{AT}?in=fr", language="nl")
    assert "Intérieur &amp; scénographie" in text
    assert "Des espaces justes." in text
    assert '<html lang="nl"' in text
    for strange in ("?in=<script>", "?in=xx", "?in="):
        assert "scenografie" in await read(hamlet, AT + strange, language="nl")


async def test_a_group_in_one_language_offers_no_other(hamlet: Hamlet):
    found(hamlet, "sound", "Sound")
    assert 'class="tongues"' not in await read(hamlet, "/g/sound")


@pytest.mark.parametrize(
    ("joining", "says", "step"),
    [
        ("open", "Everybody may join. You are in at once.", "Join the group"),
        ("approval", "Whoever organises the group reads your request", "Ask to join"),
        ("invitation", "One joins this group by invitation.", None),
        ("closed", "This group takes no new members.", None),
    ],
)
async def test_it_says_how_one_takes_part(hamlet: Hamlet, joining: str, says: str, step: str | None):
    alter(hamlet, joining=joining)
    text = await read(hamlet)
    assert says in text
    assert (f'href="{AT}/join">{step}' in text) == (step is not None)
    assert f'href="{AT}/join"' in text or step is None


async def test_it_says_where_the_reader_stands(hamlet: Hamlet):
    ada = hamlet.member("Ada")
    hamlet.sign_in(ada.id)
    assert "Ask to join" in await read(hamlet)
    hamlet.db.write_now(
        groups.ask_to_join, hamlet.world.interior, Person(ada.id), answers={}, language="en", now=hamlet.now
    )
    assert "You have asked to join." in await read(hamlet)
    hamlet.db.write_now(groups.add_member, hamlet.world.interior, member_id=ada.id, role="member", now=hamlet.now)
    assert "You are a member of this group." in await read(hamlet)


async def test_its_organisers_have_their_ways_and_others_do_not(hamlet: Hamlet):
    ada = hamlet.member("Ada")
    hamlet.sign_in(ada.id)
    assert f"{AT}/settings" not in await read(hamlet)
    hamlet.db.write_now(groups.add_member, hamlet.world.interior, member_id=ada.id, role="moderator", now=hamlet.now)
    text = await read(hamlet)
    assert f"{AT}/requests" in text
    assert f'href="{AT}/settings"' not in text
    hamlet.sign_in(hamlet.world.noor.id)
    assert f'href="{AT}/settings"' in await read(hamlet)


async def test_who_is_in_is_shown_by_its_rule(hamlet: Hamlet):
    assert "Who is in" not in await read(hamlet)
    alter(hamlet, members_shown="all")
    assert "Who is in" in await read(hamlet)


async def test_how_many_follow_is_shown_by_its_rule(hamlet: Hamlet):
    def follow(session: Any) -> None:
        iri = "https://mastodon.example/f/1"
        groups.add_follower(session, hamlet.world.alice, hamlet.world.interior, iri, now=hamlet.now)

    hamlet.db.write_now(follow)
    assert "1 follower" not in await read(hamlet)
    alter(hamlet, followers_shown=True)
    assert "1 follower" in await read(hamlet)


async def test_its_language_accounts_can_be_followed_with_the_readers_own_first(hamlet: Hamlet):
    world = hamlet.world
    hamlet.db.write_now(
        groups.open_account, world.vault, world.interior, "fr", origin=ORIGIN, keys=prepared_keys(8), now=hamlet.now
    )
    text = await read(hamlet, language="fr")
    assert '<option value="https://coop.example/g/interior.fr" selected>' in text
    assert '<span class="copy">@interior.fr@coop.example</span>' in text
    assert '<option value="https://coop.example/g/interior.fr">' in await read(hamlet, language="en")


async def test_a_project_names_its_groups_and_a_group_its_projects(hamlet: Hamlet):
    project = await read(hamlet, "/g/atelier")
    assert "Its groups" in project
    assert 'href="/g/interior"' in project.partition("parents-head")[2]
    hamlet.sign_in(hamlet.world.noor.id)
    assert "/found?kind=project&amp;in=https" in await read(hamlet)


async def test_its_colour_and_theme_are_on_the_page(hamlet: Hamlet):
    alter(hamlet, colour="#1f5f8b", theme="scenography")
    text = await read(hamlet)
    assert 'fill="#1f5f8b"' in text
    assert "<span>scenography</span>" in text


async def test_a_group_that_moved_or_closes_says_so(hamlet: Hamlet):
    def move(session: Any) -> None:
        bouw, interior = session.merge(hamlet.world.bouw), session.merge(hamlet.world.interior)
        bouw.also_known_as = [interior.iri]
        moving.move(session, interior, bouw.iri, now=hamlet.now)

    hamlet.db.write_now(move)
    text = await read(hamlet)
    assert "This group has moved" in text
    assert '<span class="copy">@bouw@partner.example</span>' in text
    by = Person(hamlet.world.noor.id)
    hamlet.db.write_now(orders.close, hamlet.world.interior.iri, by=by, now=hamlet.now)
    text = await read(hamlet)
    assert "This group is closed and ends on" in text
    assert "Keep it open" not in text
    assert "Nobody joins it any more." in text


async def test_the_directory_lists_ours_and_those_that_ours_follow(hamlet: Hamlet):
    def follow(session: Any) -> None:
        interior, bouw = session.merge(hamlet.world.interior), session.merge(hamlet.world.bouw)
        row = groups.request_follow(session, interior, bouw, f"{interior.iri}/f/1", now=hamlet.now)
        groups.follow_answered(session, row.iri, bouw, True, now=hamlet.now)

    hamlet.db.write_now(follow)
    text = await read(hamlet, "/groups")
    for shown in ("Interieur &amp; scenografie", "Atelier", "Bouw", "from partner.example", "followed by"):
        assert shown in text
    assert 'href="/found"' not in text
    assert '<li><a href="/groups" aria-current="page">' in text


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("q=scenografie", "Interieur", "Stories"),
        ("q=SC%C3%89NOgrafie", "Interieur", "Stories"),
        ("kind=project", "Atelier", "Stories"),
        ("kind=theme", "Stories", "Atelier</span>"),
        ("region=BE", "Interieur", "Stories"),
        ("region=BE-BRU&level=regional", "Interieur", "Stories"),
        ("level=federal", "Stories", "Interieur</span>"),
        ("level=cosmic&kind=%00&region=x", "Stories", "No group was found"),
    ],
)
async def test_the_directory_is_narrowed_by_what_stands_in_the_address(
    hamlet: Hamlet, query: str, shown: str, hidden: str
):
    found(hamlet, "stories", "Stories", kind="theme", level="federal")
    page = (await read(hamlet, f"/groups?{query}", language="nl")).partition('role="status"')[2]
    assert shown in page
    assert hidden not in page


async def test_an_empty_directory_teaches(hamlet: Hamlet):
    assert "No group was found" in await read(hamlet, "/groups?q=zzz")
    hamlet.sign_in(hamlet.member("Ada").id)
    assert 'href="/found"' in await read(hamlet, "/groups")


async def test_what_was_typed_stays_in_the_form_and_is_harmless(hamlet: Hamlet):
    browser = Browser(hamlet.application, ORIGIN)
    text = (await browser.get('/groups?q="><script>&level=federal')).text
    assert 'value="&#34;&gt;&lt;script&gt;"' in text
    assert '<option value="federal" selected>' in text
