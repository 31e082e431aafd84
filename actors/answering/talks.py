"""What becomes of an answer: accepted, declined, withdrawn; and who filled the item, told only as far as both agree.

An item of ours is «in talks» for as long as it has an accepted answer; by that alone the word comes and goes.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actors.answering.tables import ACCEPTED, DECLINED, OPEN, WITHDRAWN, Answer
from actors.groups import Person
from actors.offers import Offer, talked_about
from actors.refusals import Refused
from actors.rules import LINE_CHARS, check_choice
from actors.texts import check_texts
from actors.threads import Post, set_state


def settle(session: Session, answer: Answer, state: str, words: str = "", *, now: datetime) -> bool:
    """The author accepts or declines it, or leaves it open again; False when that was so already.

    Args:
        words: what the author writes back; plain text.

    Raises:
        Refused: "unknown-choice", "answer-withdrawn", "too-long", "unreadable-character", "already-closed".
    """
    check_choice("state", state, (OPEN, ACCEPTED, DECLINED))
    words = words.strip()
    check_texts("words", words, {}, LINE_CHARS)
    if answer.state == WITHDRAWN:
        raise Refused("answer-withdrawn")
    if answer.state == state and not words:
        return False
    offer = session.get_one(Offer, answer.offer_id)
    if state == ACCEPTED and offer.status not in ("open", "talks"):
        raise Refused("already-closed", status=offer.status)
    answer.state, answer.words = state, words
    answer.settled_at = now if state != OPEN else None
    session.flush()
    _follow(session, offer, now=now)
    return True


def withdraw(session: Session, answer: Answer, *, now: datetime) -> bool:
    """Who answered takes it back, and its words go; False when it was taken back already."""
    if answer.state == WITHDRAWN:
        return False
    answer.state, answer.settled_at, answer.text = WITHDRAWN, now, ""
    answer.filled = False
    session.flush()
    _follow(session, session.get_one(Offer, answer.offer_id), now=now)
    return True


def keep_private(session: Session, answer: Answer) -> None:
    """Let nobody but the two read it; a post from elsewhere stays public where it was written."""
    answer.private = True
    if answer.post_id is not None:
        set_state(session, session.get_one(Post, answer.post_id), "hidden")
    session.flush()


def fill(session: Session, offer: Offer, answer: Answer | None, *, tells: bool) -> None:
    """Note which accepted answer did it, or none; `tells`: the author would have everybody read that.

    Raises:
        Refused: "answer-withdrawn" (it is another item's, or was not accepted).
    """
    for each in session.scalars(select(Answer).where(Answer.offer_id == offer.id, Answer.filled)):
        each.filled = each.author_tells = False
    if answer is not None:
        if answer.offer_id != offer.id or answer.state not in (OPEN, ACCEPTED):
            raise Refused("answer-withdrawn")
        answer.filled, answer.author_tells, answer.state = True, tells, ACCEPTED
    session.flush()


def agree(session: Session, answer: Answer, yes: bool) -> None:
    """Who did it says whether everybody may read that."""
    answer.answerer_tells = yes
    session.flush()


def is_answerer(answer: Answer, person: Person) -> bool:
    """Whether `person` gave the answer: the member, or whoever came with that account."""
    if answer.member_id is not None:
        return answer.member_id == person.member_id
    return answer.actor_id is not None and answer.actor_id == person.actor_id


def standing(session: Session, offer_id: int) -> list[Answer]:
    """The answers to an item that are open or accepted, oldest first."""
    query = select(Answer).where(Answer.offer_id == offer_id, Answer.state.in_((OPEN, ACCEPTED)))
    return list(session.scalars(query.order_by(Answer.id)))


def _follow(session: Session, offer: Offer, *, now: datetime) -> None:
    """Let the state of the item say whether somebody is talked with."""
    if not offer.local or offer.status not in ("open", "talks"):
        return
    count = session.scalar(select(func.count()).where(Answer.offer_id == offer.id, Answer.state == ACCEPTED))
    talked_about(session, offer, bool(count), now=now)
