"""A small named cast for tests.

Ours, on https://coop.example: the sector group «interior», the project «atelier» that belongs to it, and Noor, a member
who organises both and has a public actor. Elsewhere: Alice on Mastodon, and the group «bouw» of a partner instance.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from sqlalchemy.orm import Session

from actors import groups, people
from actors.groups import GroupDraft
from actors.people import Actor, Keyring, Keys, Member, NewKeys, Vault
from fediverse.keys import SigningKey, load_private, multikey, pem_key
from fediverse.types import Actor as ActorDocument

ORIGIN = "https://coop.example"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SECRET = bytes(range(32))
KEYS = Path(__file__).parent / "keys"
KEY_PAIRS = 8


@cache
def prepared_keys(number: int) -> NewKeys:
    """Pair `number` (from 1; beyond the last one they come again): RSA from a file, Ed25519 from the number."""
    rsa = load_private((KEYS / f"rsa-{(number - 1) % KEY_PAIRS + 1}.pem").read_text(encoding="ascii"))
    assert isinstance(rsa, RSAPrivateKey)
    return NewKeys(rsa, Ed25519PrivateKey.from_private_bytes(sha256(b"key %d" % number).digest()))


@dataclass(frozen=True, slots=True)
class Stranger:
    """An actor of another server: its document, and the keys it signs with."""

    document: ActorDocument
    keys: Keys

    @property
    def iri(self) -> str:
        assert self.document.id
        return self.document.id


def stranger(
    name: str,
    host: str = "mastodon.example",
    *,
    type: str = "Person",  # noqa: A002
    number: int = 5,
    shared_inbox: bool = True,
    kind: str | None = None,
    approves: bool = False,
) -> Stranger:
    """`name@host`, not yet remembered; pair `number` of the prepared keys is its."""
    origin = f"https://{host}"
    iri = f"{origin}/{'users' if type == 'Person' else 'g'}/{name}"
    pair = prepared_keys(number)
    keys = Keys(
        SigningKey(f"{iri}#main-key", iri, pair.rsa),
        SigningKey(f"{iri}#ed25519-key", iri, pair.ed25519),
    )
    document = ActorDocument(
        id=iri,
        type=type,
        preferred_username=name,
        name=name.capitalize(),
        summary=f"<p>{name.capitalize()} of {host}</p>",
        url=f"{origin}/@{name}",
        inbox=f"{iri}/inbox",
        outbox=f"{iri}/outbox",
        followers=f"{iri}/followers",
        following=f"{iri}/following",
        shared_inbox=f"{origin}/inbox" if shared_inbox else None,
        manually_approves_followers=approves,
        kind=kind,
        public_keys=(pem_key(keys.rsa),),
        assertion_methods=(multikey(keys.ed25519),),
    )
    return Stranger(document, keys)


ALICE = stranger("alice", number=5)
BOUW = stranger("bouw", "partner.example", type="Group", kind="sector", number=6)


@dataclass(frozen=True, slots=True)
class World:
    """The cast as rows. `keyring` reads the keys of ours; those of the strangers are in `ALICE.keys`, `BOUW.keys`."""

    vault: Vault
    keyring: Keyring
    instance: Actor
    interior: Actor
    atelier: Actor
    noor: Member
    noor_actor: Actor
    alice: Actor
    bouw: Actor


def make_world(session: Session, origin: str = ORIGIN, now: datetime = NOW) -> World:
    """Found and remember everybody; usable as `db.write_now(make_world)`."""
    vault = Vault(SECRET)
    instance = people.ensure_instance(session, vault, origin=origin, name="Coop", keys=prepared_keys(1))
    noor_actor = people.found_local(
        session,
        vault,
        origin=origin,
        path="/u/noor",
        type="Person",
        kind=None,
        username="noor",
        name="Noor Peeters",
        language="nl",
        manually_approves=True,
        indexable=False,
        keys=prepared_keys(2),
        now=now,
    )
    noor = people.create_member(
        session, name="Noor", email="noor@members.example", language="nl", role="admin", actor_id=noor_actor.id
    )
    interior = groups.found(
        session,
        vault,
        GroupDraft(
            username="interior",
            name="Interieur & scenografie",
            summary="<p>Ruimtes die kloppen.</p>",
            language="nl",
            name_map={"nl": "Interieur & scenografie", "fr": "Intérieur & scénographie"},
            summary_map={"nl": "<p>Ruimtes die kloppen.</p>", "fr": "<p>Des espaces justes.</p>"},
            theme="interior",
            region="BE-BRU",
            level="regional",
        ),
        origin=origin,
        member_id=noor.id,
        keys=prepared_keys(3),
        now=now,
    )
    atelier = groups.found(
        session,
        vault,
        GroupDraft(
            username="atelier",
            kind="project",
            name="Atelier Canal",
            language="fr",
            manually_approves=True,
            posting="approval",
            part_of=(interior.iri,),
        ),
        origin=origin,
        member_id=noor.id,
        keys=prepared_keys(4),
        now=now,
    )
    alice = people.remember(session, ALICE.document, now=now)
    bouw = people.remember(session, BOUW.document, now=now)
    return World(vault, Keyring(vault), instance, interior, atelier, noor, noor_actor, alice, bouw)
