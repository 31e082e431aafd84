"""After a follow of ours was accepted: what the followed one published before. Row S12, and two instances of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import groups, offers
from actors.database import Database, migrate
from actors.groups import Follow
from actors.people import Actor
from outbox import groups as orders
from outbox import offers as offer_orders
from tests.inbox.test_authority import follow_accepted, posts
from tests.inbox.test_events import gathering, need, shown
from tests.village import NOW, Document, Village, act, note
from tests.world import Stranger


def outbox(village: Village, who: Stranger, entries: list[Any], *, page: int = 10) -> None:
    """Serve `entries`, newest first, as the outbox of `who`, in pages."""
    server = village.server(who.iri.split("/")[2])
    base = f"{who.iri}/outbox"
    pages = [entries[at : at + page] for at in range(0, len(entries), page)] or [[]]
    server.serve(
        {"id": base, "type": "OrderedCollection", "totalItems": len(entries), "first": f"{base}?page=0"}, at=base
    )
    for number, items in enumerate(pages):
        document: Document = {
            "id": f"{base}?page={number}",
            "type": "OrderedCollectionPage",
            "partOf": base,
            "orderedItems": items,
        }
        if number + 1 < len(pages):
            document["next"] = f"{base}?page={number + 1}"
        server.serve(document, at=document["id"])


def waiting(village: Village) -> int:
    query = select(Follow.id).where(
        Follow.backfilled_at.is_(None), Follow.follower_id == village.coop.world.interior.id
    )
    return len(village.coop.db.read_now(lambda session: list(session.scalars(query))))


async def test_offers_events_and_posts_are_recorded_as_their_origin_says(village: Village):
    # Given a group elsewhere whose outbox shows a need, an event, a note, a boost, and things that are not its own
    theirs = village.server("partner.example").person("theirs", type="Group")
    bob = village.mastodon.person("bob")
    mallory = village.evil.person("mallory")
    boosted = village.mastodon.note(bob)
    embedded = village.mastodon.note(bob, "2")
    village.evil.note(mallory)
    entries = [
        act(theirs, "Create", need(theirs, "n")),
        act(theirs, "Create", gathering(theirs, "e")),
        act(theirs, "Create", note(theirs, "p")),
        act(theirs, "Announce", boosted["id"]),
        act(theirs, "Announce", act(bob, "Create", embedded | {"content": "<p>forged</p>"})),
        act(theirs, "Create", note(mallory) | {"content": "<p>forged</p>"}),
        act(bob, "Create", note(bob, "3")),
        act(theirs, "Create", note(theirs, "private", to=(f"{theirs.iri}/followers",))),
        act(theirs, "Like", boosted["id"]),
        7,
        {"type": "Create"},
    ]
    outbox(village, theirs, entries)
    follow_accepted(village, theirs)
    # When it is followed
    assert await village.coop.backfill.settle() == 1
    # Then what is public stands here, each as its own server says it
    assert shown(village) == {f"{theirs.iri}/statuses/n": True, f"{theirs.iri}/statuses/e": True}
    assert posts(village) == {
        f"{theirs.iri}/statuses/p": "<p>Note p</p>",
        boosted["id"]: "<p>Note 1</p>",
        embedded["id"]: "<p>Note 2</p>",
        f"{mallory.iri}/statuses/1": "<p>Note 1</p>",
    }
    assert waiting(village) == 0
    assert village.coop.said("Announce") == []


async def test_S12_an_outbox_without_end_is_read_for_a_while(village: Village):
    theirs = village.server("partner.example").person("theirs", type="Group")
    outbox(village, theirs, [act(theirs, "Create", note(theirs, str(n))) for n in range(300)], page=1)
    follow_accepted(village, theirs)
    village.servers["partner.example"].asked.clear()
    assert await village.coop.backfill.settle() == 1
    assert len(village.servers["partner.example"].asked) <= 12


async def test_S12_an_outbox_that_leads_in_a_circle_ends(village: Village):
    theirs = village.server("partner.example").person("theirs", type="Group")
    base = f"{theirs.iri}/outbox"
    page = {"id": base, "type": "OrderedCollectionPage", "orderedItems": [], "next": base}
    village.servers["partner.example"].serve(page)
    follow_accepted(village, theirs)
    assert await village.coop.backfill.settle() == 1
    assert waiting(village) == 0


async def test_an_outbox_that_is_away_is_read_later(village: Village):
    theirs = village.server("partner.example").person("theirs", type="Group")
    outbox(village, theirs, [act(theirs, "Create", note(theirs))])
    follow_accepted(village, theirs)
    village.network.away.add("partner.example")
    assert await village.coop.backfill.settle() == 0
    assert waiting(village) == 1
    village.network.away.clear()
    assert await village.coop.backfill.settle() == 0  # not at once again
    village.clock.forward(minutes=11)
    assert await village.coop.backfill.settle() == 1
    assert len(posts(village)) == 1


async def test_a_follow_that_was_not_accepted_reads_nothing(village: Village):
    theirs = village.server("partner.example").person("theirs", type="Group")

    def ask(session: Session) -> None:
        interior = session.get_one(Actor, village.coop.world.interior.id)
        bouw = session.get_one(Actor, village.coop.world.bouw.id)
        groups.request_follow(session, interior, bouw, f"{interior.iri}/activities/f", now=NOW)

    village.coop.db.write_now(ask)
    assert await village.coop.backfill.settle() == 0
    assert village.network.sent_to(theirs.iri.split("/")[2]) == []


async def test_two_instances_follow_each_other_and_needs_travel(village: Village, tmp_path: Path):
    # Given our instance and a neighbour, with a need that was published there before
    url = f"sqlite:///{tmp_path}/antwerp.db"
    migrate(url)
    antwerp_db = Database(url)
    antwerp = village.neighbour(antwerp_db)

    def publish(session: Session, title: str) -> str:
        group = session.get_one(Actor, antwerp.world.interior.id)
        draft = offers.OfferDraft(purpose="request", title=title, language="nl", text="Wie kan dit?")
        return offer_orders.publish(session, group, draft, now=village.clock()).iri

    before = antwerp_db.write_now(publish, "Een timmerman")

    # When one of our groups follows the group there
    answer = await antwerp.fetcher.document(village.coop.world.interior.iri)
    assert answer.iri == village.coop.world.interior.iri
    their_iri = antwerp.world.interior.iri
    await village.coop.receiver._keys.fetch(f"{their_iri}#main-key")  # they have met

    def ask(session: Session) -> None:
        ours = session.get_one(Actor, village.coop.world.interior.id)
        theirs = session.scalars(select(Actor).where(Actor.iri == their_iri)).one()
        orders.follow(session, ours, theirs, now=village.clock())

    village.coop.db.write_now(ask)
    await village.coop.deliver()
    await antwerp.dispatcher.settle()
    await antwerp.deliver()
    await village.coop.dispatcher.settle()
    # Then it is accepted, and what was open there is here; and what is published next arrives too
    assert before in shown(village)
    after = antwerp_db.write_now(publish, "Een loodgieter")
    await antwerp.deliver()
    await village.coop.dispatcher.settle()
    assert shown(village) == {before: True, after: True}
    await antwerp.close()
    antwerp_db.close()
