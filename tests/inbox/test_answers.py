"""Answers to our offers and needs from elsewhere: replies, private and public, and the agreements of FEP-0837."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import answering, offers
from actors.answering import Answer, AnswerDraft
from actors.database import Database, migrate
from actors.groups import Person
from actors.offers import Offer, OfferDraft
from actors.people import Actor
from actors.people.notices import Notification
from outbox import answers as orders
from outbox import groups as group_orders
from outbox import offers as offer_orders
from outbox.mail import Mail
from tests.inbox.test_threads import let_post, states
from tests.village import NOW, Document, Village, act, note
from tests.world import Stranger

NEED = OfferDraft(purpose="request", title="Stukadoor", text="Drie dagen.", language="nl", quantity="3", unit="day")


def need_of_noor(village: Village, **changes: Any) -> str:
    def write(session: Session) -> str:
        group = session.get_one(Actor, village.coop.world.interior.id)
        said = offer_orders.publish(session, group, NEED, member_id=village.coop.world.noor.id, now=NOW)
        offer = offers.find(session, said.iri)
        assert offer is not None
        for name, value in changes.items():
            setattr(offer, name, value)
        return said.iri

    return village.coop.db.write_now(write)


def answers_in(village: Village) -> list[tuple[str, str, bool, str | None]]:
    def read(session: Session) -> list[tuple[str, str, bool, str | None]]:
        rows = session.scalars(select(Answer).order_by(Answer.id))
        return [(row.kind, row.state, row.private, row.agreement_iri) for row in rows]

    return village.coop.db.read_now(read)


def told(village: Village) -> list[tuple[str, dict[str, Any]]]:
    def read(session: Session) -> list[tuple[str, dict[str, Any]]]:
        return [(row.kind, row.facts) for row in session.scalars(select(Notification).order_by(Notification.id))]

    return village.coop.db.read_now(read)


def reply(author: Stranger, iri: str, name: str = "1", **more: Any) -> Document:
    return note(author, name, inReplyTo=iri, **more)


def offered(author: Stranger, iri: str, name: str = "", intent: str = "#primary") -> Document:
    """`Offer{Agreement}`, with the structure of FEP-0837's own example."""
    group = iri.partition("/needs/")[0]
    agreement = {
        "type": "Agreement",
        "stipulates": {
            "type": "Commitment",
            "satisfies": iri + intent,
            "resourceQuantity": {"hasUnit": "day", "hasNumericalValue": "3"},
        },
    }
    origin = author.iri.rpartition("/users/")[0]
    return {
        "@context": [
            "https://www.w3.org/ns/activitystreams",
            {
                "vf": "https://w3id.org/valueflows/ont/vf#",
                "om2": "http://www.ontology-of-units-of-measure.org/resource/om-2/",
                "Agreement": "vf:Agreement",
                "Commitment": "vf:Commitment",
                "stipulates": "vf:stipulates",
                "satisfies": "vf:satisfies",
                "resourceQuantity": "vf:resourceQuantity",
                "hasUnit": "om2:hasUnit",
                "hasNumericalValue": "om2:hasNumericalValue",
            },
        ],
        "type": "Offer",
        "id": f"{origin}/activities/offers/1{name}",
        "actor": author.iri,
        "object": agreement,
        "to": group,
    }


def settle(village: Village, state: str, words: str = "") -> None:
    def write(session: Session) -> None:
        found = session.scalars(select(Answer.id)).one()
        by = Person(village.coop.world.noor.id)
        orders.settle(session, found, state, by=by, words=words, now=village.clock())

    village.coop.db.write_now(write)


async def test_a_public_reply_is_an_answer_in_the_thread_and_the_author_is_told(village: Village):
    bob = village.mastodon.person("bob")
    let_post(village, "anyone")
    iri = need_of_noor(village)
    post = reply(bob, iri)
    assert await village.coop.hear(act(bob, "Create", post), by=bob) is None
    assert answers_in(village) == [("reply", "open", False, None)]
    ((kind, facts),) = told(village)
    assert (kind, facts["who"], facts["title"]) == ("answer", "Bob", "Stukadoor")
    assert facts["path"].endswith("#answer-1")
    assert states(village) == {post["id"]: "shown"}
    # And everybody reads it on the item's page
    thread = village.coop.db.read_now(orders.thread_of, iri, None)
    assert [(each.name, each.kind, each.state) for each in thread.answers] == [("Bob", "reply", None)]


