"""One round of the dispatcher, in one transaction: what is due, who may serve it, what can be applied at once.

What needs something from the network first is only handed back: no transaction waits for another server.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy.orm import Session

from actors.refusals import Refused
from fediverse.errors import FediverseError
from inbox.dispatch import due
from inbox.dispatch.due import Row
from inbox.dispatch.reading import Expected, House, Item, Senders, read_row, wanted
from outbox.log import has_grown

log = structlog.get_logger()

HOSTS_TOGETHER = 200
"""How many hosts one round looks at."""
SLOW_TOGETHER = 8
"""For how many activities of one host something is fetched at the same time."""

Apply = Callable[[Session, Sequence[Item], House, Senders], None]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a round starts from.

    Attributes:
        after: the host where the last round ended.
        busy: hosts that are being served slowly.
        leased: hosts that are ours for a while yet.
        owner: the worker.
        batch: how many activities to take at most.
    """

    after: str
    busy: frozenset[str]
    leased: frozenset[str]
    owner: str
    batch: int


@dataclass(slots=True)
class Round:
    """What a round came to.

    Attributes:
        hosts: all with something due, whoever serves them.
        claimed: those whose lease was taken or renewed.
        lost: those that another worker has.
        dealt_with: how many activities were applied or refused.
        answered: whether ours have said something.
        waiting: by host, what needs something from the network first, and what came after it.
    """

    hosts: list[str]
    claimed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    dealt_with: int = 0
    answered: bool = False
    waiting: dict[str, list[Item]] = field(default_factory=dict)


def advance(session: Session, turn: Turn, house: House, expected: Expected, apply: Apply) -> Round:
    """Deal with some of what is due. Raises what `apply` raises; then nothing was done."""
    most = HOSTS_TOGETHER + len(turn.busy)
    due_now = due.due_hosts(session, after=turn.after, most=most, now=house.now)
    plan = Round([host for host in due_now if host not in turn.busy])
    asked = [host for host in plan.hosts if host not in turn.leased]
    if asked:
        plan.claimed = due.claim(session, turn.owner, asked, now=house.now)
        plan.lost = [host for host in asked if host not in set(plan.claimed)]
    lost = set(plan.lost)
    rows = due.rows_of(session, [host for host in plan.hosts if host not in lost], most=turn.batch, now=house.now)
    if rows:
        _deal_with(session, rows, plan, house, expected, apply)
        plan.answered = has_grown(session)
    return plan


def _deal_with(
    session: Session, rows: Sequence[Row], plan: Round, house: House, expected: Expected, apply: Apply
) -> None:
    senders = Senders(session, rows)
    ready: list[Item] = []
    for row in rows:
        try:
            item = read_row(row, house.limits, expected)
        except FediverseError as error:
            due.mark_refused(session, row.id, error.code, now=house.now)
            plan.dealt_with += 1
            continue
        waiting = plan.waiting.get(row.host)
        if waiting is not None:
            if len(waiting) < SLOW_TOGETHER:
                waiting.append(item)  # It came after one that has to wait, so it waits too.
        elif _needs_nothing(session, item, senders, house):
            ready.append(item)
        else:
            plan.waiting[row.host] = [item]
    if ready:
        apply(session, ready, house, senders)
        plan.dealt_with += len(ready)


def _needs_nothing(session: Session, item: Item, senders: Senders, house: House) -> bool:
    try:
        return not wanted(session, item, senders, house)
    except (Refused, FediverseError):
        return True  # Applying it will say so again, on the row.
    except Exception:  # noqa: BLE001  a worker's loop
        # A handler that falls over this one will do so again when it is applied, and the row will tell.
        log.warning("handler could not say what it needs", iri=item.row.iri)
        return True
