"""Actors and their keys.

Source: ActivityPub §4; FEP-521a (`assertionMethod`), FEP-844e (`implements`), FEP-2c59 (`webfinger`),
FEP-5feb (`indexable`), FEP-1b12 (a group's `attributedTo` is its moderators' collection).
"""

from dataclasses import dataclass

from fediverse.documents import JSON
from fediverse.types.objects import Link, Object, Ref
from fediverse.types.terms import Shape, term

ACTOR_TYPES = frozenset({"Person", "Group", "Application", "Service", "Organization"})

RFC9421 = "https://datatracker.ietf.org/doc/html/rfc9421"
"""What an actor that reads HTTP Message Signatures lists in `implements` (FEP-844e)."""


@dataclass(frozen=True, kw_only=True)
class PemKey(Object):
    """`publicKey`: an RSA key as most of the fediverse sends it. Unchecked; see `fediverse.keys.read_key`."""

    owner: str | None = term("owner", Shape.IRI)
    public_key_pem: str | None = term("publicKeyPem", Shape.RAW)


@dataclass(frozen=True, kw_only=True)
class Multikey(Object):
    """An entry of `assertionMethod`. Unchecked; see `fediverse.keys.read_key`."""

    type: str = "Multikey"
    controller: str | None = term("controller", Shape.IRI)
    public_key_multibase: str | None = term("publicKeyMultibase", Shape.RAW)


@dataclass(frozen=True, kw_only=True)
class Actor(Object):
    """A person, group or machine with an inbox. Pass `type`; a missing consent flag is None.

    `moderators` is the id of a Group's moderators' collection (its `attributedTo` on the wire).
    `kind` ("sector", "project") and `part_of_group` are our own terms.
    """

    type: str = "Person"
    inbox: str | None = term("inbox", Shape.IRI)
    outbox: str | None = term("outbox", Shape.IRI)
    followers: str | None = term("followers", Shape.IRI)
    following: str | None = term("following", Shape.IRI)
    featured: str | None = term("featured", Shape.IRI)
    shared_inbox: str | None = None
    preferred_username: str | None = term("preferredUsername", Shape.WORD)
    webfinger: str | None = term("webfinger", Shape.WORD)
    public_keys: tuple[PemKey, ...] = term("publicKey", Shape.MANY, of=lambda: PemKey, limit="attachments")
    assertion_methods: tuple[Multikey, ...] = term(
        "assertionMethod", Shape.MANY, of=lambda: Multikey, limit="attachments", array=True
    )
    manually_approves_followers: bool | None = term("manuallyApprovesFollowers", Shape.FLAG)
    discoverable: bool | None = term("discoverable", Shape.FLAG)
    indexable: bool | None = term("indexable", Shape.FLAG)
    also_known_as: tuple[str, ...] = term("alsoKnownAs", Shape.IRIS, limit="recipients", array=True)
    moved_to: str | None = term("movedTo", Shape.IRI)
    moderators: str | None = None
    members: str | None = term("members", Shape.IRI)
    upcoming_events: str | None = term("upcomingEvents", Shape.IRI)
    posting_restricted_to_mods: bool | None = term("postingRestrictedToMods", Shape.FLAG)
    kind: str | None = term("kind", Shape.WORD)
    part_of_group: tuple[str, ...] = term("partOfGroup", Shape.IRIS, limit="recipients", array=True)
    implements: tuple[Link, ...] = term("implements", Shape.MANY, of=lambda: Link, limit="tags", array=True)
    openness: str | None = term("openness", Shape.WORD)
    suspended: bool | None = term("suspended", Shape.FLAG)
    interaction_policy: JSON = term("interactionPolicy", Shape.RAW)

    def speaks(self, capability: str) -> bool:
        """Whether the actor or the software behind it lists `capability` (an IRI) in `implements`."""
        software: Ref | None = self.generator
        listed = self.implements + (software.implements if isinstance(software, Actor) else ())
        return any(link.href == capability for link in listed)
