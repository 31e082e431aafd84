"""Notifications in words: one sentence, where it leads, and what one does there; the same on the page and in a mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from actors.matches import restored
from web.i18n import Reader
from web.sentences import said
from web.wording import Wording

FACT_CHARS = 200


@dataclass(frozen=True, slots=True)
class Told:
    """A notification as a reader sees it: plain text, a path of ours, and the words of the link to it."""

    text: str
    path: str
    action: str


KIND_NAMES: Final = {
    "join-requested": said("Somebody wants to join a group that you organise"),
    "join-approved": said("A group has let you in"),
    "join-refused": said("A group has not let you in"),
    "role-changed": said("Your role in a group has changed"),
    "membership-ended": said("You no longer take part in a group"),
    "group-invitation": said("You are invited to a group"),
    "registration-waiting": said("Somebody wants to become a member of this instance"),
    "follow-request": said("Somebody elsewhere wants to follow a group that you organise"),
    "answer": said("Somebody has answered you"),
    "alert": said("Something new in a search that you saved"),
    "answer-settled": said("Somebody has said yes or no to your answer"),
    "item-ending": said("What you offer or look for runs out soon"),
    "item-ended": said("What you offer or look for has run out"),
    "item-approved": said("A moderator has let your offer or need be published"),
    "item-declined": said("A moderator has not let your offer or need be published"),
    "match": said("Something fits what you offer or look for"),
    "unanswered": said("Nobody has answered a need for more than two weeks"),
    "member-left": said("Somebody has left a group that you organise"),
}
"""What the settings and the farewell to a kind call it."""

_SENTENCES: Final = {
    "join-requested": said("%(who)s wants to join %(group)s."),
    "join-approved": said("You are now a member of %(group)s."),
    "join-refused": said("%(group)s has not accepted your request to join."),
    "role-changed": said("Your role in %(group)s has changed."),
    "membership-ended": said("An organiser has ended your membership of %(group)s."),
    "group-invitation": said("%(who)s invites you to %(group)s."),
    "registration-waiting": said("%(who)s wants to become a member."),
    "follow-request": said("%(who)s wants to follow %(group)s."),
    "member-left": said("%(who)s has left %(group)s."),
    "answer": said("%(who)s has answered «%(title)s»."),
    "alert": said("New for your search «%(search)s»: %(title)s"),
    "answer-settled": said("There is news about your answer to «%(title)s»."),
    "item-ending": said("«%(title)s» runs out within a week. Does it still stand?"),
    "item-ended": said("«%(title)s» has run out and takes no answers any more. Does it still stand?"),
    "item-approved": said("«%(title)s» is published in %(group)s."),
    "item-declined": said("«%(title)s» was not let into %(group)s."),
    "match": said("Somebody offers what fits «%(mine)s»: «%(title)s»."),
    "unanswered": said("Nobody has answered «%(title)s» for two weeks. Do you know somebody?"),
}
_FITTING_NEED: Final = said("Somebody looks for what fits «%(mine)s»: «%(title)s».")
_ROLES: Final = {
    "organiser": said("You are now an organiser of %(group)s."),
    "moderator": said("You are now a moderator of %(group)s."),
    "member": said("You are now an ordinary member of %(group)s."),
}
_SETTLED: Final = {
    "accepted": said("Your answer to «%(title)s» is accepted. You can agree on the rest now."),
    "declined": said("Your answer to «%(title)s» was not chosen this time. Thank you for it."),
    "filled": said("«%(title)s» is closed, and says that you did it. Thank you."),
    "asked": said("«%(title)s» is closed, and says that you did it. May everybody read that?"),
    "over": said("«%(title)s», which you answered, is closed."),
}
_WITH_REASON: Final = frozenset({"answer-settled", "join-approved", "join-refused", "membership-ended"})
_ACTIONS: Final = {
    "join-requested": (said("See the request"), "/requests"),
    "join-approved": (said("Open the group"), ""),
    "join-refused": (said("Open the group"), ""),
    "role-changed": (said("Open the group"), ""),
    "membership-ended": (said("Open the group"), ""),
    "group-invitation": (said("See the invitation"), "/join"),
    "registration-waiting": (said("See the request"), "/admin/registrations"),
    "follow-request": (said("See the request"), "/requests"),
    "answer": (said("Read the answer"), ""),
    "alert": (said("Look at it"), ""),
    "answer-settled": (said("Open it"), ""),
    "item-ending": (said("Renew it for 90 days"), ""),
    "item-ended": (said("Renew it for 90 days"), ""),
    "item-approved": (said("Look at it"), ""),
    "item-declined": (said("See what is mine"), ""),
    "match": (said("Look at it"), ""),
    "unanswered": (said("Look at it"), ""),
    "member-left": (said("See the members"), "/members"),
}
"""What the link says, and what follows on the path of what it is about."""


def word(
    reader: Reader, kind: str, about_iri: str | None, facts: Mapping[str, Any], path_of: Callable[[str], str]
) -> Told:
    """The notification for this reader; a kind that is not known any more still has a line."""
    who = plain_fact(facts.get("who")) or reader.text("Somebody")
    group = plain_fact(facts.get("group")) or reader.text("a group")
    title = plain_fact(facts.get("title"))
    sentence = _SENTENCES.get(kind, said("Something has happened."))
    if kind == "role-changed":
        sentence = _ROLES.get(str(facts.get("role")), sentence)
    if kind == "answer-settled":
        sentence = _SETTLED.get(str(facts.get("state")), sentence)
    if kind == "answer" and not title:
        sentence = said("%(who)s has answered you.")
    if kind == "match" and facts.get("purpose") == "request":
        sentence = _FITTING_NEED
    named = {name: plain_fact(facts.get(name)) for name in ("search", "mine")}
    text = reader.text(sentence, who=who, group=group, title=title, **named)
    if kind == "alert" and isinstance(number := facts.get("number"), int):
        text = reader.texts(
            "%(n)s new result for your search «%(search)s»",
            "%(n)s new results for your search «%(search)s»",
            number,
            search=plain_fact(facts.get("search")),
        )
    if kind == "match" and (why := Wording(reader).why(restored(facts.get("reasons") or []))):
        text = f"{text} {reader.text('Why: %(reasons)s', reasons=why)}"
    if kind in _WITH_REASON and (reason := plain_fact(facts.get("reason"))):
        text = f"{text} {reader.text('They say: %(reason)s', reason=reason)}"
    action, rest = _ACTIONS.get(kind, (said("Open it"), ""))
    given = facts.get("path")
    if isinstance(given, str) and is_path(given):
        path = given
    elif about_iri:
        path = path_of(about_iri)
        path = path + rest if path.startswith("/g/") else path
    else:
        path = rest or "/me/notifications"
    return Told(text, path, reader.text(action))


def plain_fact(value: object) -> str:
    """A fact as one line of text, without anything that steers a terminal, a header or a reading direction."""
    if not isinstance(value, str | int):
        return ""
    shown = "".join(each if each.isprintable() else " " for each in str(value)[: 4 * FACT_CHARS])
    line = " ".join(shown.split())
    return line if len(line) <= FACT_CHARS else line[: FACT_CHARS - 1] + "…"


def is_path(path: str) -> bool:
    """Whether `path` leads to a page of ours and to nowhere else."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and " " not in path
