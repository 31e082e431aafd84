"""Who may answer an item, and what an answer may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from actors.answering.tables import ACCEPTED, KINDS, OPEN, REPLY, Answer
from actors.groups import Person, membership_for
from actors.moderation.policy import BLOCKED, policy_for
from actors.offers import Offer, is_writer
from actors.people import Actor, Member
from actors.refusals import Refused
from actors.rules import check_choice, check_languages
from actors.texts import check_texts
from actors.threads import Post

ANSWER_CHARS = 5_000
A_DAY = timedelta(days=1)
MOST_A_DAY = 30
"""So many answers one person gives within a day, over all items."""
MOST_FOR_ONE = 5
"""So many of one person stand under one item at the same time."""
SHOWING = ("open", "talks")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDraft:
    """An answer as somebody types it."""

    kind: str = "can"
    text: str = ""
    """Markdown; «I can do this» needs no more words."""
    language: str | None = None
    private: bool = False


def say(session: Session, offer: Offer, draft: AnswerDraft, *, by: Person, now: datetime) -> Answer:
    """`by`, a member or somebody with an account elsewhere, answers `offer` on our pages.

    Raises:
        Refused: "not-found" (they may not read it), "already-closed", "answers-closed", "own-item", "not-a-member",
            "host-blocked", "unknown-choice", "text-missing", "too-long", "unreadable-character", "unknown-language",
            "answered-already", "too-many-answers".
    """
    check_open(session, offer, by)
    check_choice("kind", draft.kind, KINDS)
    text = draft.text.replace("\r\n", "\n").strip()
    if not text and draft.kind != "can":
        raise Refused("text-missing", field="text")
    check_texts("text", text, {}, ANSWER_CHARS)
    check_languages(draft.language)
    check_often(session, offer, by, now=now)
    if draft.kind == "can" and any(each.kind == "can" for each in _standing_of(session, offer.id, by)):
        raise Refused("answered-already", iri=offer.iri)
    answer = Answer(
        offer_id=offer.id,
        member_id=by.member_id,
        actor_id=by.actor_id,
        kind=draft.kind,
        text=text,
        language=draft.language,
        # Of what is for some alone, an answer is for them alone too; to a partner's it goes to who published it.
        private=draft.private or not offer.local,
        created_at=now,
    )
    session.add(answer)
    session.flush()
    return answer


def heard(
    session: Session,
    offer: Offer,
    author: Actor,
    *,
    post: Post | None = None,
    offered_iri: str | None = None,
    text: str = "",
    now: datetime,
) -> tuple[Answer, bool]:
    """`author`, of another server, answered by a reply or by the `Offer` of an agreement; or by both, which are one.

    The second value says that it is news. Whether the author may answer at all was asked at the gate.

    Raises:
        Refused: "already-closed", "answers-closed", "own-item", "host-blocked", "too-many-answers".
    """
    by = Person(actor_id=author.id)
    known = select(Answer).where(Answer.post_id == post.id if post is not None else Answer.offered_iri == offered_iri)
    if (found := session.scalar(known)) is not None:
        return found, False
    check_open(session, offer, by)
    column = Answer.post_id if post is not None else Answer.offered_iri
    half = select(Answer).where(
        Answer.offer_id == offer.id,
        Answer.actor_id == author.id,
        Answer.member_id.is_(None),
        Answer.state.in_((OPEN, ACCEPTED)),
        column.is_(None),
        or_(Answer.post_id.is_not(None), Answer.offered_iri.is_not(None)),
        Answer.created_at > now - timedelta(minutes=10),
    )
    answer = session.scalars(half.order_by(Answer.id.desc()).limit(1)).first()
    is_new = answer is None
    if answer is None:
        check_often(session, offer, by, now=now)
        answer = Answer(offer_id=offer.id, actor_id=author.id, kind=REPLY, text=text, created_at=now)
        session.add(answer)
    if post is not None:
        answer.post_id, answer.language, answer.text = post.id, post.language, ""
        answer.private = not post.public
    else:
        answer.offered_iri, answer.kind = offered_iri, "can"
        answer.private = True if is_new else answer.private
    session.flush()
    return answer, is_new


def find(session: Session, answer_id: int) -> Answer | None:
    """The answer with this number."""
    return session.get(Answer, answer_id)


def come_as(session: Session, post_id: int) -> Answer | None:
    """The answer that came as this post."""
    return session.scalar(select(Answer).where(Answer.post_id == post_id))


def offered_as(session: Session, iri: str) -> Answer | None:
    """The answer that came with, or went with, this `Offer` of an agreement."""
    return session.scalar(select(Answer).where(Answer.offered_iri == iri))


def check_open(session: Session, offer: Offer, by: Person) -> None:
    """See that `by` may answer `offer` now. Raises Refused as `say`."""
    unseen = offer.deleted_at is not None or not offer.shown or offer.status in ("draft", "waiting")
    if unseen or not _may_read(session, offer, by):
        raise Refused("not-found", what="offer", name=offer.iri)
    if offer.status not in SHOWING:
        raise Refused("already-closed", status=offer.status)
    if offer.answers_closed:
        raise Refused("answers-closed", iri=offer.iri)
    if is_writer(offer, by) or offer.group_id == by.actor_id:
        raise Refused("own-item", iri=offer.iri)
    member = session.get(Member, by.member_id) if by.member_id else None
    actor = session.get(Actor, by.actor_id) if by.actor_id else None
    living = [each for each in (member, actor) if each is not None]
    if not living or any(each.suspended_at or each.deleted_at for each in living):
        raise Refused("not-a-member", group=offer.iri)
    if member is None and actor is not None and not actor.local and policy_for(session, actor.host) == BLOCKED:
        raise Refused("host-blocked", host=actor.host)


def check_often(session: Session, offer: Offer, by: Person, *, now: datetime) -> None:
    """See that one person does not flood an item, or all of them. Raises Refused "too-many-answers"."""
    lately = select(func.count()).where(is_by(by), Answer.created_at > now - A_DAY)
    if (session.scalar(lately) or 0) >= MOST_A_DAY or len(_standing_of(session, offer.id, by)) >= MOST_FOR_ONE:
        raise Refused("too-many-answers", limit=MOST_A_DAY)


def is_by(person: Person) -> ColumnElement[bool]:
    """The condition that an answer is `person`'s."""
    if person.member_id:
        return Answer.member_id == person.member_id
    return Answer.member_id.is_(None) & (Answer.actor_id == person.actor_id)


def _standing_of(session: Session, offer_id: int, by: Person) -> list[Answer]:
    query = select(Answer).where(Answer.offer_id == offer_id, is_by(by), Answer.state.in_((OPEN, ACCEPTED)))
    return list(session.scalars(query))


def _may_read(session: Session, offer: Offer, by: Person) -> bool:
    match offer.visibility:
        case "public":
            return True
        case "members":
            return bool(by.member_id)
        case _:
            membership = membership_for(session, offer.group_id, by)
            return membership is not None and membership.state == "active"
