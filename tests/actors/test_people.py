"""Who is who: founding ours, remembering others, keys."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from actors import moderation, people
from actors.people import Actor, RemoteKey, Vault
from actors.refusals import Refused
from fediverse.keys import make_rsa, multikey, pem_key
from fediverse.types import PemKey
from tests.world import ALICE, NOW, ORIGIN, SECRET, prepared_keys, stranger


def found(session, username, path=None, number=7, **more):
    return people.found_local(
        session,
        Vault(SECRET),
        origin=ORIGIN,
        path=path or f"/u/{username}",
        type="Person",
        kind=None,
        username=username,
        name=username,
        keys=prepared_keys(number),
        **more,
    )


@pytest.mark.parametrize("name", ["noor", "a", "a_b", "jan.peeters", "x-1", "0" * 30])
def test_a_name_that_every_server_can_take_is_taken(session, name):
    assert found(session, name).iri == f"{ORIGIN}/u/{name}"


@pytest.mark.parametrize("name", ["", "Noor", "été", "a b", ".a", "a.", "a..b", "-a", "a@b", "a/b", "0" * 31, "a\n"])
def test_a_name_that_some_server_would_refuse_is_refused(session, name):
    with pytest.raises(Refused) as refused:
        found(session, name, path="/u/x")
    assert refused.value.code == "name-malformed"


def test_people_and_groups_share_one_space_of_names(world, session):
    with pytest.raises(Refused) as refused:
        found(session, "interior")
    assert refused.value.code == "name-taken"


def test_relay_is_the_instance_and_nobody_else(session):
    with pytest.raises(Refused) as refused:
        found(session, "relay")
    assert refused.value.code == "name-taken"


def test_a_name_that_was_deleted_is_never_given_out_again(session):
    someone = found(session, "someone")
    people.mark_deleted(session, someone, now=NOW)
    with pytest.raises(Refused) as refused:
        found(session, "someone", number=8)
    assert refused.value.code == "name-taken"


def test_what_belongs_to_an_actor_is_born_from_its_iri(world):
    group, person = world.interior, world.noor_actor
    assert group.iri == f"{ORIGIN}/g/interior"
    assert group.inbox_iri == f"{group.iri}/inbox"
    assert group.shared_inbox_iri == f"{ORIGIN}/inbox"
    assert group.upcoming_events_iri == f"{group.iri}/events"
    assert person.moderators_iri is None
    assert (group.authority, group.host) == ("coop.example", "coop.example")


def test_the_instance_is_founded_once_and_named_after_its_authority(world, session):
    again = people.ensure_instance(session, world.vault, origin=ORIGIN, name="Coop")
    assert again.id == world.instance.id
    assert (again.username, again.iri, again.type) == ("coop.example", f"{ORIGIN}/actor", "Application")
    assert people.instance_actor(session).id == again.id


def test_everybody_is_found_by_iri_name_and_handle(world, session):
    assert people.find_actor(session, ALICE.iri) is world.alice
    assert people.local_actor(session, "Interior") is world.interior
    assert people.by_handle(session, "alice", "mastodon.example") is world.alice
    assert people.by_handle(session, "alice", "coop.example") is None


def test_a_remote_actor_is_remembered_with_inboxes_and_keys(world, session):
    alice = world.alice
    assert (alice.local, alice.username, alice.authority) == (False, "alice", "mastodon.example")
    assert people.inbox_row(session, alice.inbox_iri).id == alice.inbox_id
    assert people.inbox_row(session, "https://mastodon.example/inbox").id == alice.delivery_inbox_id
    for key in (ALICE.keys.rsa, ALICE.keys.ed25519):
        known = people.find_key(session, key.key_iri)
        assert known is not None
        assert (known.actor_iri, known.suspended) == (ALICE.iri, False)
        known.public.verify(key.sign(b"hello"), b"hello")


def test_without_a_shared_inbox_the_own_one_is_used_for_everything(world, session):
    alone = people.remember(session, stranger("alone", "tiny.example", shared_inbox=False).document, now=NOW)
    assert alone.delivery_inbox_id == alone.inbox_id


def test_remembering_again_updates_the_same_row(world, session):
    changed = replace(ALICE.document, name="Alice B.", extra={"quirk": 1})
    again = people.remember(session, changed, now=NOW)
    assert again.id == world.alice.id
    assert session.scalar(select(Actor.name).where(Actor.iri == ALICE.iri)) == "Alice B."
    assert again.document["quirk"] == 1


@pytest.mark.parametrize("iri", [f"{ORIGIN}/g/interior", f"{ORIGIN}/u/not-yet", f"{ORIGIN}/actor"])
def test_O6_nobody_from_outside_becomes_one_of_ours(world, session, iri):
    document = replace(
        ALICE.document, id=iri, inbox=f"{iri}/inbox", shared_inbox=None, public_keys=(), assertion_methods=()
    )
    with pytest.raises(Refused) as refused:
        people.remember(session, document, now=NOW)
    assert refused.value.code == "ours"


def test_K2_a_key_of_somebody_else_is_refused_and_the_others_key_stays(world, session):
    # Given Mallory, whose document claims that her key is Alice's
    mallory = stranger("mallory", "evil.example", number=7)
    claims = replace(
        mallory.document,
        public_keys=(PemKey(id=ALICE.keys.rsa.key_iri, owner=ALICE.iri, public_key_pem=pem_of(mallory)),),
    )

    # When it is remembered
    with pytest.raises(Refused) as refused:
        people.remember(session, claims, now=NOW)

    # Then it is refused, and Alice's key is the one she had
    assert refused.value.code == "key-not-theirs"
    known = people.find_key(session, ALICE.keys.rsa.key_iri)
    known.public.verify(ALICE.keys.rsa.sign(b"x"), b"x")


def test_K2_a_key_with_an_id_on_another_server_is_refused(world, session):
    mallory = stranger("mallory", "evil.example", number=7)
    claims = replace(
        mallory.document,
        public_keys=(PemKey(id=ALICE.keys.rsa.key_iri, owner=mallory.iri, public_key_pem=pem_of(mallory)),),
    )
    with pytest.raises(Refused) as refused:
        people.remember(session, claims, now=NOW)
    assert refused.value.code == "key-not-theirs"


def test_K2_a_key_iri_that_a_neighbour_has_already_stays_the_neighbours(world, session):
    # Given another actor of Alice's server, who lists Alice's key id as its own
    bob = stranger("bob", number=7)
    claims = replace(
        bob.document,
        public_keys=(PemKey(id=ALICE.keys.rsa.key_iri, owner=bob.iri, public_key_pem=pem_of(bob)),),
        assertion_methods=(),
    )
    people.remember(session, claims, now=NOW)
    assert people.find_key(session, ALICE.keys.rsa.key_iri).actor_iri == ALICE.iri


def test_K7_a_weak_key_is_left_out(world, session):
    document = replace(
        stranger("weak", "old.example").document,
        public_keys=(
            PemKey(
                id="https://old.example/users/weak#main-key",
                owner="https://old.example/users/weak",
                public_key_pem="-----BEGIN PUBLIC KEY-----\nMFww\n-----END PUBLIC KEY-----\n",
            ),
        ),
        assertion_methods=(),
    )
    people.remember(session, document, now=NOW)
    assert people.find_key(session, "https://old.example/users/weak#main-key") is None


def test_K8_a_new_key_replaces_the_old_one_at_once(world, session):
    new = prepared_keys(8)
    rotated = replace(
        ALICE.document,
        public_keys=(pem_key(replace(ALICE.keys.rsa, private=new.rsa)),),
        assertion_methods=(multikey(replace(ALICE.keys.ed25519, key_iri=f"{ALICE.iri}#new", private=new.ed25519)),),
    )
    people.remember(session, rotated, now=NOW)
    known = people.find_key(session, ALICE.keys.rsa.key_iri)
    known.public.verify(replace(ALICE.keys.rsa, private=new.rsa).sign(b"x"), b"x")
    assert people.find_key(session, ALICE.keys.ed25519.key_iri) is None
    assert session.scalars(select(RemoteKey).where(RemoteKey.actor_id == world.alice.id)).all()[0].iri


@pytest.mark.parametrize(
    "change",
    [
        {"type": "Note"},
        {"id": None},
        {"id": "https://mastodon.example/users/alice#me"},
        {"id": "urn:alice"},
        {"inbox": None},
        {"inbox": "https://other.example/inbox"},
        {"inbox": "http://mastodon.example/users/alice/inbox"},
        {"inbox": "https://mastodon.example:8443/inbox"},
    ],
)
def test_a_document_without_its_own_id_and_inbox_is_refused(world, session, change):
    with pytest.raises(Refused) as refused:
        people.remember(session, replace(ALICE.document, **change), now=NOW)
    assert refused.value.code == "actor-malformed"


def test_collections_and_addresses_of_another_server_are_not_believed(world, session):
    document = replace(
        ALICE.document,
        shared_inbox="https://other.example/inbox",
        followers="https://other.example/followers",
        url="https://coop.example/@alice",
    )
    alice = people.remember(session, document, now=NOW)
    assert (alice.shared_inbox_iri, alice.followers_iri, alice.url) == (None, None, None)
    assert alice.delivery_inbox_id == alice.inbox_id


def test_what_a_stranger_says_of_itself_is_made_harmless(world, session):
    document = replace(ALICE.document, name="A\u202elice\n", summary="<p onclick='x'>hi<script>1</script></p>")
    alice = people.remember(session, document, now=NOW)
    assert alice.name == "Alice"
    assert alice.summary == "<p>hi</p>"


def test_O13_nobody_of_a_blocked_host_is_taken_in(world, session):
    moderation.block(session, "bad.example", now=NOW)
    with pytest.raises(Refused) as refused:
        people.remember(session, stranger("eve", "sub.bad.example").document, now=NOW)
    assert refused.value.code == "host-blocked"


def test_O13_the_signatures_of_a_suspended_actor_are_known_as_such(world, session):
    people.suspend(session, world.alice, now=NOW)
    people.remember(session, ALICE.document, now=NOW)
    assert people.find_key(session, ALICE.keys.rsa.key_iri).suspended
    people.unsuspend(session, world.alice)
    assert not people.find_key(session, ALICE.keys.rsa.key_iri).suspended


def test_a_deleted_actor_loses_words_and_keys_and_does_not_come_back(world, session):
    people.mark_deleted(session, world.alice, now=NOW)
    assert (world.alice.name, world.alice.summary, world.alice.document) == ("", "", None)
    assert people.find_key(session, ALICE.keys.rsa.key_iri) is None
    assert people.tombstone(session, ALICE.iri).former_type == "Person"
    with pytest.raises(Refused) as refused:
        people.remember(session, ALICE.document, now=NOW)
    assert refused.value.code == "gone"


def test_an_iri_that_was_buried_before_anybody_stood_there_stays_empty(world, session):
    people.bury(session, "https://x.example/users/zoe", "Person", None, now=NOW)
    people.bury(session, "https://x.example/users/zoe", "Person", None, now=NOW)
    with pytest.raises(Refused) as refused:
        people.remember(session, stranger("zoe", "x.example").document, now=NOW)
    assert refused.value.code == "gone"


def test_our_keys_sign_what_their_public_halves_verify(world, session):
    keys = world.keyring.load(session, world.interior.id)
    assert keys.rsa.key_iri == f"{world.interior.iri}#main-key"
    assert keys.ed25519.key_iri == f"{world.interior.iri}#ed25519-key"
    pair = session.get_one(people.KeyPair, world.interior.id)
    assert pair.rsa_public_pem == pem_key(keys.rsa).public_key_pem
    assert pair.ed25519_multikey == multikey(keys.ed25519).public_key_multibase
    assert world.keyring.load(session, world.interior.id) is keys


def test_a_keyring_remembers_only_as_many_as_it_may(world, session):
    ring = people.Keyring(world.vault, size=1)
    first = ring.load(session, world.interior.id)
    ring.load(session, world.atelier.id)
    assert ring.load(session, world.interior.id) is not first


def test_strangers_have_no_keys_to_sign_with(world, session):
    with pytest.raises(Refused) as refused:
        world.keyring.load(session, world.alice.id)
    assert refused.value.code == "no-keys"


def test_L7_what_one_secret_sealed_another_does_not_open(world, session):
    with pytest.raises(Refused) as refused:
        people.Keyring(Vault(bytes(32))).load(session, world.interior.id)
    assert refused.value.code == "wrong-secret"


def test_L7_sealing_twice_gives_two_texts_and_damage_is_seen():
    vault = Vault(SECRET)
    one, two = vault.seal(b"key"), vault.seal(b"key")
    assert one != two
    assert vault.unseal(one) == b"key"
    for damaged in (one[:-1], b"\x02" + one[1:], one[:20] + bytes([one[20] ^ 1]) + one[21:], b""):
        with pytest.raises(Refused):
            vault.unseal(damaged)
    with pytest.raises(ValueError, match="bytes"):
        Vault(b"short")


def pem_of(someone) -> str:
    return someone.document.public_keys[0].public_key_pem


def test_made_keys_are_rsa_of_2048_bits_and_ed25519():
    keys = people.make_keys()
    assert keys.rsa.key_size == make_rsa().key_size == 2048
