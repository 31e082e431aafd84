"""Whatever happens to follows, `Reach` counts the accepted followers at each inbox.

A model of one group with four followers behind three inboxes on two hosts, and everything that can be done to them in
any order.
"""

from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actors import groups, moderation, people
from actors.database import Database
from actors.groups import Follow, Reach
from actors.people import Actor
from actors.refusals import Refused
from tests.world import NOW, make_world, stranger

WHO = st.sampled_from(["ann", "ben", "cas", "dee"])
HOSTS = {"ann": "one.test", "ben": "one.test", "cas": "sub.one.test", "dee": "two.test"}


class Follows(RuleBasedStateMachine):
    """`db` is given by the test."""

    db: ClassVar[Database]

    @initialize()
    def begin(self):
        self.connection = self.db.engine.connect()
        self.transaction = self.connection.begin()
        self.session = Session(self.connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        self.group = make_world(self.session).interior
        self.documents = {
            name: stranger(name, host, shared_inbox=name != "cas").document for name, host in HOSTS.items()
        }
        for document in self.documents.values():
            people.remember(self.session, document, now=NOW)
        self.counter = 0

    def teardown(self):
        if hasattr(self, "session"):
            self.session.close()
            self.transaction.rollback()
            self.connection.close()

    def actor(self, name: str) -> Actor:
        self.session.flush()
        self.session.expire_all()
        return people.find_actor(self.session, self.documents[name].id)

    def follow_of(self, name: str) -> Follow | None:
        return groups.follow_between(self.session, self.actor(name).id, self.group.id)

    @rule(name=WHO)
    def follow(self, name):
        self.counter += 1
        actor = self.actor(name)
        barred = moderation.is_blocked(self.session, actor.host) or actor.suspended_at is not None
        with pytest.raises(Refused) if barred else nullcontext():
            groups.add_follower(self.session, actor, self.group, f"https://x.test/{self.counter}", now=NOW)

    @rule(name=WHO, accepted=st.booleans())
    def decide(self, name, accepted):
        follow = self.follow_of(name)
        if follow is None:
            return
        decide = groups.accept_follower if accepted else groups.reject_follower
        barred = accepted and (
            self.actor(name).suspended_at is not None or moderation.is_blocked(self.session, HOSTS[name])
        )
        with pytest.raises(Refused) if barred or follow.state == "severed" else nullcontext():
            decide(self.session, follow, now=NOW)

    @rule(name=WHO)
    def undo(self, name):
        groups.remove_follower(self.session, self.actor(name).id, self.group.id)

    @rule(by_hand=st.booleans())
    def change_the_rule(self, by_hand):
        self.session.expire_all()
        self.group.manually_approves = by_hand
        self.session.flush()

    @rule(
        host=st.sampled_from(["one.test", "sub.one.test", "two.test"]),
        how=st.sampled_from(["block", "unblock", "limit", "allow"]),
    )
    def act_on_host(self, host, how):
        getattr(moderation, how)(self.session, host, now=NOW)

    @rule(name=WHO, suspended=st.booleans())
    def suspend(self, name, suspended):
        if suspended:
            people.suspend(self.session, self.actor(name), now=NOW)
        else:
            people.unsuspend(self.session, self.actor(name))

    @rule(name=WHO, shared=st.booleans())
    def refetch(self, name, shared):
        document = self.documents[name]
        inbox = f"https://{HOSTS[name]}/inbox" if shared else None
        barred = moderation.is_blocked(self.session, HOSTS[name])
        with pytest.raises(Refused) if barred else nullcontext():
            people.remember(self.session, replace(document, shared_inbox=inbox), now=NOW)

    @invariant()
    def reach_is_the_number_of_accepted_followers(self):
        if not hasattr(self, "session"):
            return
        self.session.flush()
        self.session.expire_all()
        counted = Counter(
            self.session.scalars(
                select(Actor.delivery_inbox_id)
                .join(Follow, Follow.follower_id == Actor.id)
                .where(Follow.followed_id == self.group.id, Follow.state == "accepted")
            )
        )
        kept = {
            row.inbox_id: row.followers
            for row in self.session.scalars(select(Reach).where(Reach.actor_id == self.group.id))
        }
        assert {inbox: count for inbox, count in kept.items() if count} == dict(counted)

    @invariant()
    def nobody_blocked_or_suspended_is_heard(self):
        if not hasattr(self, "session"):
            return
        rows = self.session.scalars(
            select(Actor)
            .join(Follow, Follow.follower_id == Actor.id)
            .where(Follow.followed_id == self.group.id, Follow.state == "accepted")
        )
        for actor in rows:
            assert actor.suspended_at is None
            assert not moderation.is_blocked(self.session, actor.host)

    @invariant()
    def a_pair_has_one_row(self):
        if hasattr(self, "session"):
            pairs = select(Follow.follower_id).group_by(Follow.follower_id, Follow.followed_id)
            assert self.session.scalars(pairs.having(func.count() > 1)).all() == []


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
def test_reach_is_right_after_any_sequence_of_follows_answers_blocks_and_moves(unwritten_db):
    run_state_machine_as_test(
        type("FollowsHere", (Follows,), {"db": unwritten_db}),
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
