"""What each kind of mail says: a subject, paragraphs, at most one thing to do.

A kind is a function in `LETTERS`. Facts are plain values of others; `Words` takes them as single lines of text, and
links only if they lead to us.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from web.i18n import Reader
from web.notices import Told, is_path, plain_fact, word


class Unwordable(Exception):
    """These facts make no mail; the message says which is wrong."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a digest: what happened, when, and where it leads."""

    text: str
    when: str
    action: str
    url: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in words; all text is plain."""

    subject: str
    paragraphs: tuple[str, ...]
    action: tuple[str, str] | None = None
    """What the button says, and its address."""
    entries: tuple[Entry, ...] = ()
    after: tuple[str, ...] = ()
    """Below the button: what is good to know."""
    topic: str | None = None
    """What its one-click end ends: a kind of notification, or `digest`. None: it can't be ended."""


@dataclass(frozen=True, slots=True)
class Words:
    """The facts of one mail, and the words of its reader."""

    reader: Reader
    site: str
    origin: str
    facts: Mapping[str, Any]
    path_of: Callable[[str], str]

    def text(self, message: str, /, **facts: object) -> str:
        """See `Reader.text`; `site` can be used in every sentence."""
        return self.reader.text(message, **{"site": self.site, **facts})

    def fact(self, name: str) -> str:
        """One line of text; empty when it is not there."""
        return plain_fact(self.facts.get(name))

    def link(self, name: str = "link") -> str:
        """An address of ours.

        Raises:
            Unwordable: it is missing, or leads elsewhere.
        """
        given = self.facts.get(name)
        if isinstance(given, str):
            path = given.removeprefix(self.origin)
            if is_path(path):
                return self.origin + path
        raise Unwordable(f"{name} is no address of ours")

    def minutes(self) -> str:
        """How long a link opens, in words."""
        minutes = self.facts.get("minutes")
        if not isinstance(minutes, int) or minutes <= 0:
            return self.text("The link opens once.")
        if minutes % 60 == 0:
            return self.reader.texts(
                "The link opens once, within %(n)s hour.", "The link opens once, within %(n)s hours.", minutes // 60
            )
        return self.reader.texts(
            "The link opens once, within %(n)s minute.", "The link opens once, within %(n)s minutes.", minutes
        )

    def told(self, given: Mapping[str, Any]) -> Told:
        """A notification in the facts, worded."""
        about, facts = given.get("about_iri"), given.get("facts")
        return word(
            self.reader, str(given.get("kind")), about if isinstance(about, str) else None, facts or {}, self.path_of
        )


def _sign_in(say: Words) -> Letter:
    return Letter(
        say.text("Sign in to %(site)s"),
        (say.text("You asked to sign in to %(site)s. This button signs you in."),),
        (say.text("Sign in"), say.link()),
        after=(say.minutes(), say.text("You did not ask for it? Then do nothing; without this mail nobody gets in.")),
    )


def _password_reset(say: Words) -> Letter:
    return Letter(
        say.text("Choose a new password for %(site)s"),
        (say.text("You asked for a new password for %(site)s. Choose it on the page behind this button."),),
        (say.text("Choose a new password"), say.link()),
        after=(say.minutes(), say.text("You did not ask for it? Then do nothing; your password stays as it is.")),
    )


def _confirm_address(say: Words) -> Letter:
    return Letter(
        say.text("Is this your address?"),
        (say.text("Somebody, probably you, gave this address to %(site)s. Confirm that it is yours."),),
        (say.text("Confirm my address"), say.link()),
        after=(say.minutes(), say.text("It was not you? Then do nothing; the address is not used.")),
    )


def _address_changed(say: Words) -> Letter:
    return Letter(
        say.text("Your address at %(site)s has changed"),
        (
            say.text(
                "Mails from %(site)s go to %(address)s from now on, and no longer to this address.",
                address=say.fact("address"),
            ),
        ),
        after=(say.text("It was not you? Write at once to the people who run %(site)s."),),
    )


def _way_added(say: Words) -> Letter:
    return Letter(
        say.text("A new way of signing in at %(site)s"),
        (
            say.text("From now on you can also sign in to %(site)s with «%(way)s».", way=say.fact("way")),
            say.text("All your ways of signing in stand in your settings; there you can remove them."),
        ),
        after=(say.text("It was not you? Write at once to the people who run %(site)s."),),
    )


def _request_received(say: Words) -> Letter:
    return Letter(
        say.text("Your request to join %(site)s has arrived"),
        (
            say.text("Thank you for your request to become a member of %(site)s."),
            say.text("Somebody will read it. You get a mail as soon as it is decided."),
        ),
    )


