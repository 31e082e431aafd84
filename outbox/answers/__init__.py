"""Answers to offers and needs: what whoever answers, and whoever published the item, does on our pages.

* `saying`    answer, withdraw; also an item of a partner
* `settling`  accept, decline, keep private, take no more answers; who filled it
* `telling`   who is told, in whose language
* `lasting`   reminders, what runs out, renewing it
* `reading`   an item's thread, and what somebody answered
"""

from outbox.answers.lasting import expire_due, remind_due, renew, renewable
from outbox.answers.reading import answered_by, thread_of
from outbox.answers.saying import answer, withdraw
from outbox.answers.settling import agree, close, keep_private, settle, take_answers
from outbox.answers.telling import tell_answerer, tell_author

__all__ = [
    "agree",
    "answer",
    "answered_by",
    "close",
    "expire_due",
    "keep_private",
    "remind_due",
    "renew",
    "renewable",
    "settle",
    "take_answers",
    "tell_answerer",
    "tell_author",
    "thread_of",
    "withdraw",
]
