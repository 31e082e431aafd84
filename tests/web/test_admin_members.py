"""What admins and moderators do with members and servers: roles, suspensions, links, decisions."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from actors import moderation
from actors.people import Member, Vault, keeping
from actors.refusals import Refused
from outbox import members as orders
from outbox.mail import Mail, opened
from tests.web.cast import Cast
from tests.world import NOW, SECRET


@pytest.fixture(scope="module")
def stage(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    made = Cast(migrated_sqlite, tmp_path_factory.mktemp("members"))
    yield made
    made.close()


@pytest.fixture
def cast(stage: Cast) -> Cast:
    stage.renew()
    return stage


def number(cast: Cast, name: str) -> int:
    return cast.db.read_now(lambda session: session.scalars(select(Member.id).where(Member.name == name)).one())


async def test_members_are_found_by_name_and_by_admins_by_address(cast: Cast) -> None:
    page = (await cast.ask("admin", "GET", "/admin/members?q=MIA%40members", {})).text
    assert "mia@members.example" in page
    page = (await cast.ask("moderator", "GET", "/admin/members?q=mia", {})).text
    assert ">Mia<" in page
    assert "members.example" not in page
    assert "Nobody was found" in (await cast.ask("moderator", "GET", "/admin/members?q=mia%40members", {})).text
    assert ">Mia<" not in (await cast.ask("admin", "GET", "/admin/members?only=moderator&sort=-seen&page=9", {})).text


async def test_a_role_is_given_and_holds_at_once(cast: Cast) -> None:
    assert (await cast.ask("member", "GET", "/admin", {})).status == 404
    await cast.ask("admin", "POST", "/admin/members/{mia}/role", {"role": "moderator"})
    assert (await cast.ask("member", "GET", "/admin", {})).status == 200
    assert cast.db.read_now(moderation.acts, limit=1)[0].facts == {"role": ["member", "moderator"]}


async def test_the_last_admin_stays_one(cast: Cast) -> None:
    ada, noor = number(cast, "Ada"), number(cast, "Noor")
    await cast.ask("admin", "POST", f"/admin/members/{noor}/role", {"role": "member"})
    answer = await cast.ask("admin", "POST", f"/admin/members/{ada}/role", {"role": "member"})
    assert answer.status == 422
    assert "only admin" in answer.text
    with pytest.raises(Refused, match="last-admin"):
        cast.db.write_now(orders.suspend, ada, by=None, reason="", now=NOW)


async def test_a_suspension_ends_every_session_and_can_be_taken_back(cast: Cast) -> None:
    assert (await cast.ask("member", "GET", "/me/profile", {})).status == 200
    await cast.ask("moderator", "POST", "/admin/members/{mia}/suspend", {"reason": "Spam."})
    assert (await cast.ask("member", "GET", "/me/profile", {})).status == 401
    assert cast.db.read_now(moderation.acts, limit=1)[0].reason == "Spam."
    await cast.ask("moderator", "POST", "/admin/members/{mia}/unsuspend", {})
    record = cast.db.read_now(keeping.member_record, number(cast, "Mia"), now=NOW)
    assert record is not None
    assert (record.row.state, record.sessions) == ("active", 0)


async def test_moderators_suspend_nobody_with_a_role_and_nobody_suspends_themselves(cast: Cast) -> None:
    ada, mo = number(cast, "Ada"), number(cast, "Mo")
    for by, whom, code in ((mo, ada, "admins-only"), (ada, ada, "oneself")):
        with pytest.raises(Refused, match=code):
            cast.db.write_now(orders.suspend, whom, by=by, reason="", now=NOW)


async def test_a_sign_in_link_is_mailed_and_shown_to_nobody(cast: Cast) -> None:
    answer = await cast.ask("admin", "POST", "/admin/members/{mia}/link", {})
    assert answer.status == 303
    found = cast.db.read_now(
        lambda session: list(session.scalars(select(Mail).where(Mail.recipient == "mia@members.example")))
    )
    assert [mail.kind for mail in found].count("sign-in") == 1
    assert found[-1].facts is not None
    assert str(opened(Vault(SECRET), found[-1].facts)["link"]) not in answer.text


async def test_a_block_says_first_what_it_cuts(cast: Cast) -> None:
    page = await cast.ask("moderator", "POST", "/admin/servers", {"host": "mastodon.example", "decision": "block"})
    assert "Block mastodon.example?" in page.text
    assert not cast.db.read_now(moderation.is_blocked, "mastodon.example")
    sure = {"host": "mastodon.example", "decision": "block", "sure": "yes"}
    await cast.ask("moderator", "POST", "/admin/servers", sure)
    assert cast.db.read_now(moderation.is_blocked, "mastodon.example")
    wrong = await cast.ask("moderator", "POST", "/admin/servers", {"host": "no host", "decision": "allow"})
    assert wrong.status == 422
