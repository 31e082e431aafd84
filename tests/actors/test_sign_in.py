"""Members, one-time tokens, sessions."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import MetaData, create_engine, select

from actors import people
from actors.people import SIGN_IN, Member
from actors.refusals import Refused
from fediverse.keys import private_pem
from tests.world import NOW, SECRET, make_world, prepared_keys

HOUR = timedelta(hours=1)


def token_for(session, member, purpose=SIGN_IN):
    return people.issue_token(session, member.id, purpose, now=NOW, valid_for=HOUR)


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


def test_L3_a_token_opens_once(world, session):
    token = token_for(session, world.noor)
    assert people.redeem(session, token, SIGN_IN, now=NOW).id == world.noor.id
    assert refusal(people.redeem, session, token, SIGN_IN, now=NOW) == "token-used"


def test_L3_a_token_for_one_purpose_is_unknown_for_another(world, session):
    token = token_for(session, world.noor, "unsubscribe")
    assert refusal(people.redeem, session, token, SIGN_IN, now=NOW) == "token-unknown"
    assert refusal(people.open_session, session, token, now=NOW) == "sign-in-link-spent"
    assert people.redeem(session, token, "unsubscribe", now=NOW).id == world.noor.id


def test_L3_a_token_ends(world, session):
    token = token_for(session, world.noor)
    assert people.peek_sign_in(session, token, now=NOW + HOUR - timedelta(seconds=1))
    assert not people.peek_sign_in(session, token, now=NOW + HOUR)
    assert refusal(people.redeem, session, token, SIGN_IN, now=NOW + HOUR) == "token-expired"


def test_an_invented_token_is_unknown(world, session):
    assert refusal(people.redeem, session, "x" * 43, SIGN_IN, now=NOW) == "token-unknown"
    assert not people.peek_sign_in(session, "x" * 43, now=NOW)


def test_looking_at_a_link_does_not_spend_it(world, session):
    token = token_for(session, world.noor)
    assert people.peek_sign_in(session, token, now=NOW)
    assert people.peek_sign_in(session, token, now=NOW)
    people.open_session(session, token, now=NOW)
    assert not people.peek_sign_in(session, token, now=NOW)


def test_a_link_opens_a_session_that_knows_its_member(world, session):
    secret = people.open_session(session, token_for(session, world.noor), now=NOW, device="Firefox")
    signed_in = people.signed_in(session, secret, now=NOW)
    assert (signed_in.name, signed_in.is_admin, signed_in.is_moderator) == ("Noor", True, True)
    assert signed_in.actor.handle == "noor@coop.example"
    assert [group.name for group in signed_in.groups] == ["Atelier Canal", "Interieur & scenografie"]


def test_signing_out_ends_that_session_and_no_other(world, session):
    one = people.start_session(session, world.noor.id, "phone", now=NOW)
    two = people.start_session(session, world.noor.id, "desk", now=NOW)
    people.end_session(session, one)
    assert people.member_of_session(session, one, now=NOW) is None
    assert people.member_of_session(session, two, now=NOW).id == world.noor.id
    assert people.signed_in(session, "nobody's", now=NOW) is None


def test_L1_revoking_ends_every_session_and_token_at_once(world, session):
    cookies = [people.start_session(session, world.noor.id, "", now=NOW) for _ in range(3)]
    token = token_for(session, world.noor)
    people.revoke_all(session, world.noor.id)
    assert [people.member_of_session(session, cookie, now=NOW) for cookie in cookies] == [None] * 3
    assert refusal(people.redeem, session, token, SIGN_IN, now=NOW) == "token-used"


def test_L1_a_suspended_member_is_signed_out_and_stays_out(world, session):
    cookie = people.start_session(session, world.noor.id, "", now=NOW)
    people.suspend_member(session, world.noor.id, now=NOW)
    assert people.member_of_session(session, cookie, now=NOW) is None
    token = token_for(session, world.noor)
    assert refusal(people.redeem, session, token, SIGN_IN, now=NOW) == "member-suspended"


def test_a_session_that_nobody_uses_goes_idle_and_use_keeps_it(world, session):
    cookie = people.start_session(session, world.noor.id, "", now=NOW)
    assert people.member_of_session(session, cookie, now=NOW + timedelta(days=89))
    assert people.member_of_session(session, cookie, now=NOW + timedelta(days=91)) is None
    people.mark_seen(session, cookie, now=NOW + timedelta(days=80))
    assert people.member_of_session(session, cookie, now=NOW + timedelta(days=91))


def test_a_member_needs_a_name_a_known_role_and_an_address_of_their_own(world, session):
    create = people.create_member
    assert refusal(create, session, name=" ", email=None, language="nl") == "name-missing"
    assert refusal(create, session, name="A", email=None, language="nl", role="king") == "role-unknown"
    assert refusal(create, session, name="A", email=" NOOR@members.example", language="nl") == "mail-taken"
    assert create(session, name="A", email=None, language="nl").email is None
    assert create(session, name="B", email="", language="nl").email is None


def test_L7_no_secret_stands_in_the_database_in_clear(db):
    # Given keys, a token and a session
    world = db.write_now(make_world)
    token = db.write_now(people.issue_token, world.noor.id, SIGN_IN, now=NOW, valid_for=HOUR)
    cookie = db.write_now(people.start_session, world.noor.id, "", now=NOW)

    # When everything in the database is written out
    dump = _dump(db.url)

    # Then none of them is found there, though the address (which is no secret to it) is
    assert b"noor@members.example" in dump
    secrets = [token.encode(), cookie.encode(), SECRET]
    for number in range(1, 5):
        keys = prepared_keys(number)
        secrets += [private_pem(each).splitlines()[1].encode() for each in (keys.rsa, keys.ed25519)]
        secrets.append(keys.ed25519.private_bytes_raw())
    assert [secret for secret in secrets if secret in dump] == []


def _dump(url):
    """Every value of every row; on SQLite the bytes of the file too."""
    engine = create_engine(url)
    tables = MetaData()
    parts = []
    with engine.connect() as connection:
        tables.reflect(connection)
        for table in tables.sorted_tables:
            for row in connection.execute(select(table)):
                parts += [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row]
    engine.dispose()
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        sqlite3.connect(path).execute("PRAGMA wal_checkpoint(TRUNCATE)").connection.close()
        parts.append(Path(path).read_bytes())
    return b"\n".join(parts)


def test_members_are_rows_of_their_own(world, session):
    assert session.scalar(select(Member.name).where(Member.id == world.noor.id)) == "Noor"