async def test_a_strangers_public_reply_stands_in_the_thread_though_it_is_passed_on_to_nobody(village: Village):
    bob = village.mastodon.person("bob")
    let_post(village, "members")
    iri = need_of_noor(village)
    assert await village.coop.hear(act(bob, "Create", reply(bob, iri)), by=bob) is None
    assert village.coop.said("Announce") == []
    assert [each.name for each in village.coop.db.read_now(orders.thread_of, iri, None).answers] == ["Bob"]
    assert village.coop.db.read_now(lambda s: offers.pages(s, language="nl"))[0].line.answers == 1


async def test_a_direct_reply_is_read_by_its_author_and_the_items_alone(village: Village):
    bob = village.mastodon.person("bob")
    let_post(village, "anyone")
    iri = need_of_noor(village)
    group = iri.partition("/needs/")[0]
    private = reply(bob, iri, to=(group,), cc=[])
    assert await village.coop.hear(act(bob, "Create", private), by=bob) is None
    assert answers_in(village) == [("reply", "open", True, None)]
    assert village.coop.said("Announce") == []
    assert village.coop.db.read_now(orders.thread_of, iri, None).entries == ()

    def seen_by(session: Session, person: Person) -> int:
        offer = offers.find(session, iri)
        assert offer is not None
        return len(answering.answers_to(session, offer, person).answers)

    bob_id = village.coop.actor(bob.iri).id
    assert village.coop.db.read_now(seen_by, Person(village.coop.world.noor.id)) == 1
    assert village.coop.db.read_now(seen_by, Person(actor_id=bob_id)) == 1
    assert village.coop.db.read_now(seen_by, Person(actor_id=village.coop.world.alice.id)) == 0


async def test_the_same_reply_twice_is_one_answer_and_told_once(village: Village):
    bob = village.mastodon.person("bob")
    let_post(village, "anyone")
    iri = need_of_noor(village)
    create = act(bob, "Create", reply(bob, iri))
    await village.coop.hear(create, create | {"id": create["id"] + "-again"}, by=bob)
    assert len(answers_in(village)) == len(told(village)) == 1


@pytest.mark.parametrize("changes", [{"answers_closed": True}, {"status": "filled", "finished": True}])
async def test_what_takes_no_answers_keeps_a_reply_unshown(village: Village, changes: dict[str, Any]):
    bob = village.mastodon.person("bob")
    let_post(village, "anyone")
    iri = need_of_noor(village, **changes)
    post = reply(bob, iri)
    assert await village.coop.hear(act(bob, "Create", post), by=bob) is None
    assert (answers_in(village), told(village)) == ([], [])
    assert states(village) == {post["id"]: "kept"}
    assert village.coop.db.read_now(orders.thread_of, iri, None).entries == ()


async def test_a_reply_that_is_deleted_is_an_answer_taken_back(village: Village):
    bob = village.mastodon.person("bob")
    let_post(village, "anyone")
    iri = need_of_noor(village)
    post = reply(bob, iri)
    await village.coop.hear(act(bob, "Create", post), by=bob)
    settle(village, "accepted")
    # When Bob deletes what he said
    await village.coop.hear(act(bob, "Delete", {"id": post["id"], "type": "Tombstone"}), by=bob)
    # Then nobody is talked with any more, and the followers are told that too
    assert answers_in(village)[0][1] == "withdrawn"
    updates = village.coop.said("Update")
    assert [update["object"].get("offerStatus") for update in updates] == ["talks", None]


