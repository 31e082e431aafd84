"""Somebody lives here, takes a copy of everything along, and leaves: afterwards nothing here knows their name.

Real processes and sockets, on the engine of the run. What is looked through is what lies there: every table of the
database as the engine lists them, every file of the data folder, every line that the processes wrote.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from actors import groups, people, site
from actors.database import Database, utc_now
from actors.groups.tables import Group
from actors.people import Actor, Member, identities
from actors.threads import PostDraft
from fediverse.jsonld import readable
from fediverse.limits import Limits
from fediverse.types import Actor as ActorDocument
from fediverse.types import Object
from fediverse.vocabulary import read
from outbox import groups as group_orders
from outbox import offers, orders, threads
from outbox.leaving.belongings import FLEETING, SHARED, pointers
from outbox.mail import Mail
from tests.actors.stories import need
from tests.walks.conftest import MakeInstance
from tests.walks.crowd import Crowd
from tests.walks.postbox import Postbox
from tests.walks.processes import ACTIVITY_JSON, Instance, Process, ask, eventually, starter
from tests.walks.visitor import Visitor
from tests.web.test_pictures import photo

pytestmark = pytest.mark.xdist_group("walk-erasure")

MARKER = "Zwaluwstaart"
MAIL = "zwaluwstaart@members.example"
USERNAME = "leaver"
"""Without the marker: an address that was published has to answer 410 for ever, so it is known for ever."""
OLIVIA = "olivia@members.example"
HEARS, HEARD_ONCE, HEARS_THE_GROUP, IS_MENTIONED, HEARS_NOTHING = (f"m{number}.localhost" for number in range(5))
HOSTS = (HEARS, HEARD_ONCE, HEARS_THE_GROUP, IS_MENTIONED, HEARS_NOTHING)


@dataclass
class House:
    """The instance that runs, what stands around it, and the two who live there."""

    instance: Instance
    crowd: Crowd
    postbox: Postbox
    process: Process
    somebody: Visitor
    olivia: Visitor

    @property
    def db(self) -> Database:
        return self.instance.db

    @property
    def data(self) -> Path:
        return self.instance.folder / "data"

    def start_again(self) -> None:
        """End the process in good order, and start another: its first round does what is due."""
        assert self.process.stop()[0] == 0
        self.process = self.instance.serve()[0]

    @property
    def member_id(self) -> int:
        return self.db.read_now(lambda session: session.scalars(select(Member.id).order_by(Member.id.desc())).first())

    def logged(self) -> str:
        """Everything that every process of the instance wrote."""
        return "".join(each.said + each.complained for each in self.instance.processes)


@pytest.fixture
def house(make_instance: MakeInstance) -> Iterator[House]:
    with Crowd(HOSTS) as crowd, Postbox() as postbox:
        instance = make_instance(
            "erasure", starter=starter("Coop", interior="members"), log_level="debug", **postbox.settings
        )
        process, _ = instance.serve()
        instance.order(_begin)
        yield House(instance, crowd, postbox, process, Visitor(instance.origin), Visitor(instance.origin))


def _begin(session: Session, now: datetime) -> None:
    site.set_choices(session, registration="open", now=now)
    olivia = people.create_member(session, name="Olivia", email=OLIVIA, language="en")
    group = orders.group_named(session, "interior")
    groups.add_member(session, group, member_id=olivia.id, role="organiser", now=now)
    session.execute(update(Group).where(Group.actor_id == group.id).values(joining="approval"))


# ------------------------------------------------------------------------------------------------------------- a life


def come_in(house: House) -> None:
    """Join by mail, as anybody may."""
    said = house.somebody.send("/join-us", name=MARKER, address=MAIL)
    assert said.status == 200, said.text
    link = house.postbox.link(MAIL, f"{house.instance.origin}/join-us/")
    path = link.removeprefix(house.instance.origin)
    assert house.somebody.send("/join-us/" + path.split("/")[2], on=path).status == 303


def sign_in(house: House, visitor: Visitor, address: str) -> None:
    """By the link in a mail."""
    assert visitor.send("/sign-in", address=address).status == 200
    link = house.postbox.link(address, f"{house.instance.origin}/sign-in/")
    assert visitor.send("/sign-in", on=link.removeprefix(house.instance.origin)).status == 303
    assert visitor.get("/me").status == 200


def live(house: House) -> None:
    """Do everything that one can do here, with the name in all of it, and be heard elsewhere."""
    instance, me = house.instance, house.somebody
    profile = {
        "name": MARKER,
        "about": f"{MARKER} draws",
        "seeking": f"{MARKER} looks for a workshop",
        "trades": f"{MARKER} of stages",
        "links": "https://zwaluwstaart.example/",
        "discoverable": "yes",
        "byline": "yes",
        **{f"see_{field}": "all" for field in ("name", "about", "seeking", "trades", "links", "picture")},
    }
    assert me.send("/me/profile", **profile).status == 303
    assert me.upload("/me/picture", photo(), on="/me/profile", alt=f"{MARKER} laughs").status == 303
    assert me.send("/me/profile/public", username=USERNAME, understood="yes").status == 303
    assert me.send("/me/account/password", on="/me/account", password=f"{MARKER} never tells").status == 303
    other = Visitor(instance.origin, device=f"{MARKER}Browser/1.0")
    sign_in(house, other, MAIL)

    # Two servers hear them, one of which stops; a third hears the group; a fourth is only spoken to once;
    # on the fifth they have an account
    mine, theirs = f"{instance.origin}/u/{USERNAME}", instance.iri("interior")
    ann = {host: house.crowd.person(host, "ann") for host in HOSTS}
    for host, iri in ((HEARS, mine), (HEARD_ONCE, mine), (HEARS_THE_GROUP, theirs)):
        house.crowd.follow_all([ann[host]], iri)
    eventually(lambda: house.crowd.followers_of(mine) == 2, what="two follow them")
    eventually(lambda: house.crowd.followers_of(theirs) == 1, what="one follows the group")
    instance.order(_speak, house.member_id, ann[IS_MENTIONED].document, ann[HEARS_NOTHING].document)
    eventually(lambda: len(hosts_that_heard(house, "Create")) == 4, what="four servers heard something")
    house.crowd.unfollow(ann[HEARD_ONCE], mine)
    eventually(lambda: instance.db.read_now(_followers, mine) == 1, what="one follows them still")


def hosts_that_heard(house: House, kind: str) -> set[str]:
    return {authority.partition(":")[0] for authority, said in list(house.crowd.received) if said["type"] == kind}


def _ask_again(session: Session, member_id: int, now: datetime) -> None:
    group = orders.group_named(session, "interior")
    group_orders.leave(session, group.iri, groups.Person(member_id), now=now)
    _ask_and_be_let_in(session, member_id, "would like to join again", now)


def _ask_and_be_let_in(session: Session, member_id: int, words: str, now: datetime) -> None:
    group = orders.group_named(session, "interior")
    olivia = session.scalars(select(Member.id).where(Member.email == OLIVIA)).one()
    group_orders.ask(session, group.iri, groups.Person(member_id), message=f"{MARKER} {words}", now=now)
    asked = groups.membership_for(session, group.id, groups.Person(member_id))
    assert asked is not None
    group_orders.decide(session, group.iri, [asked.id], accepted=True, by=groups.Person(olivia), now=now)


def taken_back(house: House) -> set[tuple[str, str]]:
    """Where which thing, or who, was taken back."""
    return {
        (authority.partition(":")[0], said["object"]["id"] if isinstance(said["object"], dict) else said["object"])
        for authority, said in list(house.crowd.received)
        if said["type"] == "Delete"
    }


def created(house: House) -> set[tuple[str, str]]:
    """Where which thing with the name in it was sent."""
    return {
        (authority.partition(":")[0], said["object"]["id"])
        for authority, said in list(house.crowd.received)
        if said["type"] == "Create" and MARKER in json.dumps(said)
    }


def _followers(session: Session, iri: str) -> int:
    actor = people.find_actor(session, iri)
    assert actor is not None
    return groups.followers_count(session, actor)


def _speak(session: Session, member_id: int, mentioned: bytes, account: bytes, now: datetime) -> None:
    """What has no page of its own, through the orders behind the pages."""
    group = orders.group_named(session, "interior")
    me = session.get_one(Actor, session.get_one(Member, member_id).actor_id)
    _ask_and_be_let_in(session, member_id, "would like to join", now)
    wanted = need(title=f"{MARKER} asks", expires_at=now + timedelta(days=9), provider_iri=me.iri)
    offers.publish(session, group, wanted, member_id=member_id, now=now)
    threads.say(session, group, PostDraft(text=f"{MARKER} says"), member_id=member_id, now=now)
    threads.say(session, me, PostDraft(text=f"{MARKER} speaks"), now=now)
    threads.say(session, group, PostDraft(text="Somebody else says"), now=now)
    friend = people.remember(session, _actor(mentioned), now=now)
    threads.say(session, me, PostDraft(text=f"{MARKER} greets @ann@{friend.authority}"), now=now)
    identities.link_actor(session, member_id, _actor(account), json.loads(account), now=now)


def _actor(document: bytes) -> ActorDocument:
    actor = read(readable(json.loads(document)), Limits())
    assert isinstance(actor, ActorDocument)
    return actor


# ------------------------------------------------------------------------------------------------------ looking around


def tables(db: Database) -> dict[str, list[str]]:
    """Every table that the engine knows of, those of its own indexes too, and each row in words."""
    found = {}
    with db.engine.connect() as connection:
        names = connection.execute(text(SQLITE if db.is_sqlite else POSTGRESQL)).scalars().all()
        for name in names:
            rows = connection.execute(text(f'SELECT * FROM "{name}"')).all()
            found[name] = [
                repr([bytes(each) if isinstance(each, memoryview) else each for each in row]) for row in rows
            ]
    return found


SQLITE = "SELECT name FROM sqlite_master WHERE type = 'table'"
POSTGRESQL = (
    "SELECT table_name FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
)


def rows_with(db: Database, *words: str) -> list[str]:
    """The rows that hold one of these words, in any column, in any case, also as bytes of a document."""
    return [
        f"{table}: {row[:400]}"
        for table, rows in tables(db).items()
        for row in rows
        for word in words
        if word.lower() in row.lower()
    ]


def files_with(folder: Path, *words: str) -> list[str]:
    """The files that hold one of these words, as UTF-8 or UTF-16, in any case."""
    wanted = [word.lower().encode(code) for word in words for code in ("utf-8", "utf-16-le")]
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in paths for word in wanted if word in path.read_bytes().lower()]


# ----------------------------------------------------------------------------------------------------------- the walk


def a_copy(house: House) -> dict[str, bytes]:
    """Ask for it, and fetch it by the link in the mail."""
    me = house.somebody
    assert me.send("/me/export").status == 303
    house.start_again()
    path = house.postbox.link(MAIL, f"{house.instance.origin}/me/export/").removeprefix(house.instance.origin)
    got = me.send(path)
    assert (got.status, got.headers["content-type"]) == (200, "application/zip")
    archive = zipfile.ZipFile(io.BytesIO(got.body))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def compare(house: House, files: dict[str, bytes], held: dict[str, list[dict[str, Any]]]) -> None:
    """Whether the copy has everything that the database had, `held`, when it was asked for."""
    assert MARKER in files["index.html"].decode()
    assert json.loads(files["actor.json"])["id"].endswith(f"/u/{USERNAME}")
    profile = json.loads(files["profile.json"])
    assert (profile["about"], profile["email"], profile["trades"]) == (f"{MARKER} draws", MAIL, [f"{MARKER} of stages"])
    limits = Limits()
    for name, words in (("posts", ["says", "speaks", "greets"]), ("needs", ["asks"])):
        things = json.loads(files[f"{name}.json"])
        assert (things["type"], things["totalItems"]) == ("OrderedCollection", len(words))
        for thing, word in zip(things["orderedItems"], words, strict=True):
            note = read(readable(thing | {"@context": things["@context"]}), limits)
            assert isinstance(note, Object)
            assert f"{MARKER} {word}" in str(note.content)
    assert json.loads(files["groups.json"])["orderedItems"] == [house.instance.iri("interior")]
    assert len(json.loads(files["followers.json"])["orderedItems"]) == 1
    assert json.loads(files["outbox.json"])["totalItems"] >= 3
    pictures = {name.removeprefix("pictures/"): body for name, body in files.items() if name.startswith("pictures/")}
    stored = {path.name: path.read_bytes() for path in (house.data / "media").rglob("*") if path.is_file()}
    assert pictures == stored
    assert len(stored) >= 2

    # Row by row, of every table that points at them
    assert {table for table, rows in held.items() if rows} >= {
        "consent",
        "identity",
        "mail",
        "membership",
        "notification",
        "sign_in_session",
    }
    for table, rows in held.items():
        told = json.loads(files[f"records/{table}.json"])
        assert len(told) >= len(rows), table
        for mine, theirs in zip(told, rows, strict=False):
            for column, value in mine.items():
                assert value == plain(theirs[column]), (table, column)
    told = json.loads(files["records/membership.json"])
    assert told[0]["message"] == f"{MARKER} would like to join again"
    assert f"{MARKER}Browser" in files["records/sign_in_session.json"].decode()
    for secret in (OLIVIA, "Somebody else says", "PRIVATE KEY", "argon2"):
        assert secret not in b"".join(body for name, body in files.items() if name not in pictures).decode("latin-1")


def _held(session: Session, member_id: int) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for table, column in pointers():
        if table.name not in SHARED | FLEETING and column.name == "member_id":
            mine = select(table).where(column == member_id).order_by(*table.primary_key)
            rows = session.execute(mine).mappings().all()
            found.setdefault(table.name, []).extend(dict(row) for row in rows)
    return found


def plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def test_a_copy_holds_everything_and_afterwards_nothing_here_or_elsewhere_knows_them(house: House) -> None:
    # Given somebody whose name is in everything that one can leave here
    come_in(house)
    live(house)
    sign_in(house, house.olivia, OLIVIA)
    assert MARKER in house.olivia.get("/me/notifications").text
    eventually(lambda: not house.db.read_now(_waiting_mails), what="every mail was sent")
    known_in = {line.partition(":")[0] for line in rows_with(house.db, MARKER)}
    assert len(known_in) > 8, known_in
    before = {path.name for path in (house.data / "media").rglob("*") if path.is_file()}

    # And an organiser who is told of it, by a mail server that has no time
    house.postbox.is_busy = True
    house.instance.order(_ask_again, house.member_id)
    eventually(lambda: "takes nothing" in house.logged(), what="the mail server has no time, and the log says so")
    house.postbox.is_busy = False

    # When they take a copy of everything, it holds everything
    in_tables = house.db.read_now(_held, house.member_id)
    compare(house, a_copy(house), in_tables)

    # And when they leave, and the week is over
    gone = house.member_id
    left = house.somebody.send("/me/leave", content="delete", understood="yes")
    assert (left.status, left.headers["location"]) == (303, "/?notice=leaving-asked")
    assert house.somebody.get("/me").status == 401
    house.db.write_now(_let_the_week_pass, gone)
    house.start_again()
    eventually(lambda: house.db.read_now(_is_gone, gone), what="the first round has erased them")

    # Then every server that ever heard them, or of them, is asked to delete it; one that heard nothing is not
    mine = f"{house.instance.origin}/u/{USERNAME}"
    sent = created(house)
    assert {host for host, _ in sent} == {HEARS, HEARD_ONCE, HEARS_THE_GROUP, IS_MENTIONED}
    eventually(lambda: sent <= taken_back(house), what="each thing that was sent is taken back where it was sent")
    told = {(host, mine) for host in (HEARS, HEARD_ONCE, IS_MENTIONED)}
    eventually(lambda: told <= taken_back(house), what="who heard themself is told that they are gone")
    assert HEARS_NOTHING not in hosts_that_heard(house, "Delete")
    assert (HEARS_THE_GROUP, mine) not in taken_back(house)
    assert house.crowd.refused == []
    deletes = [said for _, said in house.crowd.received if said["type"] == "Delete"]
    assert MARKER.lower() not in json.dumps(deletes).lower()
    assert ask(mine, accept=ACTIVITY_JSON).status == 410
    eventually(house.instance.is_quiet, what="nothing waits for anybody")

    # And no table, no index, no file and no line of the log knows the name, the address, or what they wrote
    words = (MARKER, MAIL)
    assert rows_with(house.db, *words) == []
    assert {path.name for path in (house.data / "media").rglob("*") if path.is_file()} & before == set()
    assert not list((house.data / "copies").glob("*"))
    eventually(
        lambda: files_with(house.data, *words) == [], what=f"no file knows them: {files_with(house.data, *words)}"
    )
    assert house.process.stop()[0] == 0
    assert files_with(house.data, *words) == []
    logged = house.logged()
    assert "the mail server takes nothing" in logged, "there is a log, and it was looked through"
    assert [line for line in logged.splitlines() for word in words if word.lower() in line.lower()] == []

    # And what others wrote stays
    assert any("Somebody else says" in row for row in tables(house.db)["post"])


def _let_the_week_pass(session: Session, member_id: int) -> None:
    session.execute(update(Member).where(Member.id == member_id).values(leaving_at=utc_now() - timedelta(seconds=1)))


def _waiting_mails(session: Session) -> int:
    return session.scalar(select(func.count()).where(Mail.state == "new")) or 0


def _is_gone(session: Session, member_id: int) -> bool:
    return session.get_one(Member, member_id).deleted_at is not None
