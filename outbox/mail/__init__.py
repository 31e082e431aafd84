"""The mail log: what is to be brought to people's letter boxes (and, as direct messages, to their linked accounts).

`queue()` appends one row in the caller's transaction, so a change and the mail about it are saved together or not at
all. A row holds facts, never a text: the top floor words it in the reader's language when it is sent, and what it
sent is not kept. A link that opens something is sealed, and its mail's facts are emptied as soon as it is sent or given
up.

* `tables`     the log
* `addresses`  which addresses we write to
* `queueing`   `queue`, and how often a stranger may make us write to an address
* `sealing`    links that open something
* `leases`     who sends what: taken for a few minutes, so that a killed worker's mails are sent by the next
* `settling`   what became of a mail; when to try again
* `keeping`    retention, what an operator sees and may do
"""

from outbox.mail.addresses import is_usable
from outbox.mail.keeping import (
    KEPT,
    PRUNED_TOGETHER,
    STATES,
    MailLine,
    MailLoad,
    counts,
    forget,
    forget_name,
    load,
    log,
    prune,
    retry,
)
from outbox.mail.leases import LEASE, Taken, free_all, is_due, let_go, queue_and_take, take
from outbox.mail.queueing import queue, queue_direct, storable, was_queued
from outbox.mail.sealing import opened, sealed
from outbox.mail.settling import dropped, later, refused, sent
from outbox.mail.tables import DIRECT, MAIL, Mail

__all__ = [
    "DIRECT",
    "KEPT",
    "LEASE",
    "MAIL",
    "PRUNED_TOGETHER",
    "STATES",
    "Mail",
    "MailLine",
    "MailLoad",
    "Taken",
    "counts",
    "dropped",
    "forget",
    "forget_name",
    "free_all",
    "is_due",
    "is_usable",
    "later",
    "let_go",
    "load",
    "log",
    "opened",
    "prune",
    "queue",
    "queue_and_take",
    "queue_direct",
    "refused",
    "retry",
    "sealed",
    "sent",
    "storable",
    "take",
    "was_queued",
]