def _request_approved(say: Words) -> Letter:
    return Letter(
        say.text("You are a member of %(site)s"),
        (say.text("Your request to join %(site)s was approved. Welcome!"),),
        (say.text("Sign in for the first time"), say.link()),
        after=(say.minutes(),),
    )


def _request_refused(say: Words) -> Letter:
    reason = say.fact("reason")
    return Letter(
        say.text("Your request to join %(site)s"),
        (
            say.text("Your request to become a member of %(site)s was not accepted."),
            *((say.text("They say: %(reason)s", reason=reason),) if reason else ()),
            say.text("What you told us with your request is deleted."),
        ),
    )


def _invitation(say: Words) -> Letter:
    who, group = say.fact("who") or say.fact("by"), say.fact("group")
    if group:
        subject = say.text("You are invited to %(group)s", group=group)
        invites = (
            say.text("%(who)s invites you to the group %(group)s on %(site)s.", who=who, group=group)
            if who
            else say.text("You are invited to the group %(group)s on %(site)s.", group=group)
        )
    else:
        subject = say.text("You are invited to %(site)s")
        invites = (
            say.text("%(who)s invites you to become a member of %(site)s.", who=who)
            if who
            else say.text("You are invited to become a member of %(site)s.")
        )
    note = say.fact("note")
    return Letter(
        subject,
        (invites, *((f"«{note}»",) if note else ())),
        (say.text("See the invitation"), say.link()),
        after=(say.text("You don't want to? Then do nothing; no account is made for you."),),
    )


def _test(say: Words) -> Letter:
    return Letter(
        say.text("A test mail from %(site)s"),
        (say.text("This mail was asked for by whoever runs %(site)s. You read it, so sending mail works."),),
    )


def _notice(say: Words) -> Letter:
    told = say.told(say.facts)
    return Letter(
        told.text.removesuffix("."),
        (told.text,),
        (told.action, say.origin + told.path),
        topic=str(say.facts.get("kind")),
    )


def _digest(say: Words) -> Letter:
    given = say.facts.get("lines") or []
    entries = []
    for line in given:
        told = say.told(line)
        when = say.reader.day(datetime.fromisoformat(line["at"]))
        entries.append(Entry(told.text, when, told.action, say.origin + told.path))
    count = len(entries) + int(say.facts.get("more") or 0)
    weekly = say.facts.get("rhythm") == "weekly"
    opening = say.text("What happened this week on %(site)s:") if weekly else say.text("What happened on %(site)s:")
    more = int(say.facts.get("more") or 0)
    rest = (say.reader.texts("And %(n)s more in your list.", "And %(n)s more in your list.", more),) if more else ()
    return Letter(
        say.reader.texts("%(n)s notification from %(site)s", "%(n)s notifications from %(site)s", count, site=say.site),
        (opening,),
        (say.text("See all notifications"), f"{say.origin}/me/notifications"),
        entries=tuple(entries),
        after=rest,
        topic="digest",
    )


def _copy_ready(say: Words) -> Letter:
    return Letter(
        say.text("Your copy of everything is ready"),
        (say.text("You asked %(site)s for a copy of everything about you. It is ready."),),
        (say.text("Get the copy"), say.link()),
        after=(
            say.text("The link opens once, within seven days, and asks you to sign in first."),
            say.text("You did not ask for it? Then sign in, and end the sessions that you do not know."),
        ),
    )


def _leaving(say: Words) -> Letter:
    return Letter(
        say.text("You are leaving %(site)s"),
        (
            say.text("You asked to be deleted from %(site)s. In seven days everything about you goes."),
            say.text("You want to stay? Then sign in within these seven days; that is all."),
        ),
        (say.text("Stay"), say.link()),
        after=(say.text("It was not you? Then sign in, and end the sessions that you do not know."),),
    )


LETTERS: Final[Mapping[str, Callable[[Words], Letter]]] = {
    "sign-in": _sign_in,
    "password-reset": _password_reset,
    "confirm-address": _confirm_address,
    "address-changed": _address_changed,
    "way-added": _way_added,
    "request-received": _request_received,
    "request-approved": _request_approved,
    "request-refused": _request_refused,
    "invitation": _invitation,
    "copy-ready": _copy_ready,
    "leaving": _leaving,
    "test": _test,
    "notice": _notice,
    "digest": _digest,
}
"""By kind of mail."""


def write(kind: str, words: Words) -> Letter:
    """The letter of this kind.

    Raises:
        Unwordable: no such kind, or its facts make no letter.
    """
    if kind not in LETTERS:
        raise Unwordable(f"no kind of mail: {kind}")
    letter = LETTERS[kind](words)
    return replace(letter, subject=plain_fact(letter.subject))