async def test_whoever_replied_is_told_by_direct_message_that_they_are_talked_with(village: Village):
    bob = village.mastodon.person("bob")
    let_post(village, "anyone")
    iri = need_of_noor(village)
    await village.coop.hear(act(bob, "Create", reply(bob, iri)), by=bob)
    settle(village, "accepted", "Bel me morgen.")

    def read(session: Session) -> list[tuple[str, dict[str, Any]]]:
        return [(row.recipient, row.facts) for row in session.scalars(select(Mail).where(Mail.channel == "direct"))]

    ((to, facts),) = village.coop.db.read_now(read)
    assert (to, facts["kind"], facts["facts"]["state"]) == (bob.iri, "answer-settled", "accepted")
    assert facts["facts"]["reason"] == "Bel me morgen."


async def test_a_partners_agreement_is_offered_accepted_and_named(village: Village):
    bob = village.mastodon.person("bob")
    iri = need_of_noor(village)
    offer = offered(bob, iri)
    assert await village.coop.hear(offer, by=bob) is None
    assert answers_in(village) == [("can", "open", True, None)]
    assert [kind for kind, _ in told(village)] == ["answer"]
    # When Noor says yes
    settle(village, "accepted")
    # Then Bob's server gets an Accept of its Offer, with the agreement as its result
    (accept,) = village.coop.said("Accept")
    assert (accept["object"], accept["actor"]) == (offer["id"], iri.partition("/needs/")[0])
    assert accept["to"] == [bob.iri]
    result = accept["result"]
    assert (result["type"], result["stipulates"]["satisfies"]) == ("Agreement", f"{iri}#primary")
    assert result["stipulates"]["resourceQuantity"] == {"hasUnit": "day", "hasNumericalValue": "3"}
    assert result["id"].startswith(f"{iri}#agreement-")
    # And the need is in talks, which its followers read
    (update,) = village.coop.said("Update")
    assert update["object"]["offerStatus"] == "talks"
    assert "in gesprek (1)" in update["object"]["content"]


async def test_a_partners_agreement_is_declined(village: Village):
    bob = village.mastodon.person("bob")
    offer = offered(bob, need_of_noor(village))
    await village.coop.hear(offer, by=bob)
    settle(village, "declined")
    (reject,) = village.coop.said("Reject")
    assert (reject["object"], "result" in reject) == (offer["id"], False)


async def test_an_agreement_about_what_takes_no_answers_is_rejected_at_once(village: Village):
    bob = village.mastodon.person("bob")
    offer = offered(bob, need_of_noor(village, answers_closed=True))
    assert await village.coop.hear(offer, by=bob) == "answers-closed"
    (reject,) = village.coop.said("Reject")
    assert reject["object"] == offer["id"]
    assert answers_in(village) == []


async def test_an_agreement_about_something_that_is_not_there_is_refused(village: Village):
    bob = village.mastodon.person("bob")
    iri = need_of_noor(village)
    assert await village.coop.hear(offered(bob, iri, intent="#secret"), by=bob) == "unknown-object"
    assert await village.coop.hear(offered(bob, f"{village.coop.origin}/needs/1", "4"), by=bob) == "unknown-object"
    draft = need_of_noor(village, status="draft")
    assert await village.coop.hear(offered(bob, draft, "2"), by=bob) == "unknown-object"
    inside = need_of_noor(village, visibility="members")
    assert await village.coop.hear(offered(bob, inside, "3"), by=bob) == "unknown-object"
    assert village.coop.said("Reject") == []


async def test_an_agreement_and_the_note_that_says_it_are_one_answer(village: Village):
    bob = village.mastodon.person("bob")
    let_post(village, "anyone")
    iri = need_of_noor(village)
    await village.coop.hear(offered(bob, iri), by=bob)
    direct = reply(bob, iri, to=(iri.partition("/needs/")[0],), cc=[])
    await village.coop.hear(act(bob, "Create", direct), by=bob)
    assert answers_in(village) == [("can", "open", True, None)]
    assert len(told(village)) == 1
    # And in the other order
    other = need_of_noor(village)
    group = other.partition("/needs/")[0]
    await village.coop.hear(act(bob, "Create", reply(bob, other, "2", to=(group,), cc=[])), by=bob)
    await village.coop.hear(offered(bob, other, "2"), by=bob)
    assert answers_in(village)[1:] == [("can", "open", True, None)]


