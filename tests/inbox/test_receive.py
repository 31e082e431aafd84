"""The gate: who is let in, and what everybody else is told. Rows K1–K11 of the security contract."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actors import moderation, people
from actors.people import find_key
from fediverse.context import with_context
from fediverse.keys import SigningKey, public_pem
from fediverse.limits import Limits
from fediverse.signatures import Scheme, SignedRequest
from fediverse.vocabulary import write
from inbox.log import IncomingActivity
from inbox.receive import Receiver
from inbox.receive.keys import Keys
from tests.village import NOW, Village, act, make_village, note, proven
from tests.world import ALICE, prepared_keys, stranger

INBOXES = (None, "https://coop.example/g/interior", "https://coop.example/u/noor", "https://coop.example/actor")


def rows(village: Village) -> int:
    def count(session: Session) -> int:
        return session.scalar(select(func.count()).select_from(IncomingActivity)) or 0

    return village.coop.db.read_now(count)


def group_iri(village: Village) -> str:
    return village.coop.world.interior.iri


def with_headers(request: SignedRequest, **changes: str) -> SignedRequest:
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    kept = tuple((name, named.pop(name, value)) for name, value in request.headers)
    return replace(request, headers=(*kept, *named.items()))


@pytest.mark.parametrize("scheme", list(Scheme))
@pytest.mark.parametrize("inbox", INBOXES)
async def test_what_its_actor_signed_is_saved_and_answered_202(village: Village, scheme: Scheme, inbox: str | None):
    village.mastodon.serve(with_context(write(ALICE.document)))
    answer = await village.coop.receive(
        act(ALICE, "Follow", group_iri(village)), signed_by=ALICE, to=inbox, scheme=scheme
    )
    assert (answer.status, answer.code) == (202, "accepted")
    assert rows(village) == 1


@pytest.mark.parametrize("inbox", INBOXES)
async def test_K4_an_unsigned_post_is_refused_by_every_inbox(village: Village, inbox: str | None):
    answer = await village.coop.receive(act(ALICE, "Follow", group_iri(village)), signed_by=None, to=inbox)
    assert (answer.status, answer.code) == (401, "unsigned")
    assert "alg=" in answer.headers["Accept-Signature"]
    assert rows(village) == 0


async def test_an_inbox_that_is_nobodys_answers_404(village: Village):
    nobody = "https://coop.example/g/nobody"
    answer = await village.coop.receive(act(ALICE, "Follow", nobody), signed_by=ALICE, to=nobody)
    assert (answer.status, answer.code) == (404, "no-such-inbox")


async def test_K1_an_activity_signed_by_somebody_else_is_refused(village: Village):
    mallory = village.evil.person("mallory")
    answer = await village.coop.receive(act(ALICE, "Follow", group_iri(village)), signed_by=mallory)
    assert (answer.status, answer.code) == (403, "not-the-actor")
    assert rows(village) == 0


async def test_K2_a_key_that_claims_a_foreign_owner_is_refused(village: Village):
    # Given a key document on Mallory's server that says it is Alice's
    mallory = village.evil.person("mallory")
    key_iri = "https://evil.test/keys/1"
    pem = public_pem(mallory.keys.rsa.private)
    village.evil.serve({"id": key_iri, "type": "Key", "owner": ALICE.iri, "publicKeyPem": pem})
    before = village.coop.db.read_now(find_key, ALICE.keys.rsa.key_iri)

    # When she signs in Alice's name with it
    key = SigningKey(key_iri, ALICE.iri, mallory.keys.rsa.private)
    answer = await village.coop.receive(act(ALICE, "Follow", group_iri(village)), signed_by=key)

    # Then it is refused, and Alice's key is what it was
    assert answer.status == 401
    assert village.coop.db.read_now(find_key, ALICE.keys.rsa.key_iri) == before


async def test_K2_a_key_that_its_owner_does_not_list_is_refused(village: Village):
    # Given a file with a key on Alice's server, that is not in Alice's document (an upload, say)
    mallory = village.evil.person("mallory")
    village.mastodon.serve(with_context(write(ALICE.document)))
    key_iri = "https://mastodon.example/uploads/1"
    pem = public_pem(mallory.keys.rsa.private)
    village.mastodon.serve({"id": key_iri, "type": "Key", "owner": ALICE.iri, "publicKeyPem": pem})
    key = SigningKey(key_iri, ALICE.iri, mallory.keys.rsa.private)
    answer = await village.coop.receive(act(ALICE, "Follow", group_iri(village)), signed_by=key)
    assert (answer.status, answer.code) == (401, "key-not-listed")


async def test_K2_a_key_document_of_its_own_is_read_when_its_owner_lists_it(village: Village):
    # Given an actor whose key has an address of its own, as GoToSocial has it
    server = village.server("gts.example")
    carol = stranger("carol", "gts.example", number=12)
    key_iri = f"{carol.iri}/main-key"
    document = with_context(write(carol.document))
    document["publicKey"] = {"id": key_iri, "owner": carol.iri, "publicKeyPem": public_pem(carol.keys.rsa.private)}
    server.serve(document)
    server.serve(document, at=key_iri)
    key = SigningKey(key_iri, carol.iri, carol.keys.rsa.private)
    answer = await village.coop.receive(act(carol, "Follow", group_iri(village)), signed_by=key)
    assert answer.status == 202


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"signature": "garbage"}, 400),
        ({"signature": 'keyId="x",signature="AA=="'}, 401),
        ({"date": "Tue, 01 Jan 2019 00:00:00 GMT"}, 401),
        ({"digest": "SHA-256=" + base64.b64encode(bytes(32)).decode()}, 401),
        ({"host": "other.example"}, 401),
    ],
)
async def test_K3_K5_a_signature_that_does_not_hold_is_refused(village: Village, changes: dict[str, str], code: int):
    follow = act(ALICE, "Follow", group_iri(village))
    answer = await village.coop.receive(follow, signed_by=ALICE, change=lambda each: with_headers(each, **changes))
    assert answer.status == code
    assert rows(village) == 0


async def test_K5_a_body_that_was_changed_is_refused(village: Village):
    answer = await village.coop.receive(
        act(ALICE, "Follow", group_iri(village)),
        signed_by=ALICE,
        change=lambda request: replace(request, body=request.body.replace(b"Follow", b"Delete")),
    )
    assert (answer.status, answer.code) == (401, "digest-mismatch")


async def test_K5_a_duplicate_header_is_refused(village: Village):
    answer = await village.coop.receive(
        act(ALICE, "Follow", group_iri(village)),
        signed_by=ALICE,
        change=lambda request: replace(request, headers=(*request.headers, ("digest", "SHA-256=AAAA"))),
    )
    assert (answer.status, answer.code) == (400, "duplicate-header")


async def test_K5_a_signature_of_yesterday_is_refused(village: Village):
    request = village.coop.request(act(ALICE, "Follow", group_iri(village)), signed_by=ALICE)
    village.clock.forward(hours=13)
    answer = await village.coop.receiver.accept(request, inbox_actor=None)
    assert (answer.status, answer.code) == (401, "signed-too-long-ago")


async def test_K6_the_same_bytes_at_another_inbox_are_refused_and_at_the_same_are_one_effect(village: Village):
    request = village.coop.request(act(ALICE, "Follow", group_iri(village)), signed_by=ALICE)
    first = await village.coop.receiver.accept(request, inbox_actor=None)
    again = await village.coop.receiver.accept(request, inbox_actor=None)
    elsewhere = await village.coop.receiver.accept(
        replace(request, target="/g/interior/inbox"), inbox_actor=group_iri(village)
    )
    assert [first.code, again.code] == ["accepted", "repeated"]
    assert [first.status, again.status, elsewhere.status] == [202, 202, 401]
    await village.coop.dispatcher.settle()
    assert len(village.coop.said("Accept")) == 1


async def test_K6_a_repeat_is_recognised_for_ever_by_another_process_too(village: Village):
    follow = act(ALICE, "Follow", group_iri(village))
    await village.coop.receive(follow, signed_by=ALICE)
    village.coop.receiver = village.coop.open_gate()
    village.clock.forward(days=60)
    village.mastodon.serve(with_context(write(ALICE.document)))
    assert (await village.coop.receive(follow, signed_by=ALICE)).code == "repeated"


async def test_K7_a_weak_key_is_no_key(village: Village):
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    eve = stranger("eve", "evil.test", number=13)
    document = with_context(write(eve.document))
    document["publicKey"]["publicKeyPem"] = (
        weak.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    village.evil.serve(document)
    key = SigningKey(eve.keys.rsa.key_iri, eve.iri, weak)
    assert (await village.coop.receive(act(eve, "Follow", group_iri(village)), signed_by=key)).status == 401


async def test_K7_the_header_does_not_choose_the_algorithm(village: Village):
    def hmac(request: SignedRequest) -> SignedRequest:
        headers = dict(request.headers)
        return with_headers(request, signature=headers["signature"].replace("rsa-sha256", "hmac-sha256"))

    answer = await village.coop.receive(act(ALICE, "Follow", group_iri(village)), signed_by=ALICE, change=hmac)
    assert (answer.status, answer.code) == (401, "unknown-algorithm")


async def test_K8_a_new_key_is_learnt_with_one_fetch_and_the_old_one_is_dead(village: Village):
    # Given Alice, whose server gave her a new key an hour later
    old = SigningKey(ALICE.keys.rsa.key_iri, ALICE.iri, ALICE.keys.rsa.private)
    new = SigningKey(old.key_iri, old.owner_iri, prepared_keys(8).rsa)
    village.clock.forward(hours=1)
    document = with_context(write(ALICE.document))
    document["publicKey"]["publicKeyPem"] = public_pem(new.private)
    village.mastodon.serve(document)
    other_process = village.coop.open_gate()
    warm = village.coop.request(act(ALICE, "Like", group_iri(village), "warm"), signed_by=old)
    assert (await other_process.accept(warm, inbox_actor=None)).status == 202

    # When something comes that is signed with the new key
    answer = await village.coop.receive(act(ALICE, "Follow", group_iri(village)), signed_by=new)

    # Then it is accepted after exactly one fetch, and the old key is worth nothing any more, in any process
    assert answer.status == 202
    assert village.mastodon.asked == ["/users/alice"]
    for gate in (village.coop.receiver, other_process):
        late = village.coop.request(act(ALICE, "Follow", group_iri(village), "late"), signed_by=old)
        assert (await gate.accept(late, inbox_actor=None)).status == 401
    # and forgers cannot make us ask more than once in ten minutes
    asked = len(village.mastodon.asked)
    for number in range(5):
        await village.coop.receive(act(ALICE, "Follow", group_iri(village), str(number)), signed_by=old)
    assert len(village.mastodon.asked) == asked


async def test_K8_a_key_that_is_a_day_old_is_asked_for_again(village: Village):
    village.mastodon.serve(with_context(write(ALICE.document)))
    village.clock.forward(hours=25)
    assert (await village.coop.receive(act(ALICE, "Like", group_iri(village)), signed_by=ALICE)).status == 202
    assert village.mastodon.asked == ["/users/alice"]
    assert (await village.coop.receive(act(ALICE, "Like", group_iri(village), "2"), signed_by=ALICE)).status == 202
    assert len(village.mastodon.asked) == 1


async def test_K8_an_old_key_is_still_believed_while_its_server_is_away(village: Village):
    village.network.away.add("mastodon.example")
    village.clock.forward(hours=25)
    assert (await village.coop.receive(act(ALICE, "Like", group_iri(village)), signed_by=ALICE)).status == 202


async def test_K9_the_end_of_somebody_unknown_is_dropped_without_asking(village: Village):
    for number in range(20):
        gone = stranger(f"gone{number}", "vast.example", number=14)
        village.server("vast.example").lose(gone.iri)
        answer = await village.coop.receive(act(gone, "Delete", gone.iri), signed_by=gone)
        assert (answer.status, answer.code) == (202, "dropped")
    assert village.server("vast.example").asked == []
    assert rows(village) == 0


async def test_K9_a_dead_key_is_asked_for_once_in_five_minutes(village: Village):
    gone = stranger("gone", "vast.example", number=14)
    village.server("vast.example").lose(gone.iri, 404)
    for number in range(50):
        answer = await village.coop.receive(note_by(gone, number), signed_by=gone)
        assert answer.status == 401
    assert len(village.server("vast.example").asked) == 1
    village.clock.forward(minutes=6)
    await village.coop.receive(note_by(gone, 99), signed_by=gone)
    assert len(village.server("vast.example").asked) == 2


async def test_K10_a_linked_data_signature_proves_nothing(village: Village):
    mallory = village.evil.person("mallory")
    forged = act(ALICE, "Follow", group_iri(village)) | {
        "signature": {"type": "RsaSignature2017", "creator": ALICE.keys.rsa.key_iri, "signatureValue": "AAAA"}
    }
    assert (await village.coop.receive(forged, signed_by=mallory)).status == 403


async def test_K10_a_document_within_a_graph_is_refused(village: Village):
    mallory = village.evil.person("mallory")
    follow = act(mallory, "Follow", group_iri(village))
    trick = {"@context": follow["@context"], "@graph": [follow], "@id": "https://evil.test/1"} | follow
    answer = await village.coop.receive(trick, signed_by=mallory)
    assert (answer.status, answer.code) == (400, "json-ld-trick")
    assert rows(village) == 0


async def test_an_activity_that_spells_our_names_differently_is_understood(village: Village):
    bob = village.mastodon.person("bob")
    spelled = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{bob.iri}/follows/1",
        "type": "Follow",
        "as:actor": {"@id": bob.iri},
        "as:object": {"@id": group_iri(village)},
    }
    assert await village.coop.hear(spelled, by=bob) is None
    assert [each["type"] for each in village.coop.said("Accept")] == ["Accept"]


@pytest.mark.parametrize(
    "actor", ["https://good.test/evil.test/users/x", "https://good.test@evil.test/x", "https://good.test.evil.test/x"]
)
async def test_K11_an_id_belongs_to_its_very_host_only(village: Village, actor: str):
    mallory = village.evil.person("mallory")
    follow = act(mallory, "Follow", group_iri(village)) | {"actor": actor, "id": "https://evil.test/1"}
    assert (await village.coop.receive(follow, signed_by=mallory)).status in (400, 401, 403)
    assert rows(village) == 0


async def test_nobody_may_speak_as_one_of_ours(village: Village):
    mallory = village.evil.person("mallory")
    ours = village.coop.world.interior
    forged = {"id": f"{ours.iri}/activities/1", "type": "Follow", "actor": ours.iri, "object": ALICE.iri}
    assert (await village.coop.receive(forged, signed_by=mallory)).code == "ours"


async def test_an_activity_whose_id_lies_elsewhere_is_refused(village: Village):
    forged = act(ALICE, "Follow", group_iri(village)) | {"id": "https://evil.test/1"}
    assert (await village.coop.receive(forged, signed_by=ALICE)).code == "foreign-id"


async def test_a_proof_of_its_actor_lets_anybody_bring_an_activity(village: Village):
    carrier = village.server("relay.example").person("relay", type="Application")
    like = proven(ALICE, act(ALICE, "Like", group_iri(village)))
    answer = await village.coop.receive(like, signed_by=carrier)
    assert answer.status == 202
    row = village.coop.incoming(like["id"])
    assert row is not None
    assert (row.trust, row.host) == ("proof", "relay.example")


async def test_a_proof_over_other_words_is_refused(village: Village):
    carrier = village.server("relay.example").person("relay", type="Application")
    like = proven(ALICE, act(ALICE, "Like", group_iri(village))) | {"object": "https://coop.example/g/atelier"}
    assert (await village.coop.receive(like, signed_by=carrier)).status == 401


async def test_O14_a_forgery_does_not_keep_the_genuine_one_out(village: Village):
    # Given Mallory, who brings a Create of Alice's that Alice did not prove, under the id of a genuine one
    mallory = village.evil.person("mallory")
    genuine = act(ALICE, "Create", note(ALICE))
    forged = genuine | {"object": genuine["object"] | {"content": "<p>forged</p>"}}
    assert (await village.coop.receive(forged, signed_by=mallory)).status == 202

    # Then Alice's own still counts
    answer = await village.coop.receive(genuine, signed_by=ALICE)
    assert (answer.status, answer.code) == (202, "accepted")


async def test_a_suspended_actor_is_refused(village: Village):
    def suspend(session: Session) -> None:
        alice = people.find_actor(session, ALICE.iri)
        assert alice is not None
        people.suspend(session, alice, now=NOW)

    assert (await village.coop.receive(act(ALICE, "Like", group_iri(village)), signed_by=ALICE)).status == 202
    village.coop.db.write_now(suspend)
    answer = await village.coop.receive(act(ALICE, "Like", group_iri(village), "2"), signed_by=ALICE)
    assert (answer.status, answer.code) == (403, "suspended")


async def test_a_host_that_is_too_loud_is_told_when_to_come_back(db: Any):
    village = make_village(db, Limits(inbox_per_host_burst=3, inbox_per_host_per_s=1))
    answers = [
        await village.coop.receive(act(ALICE, "Like", group_iri(village), str(n)), signed_by=ALICE) for n in range(5)
    ]
    assert [answer.status for answer in answers] == [202, 202, 202, 429, 429]
    assert answers[-1].headers["Retry-After"] == "1"
    village.clock.forward(seconds=2)
    assert (await village.coop.receive(act(ALICE, "Like", group_iri(village), "9"), signed_by=ALICE)).status == 202
    await village.coop.close()


async def test_who_borrows_a_name_does_not_empty_its_bucket(db: Any):
    village = make_village(db, Limits(inbox_per_host_burst=3, inbox_per_host_per_s=1))
    mallory = village.evil.person("mallory")
    for number in range(10):
        forged = SigningKey(ALICE.keys.rsa.key_iri, ALICE.iri, mallory.keys.rsa.private)
        answer = await village.coop.receive(act(ALICE, "Like", group_iri(village), str(number)), signed_by=forged)
        assert answer.status == 401
    assert (await village.coop.receive(act(ALICE, "Like", group_iri(village)), signed_by=ALICE)).status == 202
    await village.coop.close()


@pytest.mark.parametrize(
    "host", ["bad.test", "x.bad.test", "BAD.TEST", "bad.test.", "bad.test:8443", "sub.x.bad.test", "ｂad.test"]
)
async def test_every_spelling_of_a_blocked_host_is_refused_without_a_question(village: Village, host: str):
    # Given a block on bad.test
    def block(session: Session) -> None:
        moderation.block(session, "bad.test", now=NOW)

    village.coop.db.write_now(block)
    # When somebody of it, in whatever spelling, says something
    eve = stranger("eve", host, number=15)
    answer = await village.coop.receive(act(eve, "Follow", group_iri(village)), signed_by=eve)
    # Then it is refused, and nobody was asked anything
    assert (answer.status, answer.code) == (403, "blocked")
    assert village.network.requests == []
    assert rows(village) == 0


async def test_a_block_shuts_out_those_whose_keys_are_known_too(village: Village):
    assert (await village.coop.receive(act(ALICE, "Like", group_iri(village)), signed_by=ALICE)).status == 202

    def block(session: Session) -> None:
        moderation.block(session, "mastodon.example", now=NOW)

    village.coop.db.write_now(block)
    answer = await village.coop.receive(act(ALICE, "Like", group_iri(village), "2"), signed_by=ALICE)
    assert (answer.status, answer.code) == (403, "blocked")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 100_000, 400),  # D4
        (b'{"a":' * 5_000, 400),  # D4
        (b'{"id":"https://evil.test/1","id":"https://evil.test/2"}', 400),  # D7
        (b'{"n": 1e999}', 400),  # D5
        (b'{"n": 99999999999999999999999}', 400),  # D5
        (b'{"n": NaN}', 400),  # D5
        (b'{"s": "\\ud800"}', 400),  # D6
        (b'{"s": "\\u0000"}', 400),  # D6
        (b"not json", 400),
        (b"", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"type":"Note","id":"https://evil.test/1"}', 400),
        (b'{"type":"Follow","id":"https://evil.test/1"}', 400),
        (b'{"type":"Follow","actor":"https://evil.test/users/mallory"}', 400),
        (b'{"type":"Follow","id":7,"actor":"https://evil.test/users/mallory"}', 400),
        (b'{"type":"Follow","id":"https://evil.test/' + b"a" * 3_000 + b'","actor":"https://evil.test/m"}', 400),
        (b" " * (Limits().body_bytes + 1), 413),
    ],
)
async def test_D4_D5_D6_D7_what_cannot_be_read_is_refused_with_400(village: Village, body: bytes, status: int):
    mallory = village.evil.person("mallory")
    assert (await village.coop.receive(body, signed_by=mallory)).status == status


@pytest.mark.parametrize("field", ["to", "cc", "tag", "attachment"])
async def test_D1_a_list_without_end_is_refused(village: Village, field: str):
    mallory = village.evil.person("mallory")
    many = [f"https://evil.test/{n}" for n in range(10_000)]
    value = many if field in ("to", "cc") else [{"type": "Link", "href": each} for each in many[:4_000]]
    big = act(mallory, "Create", note(mallory, **{field: value})) | ({field: value} if field in ("to", "cc") else {})
    assert (await village.coop.receive(big, signed_by=mallory)).status == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content_type": "text/html"}, 415),
        ({"content_type": "multipart/form-data"}, 415),
        ({"content_encoding": "gzip"}, 415),
    ],
)
async def test_only_plain_activity_json_is_read(village: Village, headers: dict[str, str], status: int):
    answer = await village.coop.receive(
        act(ALICE, "Like", group_iri(village)), signed_by=ALICE, change=lambda request: with_headers(request, **headers)
    )
    assert answer.status == status


async def test_a_database_that_is_away_is_answered_503_and_nothing_was_promised(village: Village):
    village.coop.db.engine.dispose()
    with village.coop.db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE incoming RENAME TO incoming_away")
    answer = await village.coop.receive(act(ALICE, "Like", group_iri(village)), signed_by=ALICE)
    assert (answer.status, answer.code) == (503, "not-now")
    assert int(answer.headers["Retry-After"]) > 0
    with village.coop.db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE incoming_away RENAME TO incoming")
    assert (await village.coop.receive(act(ALICE, "Like", group_iri(village)), signed_by=ALICE)).code == "accepted"


async def test_many_at_once_are_saved_together_and_each_is_answered(village: Village):
    requests = [
        village.coop.request(act(ALICE, "Like", group_iri(village), str(n)), signed_by=ALICE) for n in range(60)
    ]
    gate: Receiver = village.coop.receiver
    answers = await asyncio.gather(*(gate.accept(each, inbox_actor=None) for each in requests))
    assert {answer.code for answer in answers} == {"accepted"}
    assert rows(village) == 60


def note_by(author: Any, number: int) -> dict[str, Any]:
    return json.loads(json.dumps(act(author, "Create", note(author, str(number)))))


async def test_of_more_keys_than_are_remembered_those_that_spoke_last_stay(village: Village):
    keys = Keys(village.coop.db, village.coop.fetcher, limits=Limits(), now=village.clock, remembered=2)
    ann, bob, cas = (village.mastodon.person(name).keys.rsa.key_iri for name in ("ann", "bob", "cas"))
    await keys.fetch(ann)
    await keys.fetch(bob)
    assert keys.held(ann) is not None
    await keys.fetch(cas)
    assert [keys.held(key_iri) is not None for key_iri in (ann, bob, cas)] == [True, False, True]
    assert await keys.known(bob) is not None, "what is not in memory is in the tables"
