"""Attempts that are used once, our names at other servers, and what is left when a member goes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from actors.people import Vault, identities
from actors.people.identities import App, Identity, OAuthApp, OAuthAttempt, new_attempt
from actors.refusals import Refused
from tests.world import ALICE, NOW, SECRET, World

THERE = "https://mastodon.example"
VAULT = Vault(SECRET)


def begin(session, attempt, *, kind="fediverse", member_id=None, now=NOW):
    identities.begin_attempt(
        session, VAULT, attempt, kind=kind, origin=THERE, next_path="/g/x", member_id=member_id, now=now
    )


def end(session, state, *, kind="fediverse", now=NOW, vault=VAULT):
    return identities.end_attempt(session, vault, state, kind=kind, now=now)


def refused(session, state, **more):
    with pytest.raises(Refused) as refusal:
        end(session, state, **more)
    return refusal.value.code


def test_an_attempt_comes_back_once_with_what_it_was_about(session):
    attempt = new_attempt()
    begin(session, attempt)
    returned = end(session, attempt.state)
    assert (returned.origin, returned.verifier, returned.next, returned.member_id) == (
        THERE,
        attempt.verifier,
        "/g/x",
        None,
    )
    assert refused(session, attempt.state) == "state-used"


def test_an_attempt_of_another_kind_or_after_ten_minutes_is_none(session):
    attempt = new_attempt()
    begin(session, attempt)
    assert refused(session, attempt.state, kind="oidc") == "state-unknown"
    assert refused(session, attempt.state + "x") == "state-unknown"
    assert refused(session, attempt.state, now=NOW + identities.ATTEMPT_LASTS) == "state-expired"
    assert end(session, attempt.state, now=NOW + identities.ATTEMPT_LASTS - timedelta(seconds=1))


def test_what_is_over_is_forgotten_when_the_next_one_begins(session):
    begin(session, new_attempt())
    begin(session, new_attempt(), now=NOW + identities.ATTEMPT_LASTS)
    assert len(session.scalars(select(OAuthAttempt)).all()) == 1


def test_L7_states_verifiers_and_client_secrets_are_not_in_the_database(session):
    attempt = new_attempt()
    begin(session, attempt)
    identities.keep_app(session, VAULT, THERE, App("our-name", "our-secret", "profile"), now=NOW)
    row, app = session.scalars(select(OAuthAttempt)).one(), session.get(OAuthApp, THERE)
    kept = repr([row.digest, row.verifier, row.nonce, app.client_secret])
    assert [secret for secret in (attempt.state, attempt.verifier, attempt.nonce, "our-secret") if secret in kept] == []
    # Nor in what a traceback would show
    shown = repr([attempt, end(session, attempt.state), App("our-name", "our-secret", "profile")])
    assert [secret for secret in (attempt.state, attempt.verifier, "our-secret") if secret in shown] == []


def test_the_challenge_is_the_one_of_rfc_7636():
    attempt = identities.Attempt("s", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "n")
    assert attempt.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_our_name_at_a_server_is_read_with_the_same_secret_only(session):
    identities.keep_app(session, VAULT, THERE, App("one", "s", "profile"), now=NOW)
    identities.keep_app(session, VAULT, THERE, App("two", "t", "profile"), now=NOW)
    assert identities.app_at(session, VAULT, THERE) == App("two", "t", "profile")
    assert identities.app_at(session, Vault(bytes(32)), THERE) is None
    assert identities.app_at(session, VAULT, "https://other.example") is None


def test_only_the_name_that_they_forgot_is_forgotten(session):
    identities.keep_app(session, VAULT, THERE, App("new", "s", "profile"), now=NOW)
    identities.forget_app(session, THERE, "old")
    assert identities.app_at(session, VAULT, THERE) is not None
    identities.forget_app(session, THERE, "new")
    assert identities.app_at(session, VAULT, THERE) is None


def test_nothing_of_a_members_identities_is_left_when_they_go(session, world: World):
    identities.link_actor(session, world.noor.id, ALICE.document, {}, now=NOW)
    begin(session, new_attempt(), member_id=world.noor.id)
    assert set(identities.actors_of(session, world.noor.id)) == {world.noor_actor.id, world.alice.id}
    identities.forget_identities(session, world.noor.id)
    assert session.scalars(select(Identity)).all() == session.scalars(select(OAuthAttempt)).all() == []