async def test_only_who_offered_an_agreement_takes_it_back(village: Village):
    bob, carol = village.mastodon.person("bob"), village.mastodon.person("carol")
    offer = offered(bob, need_of_noor(village))
    await village.coop.hear(offer, by=bob)
    assert await village.coop.hear(act(carol, "Undo", offer["id"]), by=carol) == "not-theirs"
    assert answers_in(village)[0][1] == "open"
    assert await village.coop.hear(act(bob, "Undo", offer), by=bob) is None
    assert answers_in(village)[0][1] == "withdrawn"


async def test_an_answer_of_who_floods_is_kept_and_told_to_nobody(village: Village):
    bob = village.mastodon.person("bob")
    let_post(village, "anyone")
    iri = need_of_noor(village)
    for each in range(7):
        await village.coop.hear(act(bob, "Create", reply(bob, iri, str(each))), by=bob)
    assert len(answers_in(village)) == 5


# Members of ours who answer a partner's item.


def partners_need(village: Village) -> tuple[Stranger, str]:
    """A need of the group «bouw» at partner.example, as it would be held here."""
    server = village.server("partner.example")
    bouw = server.person("bouw", type="Group", number=6)
    iri = f"{bouw.iri}/needs/1"

    def write(session: Session) -> None:
        session.add(
            Offer(
                iri=iri,
                local=False,
                purpose="request",
                group_id=village.coop.world.bouw.id,
                title="Metser",
                content="<p>Metser</p>",
                visibility="public",
                document={"publishes": {"type": "Intent", "id": f"{iri}#primary"}},
            )
        )

    village.coop.db.write_now(write)
    return bouw, iri


def noor_answers(village: Village, iri: str, **more: Any) -> None:
    draft = AnswerDraft(kind="can", text="Ik kom **maandag**.", language="nl")
    by = Person(village.coop.world.noor.id)
    village.coop.db.write_now(orders.answer, iri, draft, by=by, now=NOW, **more)


async def test_a_member_answers_a_partners_need_in_both_forms(village: Village):
    bouw, iri = partners_need(village)
    noor_answers(village, iri)
    (offer,) = village.coop.said("Offer")
    noor = f"{village.coop.origin}/u/noor"
    assert (offer["actor"], offer["to"]) == (noor, [bouw.iri])
    assert offer["object"]["stipulates"]["satisfies"] == f"{iri}#primary"
    create = village.coop.said("Create")[-1]
    assert create["actor"] == noor
    said = create["object"]
    assert (said["to"], said["inReplyTo"]) == ([bouw.iri], iri)
    assert "Dit kan ik doen." in said["content"]
    assert "<strong>maandag</strong>" in said["content"]
    assert [tag["href"] for tag in said["tag"]] == [bouw.iri]
    # Both go to the partner alone, and nobody else may ask for them
    await village.coop.deliver()
    assert [each["type"] for each in village.server("partner.example").posted] == ["Offer", "Create"]
    assert village.mastodon.posted == []


async def test_the_partners_yes_and_no_reach_the_member(village: Village):
    bouw, iri = partners_need(village)
    noor_answers(village, iri)
    (offer,) = village.coop.said("Offer")
    agreement = {"type": "Agreement", "id": f"{iri}#agreement-1"}
    accept = act(bouw, "Accept", offer["id"], result=agreement)
    # Nobody else says it for them
    mallory = village.evil.person("mallory")
    assert await village.coop.hear(act(mallory, "Accept", offer["id"]), by=mallory) == "not-theirs"
    assert await village.coop.hear(accept, by=bouw) is None
    assert answers_in(village) == [("can", "accepted", True, f"{iri}#agreement-1")]
    assert [(kind, facts["state"]) for kind, facts in told(village)] == [("answer-settled", "accepted")]
    assert await village.coop.hear(act(bouw, "Reject", offer["id"]), by=bouw) is None
    assert answers_in(village)[0][1] == "declined"


