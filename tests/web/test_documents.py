"""What machines are given: one address for two readers, 410 for what is gone, 404 for what is not theirs to see."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from actors import groups, offers, people
from actors.database import Database, utc_now
from actors.events import EventDraft
from actors.offers import OfferDraft
from actors.people import find_actor
from actors.threads import PostDraft
from fediverse.documents import JSON
from fediverse.keys import read_key
from fediverse.proofs import verify_proof
from fediverse.signatures import Scheme, sign
from fediverse.types import Multikey
from outbox import orders
from tests.asgi import Answer, Browser
from tests.world import ALICE, BOUW, NOW, ORIGIN, SECRET, Stranger, World, make_world
from web.app import build
from web.house import House, build_house
from web.settings import Settings

pytestmark = pytest.mark.anyio

ACTIVITY = {"accept": "application/activity+json"}
IN_A_MINUTE = NOW + timedelta(minutes=1)


@pytest.fixture
def world(db: Database) -> World:
    return db.write_now(make_world)


@pytest.fixture
async def house(db: Database, database_url: str, world: World, tmp_path: Path) -> AsyncIterator[House]:
    settings = Settings(
        origin=ORIGIN, database_url=database_url, secret_key=SECRET.hex(), data_dir=tmp_path, worker=False
    )
    made = build_house(settings, db, world.vault)
    yield made
    await made.fetcher.close()
    made.signers.shutdown()


@pytest.fixture
def browser(house: House) -> Browser:
    return Browser(build(house), ORIGIN)


def document(answer: Answer, status: int = 200) -> dict[str, Any]:
    assert answer.status == status, answer.text
    assert answer.headers["content-type"].startswith("application/activity+json")
    found: dict[str, Any] = json.loads(answer.body)
    return found


def need(db: Database, **more: Any) -> str:
    draft = OfferDraft(purpose="request", title="Stukadoor", text="Drie dagen.", language="nl", **more)
    return db.write_now(orders.publish_offer, "interior", draft, now=NOW).iri


async def test_one_address_serves_people_and_machines(browser: Browser):
    page = await browser.get("/g/interior")
    actor = document(await browser.get("/g/interior", headers=ACTIVITY))
    assert page.headers["content-type"].startswith("text/html")
    assert actor["id"] == f"{ORIGIN}/g/interior"
    assert (actor["type"], actor["kind"], actor["preferredUsername"]) == ("Group", "sector", "interior")
    assert f'<link rel="alternate" type="application/activity+json" href="{actor["id"]}">' in page.text


@pytest.mark.parametrize(
    ("accept", "is_machine"),
    [
        ("application/activity+json", True),
        ('application/ld+json; profile="https://www.w3.org/ns/activitystreams"', True),
        ("application/activity+json, text/html;q=0.5", True),
        ("text/html, application/activity+json;q=0.9", False),
        ("application/json", False),
        ("*/*", False),
        ("application/activity+json;q=0", False),
        ("application/activity+json;q=rubbish, text/html", False),
    ],
)
async def test_who_asks_is_told_by_accept(browser: Browser, accept: str, is_machine: bool):
    answer = await browser.get("/g/interior", headers={"accept": accept})
    assert answer.headers["content-type"].startswith("application/activity+json") is is_machine
    assert "accept" in answer.headers["vary"].lower()


async def test_an_actor_is_served_without_a_signature_and_never_names_a_member(browser: Browser):
    answer = await browser.get("/g/interior", headers=ACTIVITY)
    assert document(answer)["publicKey"]["owner"] == f"{ORIGIN}/g/interior"
    assert "noor@members.example" not in answer.text


async def test_webfinger_finds_a_group_by_handle_and_by_address(browser: Browser):
    for resource in ("acct:interior@coop.example", "acct:INTERIOR@coop.example", f"{ORIGIN}/g/interior"):
        answer = await browser.get(f"/.well-known/webfinger?resource={resource}")
        assert answer.status == 200
        assert answer.headers["content-type"].startswith("application/jrd+json")
        found = json.loads(answer.body)
        assert found["subject"] == "acct:interior@coop.example"
        links = {link["rel"]: link for link in found["links"]}
        assert links["self"]["href"] == f"{ORIGIN}/g/interior"
        assert links["self"]["type"] == "application/activity+json"


@pytest.mark.parametrize("user", ["coop.example", "relay"])
async def test_webfinger_finds_the_instance(browser: Browser, user: str):
    answer = await browser.get(f"/.well-known/webfinger?resource=acct:{user}@coop.example")
    links = {link["rel"]: link.get("href") for link in json.loads(answer.body)["links"]}
    assert links["self"] == f"{ORIGIN}/actor"


@pytest.mark.parametrize(
    ("resource", "status", "code"),
    [
        ("", 400, "no-resource"),
        ("acct:nobody@coop.example", 404, "not-found"),
        ("acct:interior@elsewhere.example", 404, "not-found"),
        ("acct:@coop.example", 400, "bad-handle"),
        ("acct:a@b@c", 400, "bad-handle"),
        ("https://elsewhere.example/g/interior", 404, "not-found"),
    ],
)
async def test_webfinger_refuses_with_a_code(browser: Browser, resource: str, status: int, code: str):
    answer = await browser.get(f"/.well-known/webfinger?resource={resource}")
    assert answer.status == status
    assert json.loads(answer.body)["error"] == code


async def test_a_deleted_group_is_gone_everywhere(browser: Browser, db: Database):
    def end(session: Any) -> None:
        actor = find_actor(session, f"{ORIGIN}/g/interior")
        assert actor is not None
        people.mark_deleted(session, actor, now=IN_A_MINUTE)
        people.bury(session, actor.iri, "Group", actor.id, now=IN_A_MINUTE)

    db.write_now(end)
    stone = document(await browser.get("/g/interior", headers=ACTIVITY), status=410)
    assert (stone["type"], stone["formerType"]) == ("Tombstone", "Group")
    assert (await browser.get("/.well-known/webfinger?resource=acct:interior@coop.example")).status == 410
    assert (await browser.get("/g/interior/outbox")).status == 404


async def test_nodeinfo_leads_to_both_versions_and_to_the_instance_actor(browser: Browser):
    links = json.loads((await browser.get("/.well-known/nodeinfo")).body)["links"]
    assert {link["href"] for link in links} == {
        f"{ORIGIN}/nodeinfo/2.0",
        f"{ORIGIN}/nodeinfo/2.1",
        f"{ORIGIN}/actor",
    }
    for version in ("2.0", "2.1"):
        found = json.loads((await browser.get(f"/nodeinfo/{version}")).body)
        assert (found["version"], found["software"]["name"]) == (version, "knooppunt")
        assert found["metadata"]["nodeName"] == "Coop"
        assert found["usage"]["users"]["total"] == 1
    assert (await browser.get("/nodeinfo/3.0")).status == 404


async def test_host_meta_says_where_webfinger_is(browser: Browser):
    answer = await browser.get("/.well-known/host-meta")
    assert answer.headers["content-type"].startswith("application/xrd+xml")
    assert f"{ORIGIN}/.well-known/webfinger?resource={{uri}}" in answer.text


async def test_a_need_its_create_and_the_outbox_show_the_same_object(browser: Browser, db: Database):
    iri = need(db)
    alone = document(await browser.get(iri.removeprefix(ORIGIN), headers=ACTIVITY))
    head = document(await browser.get("/g/interior/outbox"))
    page = document(await browser.get(head["first"].removeprefix(ORIGIN)))
    create = page["orderedItems"][0]
    by_id = document(await browser.get(create["id"].removeprefix(ORIGIN)))
    context = alone.pop("@context")
    assert "https://www.w3.org/ns/activitystreams" in context
    assert (alone["id"], alone["type"], alone["purpose"]) == (iri, "Note", "request")
    assert create["object"] == alone
    assert by_id == create
    assert head["totalItems"] == 1
    assert create["to"] == alone["to"]


async def test_an_activity_carries_a_proof_of_its_author(browser: Browser, db: Database, world: World):
    need(db)
    page = document(await browser.get("/g/interior/outbox?page=1"))
    create: dict[str, JSON] = page["orderedItems"][0]
    actor = document(await browser.get("/g/interior", headers=ACTIVITY))
    listed = actor["assertionMethod"][0]
    method = Multikey(
        id=listed["id"], controller=listed["controller"], public_key_multibase=listed["publicKeyMultibase"]
    )
    key = read_key(method)
    verify_proof(create, key, now=utc_now())


async def test_the_outbox_goes_back_page_by_page(browser: Browser, db: Database):
    iris = [need(db) for _ in range(45)]
    found: list[str] = []
    at: str | None = "/g/interior/outbox?page=1"
    pages = 0
    while at:
        page = document(await browser.get(at))
        found += [item["object"]["id"] for item in page["orderedItems"]]
        at = page["next"].removeprefix(ORIGIN) if "next" in page else None
        pages += 1
    assert found == iris[::-1]
    assert pages == 3


@pytest.mark.parametrize("query", ["before=x", "before=-1", f"before={'9' * 19}", "x" * 300])
async def test_a_page_that_can_not_be_is_refused(browser: Browser, query: str):
    assert (await browser.get(f"/g/interior/outbox?{query}")).status in (200, 400)
    if query.startswith("before"):
        assert (await browser.get(f"/g/interior/outbox?{query}")).status == 400


async def test_a_deleted_need_leaves_a_tombstone_and_no_word(browser: Browser, db: Database):
    iri = need(db)
    create = document(await browser.get("/g/interior/outbox?page=1"))["orderedItems"][0]
    db.write_now(orders.delete, iri, now=IN_A_MINUTE)
    stone = await browser.get(iri.removeprefix(ORIGIN), headers=ACTIVITY)
    assert document(stone, status=410)["formerType"] == "Note"
    gone = await browser.get(create["id"].removeprefix(ORIGIN), headers=ACTIVITY)
    assert gone.status == 410
    assert "Stukadoor" not in stone.text + gone.text
    assert (await browser.get(iri.removeprefix(ORIGIN))).status == 410


async def test_followers_are_counted_only_by_consent(browser: Browser):
    head = document(await browser.get("/g/interior/followers"))
    assert head["type"] == "OrderedCollection"
    assert "totalItems" not in head
    assert "orderedItems" not in head


async def test_moderators_and_members_are_collections(browser: Browser):
    moderators = document(await browser.get("/g/interior/moderators"))
    assert moderators["orderedItems"] == [f"{ORIGIN}/u/noor"]
    members = document(await browser.get("/g/interior/members"))
    assert members["totalItems"] == 1
    assert "orderedItems" not in members


async def test_upcoming_events_stand_in_order(browser: Browser, db: Database):
    def at(days: int) -> str:
        starts = NOW + timedelta(days=3650 + days)
        draft = EventDraft(name=f"Dag {days}", starts_at=starts, ends_at=starts + timedelta(hours=1), language="nl")
        return db.write_now(orders.publish_event, "interior", draft, now=NOW).iri

    later, sooner = at(9), at(2)
    listed = document(await browser.get("/g/interior/events", headers=ACTIVITY))
    assert listed["orderedItems"] == [sooner, later]


async def test_a_thread_is_a_collection_that_begins_with_its_root(browser: Browser, db: Database):
    said = db.write_now(orders.publish_note, "interior", PostDraft(text="Wie is er?", language="nl"), now=NOW)
    note = document(await browser.get(said.iri.removeprefix(ORIGIN), headers=ACTIVITY))
    thread = document(await browser.get(note["context"].removeprefix(ORIGIN)))
    assert thread["orderedItems"] == [said.iri]
    assert thread["attributedTo"] == f"{ORIGIN}/g/interior"


async def test_P3_what_is_not_public_is_not_there_for_whoever_asks(browser: Browser, db: Database):
    iri = need(db, visibility="members")
    hidden = await browser.get(iri.removeprefix(ORIGIN), headers=ACTIVITY)
    unknown = await browser.get("/g/interior/needs/01a208f0-0000-7000-8000-000000000000", headers=ACTIVITY)
    assert (hidden.status, hidden.body) == (unknown.status, unknown.body) == (404, b'{"error":"not-found"}')


def signed(path: str, who: Stranger) -> dict[str, str]:
    headers = sign("GET", ORIGIN + path, None, who.keys.rsa, Scheme.CAVAGE, now=utc_now(), headers=ACTIVITY)
    return ACTIVITY | {name.lower(): value for name, value in headers.items()}


async def test_P3_what_a_group_says_to_its_followers_is_there_for_their_servers(browser: Browser, db: Database):
    # Given a note that only followers may read, and Alice, who follows
    draft = PostDraft(text="Onder ons.", language="nl", public=False)
    path = db.write_now(orders.publish_note, "interior", draft, now=NOW).iri.removeprefix(ORIGIN)
    db.write_now(alice_follows)

    # Then her server may read it, and neither strangers nor another server that signs
    assert document(await browser.get(path, headers=signed(path, ALICE)))["content"]
    assert (await browser.get(path, headers=ACTIVITY)).status == 404
    assert (await browser.get(path, headers=signed(path, BOUW))).status == 404
    assert (await browser.get(path, headers=signed("/g/interior", ALICE))).status == 404


def alice_follows(session: Any) -> None:
    alice, interior = find_actor(session, ALICE.iri), find_actor(session, f"{ORIGIN}/g/interior")
    assert alice is not None
    assert interior is not None
    groups.add_follower(session, alice, interior, f"{ALICE.iri}/follow", now=NOW)


async def test_a_draft_is_not_there_for_anybody(browser: Browser, db: Database):
    iri = need(db, draft=True)
    assert (await browser.get(iri.removeprefix(ORIGIN), headers=ACTIVITY)).status == 404


async def test_an_item_of_a_partner_is_not_served_as_ours(browser: Browser, db: Database):
    iri = need(db)

    def not_ours(session: Any) -> None:
        offer = offers.find(session, iri)
        assert offer is not None
        offer.local = False

    db.write_now(not_ours)
    assert (await browser.get(iri.removeprefix(ORIGIN), headers=ACTIVITY)).status == 404


async def test_K4_an_unsigned_post_is_refused_at_every_inbox(browser: Browser):
    body = json.dumps({"id": f"{ALICE.iri}/1", "type": "Follow", "actor": ALICE.iri, "object": f"{ORIGIN}/g/interior"})
    for path in ("/inbox", "/actor/inbox", "/g/interior/inbox", "/u/noor/inbox"):
        answer = await browser.request(
            "POST", path, headers={"content-type": "application/activity+json"}, body=body.encode()
        )
        assert answer.status == 401
        assert "accept-signature" in answer.headers


async def test_a_signed_follow_is_answered_202(browser: Browser):
    body = json.dumps({"id": f"{ALICE.iri}/1", "type": "Follow", "actor": ALICE.iri, "object": f"{ORIGIN}/g/interior"})
    headers = sign(
        "POST",
        f"{ORIGIN}/g/interior/inbox",
        body.encode(),
        ALICE.keys.rsa,
        Scheme.CAVAGE,
        now=utc_now(),
        headers={"content-type": "application/activity+json"},
    )
    lower = {name.lower(): value for name, value in headers.items()}
    sent = {"content-type": "application/activity+json"} | lower
    assert (await browser.request("POST", "/g/interior/inbox", headers=sent, body=body.encode())).status == 202


async def test_a_body_that_is_too_large_is_refused_while_it_comes(browser: Browser, house: House):
    headers = {"content-type": "application/activity+json"}
    answer = await browser.request("POST", "/inbox", headers=headers, body=b"x" * (house.limits.body_bytes + 1))
    assert answer.status == 413
    assert json.loads(answer.body) == {"error": "body-too-large", "limit": house.limits.body_bytes}


async def test_an_inbox_can_not_be_read(browser: Browser):
    answer = await browser.get("/g/interior/inbox", headers=ACTIVITY)
    assert answer.status == 405
    assert answer.headers["allow"] == "POST"


async def test_health_answers_and_metrics_are_for_whoever_has_the_token(browser: Browser):
    health = await browser.get("/health")
    assert (health.status, json.loads(health.body).get("ok")) == (200, True), health.text
    assert (await browser.get("/metrics")).status == 404
    assert (await browser.get("/metrics", headers={"authorization": "Bearer "})).status == 404


async def test_what_changed_is_served_as_it_is_at_once(browser: Browser, db: Database):
    iri = need(db)
    path = iri.removeprefix(ORIGIN)
    assert "finished" not in document(await browser.get(path, headers=ACTIVITY))
    db.write_now(orders.close, iri, "filled", now=IN_A_MINUTE)
    answer = await browser.get(path, headers=ACTIVITY)
    assert document(answer)["finished"] is True
    assert answer.headers["cache-control"] == "no-cache"
