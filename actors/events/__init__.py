"""Events and who attends them; the calendar.

An occurrence is a row of its own (no server federates a recurrence rule); `series` ties them
together. Times are kept in UTC together with the zone they were meant in.
"""

from actors.events.attendance import (
    attendance_of,
    decide_attendance,
    find_attendance,
    request_attendance,
    withdraw_attendance,
)
from actors.events.drafts import EventDraft, RemoteEvent
from actors.events.editing import draft_of
from actors.events.finding import FINDABLE
from actors.events.life import cancel, change, coming_items, delete, find, post
from actors.events.lists import coming, lines_by_id, page, pages, pages_by_id, tagged
from actors.events.remote import delete_remote, hide, record_remote, show
from actors.events.tables import Attendance, Event

__all__ = [
    "FINDABLE",
    "Attendance",
    "Event",
    "EventDraft",
    "RemoteEvent",
    "attendance_of",
    "cancel",
    "change",
    "coming",
    "coming_items",
    "decide_attendance",
    "delete",
    "delete_remote",
    "draft_of",
    "find",
    "find_attendance",
    "hide",
    "lines_by_id",
    "page",
    "pages",
    "pages_by_id",
    "post",
    "record_remote",
    "request_attendance",
    "show",
    "tagged",
    "withdraw_attendance",
]
