"""What becomes of a post that is sent to a group, or of an answer in one of its threads."""

from __future__ import annotations

from sqlalchemy.orm import Session

from actors.groups.membership import Person, membership_for, membership_of
from actors.groups.tables import Group
from actors.moderation.policy import BLOCKED, LIMITED, policy_for
from actors.people.tables import Actor, Member

ANNOUNCE, WAIT, KEEP, REFUSE = "announce", "wait", "keep", "refuse"


def may_post(session: Session, group: Actor, author: Actor) -> str:
    """What happens to a post that `author` sends to our `group`: "announce", "wait" (for a moderator) or "refuse".

    Moderators and organisers are always announced. Else the group's rule says: `members` announces active members
    and lets strangers wait, `anyone` announces everybody, `approval` makes all wait. Who comes from a limited host
    waits at best; who is blocked, suspended or gone is refused.
    """
    barred = (group, author)
    if any(each.suspended_at is not None or each.deleted_at is not None for each in barred):
        return REFUSE
    rules = session.get(Group, group.id)
    if rules is None:
        return REFUSE
    policy = "open" if author.local else policy_for(session, author.host)
    if policy == BLOCKED:
        return REFUSE
    membership = membership_of(session, group, author)
    active = membership is not None and membership.state == "active"
    if membership is not None and active and membership.role != "member":
        return ANNOUNCE
    may_at_once = rules.posting == "anyone" or (rules.posting == "members" and active)
    return ANNOUNCE if may_at_once and policy != LIMITED else WAIT


def may_publish(session: Session, group: Actor, person: Person) -> str:
    """What happens to an offer or a need that `person` writes on our pages: "announce", "wait" or "refuse".

    The group's rule for posts holds here too, with one difference: where members may post, a stranger is refused and
    can join first. An admin may always; of somebody elsewhere the policy of their host is asked.
    """
    rules = session.get(Group, group.id)
    member = session.get(Member, person.member_id) if person.member_id else None
    actor = session.get(Actor, person.actor_id) if person.actor_id else None
    if rules is None or not group.local or group.suspended_at is not None or group.deleted_at is not None:
        return REFUSE
    if member is None and actor is None:
        return REFUSE
    if any(each is not None and (each.suspended_at or each.deleted_at) for each in (member, actor)):
        return REFUSE
    policy = "open" if member is not None or actor is None or actor.local else policy_for(session, actor.host)
    if policy == BLOCKED:
        return REFUSE
    if member is not None and member.role == "admin":
        return ANNOUNCE
    membership = membership_for(session, group.id, person)
    active = membership is not None and membership.state == "active"
    if membership is not None and active and membership.role != "member":
        return ANNOUNCE
    if not active and (rules.private or rules.posting == "members"):
        return REFUSE
    return WAIT if rules.posting == "approval" or policy == LIMITED else ANNOUNCE


def may_answer(session: Session, group: Actor, author: Actor) -> str:
    """What happens to an answer in a thread of our `group`: as `may_post`, but a stranger's is kept.

    "keep": it stands under what it answers and is passed on to nobody, and no moderator need look first; except
    where the group approves every post, or the stranger's host is limited.
    """
    decision = may_post(session, group, author)
    if decision == REFUSE:
        return KEEP
    rules = session.get_one(Group, group.id)
    is_limited = not author.local and policy_for(session, author.host) == LIMITED
    return KEEP if decision == WAIT and rules.posting == "members" and not is_limited else decision
