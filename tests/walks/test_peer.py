"""An instance of ours and a server of somebody else's, over real sockets, each with its own code for every proof."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.walks.conftest import MakeInstance
from tests.walks.peer import Peer
from tests.walks.processes import ACTIVITY_JSON, Document, Instance, ask, eventually, starter

pytestmark = [pytest.mark.peer, pytest.mark.xdist_group("walk-peer")]

NEXT_WEEK = datetime.now(UTC).replace(microsecond=0, second=0) + timedelta(days=7)
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


@pytest.fixture(scope="module")
def coop(make_instance: MakeInstance) -> Iterator[Instance]:
    """An instance whose groups each belong to one test."""
    groups = starter(
        "Coop",
        interior="members",
        crafts="members",
        square="anyone",
        hall="approval",
        club="members",
        image="members",
        stage="members",
        gate="members",
    )
    instance = make_instance("coop", starter=groups)
    instance.serve()
    return instance


@pytest.fixture
def follow(coop: Instance, peer: Peer) -> Any:
    """Lets a resident of the peer follow a group, and comes back when the group has said yes."""

    def followed(who: str, group: str) -> Document:
        follow: Document = peer.do("follow", who=who, whom=coop.handle(group))
        eventually(lambda: peer.follow_state(who, coop.iri(group)) == "accepted", what=f"{group} accepts {who}")
        return follow

    return followed


def proven(received: Document) -> bool:
    """Whether the peer's own code found good what came: the signature of the request, and the proof inside."""
    actor = received["activity"]["actor"]
    return bool(
        received["status"] == 202
        and received["signedBy"] == f"{actor}#main-key"
        and received["proof"] == f"{actor}#ed25519-key"
    )


def test_the_peer_finds_a_group_by_its_handle(coop: Instance, peer: Peer) -> None:
    found = peer.do("find", handle=coop.handle("interior"))

    assert found["id"] == coop.iri("interior")
    assert found["type"] == "Group"
    assert found["preferredUsername"] == "interior"


def test_a_follower_hears_what_a_group_publishes_changes_and_takes_away(
    coop: Instance, peer: Peer, follow: Any
) -> None:
    # Given a person of the peer who follows a group, and was accepted
    follow("ann", "interior")
    assert proven(eventually(peer.has_received("Accept", actor=coop.iri("interior")))[0])
    assert coop.do("group", "show", "interior")["followers"] == 1

    # When the group publishes an offer, a need and an event
    words = ("--as", "interior", "--lang", "nl", "--text", "Alle dagen, met de fiets.")
    offer = coop.do("publish", "offer", *words, "--title", "Twee dagen fotografie", "--quantity", "2", "--unit", "day")
    need = coop.do("publish", "need", *words, "--title", "Stukadoor gezocht", "--tag", "zoektwerk")
    event = coop.do(
        *("publish", "event", *words, "--title", "Werkontbijt", "--place", "Coopcity"),
        *("--start", NEXT_WEEK.isoformat(), "--end", (NEXT_WEEK + timedelta(hours=2)).isoformat()),
    )

    # Then each comes once, proven twice over, as what it is
    for said, kind, words_in_it in (
        (offer, "Note", "Twee dagen fotografie"),
        (need, "Note", "Stukadoor gezocht"),
        (event, "Event", "Werkontbijt"),
    ):
        came = eventually(peer.has_received("Create", actor=coop.iri("interior"), about=said["iri"]))
        assert len(came) == 1
        assert proven(came[0]), came[0]
        assert came[0]["activity"]["id"] == said["activity_iri"]
        assert came[0]["activity"]["object"]["type"] == kind
        assert words_in_it in str(came[0]["activity"]["object"])
    assert came[0]["activity"]["object"]["startTime"]
    order = [each["activity"]["object"]["id"] for each in peer.received("Create", actor=coop.iri("interior"))]
    assert order == [offer["iri"], need["iri"], event["iri"]]

    # And a change, a closing and a deletion come after it
    coop.do("change", need["iri"], "--title", "Stukadoor gevraagd")
    changed = eventually(peer.has_received("Update", actor=coop.iri("interior"), about=need["iri"]))
    assert proven(changed[0])
    assert "Stukadoor gevraagd" in changed[0]["activity"]["object"]["content"]

    coop.do("close", offer["iri"], "--status", "filled")
    closed = eventually(peer.has_received("Update", actor=coop.iri("interior"), about=offer["iri"]))
    assert proven(closed[0])

    coop.do("delete", need["iri"])
    gone = eventually(peer.has_received("Delete", actor=coop.iri("interior"), about=need["iri"]))
    assert proven(gone[0])
    assert gone[0]["activity"]["object"]["type"] == "Tombstone"
    for accept in (ACTIVITY_JSON, "text/html"):
        assert ask(need["iri"], accept=accept).status == 410
    assert ask(offer["iri"], accept=ACTIVITY_JSON).status == 200

    # And once the person no longer follows, nothing comes any more
    peer.do("unfollow", who="ann", whom=coop.handle("interior"))
    eventually(lambda: coop.followers("interior") == 0, what="the follow has ended")
    follow("atelier", "crafts")
    coop.do("publish", "note", "--as", "interior", "--text", "Nobody hears this.")
    last = coop.do("publish", "note", "--as", "crafts", "--text", "Somebody hears this.")
    eventually(peer.has_received("Create", actor=coop.iri("crafts"), about=last["iri"]))
    assert "Nobody hears this." not in str(peer.do("state")["received"])


