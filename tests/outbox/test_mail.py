"""The mail log: what is put into it, and what is not."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.people import Vault
from actors.refusals import Refused
from outbox import mail
from outbox.mail import Mail
from tests.world import NOW, SECRET


def put(session: Session, **given: Any) -> None:
    facts: dict[str, Any] = {"link": "https://smart.example/sign-in/x", "minutes": 30}
    whole = {"to": "noor@post.example", "kind": "sign-in", "facts": facts, "language": "nl", "now": NOW}
    mail.queue(session, **whole | given)


def rows(session: Session) -> list[Mail]:
    return list(session.scalars(select(Mail).order_by(Mail.id)))


def test_a_mail_waits_in_the_log_as_facts_and_is_due_at_once(session: Session) -> None:
    put(session)
    (row,) = rows(session)
    assert (row.state, row.recipient, row.kind, row.language) == ("new", "noor@post.example", "sign-in", "nl")
    assert row.next_attempt_at == NOW
    assert row.facts is not None
    assert row.facts["link"].endswith("/sign-in/x")


def test_a_mail_with_a_link_that_runs_out_is_not_sent_after_that(session: Session) -> None:
    put(session)
    put(session, kind="invitation", facts={"link": "x"})
    short, long = rows(session)
    assert short.good_until == NOW + timedelta(minutes=30)
    assert long.good_until == NOW + timedelta(days=3)


def test_what_was_told_under_a_key_is_not_told_again(session: Session) -> None:
    put(session, key="approved-1")
    put(session, key="approved-1")
    assert len(rows(session)) == 1


@pytest.mark.parametrize(
    "address",
    [
        "a@x.example,b@y.example",
        "a@x.example b@y.example",
        "a@x.example\r\nBcc: b@y.example",
        '"a b"@x.example',
        "a%b@x.example",
        "a!b@x.example",
        "<a@x.example>",
        "a@b@x.example",
        "nöor@x.example",
        "noor",
        "noor@",
        "x" * 65 + "@x.example",
    ],
)
def test_D10_an_address_that_is_not_one_plain_address_is_never_written_to(session: Session, address: str) -> None:
    assert not mail.is_usable(address)
    put(session, to=address)
    (row,) = rows(session)
    assert (row.state, row.error, row.facts) == ("failed", "address-unusable", None)


@pytest.mark.parametrize("address", ["noor@x.example", "n.o+x@mail.x.example", "o'brien@x.example", "a@localhost"])
def test_a_plain_address_is_written_to(address: str) -> None:
    assert mail.is_usable(address)


def test_D8_strangers_can_make_us_write_to_one_address_three_times_an_hour(session: Session) -> None:
    for _ in range(5):
        put(session)
    put(session, to="karim@post.example")
    put(session, now=NOW + timedelta(minutes=61))
    put(session, kind="invitation", facts={"link": "x"})
    assert [row.state for row in rows(session)] == ["new", "new", "new", "dropped", "dropped", "new", "new", "new"]
    assert rows(session)[3].facts is None


def test_L7_a_link_that_opens_something_is_not_in_the_tables(session):
    vault = Vault(SECRET)
    put(session, facts=mail.sealed(vault, "https://smart.example/sign-in/the-token", timedelta(minutes=30)))
    row = session.scalars(select(Mail)).one()
    assert "the-token" not in str(row.facts)
    assert mail.opened(vault, row.facts) == {"link": "https://smart.example/sign-in/the-token", "minutes": 30}


def test_L7_another_secret_opens_no_link(session):
    put(session, facts=mail.sealed(Vault(SECRET), "https://smart.example/x", timedelta(minutes=30)))
    with pytest.raises(Refused, match="wrong-secret"):
        mail.opened(Vault(bytes(32)), session.scalars(select(Mail)).one().facts)


def test_a_mail_without_a_link_is_opened_as_it_is():
    assert mail.opened(Vault(SECRET), {"reason": "full"}) == {"reason": "full"}
