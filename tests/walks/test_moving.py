"""A group with fifty followers moves to another instance, and all of them are there afterwards.

Four servers treat the Move as Mastodon does, one is Fedify's, two are ours (the old one on PostgreSQL, the new one on
SQLite); every one of them decides by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from actors import people
from actors.offers import OfferDraft
from fediverse.jsonld import readable
from fediverse.limits import Limits
from fediverse.vocabulary import read
from outbox import groups as group_orders
from outbox import orders
from tests.faults.remotes import Person
from tests.walks.conftest import MakeInstance
from tests.walks.crowd import Crowd
from tests.walks.peer import Peer
from tests.walks.processes import Instance, eventually, starter
from tests.walks.test_peer import proven

pytestmark = [pytest.mark.peer, pytest.mark.postgres, pytest.mark.xdist_group("walk-peer")]

HOSTS = ("m0.localhost", "m1.localhost", "m2.localhost", "m3.localhost")
EACH = 9
RESIDENTS = ("ann", "nele", "fleur")
BESIDE = ("beside1", "beside2")
AWAY = tuple(f"away{number}" for number in range(1, 10))


@pytest.fixture(scope="module")
def old(make_instance: MakeInstance) -> Instance:
    instance = make_instance(
        "old", postgresql=True, starter=starter("Old", interior="members", **dict.fromkeys(BESIDE, "members"))
    )
    instance.serve()
    return instance


@pytest.fixture(scope="module")
def new(make_instance: MakeInstance) -> Instance:
    instance = make_instance(
        "new", postgresql=False, starter=starter("New", interior="members", **dict.fromkeys(AWAY, "members"))
    )
    instance.serve()
    return instance


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    with Crowd(HOSTS) as running:
        yield running


def meet(who: Instance, whom: Instance, group: str) -> str:
    """`who` fetches and remembers the actor of a group of `whom`; its IRI."""
    iri = whom.iri(group)
    document = read(readable(whom.document(iri)), Limits())
    who.order(lambda session, now: people.remember(session, document, now=now))
    return iri


def all_follow(old: Instance, new: Instance, crowd: Crowd, peer: Peer) -> list[Person]:
    """Fifty actors follow the old group: those of the servers elsewhere are returned."""
    crowded = [crowd.person(host, f"{host[:2]}p{number}") for host in HOSTS for number in range(EACH)]
    crowd.follow_all(crowded, old.iri("interior"))
    for resident in RESIDENTS:
        peer.do("follow", who=resident, whom=old.handle("interior"))
    meet(new, old, "interior")
    for name in AWAY:
        new.order(orders.follow, name, old.iri("interior"))
    for name in BESIDE:
        old.order(orders.follow, name, old.iri("interior"))
    return crowded


def test_fifty_followers_follow_a_group_to_where_it_lives_now(
    old: Instance, new: Instance, crowd: Crowd, peer: Peer
) -> None:
    # Given a group with fifty followers on seven servers, all of them let in
    here, there = old.iri("interior"), new.iri("interior")
    crowded = all_follow(old, new, crowd, peer)
    eventually(lambda: old.followers("interior") == 50, what="fifty follow the old group")
    eventually(lambda: crowd.followers_of(here) == len(crowded), what="the servers were told yes")
    eventually(lambda: all(new.follows(name, here) for name in AWAY), what="ours elsewhere were told yes")
    assert new.followers("interior") == 0

    # When the new one says that it is also the old one, and the old one moves there
    meet(new, old, "interior")
    new.order(group_orders.name_alias, there, here, by=new.organiser("interior"))
    eventually(lambda: new.document(there).get("alsoKnownAs") == [here], what="the new one says so")
    meet(old, new, "interior")
    old.order(group_orders.move, here, there, by=old.organiser("interior"))

    # Then all fifty follow there, and nobody here
    eventually(lambda: new.followers("interior") == 50, what="fifty follow the new group")
    eventually(lambda: old.followers("interior") == 0, what="nobody follows the old one")
    eventually(lambda: old.document(here).get("movedTo") == there, what="the old one says so")

    # Every server elsewhere heard the Move once, with a good signature, and looked for the alias by itself
    eventually(lambda: crowd.followers_of(there) == len(crowded), what="the servers were told yes again")
    assert sorted(crowd.moved) == [(f"{host}:{crowd.port}", here, there) for host in HOSTS]
    assert crowd.refused == []
    assert crowd.followers_of(here, "asked") + crowd.followers_of(here) == 0
    [move] = eventually(peer.has_received("Move", actor=here, about=here))
    assert proven(move)
    for resident in RESIDENTS:
        eventually(lambda: peer.follow_state(resident, there) == "accepted", what=f"{resident} is let in")  # noqa: B023
        assert peer.follow_state(resident, here) is None

    # Ours follow there too, of both instances
    eventually(lambda: all(old.follows(name, there) for name in BESIDE), what="those beside it were told yes")
    for instance, names in ((old, BESIDE), (new, AWAY)):
        for name in names:
            assert instance.follows(name, there)
            assert not instance.follows(name, here)

    # And what the group says at its new address is heard everywhere
    said = new.order(orders.publish_offer, "interior", OfferDraft(purpose="request", title="Someone to move"))
    eventually(peer.has_received("Create", actor=there, about=said.iri))
    eventually(lambda: len(heard(crowd, said.activity_iri)) == len(HOSTS), what="each server hears it")
    assert sorted(heard(crowd, said.activity_iri)) == sorted(f"{host}:{crowd.port}" for host in HOSTS)
    eventually(old.shows("Someone to move", f"/g/{BESIDE[0]}"), what="ours beside the old one show it")


def heard(crowd: Crowd, activity_iri: str | None) -> list[str]:
    return [authority for authority, activity in crowd.received if activity["id"] == activity_iri]
