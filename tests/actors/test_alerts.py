"""Saved searches: who is told of what, once, and never of what they may not see."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from actors import alerts, offers
from actors.alerts import AT_ONCE, MOST, WEEKLY, as_json, from_json
from actors.database import utc_now
from actors.people import Member, create_member
from actors.people.notices import Notification
from actors.refusals import Refused
from actors.search import Asked
from actors.views import Viewer
from outbox.alerts import AT_ONCE_MOST, tell_due
from outbox.mail import Mail
from tests.actors.stories import need

BEGAN = utc_now()


class Alarm:
    """Mia, who saves searches; `pass_by` lets the round look."""

    def __init__(self, session, world) -> None:
        self.session, self.world = session, world
        self.mia: Member = create_member(session, name="Mia", email="mia@members.example", language="en")
        self.now = BEGAN

    def save(self, words: str = "stukadoor", rhythm: str = AT_ONCE, viewer: Viewer | None = None, **asked):
        facts = {"query": f"q={words}", "title": words, "language": "fr", "rhythm": rhythm, "now": self.now}
        return alerts.save(self.session, viewer or Viewer(self.mia.id), Asked(words=words, **asked), **facts)

    def post(self, title: str = "Stukadoor gezocht", **changes):
        given = {"member_id": changes.pop("member_id")} if "member_id" in changes else {}
        return offers.post(self.session, self.world.interior, need(title=title, **changes), now=utc_now(), **given)

    def pass_by(self, **span: float) -> list[dict]:
        """What Mia was told by now."""
        self.session.flush()
        self.now = max(self.now, utc_now()) + timedelta(**span)
        assert tell_due(self.session, self.now) is None
        rows = select(Notification).where(Notification.member_id == self.mia.id).order_by(Notification.id)
        return [row.facts for row in self.session.scalars(rows)]


@pytest.fixture
def alarm(session, world) -> Alarm:
    return Alarm(session, world)


def test_what_is_new_is_told_once_and_what_stood_before_is_not(alarm):
    alarm.post("Oude stukadoor")
    alarm.session.flush()
    alarm.now = utc_now()
    alarm.save()
    assert alarm.pass_by() == []
    alarm.post()
    alarm.post("Schilder")
    told = [{"title": "Stukadoor gezocht", "search": "stukadoor"}]
    assert alarm.pass_by(seconds=1) == told
    assert alarm.pass_by(seconds=30) == told
    assert alarm.pass_by(hours=1) == told


def test_a_member_is_mailed_as_for_any_notification(alarm, session):
    alarm.save()
    alarm.post()
    alarm.pass_by()
    mail = session.scalars(select(Mail).where(Mail.kind == "notice")).one()
    assert (mail.recipient, mail.facts["kind"]) == ("mia@members.example", "alert")


def test_many_at_once_are_told_as_a_number(alarm):
    alarm.save()
    for number in range(AT_ONCE_MOST + 1):
        alarm.post(f"Stukadoor {number}")
    assert alarm.pass_by() == [{"number": 6, "path": "/search?q=stukadoor", "search": "stukadoor"}]


def test_a_weekly_alert_waits_for_its_week(alarm):
    alarm.save(rhythm=WEEKLY)
    alarm.post()
    assert alarm.pass_by(days=6) == []
    assert alarm.pass_by(days=1, minutes=1) == [{"number": 1, "path": "/search?q=stukadoor", "search": "stukadoor"}]


def test_nobody_is_told_of_what_they_may_not_see_or_wrote_themselves(alarm, session, world):
    alarm.save()
    alarm.save(viewer=Viewer(0, world.alice.iri))
    alarm.post("Stukadoor voor leden", visibility="members")
    alarm.post("Stukadoor voor de groep", visibility="group")
    assert [facts["title"] for facts in alarm.pass_by()] == ["Stukadoor voor leden"]
    assert session.scalars(select(Mail).where(Mail.recipient == world.alice.iri)).all() == []
    alerts.save(
        session,
        Viewer(world.noor.id),
        Asked(words="stukadoor"),
        query="q=stukadoor",
        title="",
        language="nl",
        rhythm=AT_ONCE,
        now=alarm.now - timedelta(minutes=1),
    )
    alarm.post("Eigen stukadoor", member_id=world.noor.id)
    alarm.pass_by()
    told = session.scalars(select(Notification).where(Notification.member_id == world.noor.id)).all()
    assert "Eigen stukadoor" not in [row.facts.get("title") for row in told]


def test_somebody_with_an_account_elsewhere_gets_a_direct_message_in_their_language(alarm, session, world):
    alarm.save(viewer=Viewer(0, world.alice.iri))
    alarm.post()
    alarm.pass_by()
    message = session.scalars(select(Mail).where(Mail.recipient == world.alice.iri)).one()
    assert (message.channel, message.language, message.facts["facts"]["title"]) == ("direct", "fr", "Stukadoor gezocht")


def test_whoever_is_suspended_is_told_nothing(alarm):
    alarm.save()
    alarm.mia.suspended_at = alarm.now
    alarm.post()
    assert alarm.pass_by() == []


def test_the_same_search_saved_again_only_changes_how_often(alarm, session):
    first, second = alarm.save(), alarm.save(rhythm=WEEKLY)
    assert first.id == second.id
    assert [alert.rhythm for alert in alerts.alerts_of(session, Viewer(alarm.mia.id))] == [WEEKLY]


def test_an_alert_ends_when_its_owner_takes_it_away_and_nobody_elses_does(alarm, session, world):
    saved = alarm.save()
    with pytest.raises(Refused, match="not-found"):
        alerts.remove(session, Viewer(world.noor.id), saved.id)
    alerts.remove(session, Viewer(alarm.mia.id), saved.id)
    assert alerts.how_many(session) == 0


def test_too_many_and_everything_and_nonsense_are_refused(alarm, session):
    for number in range(MOST):
        alarm.save(f"woord{number}")
    with pytest.raises(Refused, match="too-many-alerts"):
        alarm.save("nog een")
    with pytest.raises(Refused, match="unknown-choice"):
        alarm.save(rhythm="hourly")
    facts = {"title": "", "language": "nl", "rhythm": AT_ONCE, "now": alarm.now}
    with pytest.raises(Refused, match="asks-nothing"):
        alerts.save(session, Viewer(alarm.mia.id), Asked(), query="", **facts)


def test_what_is_asked_is_kept_whole():
    asked = Asked(words="a", near=(51.0, 3.7), within_km=25.0, begins=BEGAN, closed=True, kind="need")
    assert from_json(as_json(asked)) == asked
    assert from_json({"words": "a", "of a later version": 1}) == Asked(words="a")
