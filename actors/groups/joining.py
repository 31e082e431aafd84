"""Asking to take part from the site: the group's questions, the answers, the organisers' yes or no.

A `Join` from another server cannot carry answers: it goes through `membership.request_join`, waits where the group
asks first, and the organisers see its message instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from actors.bonds.tables import Membership
from actors.groups.invitations import spend
from actors.groups.membership import Person, membership_for
from actors.groups.personal import answer, invitation_for
from actors.groups.tables import Group, JoinQuestion
from actors.moderation.policy import BLOCKED, LIMITED, policy_for
from actors.people.naming import in_language
from actors.people.tables import Actor, Member
from actors.refusals import Refused
from actors.texts import check_texts
from actors.views import Words

QUESTIONS = 5
QUESTION_CHARS = 200
ANSWER_CHARS = 1_000
WORD_CHARS = 500


@dataclass(frozen=True, slots=True)
class Question:
    """What a group asks: by language, and whether it must be answered."""

    texts: Mapping[str, str]
    required: bool = True
    id: int | None = None

    def words(self, language: str) -> Words:
        """The question for a reader of `language`."""
        first = next(iter(self.texts), None)
        return in_language(self.texts.get(first or "", ""), dict(self.texts), first, language)


def questions_of(session: Session, group_id: int) -> list[Question]:
    """What the group asks, in order."""
    rows = session.scalars(
        select(JoinQuestion).where(JoinQuestion.group_id == group_id).order_by(JoinQuestion.position, JoinQuestion.id)
    )
    return [Question(row.text_map, row.required, row.id) for row in rows]


def set_questions(session: Session, group_id: int, questions: Sequence[Question]) -> None:
    """The group asks these from now on; what others answered before stays as it was asked.

    Raises:
        Refused: "too-many", "too-long", "unreadable-character".
    """
    asked = [question for question in questions if any(text.strip() for text in question.texts.values())]
    if len(asked) > QUESTIONS:
        raise Refused("too-many", field="questions", limit=QUESTIONS)
    for question in asked:
        check_texts("questions", "", question.texts, QUESTION_CHARS)
    session.execute(delete(JoinQuestion).where(JoinQuestion.group_id == group_id))
    for position, question in enumerate(asked):
        texts = {language: text.strip() for language, text in question.texts.items() if text.strip()}
        session.add(JoinQuestion(group_id=group_id, position=position, text_map=texts, required=question.required))
    session.flush()


def ask_to_join(
    session: Session,
    group: Actor,
    person: Person,
    *,
    answers: Mapping[int, str] | None = None,
    message: str = "",
    language: str = "en",
    invitation: str | None = None,
    now: datetime,
) -> Membership:
    """A person asks on our pages to take part: `state` "active" where it is open or they are invited, else "requested".

    Args:
        answers: question id -> answer; looked at where an organiser decides.
        language: of the reader, in which the questions were shown.
        invitation: the token of an invitation; one use of it is spent, unless the person was invited by name.

    Raises:
        Refused: "not-our-group", "nobody", "actor-suspended", "host-blocked", "join-closed", "join-by-invitation",
            "invitation-spent", "answer-missing" (field: its question's id), "too-long".
    """
    rules = session.get(Group, group.id)
    if rules is None or group.deleted_at is not None or group.suspended_at is not None:
        raise Refused("not-our-group", iri=group.iri)
    limited = _may_act(session, person) == LIMITED
    membership = membership_for(session, group.id, person)
    if membership is not None and membership.state == "active":
        return membership
    if rules.closing_at is not None:
        raise Refused("join-closed", iri=group.iri)
    invited = invitation_for(session, group.id, person, now=now)
    if invited is not None:
        answer(session, group.id, invited.member_id, now=now)
    elif invitation is not None:
        spend(session, group.id, invitation, now=now)
    elif rules.joining == "closed":
        raise Refused("join-closed", iri=group.iri)
    elif rules.joining == "invitation":
        raise Refused("join-by-invitation", iri=group.iri)
    at_once = invited is not None or invitation is not None or (rules.joining == "open" and not limited)
    answered = [] if at_once else _answered(session, group.id, answers or {}, language)
    if len(message) > ANSWER_CHARS:
        raise Refused("too-long", field="message", limit=ANSWER_CHARS)
    if membership is None:
        membership = Membership(
            group_id=group.id, member_id=person.member_id, actor_id=_own_actor(person), created_at=now
        )
        session.add(membership)
    membership.state = "active" if at_once else "requested"
    membership.role = "member"
    membership.message, membership.word = message.strip(), ""
    membership.answers, membership.language = answered, language
    membership.decided_at = now if at_once else None
    session.flush()
    return membership


def _own_actor(person: Person) -> int | None:
    # A member is named by their row alone, so that one who becomes a public actor is not counted twice.
    return person.actor_id if person.member_id is None else None


def _may_act(session: Session, person: Person) -> str:
    member = session.get(Member, person.member_id) if person.member_id is not None else None
    actor = session.get(Actor, person.actor_id) if person.actor_id is not None else None
    if member is None and actor is None:
        raise Refused("nobody")
    for one in (member, actor):
        if one is not None and (one.suspended_at is not None or one.deleted_at is not None):
            raise Refused("actor-suspended")
    if member is not None or actor is None or actor.local:
        return "open"
    policy = policy_for(session, actor.host)
    if policy == BLOCKED:
        raise Refused("host-blocked", host=actor.host)
    return policy


def _answered(session: Session, group_id: int, answers: Mapping[int, str], language: str) -> list[dict[str, str]]:
    kept: list[dict[str, str]] = []
    for question in questions_of(session, group_id):
        answer = answers.get(question.id or 0, "").strip()
        if question.required and not answer:
            raise Refused("answer-missing", field=question.id)
        if len(answer) > ANSWER_CHARS:
            raise Refused("too-long", field=question.id, limit=ANSWER_CHARS)
        kept.append({"question": question.words(language).text, "answer": answer})
    return kept
