"""Every list walks an index that was made for it; nothing is sorted, nothing is scanned."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import event as listening
from sqlalchemy.orm import Session

from actors import events, offers, threads
from actors.database import is_postgresql
from actors.views import Purpose
from tests.world import NOW, World


def plans(session: Session, ask: Callable[[], object]) -> list[str]:
    """The plan of each SELECT on offers, events or posts that `ask` makes, one text each."""
    asked: list[tuple[str, object]] = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        asked.append((statement, parameters))

    connection = session.connection()
    listening.listen(connection, "before_cursor_execute", note)
    ask()
    listening.remove(connection, "before_cursor_execute", note)
    found = []
    for statement, parameters in asked:
        if re.search(r"FROM[^;]*\b(offer|event|post|share|tagged)\b", statement):
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            found.append("\n".join(row[3] for row in rows))
    return found


@pytest.fixture
def on_sqlite(session: Session) -> None:
    if is_postgresql(session):
        pytest.skip("plans are read from SQLite, whose planner needs no statistics")


LISTS: dict[str, tuple[str, Callable[[Session, World], object]]] = {
    "open needs": (
        "ix_offer_open ",
        lambda s, w: offers.latest(s, purpose=Purpose.NEED, language="nl"),
    ),
    "open offers of a group and its circle": (
        "ix_offer_open_group",
        lambda s, w: offers.latest(s, purpose=Purpose.OFFER, group_iri=w.interior.iri, language="nl"),
    ),
    "open items for a new follower": ("ix_offer_open_group", lambda s, w: offers.open_items(s, w.interior.id, 10)),
    "offers whose time is over": ("ix_offer_due", lambda s, w: offers.due(s, NOW, 10)),
    "the feed of offers": ("ix_offer_feed ", lambda s, w: offers.pages(s, language="nl")),
    "the feed of offers of a group": (
        "ix_offer_feed_group",
        lambda s, w: offers.pages(s, group_iri=w.interior.iri, language="nl"),
    ),
    "offers by tag": ("ix_tagged_kind_tag_at", lambda s, w: offers.tagged(s, "hout", language="nl")),
    "coming events": ("ix_event_coming ", lambda s, w: events.coming(s, now=NOW, language="nl")),
    "coming events of a group and its circle": (
        "ix_event_coming_group",
        lambda s, w: events.coming(s, now=NOW, group_iri=w.interior.iri, language="nl"),
    ),
    "coming events for a new follower": (
        "ix_event_coming_group",
        lambda s, w: events.coming_items(s, w.interior.id, 10, now=NOW),
    ),
    "the feed of events": ("ix_event_feed ", lambda s, w: events.pages(s, language="nl")),
    "the feed of events of a group": (
        "ix_event_feed_group",
        lambda s, w: events.pages(s, group_iri=w.interior.iri, language="nl"),
    ),
    "events by tag": ("ix_tagged_kind_tag_at", lambda s, w: events.tagged(s, "hout", language="nl")),
    "what a group says": ("ix_post_top", lambda s, w: threads.latest(s, group_iri=w.interior.iri, language="nl")),
    "what a group shares": (
        "ix_share_actor_created",
        lambda s, w: threads.latest(s, group_iri=w.interior.iri, language="nl"),
    ),
    "the feed of notes": ("ix_post_feed ", lambda s, w: threads.pages(s, language="nl")),
    "the feed of notes of a group": (
        "ix_post_feed_author",
        lambda s, w: threads.pages(s, group_iri=w.interior.iri, language="nl"),
    ),
    "posts by tag": ("ix_tagged_kind_tag_at", lambda s, w: threads.tagged(s, "hout", language="nl")),
    "answers": ("ix_post_answers", lambda s, w: threads.replies(s, "https://coop.example/g/interior/notes/1")),
}


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize("name", LISTS)
def test_a_list_walks_its_own_index(session, world, name):
    index, ask = LISTS[name]
    found = plans(session, lambda: ask(session, world))
    assert any(f"{index.strip()} (" in plan or f"{index.strip()}\n" in f"{plan}\n" for plan in found), found


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize("name", LISTS)
def test_a_list_scans_no_table(session, world, name):
    _, ask = LISTS[name]
    scans = [
        line
        for plan in plans(session, lambda: ask(session, world))
        for line in plan.splitlines()
        if re.match(r"SCAN (offer|event|post|share|tagged)(?! USING (COVERING )?INDEX)", line)
    ]
    assert scans == []
