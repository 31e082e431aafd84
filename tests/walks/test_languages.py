"""Language accounts, heard by an independent server: each delivers its own language first, to whoever follows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from actors.offers import OfferDraft, find
from outbox import groups as group_orders
from outbox import offers as offer_orders
from outbox import orders
from tests.walks.conftest import MakeInstance
from tests.walks.peer import Peer
from tests.walks.processes import Document, Instance, eventually, starter
from tests.walks.test_peer import proven
from tests.world import prepared_keys

pytestmark = [pytest.mark.peer, pytest.mark.xdist_group("walk-peer")]

FOLLOWERS = {"ann": "interior", "nele": "interior.nl", "fleur": "interior.fr"}
WORDS = {
    "nl": ("Stukadoor gezocht", "Drie dagen in mei."),
    "fr": ("Plafonneur cherché", "Trois jours en mai."),
}


@pytest.fixture(scope="module")
def coop(make_instance: MakeInstance) -> Instance:
    instance = make_instance("coop", starter=starter("Coop", interior="members"))
    instance.serve()
    organiser = instance.organiser("interior")
    for number, language in enumerate(("nl", "fr"), start=7):
        instance.order(
            group_orders.open_account,
            instance.vault,
            instance.iri("interior"),
            language,
            origin=instance.origin,
            keys=prepared_keys(number),
            by=organiser,
        )
    return instance


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """A second server, on which only the French account is followed."""
    running = Peer(tmp_path_factory.mktemp("reader"), host="reader.localhost")
    yield running
    running.end()


@pytest.fixture(scope="module")
def followed(coop: Instance, peer: Peer, reader: Peer) -> None:
    """Everybody follows, and was let in."""
    asked = [(peer, who, account) for who, account in FOLLOWERS.items()] + [(reader, "fleur", "interior.fr")]
    for server, who, account in asked:
        server.do("follow", who=who, whom=coop.handle(account))
    for server, who, account in asked:
        eventually(lambda: server.follow_state(who, coop.iri(account)) == "accepted", what=f"{who} follows {account}")  # noqa: B023


def in_both(language: str) -> OfferDraft:
    """A need that somebody wrote in `language`, with the other language beside it."""
    title, text = WORDS[language]
    return OfferDraft(
        purpose="request",
        title=title,
        text=text,
        language=language,
        title_map={key: words[0] for key, words in WORDS.items()},
        text_map={key: words[1] for key, words in WORDS.items()},
    )


def reads_first(thing: Document) -> str:
    """The language that a reader of `thing` sees: `content` is that of the first entry of its map."""
    first, words = next(iter(thing["contentMap"].items()))
    assert set(thing["contentMap"]) == {"nl", "fr"}
    assert thing["content"] == words
    assert WORDS[first][0] in words
    return str(first)


def announced(coop: Instance, server: Peer, account: str, kind: str, iri: str) -> Any:
    """A question for `eventually`: the whole activities about `iri` of this type that an account has passed on."""

    def came() -> list[Document]:
        passed = server.received("Announce", actor=coop.iri(account))
        whole = [each for each in passed if isinstance(each["activity"]["object"], dict)]
        return [
            each
            for each in whole
            if each["activity"]["object"]["type"] == kind and each["activity"]["object"]["object"]["id"] == iri
        ]

    return came


@pytest.mark.parametrize("written_in", ["nl", "fr"])
def test_each_account_delivers_its_language_first(
    coop: Instance, peer: Peer, reader: Peer, followed: None, written_in: str
) -> None:
    # Given followers of the group and of its two accounts; when a need in two languages is published
    group = coop.iri("interior")
    iri = coop.order(orders.publish_offer, "interior", in_both(written_in)).iri

    # Then the group says it as it was written
    [created] = eventually(peer.has_received("Create", actor=group, about=iri))
    assert proven(created)
    assert reads_first(created["activity"]["object"]) == written_in

    # And each account passes it on with its own language first, once as a whole and once by its id
    for server, language in ((peer, "nl"), (peer, "fr"), (reader, "fr")):
        account = f"interior.{language}"
        [whole] = eventually(
            announced(coop, server, account, "Create", iri), what=f"{account} has told {server.origin}"
        )
        assert proven(whole), whole
        inner = whole["activity"]["object"]
        assert (inner["id"], inner["actor"]) == (created["activity"]["id"], group)
        assert inner["object"]["attributedTo"] == group
        assert reads_first(inner["object"]) == language
        [simple] = eventually(server.has_received("Announce", actor=coop.iri(account), about=iri))
        assert proven(simple)
    assert reader.received("Create", actor=group) == []

    # And whoever then asks for it, signed, finds the language that he or she follows
    asked = [(peer, "ann", written_in), (peer, "nele", "nl"), (peer, "fleur", "fr"), (reader, "fleur", "fr")]
    for server, who, language in asked:
        read = server.do("read", who=who, url=iri)
        assert reads_first(read["document"]) == language, (who, language)
        assert WORDS[language][0] in read["content"], "the peer's own code shows it so"
    assert reads_first(coop.document(iri)) == written_in


def test_a_change_and_an_end_reach_whoever_hears_an_account(
    coop: Instance, peer: Peer, reader: Peer, followed: None
) -> None:
    group = coop.iri("interior")
    draft = in_both("nl")
    iri = coop.order(orders.publish_offer, "interior", draft).iri
    eventually(announced(coop, reader, "interior.fr", "Create", iri))

    # When the text is changed in both languages
    words = {"nl": "Vier dagen in mei.", "fr": "Quatre jours en mai."}
    changed = replace(draft, text=words["nl"], text_map=words)
    coop.order(lambda session, now: offer_orders.change(session, find(session, iri), changed, now=now))

    # Then the server that hears the group is told by the group, as it was written, and each account passes it on
    [update] = eventually(peer.has_received("Update", actor=group, about=iri))
    assert proven(update)
    assert reads_first(update["activity"]["object"]) == "nl"
    assert words["nl"] in update["activity"]["object"]["content"]
    for language in ("nl", "fr"):
        [whole] = eventually(announced(coop, peer, f"interior.{language}", "Update", iri))
        assert reads_first(whole["activity"]["object"]["object"]) == language
        assert words[language] in whole["activity"]["object"]["object"]["content"]

    # And the server that hears an account only is told by the group too, in the language of that account
    [update] = eventually(reader.has_received("Update", actor=group, about=iri))
    assert proven(update)
    assert reads_first(update["activity"]["object"]) == "fr"
    assert words["fr"] in update["activity"]["object"]["content"]
    assert words["fr"] in reader.do("read", who="fleur", url=iri)["content"]

    # And when it is deleted, each server is told once by the group, and the address answers 410 to everybody
    coop.order(orders.delete, iri)
    for server in (peer, reader):
        [gone] = eventually(server.has_received("Delete", actor=group, about=iri))
        assert proven(gone)
        assert gone["activity"]["object"]["type"] == "Tombstone"
        assert WORDS["fr"][0] not in str(gone["activity"])
    for server, who in ((peer, "ann"), (peer, "nele"), (reader, "fleur")):
        assert server.do("fetch", url=iri)["status"] == 410
        assert server.do("read_status", who=who, url=iri)["status"] == 410