async def test_a_member_takes_back_what_went_to_a_partner(village: Village):
    bouw, iri = partners_need(village)
    noor_answers(village, iri)
    by = Person(village.coop.world.noor.id)
    village.coop.db.write_now(orders.withdraw, 1, by=by, now=NOW)
    (undo,) = village.coop.said("Undo")
    assert undo["object"]["id"] == village.coop.said("Offer")[0]["id"]
    assert undo["to"] == [bouw.iri]


async def test_a_group_speaks_for_a_member_whom_others_cannot_see_and_names_them_by_consent(village: Village):
    _, iri = partners_need(village)

    def invisible(session: Session) -> None:
        session.get_one(type(village.coop.world.noor), village.coop.world.noor.id).actor_id = None

    village.coop.db.write_now(invisible)
    noor_answers(village, iri)
    said = village.coop.said("Create")[-1]
    assert said["actor"].startswith(f"{village.coop.origin}/g/")
    assert "Noor" not in said["object"]["content"]


async def test_two_instances_go_from_an_answer_to_talks_to_filled_on_both(village: Village, tmp_path: Path):
    # Given a group of ours that follows one of a neighbour, which has published a need of its member Noor
    url = f"sqlite:///{tmp_path}/antwerp.db"
    migrate(url)
    antwerp_db = Database(url)
    antwerp = village.neighbour(antwerp_db)
    their_iri, there = antwerp.world.interior.iri, Person(antwerp.world.noor.id)
    await village.coop.receiver._keys.fetch(f"{their_iri}#main-key")  # they have met

    async def travel() -> None:
        for instance in (village.coop, antwerp) * 2:
            await instance.deliver()
            await village.coop.dispatcher.settle()
            await antwerp.dispatcher.settle()

    def ask(session: Session) -> None:
        ours = session.get_one(Actor, village.coop.world.interior.id)
        theirs = session.scalars(select(Actor).where(Actor.iri == their_iri)).one()
        group_orders.follow(session, ours, theirs, now=village.clock())

    def publish(session: Session) -> str:
        group = session.get_one(Actor, antwerp.world.interior.id)
        return offer_orders.publish(session, group, NEED, member_id=there.member_id, now=village.clock()).iri

    village.coop.db.write_now(ask)
    await travel()
    iri = antwerp_db.write_now(publish)
    await travel()

    def status() -> list[tuple[str, bool]]:
        held = [each.read_now(offers.find, iri) for each in (antwerp_db, village.coop.db)]
        return [(offer.status, offer.finished) for offer in held]

    assert status() == [("open", False)] * 2
    # When Noor of ours says that she can do it
    noor_answers(village, iri)
    await travel()
    # Then it is one answer there, in her words, for its author alone
    thread = antwerp_db.read_now(lambda s: answering.answers_to(s, offers.find(s, iri), there))
    ((kind, private, html),) = [(each.kind, each.private, each.text_html) for each in thread.answers]
    assert (kind, private, "<strong>maandag</strong>" in html) == ("can", True, True)
    # And her yes there is news here, and the need is in talks on both sides
    village.clock.forward(minutes=1)
    answer_id = thread.answers[0].id
    antwerp_db.write_now(orders.settle, answer_id, "accepted", by=there, now=village.clock())
    await travel()
    assert status() == [("talks", False)] * 2
    ((_, state, _, agreement),) = answers_in(village)
    assert (state, str(agreement).startswith(f"{iri}#agreement-")) == ("accepted", True)
    assert ("answer-settled", "accepted") in [(kind, facts.get("state")) for kind, facts in told(village)]
    # And when it is filled, it is so on both
    village.clock.forward(minutes=1)
    antwerp_db.write_now(orders.close, iri, "filled", by=there, answer_id=answer_id, now=village.clock())
    await travel()
    assert status() == [("filled", True)] * 2
    await antwerp.close()
    antwerp_db.close()
