"""A copy of everything, and the end of everything: no table, no file and no log remembers the person (E1, E2, E5)."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select

from actors import groups, people
from actors.bonds.tables import Reach
from actors.database import Base, Database
from actors.offers import Offer
from actors.people import Actor, Inbox, Member, Tombstone
from actors.people import notices as _notices  # noqa: F401  its tables
from actors.threads import Post, PostDraft
from outbox import leaving, mail
from outbox import notices as tell_notices
from outbox import offers as offer_orders
from outbox import people as people_orders
from outbox import threads as thread_orders
from outbox.log import Addressed, OutgoingActivity
from tests.actors.stories import need
from tests.web.hamlet import Hamlet, make_hamlet
from tests.web.test_pictures import photo
from tests.world import NOW, ORIGIN, prepared_keys
from web import farewells

MARKER = "Zwaluwstaart"
MAIL = "zwaluwstaart@members.example"


@pytest.fixture
def hamlet(db: Database, tmp_path: Path) -> Hamlet:
    return make_hamlet(db, tmp_path)


async def a_life(hamlet: Hamlet) -> Member:
    """A member who has done everything that one can do here, and whose name is in all of it."""
    member = hamlet.member(
        MARKER,
        about=f"{MARKER} tekent",
        seeking=f"{MARKER} zoekt",
        trades=(MARKER,),
        links=("https://zwaluwstaart.example/",),
        discoverable=True,
        shown={"name": "all", "about": "all", "links": "all", "trades": "all"},
    )
    hamlet.sign_in(member.id)
    assert (await hamlet.upload("/me/picture", photo(), alt=f"{MARKER} lacht")).status == 303

    def live(session):
        world = hamlet.world
        interior = session.merge(world.interior)
        people_orders.become_public(
            session,
            hamlet.house.vault,
            member.id,
            "zwaluwstaart",
            origin=ORIGIN,
            keys=prepared_keys(7),
            now=NOW,
        )
        actor = session.scalar(select(Actor).where(Actor.username == "zwaluwstaart"))
        inbox = session.scalar(select(Inbox).where(Inbox.host == "mastodon.example"))
        session.add(Reach(actor_id=actor.id, inbox_id=inbox.id, followers=1))
        people_orders.changed(session, actor, now=NOW)
        groups.add_member(session, interior, now=NOW, member_id=member.id).message = f"{MARKER} wil mee"
        offer_orders.publish(session, interior, need(title=f"{MARKER} vraagt"), member_id=member.id, now=NOW)
        thread_orders.say(session, interior, PostDraft(text=f"{MARKER} zegt"), member_id=member.id, now=NOW)
        thread_orders.say(session, interior, PostDraft(text="Iemand anders zegt"), now=NOW)
        mail.queue(session, to=MAIL, kind="test", facts={"who": MARKER}, language="nl", now=NOW)
        tell_notices.tell(session, member.id, "join-approved", about_iri=interior.iri, facts={"who": MARKER}, now=NOW)

    hamlet.db.write_now(live)
    return member


def tables_with(db: Database, *markers: str) -> list[str]:
    """Which tables hold one of these words, in any column, in any case."""

    def look(session):
        found = []
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)).mappings():
                text = repr(dict(row)).lower()
                found += [f"{table.name}: {text[:300]}" for marker in markers if marker.lower() in text]
        return found

    return db.read_now(look)


def files_with(folder: Path, marker: str) -> list[str]:
    words = (marker.encode(), marker.lower().encode())
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in paths if any(word in path.read_bytes() for word in words)]


# ------------------------------------------------------------------------------------------------ a copy of everything


async def a_copy(hamlet: Hamlet) -> str:
    """Asked for and made; the path of the link in the mail."""
    assert (await hamlet.post("/me/export")).headers["location"] == "/me/export?notice=copy-asked"
    await farewells.round_of(hamlet.house, hamlet.now)
    row = hamlet.db.read_now(lambda session: session.scalar(select(mail.Mail).where(mail.Mail.kind == "copy-ready")))
    return mail.opened(hamlet.house.vault, row.facts)["link"].removeprefix(ORIGIN)


async def test_a_copy_opens_and_holds_everything_of_mine_and_nothing_of_others(hamlet: Hamlet):
    await a_life(hamlet)
    hamlet.member("Buurman", about="GEHEIM-VAN-BUURMAN")
    path = await a_copy(hamlet)
    assert (await hamlet.browser.get(path)).status == 200

    answer = await hamlet.post(path)

    assert (answer.status, answer.headers["content-type"]) == (200, "application/zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.body))
    assert archive.testzip() is None
    files = {name: archive.read(name) for name in archive.namelist()}
    assert json.loads(files["actor.json"])["id"] == f"{ORIGIN}/u/zwaluwstaart"
    needs = json.loads(files["needs.json"])
    assert (needs["type"], needs["totalItems"]) == ("OrderedCollection", 1)
    assert f"{MARKER} vraagt" in str(needs["orderedItems"])
    assert f"{MARKER} zegt" in files["posts.json"].decode()
    assert json.loads(files["outbox.json"])["totalItems"] >= 1
    assert json.loads(files["groups.json"])["orderedItems"] == [f"{ORIGIN}/g/interior"]
    assert json.loads(files["profile.json"])["seeking"] == f"{MARKER} zoekt"
    for table in ("consent", "sign_in_session", "notification", "membership", "export"):
        assert json.loads(files[f"records/{table}.json"]), table
    assert len([name for name in files if name.startswith("pictures/")]) == 2
    page = files["index.html"].decode()
    assert MARKER in page
    assert "Meetings" in page
    everything = b"".join(files.values())
    for secret in (b"GEHEIM", b"noor@members.example", b"digest", b"password_hash", b"Iemand anders", b"PRIVATE KEY"):
        assert secret not in everything


async def test_the_link_opens_once_for_seven_days_and_for_its_member_only(hamlet: Hamlet):
    member = await a_life(hamlet)
    path = await a_copy(hamlet)
    hamlet.sign_in(hamlet.world.noor.id)
    assert (await hamlet.post(path)).status == 410
    hamlet.sign_in(member.id)
    assert (await hamlet.post(path)).status == 200
    assert (await hamlet.post(path)).status == 410
    assert (await hamlet.browser.get(path)).status == 410

    # A copy that nobody fetches goes after a week, its file too
    hamlet.forward(hours=2)
    hamlet.sign_in(member.id)
    await hamlet.post("/me/export")
    await farewells.round_of(hamlet.house, hamlet.now)
    assert len(list((hamlet.folder / "copies").iterdir())) == 1
    await farewells.round_of(hamlet.house, hamlet.now + timedelta(days=7))
    assert list((hamlet.folder / "copies").iterdir()) == []


async def test_a_copy_and_leaving_ask_for_a_fresh_sign_in(hamlet: Hamlet):
    member = await a_life(hamlet)
    path = await a_copy(hamlet)
    hamlet.forward(minutes=16)
    for asked in ("/me/export", path, "/me/leave"):
        answer = await hamlet.post(asked, understood="yes", content="delete")
        assert answer.headers["location"].endswith("notice=sign-in-again"), asked
        assert 'action="/me/sign-in-again"' in (await hamlet.browser.get(asked)).text
    assert hamlet.db.read_now(lambda session: session.get_one(Member, member.id).leaving_at) is None
    again = await hamlet.post("/me/sign-in-again", going=path)
    assert again.headers["location"] == f"/sign-in?next={path}"
    assert (await hamlet.browser.get("/me/export")).status == 401


async def test_copies_can_not_be_asked_for_all_the_time(hamlet: Hamlet):
    hamlet.sign_in(hamlet.world.noor.id)
    await a_copy(hamlet)
    assert (await hamlet.post("/me/export")).status == 422


# ------------------------------------------------------------------------------------------------------------ leaving


async def test_leaving_says_what_it_means_in_numbers(hamlet: Hamlet):
    await a_life(hamlet)
    text = (await hamlet.browser.get("/me/leave")).text
    for sentence in ("You leave 1 group.", "1 server that received", "You wrote 1 post.", "1 offer or need"):
        assert sentence in text
    assert "only organiser" not in text
    hamlet.sign_in(hamlet.world.noor.id)
    assert "You are the only organiser of" in (await hamlet.browser.get("/me/leave")).text


async def test_a_week_to_come_back(hamlet: Hamlet):
    member = await a_life(hamlet)
    assert (await hamlet.post("/me/leave", content="delete")).status == 422
    assert (await hamlet.post("/me/leave", content="delete", understood="yes")).status == 303
    assert (await hamlet.browser.get("/me")).status == 401

    # When they sign in on the sixth day
    hamlet.forward(days=6)
    hamlet.sign_in(member.id)
    hamlet.forward(days=10)
    await farewells.round_of(hamlet.house, hamlet.now)

    # Then nothing is deleted
    assert hamlet.db.read_now(lambda session: session.get_one(Member, member.id).deleted_at) is None


async def test_after_the_week_no_table_file_or_log_remembers_the_person(hamlet: Hamlet):
    # Given somebody whose name is everywhere, with a copy that waits to be fetched
    with structlog.testing.capture_logs() as logs:
        member = await a_life(hamlet)
        await a_copy(hamlet)
        assert len(tables_with(hamlet.db, MARKER)) > 8
        assert files_with(hamlet.folder, MARKER) or not hamlet.db.is_sqlite
        await hamlet.post("/me/leave", content="delete", understood="yes")

        # When the week is over
        hamlet.forward(days=7)
        await farewells.round_of(hamlet.house, hamlet.now)

    # Then only what must answer 410 still has the name in its address
    left = tables_with(hamlet.db, MARKER)
    assert {line.partition(":")[0] for line in left} <= {"actor", "tombstone", "outgoing"}
    allowed = f"{ORIGIN}/u/zwaluwstaart"
    assert tables_with(hamlet.db, f"{MARKER} ", MAIL, "zwaluwstaart.example", "lacht") == []
    actor = hamlet.db.read_now(lambda session: session.scalar(select(Actor).where(Actor.iri == allowed)))
    assert (actor.name, actor.summary, actor.fields, actor.icon_url) == ("", "", [], None)
    assert MARKER not in str(logs)

    # And everybody who ever heard of them is told
    def said(session):
        rows = session.scalars(select(OutgoingActivity).where(OutgoingActivity.type == "Delete")).all()
        return {(row.object_iri, row.audience) for row in rows}

    told = hamlet.db.read_now(said)
    assert (allowed, "ever") in told
    assert len(told) == 3

    # And their things are tombstones, other people's are not
    def things(session):
        return (
            session.scalar(select(Tombstone.iri).where(Tombstone.iri == allowed)),
            [row.text for row in session.scalars(select(Post).where(Post.deleted_at.is_(None)))],
            session.scalars(select(Offer.id).where(Offer.deleted_at.is_(None))).all(),
        )

    assert hamlet.db.read_now(things) == (allowed, ["Iemand anders zegt"], [])
    assert list((hamlet.folder / "media").iterdir()) == []
    assert list((hamlet.folder / "copies").iterdir()) == []
    answer = await hamlet.browser.get(f"/people/{member.id}")
    assert answer.status == 404

    # And the files of the database hold nothing of it either
    if hamlet.db.is_sqlite:
        hamlet.db.settle()
        for word in (f"{MARKER} tekent", f"{MARKER} zegt", f"{MARKER} vraagt", f"{MARKER} wil mee", MAIL):
            assert files_with(hamlet.folder, word) == [], word


async def test_what_others_were_told_of_somebody_goes_with_them(hamlet: Hamlet):
    # Given Noor, who was told of somebody by a line, by a mail that waits and by a digest that was given up
    member = await a_life(hamlet)
    noor = hamlet.world.noor.id

    def tell(session):
        facts = {"who": MARKER, "group": "Interior"}
        tell_notices.tell(session, noor, "join-requested", about_iri=None, facts=facts, now=NOW, who_id=member.id)
        tell_notices.tell(session, noor, "join-requested", about_iri=None, facts={"who": "Wim"}, now=NOW)
        lines = [{"kind": "join-requested", "facts": {"who": who}} for who in ("Wim", MARKER)]
        mail.queue(session, to="noor@members.example", kind="digest", facts={"lines": lines}, language="nl", now=NOW)

    hamlet.db.write_now(tell)
    told = [line for line in tables_with(hamlet.db, MARKER) if line.startswith(("notification", "mail"))]
    assert len([line for line in told if f"'member_id': {noor}" in line or "digest" in line]) >= 3

    # When they are gone
    hamlet.db.write_now(leaving.erase, member.id, now=hamlet.now, keeps=False)

    # Then nothing tells of them, and what tells of others stays
    assert [line for line in tables_with(hamlet.db, MARKER) if line.startswith(("notification", "mail"))] == []
    assert len([line for line in tables_with(hamlet.db, '"who": "Wim"', "'who': 'Wim'") if "notif" in line]) == 1


async def test_whoever_was_only_ever_spoken_to_is_told_as_well(hamlet: Hamlet):
    member = await a_life(hamlet)

    def greet(session):
        me = session.get_one(Actor, session.get_one(Member, member.id).actor_id)
        return thread_orders.say(session, me, PostDraft(text="@bouw@partner.example dag"), now=NOW).iri

    iri = hamlet.db.write_now(greet)
    hamlet.db.write_now(leaving.erase, member.id, now=hamlet.now, keeps=False)

    def said(session):
        query = select(OutgoingActivity).where(OutgoingActivity.type == "Delete")
        rows = {row.object_iri: row for row in session.scalars(query)}
        inboxes = select(Addressed.log_id, Inbox.host).join(Inbox, Inbox.id == Addressed.inbox_id)
        hosts = {(log_id, host) for log_id, host in session.execute(inboxes)}
        return [
            (bool(row.body), (row.id, "partner.example") in hosts)
            for row in (rows[iri], rows[f"{ORIGIN}/u/zwaluwstaart"])
        ]

    assert hamlet.db.read_now(said) == [(True, True), (True, True)]


async def test_what_groups_published_can_stay_without_the_name(hamlet: Hamlet):
    member = await a_life(hamlet)
    await hamlet.post("/me/leave", content="keep", understood="yes")
    hamlet.forward(days=7)
    await farewells.round_of(hamlet.house, hamlet.now)

    def things(session):
        offers = session.scalars(select(Offer).where(Offer.deleted_at.is_(None))).all()
        posts = session.scalars(select(Post).where(Post.deleted_at.is_(None))).all()
        return [row.member_id for row in (*offers, *posts)]

    assert hamlet.db.read_now(things) == [None, None, None]
    gone = hamlet.db.read_now(lambda session: session.get_one(Member, member.id))
    assert (gone.name, gone.email, gone.about, gone.actor_id) == ("", None, "", None)


async def test_who_was_deleted_is_deleted_again_after_an_old_backup_is_restored(hamlet: Hamlet):
    # Given somebody who was deleted
    member = await a_life(hamlet)
    await hamlet.post("/me/leave", content="delete", understood="yes")
    hamlet.forward(days=7)
    await farewells.round_of(hamlet.house, hamlet.now)
    listed = (hamlet.folder / "erased.list").read_text()
    assert MARKER.lower() not in listed.lower()

    # When a backup knows them again, and a newer member has the next number
    def restore(session):
        row = session.get_one(Member, member.id)
        row.name, row.about, row.deleted_at = f"{MARKER} is terug", f"{MARKER} is terug", None
        other = people.create_member(session, name="Nieuw", email=None, language="nl")
        return other.id

    other_id = hamlet.db.write_now(restore)
    line = f"{other_id} 2020-01-01T00:00:00+00:00 2020-02-01T00:00:00+00:00\n"
    (hamlet.folder / "erased.list").write_text(listed + line)
    await farewells.erase_restored(hamlet.house, hamlet.now)

    # Then they are gone at the first round, and the newer member is not
    assert tables_with(hamlet.db, "is terug") == []
    assert hamlet.db.read_now(lambda session: session.get_one(Member, other_id).name) == "Nieuw"
    assert hamlet.db.write_now(leaving.erase, member.id, now=hamlet.now) is None


async def test_nobody_else_is_touched(hamlet: Hamlet):
    member = await a_life(hamlet)
    before = tables_with(hamlet.db, "noor")
    hamlet.db.write_now(leaving.erase, member.id, now=hamlet.now, keeps=False)
    assert tables_with(hamlet.db, "noor") == before


def test_every_table_that_points_at_a_member_is_copied_and_erased_or_named_as_shared():
    from outbox.leaving.belongings import SHARED, pointers

    shared = [(table.name, column.nullable) for table, column in pointers() if table.name in SHARED]
    assert shared
    assert [name for name, nullable in shared if not nullable] == []
