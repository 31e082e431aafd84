"""What a member is told, and where."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.people import Member, create_member, notices
from actors.people.notices import Choice, Rhythm
from outbox.mail import Mail
from outbox.notices import tell
from tests.world import NOW

GROUP = "https://smart.example/g/interior"


@pytest.fixture
def noor(session: Session) -> Member:
    return create_member(session, name="Noor", email="noor@post.example", language="nl")


def told(session: Session, member: Member, kind: str = "join-requested", **given: Any) -> None:
    facts = {"who": "Karim", "group": "Interior"}
    tell(session, member.id, kind, **{"about_iri": GROUP, "facts": facts, "now": NOW} | given)


def mails(session: Session) -> list[Mail]:
    return list(session.scalars(select(Mail).order_by(Mail.id)))


def test_who_is_told_has_a_line_in_the_list_and_a_mail(session: Session, noor: Member) -> None:
    told(session, noor)
    (line,) = notices.notifications(session, noor.id)
    assert (line.kind, line.about_iri, line.facts["who"], line.unread) == ("join-requested", GROUP, "Karim", True)
    assert notices.unread(session, noor.id) == 1
    (row,) = mails(session)
    assert (row.kind, row.recipient, row.language, row.member_id) == ("notice", "noor@post.example", "nl", noor.id)


def test_the_same_is_told_once(session: Session, noor: Member) -> None:
    karim = create_member(session, name="Karim", email=None, language="fr")
    told(session, noor, key="join-7")
    told(session, noor, key="join-7")
    told(session, karim, key="join-7")
    assert len(notices.notifications(session, noor.id)) == len(notices.notifications(session, karim.id)) == 1
    assert len(mails(session)) == 1


def test_a_choice_decides_where_it_is_told(session: Session, noor: Member) -> None:
    notices.choose(
        session, noor.id, {"join-requested": Choice(True, Rhythm.NONE), "answer": Choice(False, Rhythm.AT_ONCE)}
    )
    told(session, noor)
    told(session, noor, "answer")
    assert [line.kind for line in notices.notifications(session, noor.id)] == ["join-requested"]
    assert [row.facts["kind"] for row in mails(session) if row.facts] == ["answer"]


def test_who_left_or_is_suspended_is_told_nothing(session: Session, noor: Member) -> None:
    noor.suspended_at = NOW
    told(session, noor)
    tell(session, 999_999, "answer", about_iri=None, facts={}, now=NOW)
    assert notices.notifications(session, noor.id) == mails(session) == []


def test_a_kind_that_nobody_words_is_a_mistake(session: Session, noor: Member) -> None:
    with pytest.raises(ValueError, match="no kind"):
        told(session, noor, "birthday")


def test_reading_all_leaves_what_came_since_unread(session: Session, noor: Member) -> None:
    told(session, noor)
    (first,) = notices.notifications(session, noor.id)
    told(session, noor, "answer")
    notices.mark_all_read(session, noor.id, up_to_id=first.id, now=NOW)
    assert [(line.kind, line.unread) for line in notices.notifications(session, noor.id)] == [
        ("answer", True),
        ("join-requested", False),
    ]


def test_nobody_marks_the_lines_of_others(session: Session, noor: Member) -> None:
    karim = create_member(session, name="Karim", email=None, language="fr")
    told(session, noor)
    (line,) = notices.notifications(session, noor.id)
    assert notices.mark_read(session, karim.id, line.id, now=NOW) is None
    assert notices.unread(session, noor.id) == 1
    assert notices.mark_read(session, noor.id, line.id, now=NOW) is not None
    assert notices.unread(session, noor.id) == 0
