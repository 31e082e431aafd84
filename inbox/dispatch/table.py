"""`HANDLERS`: (type of the activity, kind of what it is about) -> who hears it.

The table of contents of federation. The kind is told by `dispatch.kinds`; "*" hears every kind that has no
line of its own. What has no line at all is recorded as refused, "not-understood".
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from fediverse import types as wire
from inbox import answers, events, groups, moderation, offers, people, threads
from inbox.dispatch.announced import Doors, announce
from inbox.dispatch.kinds import kind_of
from inbox.heard import Handler, Heard

_POSTS = ("Note", "Article", "Page", "Question", "Video", "Audio", "Image", "Document")

_CREATE_POST = Handler(threads.create, threads.needs)
_UPDATE_POST = Handler(threads.update, threads.needs)
_DELETE_POST = Handler(threads.delete, threads.needs_absence)


def _heard(_session: Session, _heard: Heard) -> str | None:
    """Good to know, but nothing follows from it."""
    return "nothing-to-do"


def _unknown(_session: Session, _heard: Heard) -> str | None:
    """It takes back something that we never held."""
    return "not-known"


_HEARD = Handler(_heard)

DOORS = Doors(
    takers={"Proposal": offers.announced, "Event": events.announced, "*": threads.announced},
    removers={"Proposal": offers.delete, "Event": events.delete, "*": threads.delete},
)

HANDLERS: dict[tuple[str, str], Handler] = {
    # who hears whom
    ("Follow", "*"): Handler(groups.follow),
    ("Undo", "Follow"): Handler(groups.undo_follow),
    ("Accept", "Follow"): Handler(groups.follow_accepted),
    ("Accept", "*"): Handler(groups.follow_accepted),
    ("Reject", "Follow"): Handler(groups.follow_rejected),
    ("Reject", "*"): Handler(groups.follow_rejected),
    ("Block", "*"): Handler(people.block),
    ("Undo", "Block"): Handler(people.undo_block),
    # who takes part in a group
    ("Join", "Actor"): Handler(groups.join),
    ("Leave", "Actor"): Handler(groups.leave),
    ("Undo", "Membership"): Handler(groups.undo_join),
    ("Accept", "Membership"): Handler(groups.join_accepted),
    ("Reject", "Membership"): Handler(groups.join_rejected),
    ("Invite", "*"): Handler(groups.invited),
    ("Add", "*"): Handler(groups.collection_changed),
    ("Remove", "*"): Handler(groups.collection_changed),
    # who comes to an event
    ("Join", "Event"): Handler(events.join),
    ("Leave", "Event"): Handler(events.leave),
    ("Undo", "Attendance"): Handler(events.undo_join),
    ("Accept", "Attendance"): Handler(events.attendance_accepted),
    ("Reject", "Attendance"): Handler(events.attendance_rejected),
    # what is published
    ("Create", "Proposal"): Handler(offers.create, offers.needs),
    ("Update", "Proposal"): Handler(offers.update, offers.needs),
    ("Delete", "Proposal"): Handler(offers.delete, offers.needs_absence),
    ("Create", "Event"): Handler(events.create, events.needs),
    ("Update", "Event"): Handler(events.update, events.needs),
    ("Delete", "Event"): Handler(events.delete, events.needs_absence),
    **{("Create", kind): _CREATE_POST for kind in _POSTS},
    **{("Update", kind): _UPDATE_POST for kind in _POSTS},
    **{("Delete", kind): _DELETE_POST for kind in _POSTS},
    ("Delete", "*"): Handler(threads.delete_unknown),
    ("Announce", "*"): announce(DOORS),
    ("Undo", "Announce"): Handler(threads.undo_announce),
    ("Like", "*"): Handler(threads.like),
    ("EmojiReact", "*"): Handler(threads.like),
    ("Undo", "Like"): Handler(threads.undo_like),
    ("Undo", "EmojiReact"): Handler(threads.undo_like),
    ("QuoteRequest", "*"): Handler(threads.quote_requested),
    ("Offer", "Agreement"): Handler(answers.agreement),
    ("Undo", "Offer"): Handler(answers.undo_agreement),
    ("Accept", "Offer"): Handler(answers.agreed),
    ("Reject", "Offer"): Handler(answers.not_agreed),
    # actors themselves
    ("Update", "Actor"): Handler(people.update, people.needs_itself),
    ("Delete", "Actor"): Handler(people.delete, people.needs_absence),
    ("Move", "*"): Handler(people.move, people.needs_target),
    # moderation
    ("Flag", "*"): Handler(moderation.flag),
    # heard, and that is all
    ("Ignore", "*"): _HEARD,
    ("TentativeAccept", "*"): _HEARD,
    ("TentativeReject", "*"): _HEARD,
    ("Dislike", "*"): _HEARD,
    ("Undo", "Dislike"): _HEARD,
    ("Undo", "*"): Handler(_unknown),
    ("Read", "*"): _HEARD,
    ("View", "*"): _HEARD,
}

# Of these it does not matter what they are about, so the tables need not be asked.
_WHATEVER = frozenset(verb for verb, _ in HANDLERS if [kind for other, kind in HANDLERS if other == verb] == ["*"])


def handler_for(session: Session, activity: wire.Activity) -> Handler | None:
    """Who hears `activity`; None when nobody does."""
    any_kind = HANDLERS.get((activity.type, "*"))
    if activity.type in _WHATEVER:
        return any_kind
    return HANDLERS.get((activity.type, kind_of(session, activity))) or any_kind
