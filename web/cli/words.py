"""Refusals and failures in English sentences, for the command line."""

from __future__ import annotations

from actors.refusals import Refused
from fediverse.errors import Declined, FediverseError, ForbiddenAddress, Malformed, Unreachable

REFUSALS = {
    # Who and what is not there, or may not.
    "not-found": "There is no {what} «{name}» here.",
    "gone": "It was deleted, and does not come back.",
    "ours": "That address is our own.",
    "not-ours": "That is not ours to change: {iri}",
    "not-our-group": "That is not a group of this instance: {iri}",
    "not-a-member": "Only members of the group may do that.",
    "join-first": "Join the group first: {group}",
    "not-the-author": "{iri} is not by {by}.",
    "members-only": "It is for members, and never leaves the house: {iri}",
    "not-published": "It is not published: {iri}",
    "nobody": "Name the member or the actor that is meant.",
    "kind-changed": "{iri} was something else before, and can't become this.",
    "id-taken": "The id {iri} is in use for something else.",
    # Names, texts, times, places.
    "name-taken": "The name «{username}» is taken, or was taken once.",
    "name-malformed": "«{username}» can't be a name: a-z, 0-9, _ and inside it . or -, at most {limit} characters.",
    "name-missing": "It needs a name that people can read.",
    "title-missing": "It needs a title.",
    "text-missing": "It needs a text.",
    "no-title": "A note has no title; change its text.",
    "too-long": "{field} is too long; {limit} characters is the most.",
    "too-many": "{field}: these are too many; {limit} is the most.",
    "unreadable-character": "{field} has a character that nobody can read (NUL, or half a pair).",
    "asks-nothing": "This search asks for everything.",
    "too-many-alerts": "Nobody saves more than {limit} searches.",
    "unknown-choice": "{field} can't be «{value}».",
    "unknown-language": "«{language}» is no language code, such as nl or de-BE.",
    "unknown-zone": "There is no time zone «{zone}»; write one like Europe/Brussels.",
    "amount-malformed": "{field} can't be «{amount}»: a number such as 350 or 12.50.",
    "date-absurd": "{date} can't be meant.",
    "ends-before-it-begins": "It ends ({ends}) before it begins ({begins}).",
    "closes-in-the-past": "It would have closed already, on {closes}.",
    "place-off-the-map": "{latitude}, {longitude} is no place on earth.",
    "address-missing": "It needs {field}.",
    "purpose-is-fixed": "An offer can't become a need, nor a need an offer: publish another one.",
    # Groups and projects.
    "kind-unknown": "A group can't be of the kind «{word}».",
    "level-unknown": "A group can't have the level «{word}».",
    "posting-unknown": "The rule for posting can't be «{word}».",
    "joining-unknown": "The rule for joining can't be «{word}».",
    "project-without-group": "A project belongs to at least one group.",
    "group-malformed": "«{iri}» is not the address of a group.",
    "starter-malformed": "The starter file can't be used: look at {where}.",
    # Follows, membership, coming to an event.
    "follows-itself": "A group can't follow itself.",
    "follow-severed": "That follow was cut by a block; open the server again first.",
    "actor-suspended": "That actor is suspended here.",
    "author-suspended": "{author} is suspended here.",
    "join-by-invitation": "{iri} is joined by invitation only.",
    "join-closed": "{iri} takes no new members.",
    "role-unknown": "There is no role «{role}».",
    "event-full": "All {capacity} seats are taken.",
    "event-over": "It is over since {over}.",
    "event-cancelled": "It was called off.",
    "attendance-left": "They said already that they do not come.",
    "joins-not-handled": "Who wants to come says so elsewhere: {url}",
    "answers-closed": "It takes no answers for now: {iri}",
    "own-item": "Nobody answers what they published themselves: {iri}",
    "answered-already": "They have said already that they can do this: {iri}",
    "too-many-answers": "These are too many answers at once; {limit} a day is the most.",
    "answer-withdrawn": "The answer was taken back.",
    "no-voice": "No actor of ours can say this there: {iri}",
    "already-open": "It is open: {iri}",
    "link-used": "The link has done its work.",
    "too-many-drafts": "These are too many drafts; {limit} is the most.",
    "already-closed": "It is closed already ({status}).",
    # Taking part in a group, and what a group is.
    "answer-missing": "A question of the form was not answered.",
    "colour-malformed": "A colour is written as # and six digits or letters from a to f.",
    "colour-too-pale": "White words can't be read on that colour; choose a darker one.",
    "colour-faint": "White words can't be read on that colour ({contrast} to 1; 4.5 is the least).",
    "region-unknown": "That region is not known; write one like BE-BRU, BE or EU.",
    "founding-not-allowed": "They may not found a group of this kind here.",
    "followers-are-members": "Only members follow a private group.",
    "private-group": "A private group can't do that.",
    "invitation-spent": "That invitation was used up, has ended, or is for another group.",
    "invitation-over": "That invitation was used up or has ended.",
    "invitation-needed": "One joins this instance by invitation.",
    "uses-impossible": "An invitation is used at least once.",
    "ends-in-the-past": "It would have ended already.",
    "already-in": "They take part already.",
    "invited-lately": "They were invited within the last month, and have not said yes.",
    "last-organiser": "They are the last organiser: make somebody else organiser first, or close the group.",
    "not-an-organiser": "Only its organisers may do that.",
    "handed-to-oneself": "A group is handed to somebody else.",
    "moved-lately": "It moved less than a week ago; wait until the week is over.",
    "no-target": "Name the address elsewhere.",
    "not-alike": "What stands there does not say that it is the same; name the old address there first.",
    # Joining the instance, accounts elsewhere, profiles, leaving.
    "last-admin": "That is the only admin: make somebody else an admin first.",
    "oneself": "Nobody suspends themselves.",
    "admins-only": "Only admins do that to somebody with a role.",
    "mail-host-malformed": "«{host}» is no name of a mail server.",
    "mail-port-impossible": "{port} is no port: 1 to 65535.",
    "mail-password-again": "The password was given for another server, user or way of encryption; give it again.",
    "already-decided": "Somebody has decided this already.",
    "terms-not-agreed": "The rules of the instance were not agreed to.",
    "too-many-forms": "Too many such forms came from there; wait a while.",
    "identity-taken": "That account elsewhere belongs to another member.",
    "not-fresh": "It wants a fresh sign-in.",
    "passkey-late": "That challenge is over, or was given to another browser.",
    "passkey-malformed": "That is no answer of an authenticator.",
    "passkey-not-proved": "That passkey did not sign what it was asked to.",
    "passkey-unknown": "Nobody here has that passkey.",
    "passkey-copied": "That passkey's count did not go up; it may have been copied.",
    "passkey-known": "That passkey is somebody's already.",
    "passkeys-full": "The member has {limit} passkeys, which is the most.",
    "last-way-in": "It is the last way of signing in; add another one first.",
    "state-unknown": "That sign-in was not begun here.",
    "state-used": "That sign-in was ended already.",
    "state-expired": "That sign-in took too long; begin again.",
    "already-public": "They can be found on the fediverse already.",
    "not-public": "They have no actor that the fediverse could find.",
    "link-malformed": "A link is an address that begins with https://.",
    "copy-lately": "A copy was made a short while ago.",
    "copy-over": "That copy is there no more; ask for another one.",
    "password-short": "A password has at least twelve characters.",
    "password-long": "That password is too long.",
    "password-common": "Too many people use that password.",
    "password-about-you": "That password says too much about its owner.",
    "password-wrong": "That is not the password.",
    # Other servers and their actors.
    "host-blocked": "{host} is blocked here.",
    "host-is-ours": "{host} is this instance itself.",
    "host-malformed": "«{host}» is no name of a server.",
    "actor-malformed": "What {iri} says of itself can't be used ({why}).",
    "key-not-theirs": "{iri} names a key of somebody else: {key}",
    # Members, keys, the instance.
    "mail-taken": "Somebody here uses {email} already.",
    "member-suspended": "That member is suspended.",
    "sign-in-link-spent": "That sign-in link was used already.",
    "token-unknown": "That link is not one of ours.",
    "token-used": "That link was used already.",
    "token-expired": "That link is too old.",
    "report-empty": "A report names somebody or something.",
    "other-origin": "This database belongs to {known}, not to {asked}.",
    "no-instance": "This instance was never started: `knooppunt serve` does it.",
    "no-keys": "An actor has lost its keys (row {actor_id}).",
    "wrong-secret": "The secret key is not the one that this database was made with.",
}
"""A sentence for each refusal that a rule of `actors/` or `outbox/` can give; tests/web holds it to that."""

