"""How somebody's part in a group ended, or never began; what can be taken back, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from actors.bonds.tables import Membership

LEFT = "left"
"""In the place of a role, where somebody went by themselves."""
REFUSED = "refused"
"""In the place of a role, where somebody asked and was told no."""
REMOVED = "removed"
"""In the place of a role, where an organiser ended it."""
FORGOTTEN = "forgotten"
"""In the place of a role, where somebody went so long ago that nothing is kept of how they came."""
UNDO_LASTS = timedelta(hours=1)
REFUSED_KEPT = timedelta(days=30)
"""As long as an organiser can let somebody in after all, and as their answers are kept."""


def let_in_after_all(session: Session, membership: Membership, *, now: datetime) -> bool:
    """Take back a no of the last weeks; False when it was none, or too long ago."""
    if not refused_lately(membership, now=now):
        return False
    membership.state, membership.role, membership.decided_at = "active", "member", now
    session.flush()
    return True


def refused_lately(membership: Membership, *, now: datetime) -> bool:
    """Whether the person asked and was told no, so lately that they may still be let in."""
    at = membership.decided_at
    return membership.state == "ended" and membership.role == REFUSED and at is not None and now - at <= REFUSED_KEPT


def forget_answers(session: Session, now: datetime) -> None:
    """Nothing that somebody answered or wrote is kept of those who were told no, or went, a month ago."""
    session.execute(
        update(Membership)
        .where(Membership.state == "ended", Membership.decided_at < now - REFUSED_KEPT, Membership.role != FORGOTTEN)
        .values(answers=[], message="", word="", role=FORGOTTEN),
        execution_options={"synchronize_session": False},
    )


def left_lately(membership: Membership, *, now: datetime) -> bool:
    """Whether the person left by themselves, so lately that they may take it back."""
    at = membership.decided_at
    return membership.state == "ended" and membership.role == LEFT and at is not None and now - at <= UNDO_LASTS