def test_a_new_follower_is_sent_what_is_open(coop: Instance, peer: Peer, follow: Any) -> None:
    need = coop.do("publish", "need", "--as", "stage", "--title", "Een zaal", "--text", "Voor vrijdag.")

    follow("ann", "stage")

    came = eventually(peer.has_received("Create", actor=coop.iri("stage"), about=need["iri"]))
    assert proven(came[0])


def test_a_post_that_mentions_an_open_group_is_announced_to_its_followers(
    coop: Instance, peer: Peer, follow: Any
) -> None:
    follow("atelier", "square")

    said = peer.do("note", who="ann", text="Who has a ladder?", mentions=[coop.handle("square")])

    square = coop.iri("square")
    by_id = eventually(peer.has_received("Announce", actor=square, about=said["object"]))
    whole = eventually(peer.has_received("Announce", actor=square, about=said["activity"]))
    assert proven(by_id[0])
    assert whole[0]["signedBy"] == f"{square}#main-key"
    assert whole[0]["activity"]["object"]["type"] == "Create"
    assert "Who has a ladder?" in coop.page("/g/square")

    # And when its author takes it away, the group takes the announcement back
    peer.do("delete", who="ann", object=said["object"], mentions=[coop.handle("square")])
    undone = eventually(peer.has_received("Undo", actor=square, about=by_id[0]["activity"]["id"]))
    assert undone[0]["signedBy"] == f"{square}#main-key"
    eventually(lambda: "Who has a ladder?" not in coop.page("/g/square"), what="it is gone from the group's page")


@pytest.mark.parametrize("group", ["hall", "club"])
def test_a_post_by_a_stranger_is_not_announced_where_the_rule_says_members_or_approval(
    coop: Instance, peer: Peer, follow: Any, group: str
) -> None:
    follow("atelier", group)

    said = peer.do("note", who="ann", text=f"Buy this in {group}", mentions=[coop.handle(group)])

    # Then what the group says afterwards comes, and nothing came before it
    after = coop.do("publish", "note", "--as", group, "--text", "Good morning.")
    eventually(coop.is_quiet, what="everything heard is applied")
    eventually(peer.has_received("Create", actor=coop.iri(group), about=after["iri"]))
    assert peer.received("Announce", actor=coop.iri(group)) == []
    assert f"Buy this in {group}" not in coop.page(f"/g/{group}")
    assert peer.shows(said["object"]) == 200


def test_a_peers_event_appears_here_because_a_group_of_ours_follows_it(coop: Instance, peer: Peer) -> None:
    # Given a group of ours that follows the peer's group by its handle, and was accepted by the peer's code
    coop.do("group", "follow", "image", peer.handle("atelier"))
    eventually(lambda: coop.iri("image") in peer.followers("atelier"), what="the peer has a new follower")
    eventually(lambda: coop.follows("image", peer.iri("atelier")), what="the Accept came")

    # When the peer's group announces an event
    end = NEXT_WEEK + timedelta(hours=3)
    said = peer.do(
        "event",
        who="atelier",
        name="Open atelier",
        start=NEXT_WEEK.isoformat().replace("+00:00", "Z"),
        end=end.isoformat().replace("+00:00", "Z"),
        place="Rue du Fort 1",
    )

    # Then it stands on our front page and on the page of the group that follows, and changes and goes with its origin
    eventually(coop.shows("Open atelier"), what="the event is on the front page")
    assert "Open atelier" in coop.page("/g/image")
    assert peer.authority in coop.page("/")
    peer.do("update", who="atelier", object=said["object"], name="Open door at the atelier")
    eventually(coop.shows("Open door at the atelier"), what="its new name is on the front page")
    peer.do("delete", who="atelier", object=said["object"])
    eventually(lambda: "Open door" not in coop.page("/"), what="it is gone from the front page")


@pytest.mark.parametrize("spec", ["draft-cavage-http-signatures-12", "rfc9421"])
def test_a_signature_of_either_kind_by_the_peers_code_is_accepted_and_a_spoiled_one_refused(
    coop: Instance, peer: Peer, spec: str
) -> None:
    def like(number: str, **how: str) -> Document:
        activity = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{peer.origin}/activities/{spec}-{number}",
            "type": "Like",
            "actor": peer.iri("ann"),
            "object": f"{coop.iri('gate')}/notes/none",
            "to": [PUBLIC],
        }
        inbox = f"{coop.iri('gate')}/inbox"
        answer: Document = peer.do("post", who="ann", inbox=inbox, activity=activity, spec=spec, **how)
        return answer

    assert like("good")["status"] == 202
    for spoil in ("body", "key", "signature"):
        refused = like(spoil, spoil=spoil)
        assert refused["status"] == 401, (spoil, refused)
    assert "@target-uri" in refused["acceptSignature"]


def test_the_peer_cannot_speak_in_the_name_of_another(coop: Instance, peer: Peer) -> None:
    activity = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{peer.origin}/activities/false",
        "type": "Follow",
        "actor": peer.iri("atelier"),
        "object": coop.iri("gate"),
        "to": [coop.iri("gate")],
    }

    answer = peer.do("post", who="ann", inbox=f"{coop.origin}/inbox", activity=activity, spec="rfc9421")

    assert answer["status"] == 403
    assert coop.followers("gate") == 0