FAILURES = {
    "bad-handle": "That is no handle. Write @name@server.",
    "bad-iri": "That is no address. Write @name@server, or an address that begins with https://.",
    "bad-host": "That is no name of a server.",
    "not-an-actor": "What stands there is not an actor that can be followed.",
    "not-activitypub": "What stands there is a page for people, not a document of an actor.",
    "no-actor-link": "That server knows the name, but names no ActivityPub actor for it.",
    "not-found": "That server knows nobody and nothing of that name.",
    "gone": "It was there, and is deleted.",
    "timeout": "The other server did not answer in time.",
    "no-such-host": "There is no server of that name.",
    "no-connection": "Nobody answers at that server.",
    "bad-certificate": "The other server's certificate is not valid for its name.",
    "tls-failed": "The other server does not manage an encrypted connection.",
    "not-https": "Only https is spoken with other servers.",
    "not-public": "That is not a public address, and an instance on the internet speaks to no other.",
    "not-loopback": "An instance on localhost speaks with this machine only.",
    "own-origin": "That is this instance itself.",
    "blocked-host": "That server is blocked here.",
    "id-mismatch": "What stands there says that its address is another one.",
}


def word_refusal(error: Refused) -> str:
    """One sentence for a rule's refusal."""
    sentence = REFUSALS.get(error.code)
    facts = ", ".join(f"{name} {value}" for name, value in error.facts.items())
    if sentence is None:
        return f"Refused: {error.code}{f' ({facts})' if facts else ''}."
    return sentence.format(**error.facts)


def word_failure(error: FediverseError) -> str:
    """One sentence for what went wrong with another server."""
    if error.code in FAILURES:
        return FAILURES[error.code]
    what = {
        ForbiddenAddress: "That is not an address we may speak to",
        Malformed: "The other server's answer can't be used",
        Declined: "The other server said no",
        Unreachable: "The other server can't be reached",
    }
    sentence = next((words for kind, words in what.items() if isinstance(error, kind)), "It did not work")
    return f"{sentence} ({error})."
