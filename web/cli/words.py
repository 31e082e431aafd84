"""Refusals and failures in English sentences, for the command line."""

from __future__ import annotations

from actors.refusals import Refused
from fediverse.errors import Declined, FediverseError, ForbiddenAddress, Malformed, Unreachable

REFUSALS = {
    "not-found": "There is no {what} «{name}» here.",
    "name-taken": "The name «{username}» is taken, or was taken once.",
    "name-malformed": "«{username}» can't be a name: a-z, 0-9, _ and inside it . or -, at most {limit} characters.",
    "other-origin": "This database belongs to {known}, not to {asked}.",
    "no-title": "A note has no title; change its text.",
    "mail-taken": "Somebody here uses {email} already.",
    "event-full": "All {capacity} seats are taken.",
    "host-blocked": "That server is blocked here.",
    "ours": "That address is our own.",
    "gone": "It was deleted, and does not come back.",
    "own-host": "That is this instance itself.",
}
"""Those that deserve a sentence; the others are printed as their code with its facts, which say enough."""

FAILURES = {
    "bad-handle": "That is no handle. Write @name@server.",
    "not-an-actor": "What stands there is not an actor that can be followed.",
    "no-actor-link": "That server knows the name, but names no ActivityPub actor for it.",
    "timeout": "The other server did not answer in time.",
}


def word_refusal(error: Refused) -> str:
    """One sentence for a rule's refusal."""
    sentence = REFUSALS.get(error.code)
    if sentence is None:
        facts = ", ".join(f"{name} {value}" for name, value in error.facts.items())
        return f"Refused: {error.code}{f' ({facts})' if facts else ''}."
    try:
        return sentence.format(**error.facts)
    except KeyError:
        return f"Refused: {error.code}."


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
