"""What makes a password, and what it proves."""

import pytest

from actors import people
from actors.people import Credentials
from actors.refusals import Refused
from tests.world import NOW

ABOUT = ("noor@members.example", "Noor Peeters", "Coop Brussel")


def refusal(password, about=ABOUT):
    with pytest.raises(Refused) as refused:
        people.check_password(password, about)
    return refused.value.code


@pytest.mark.parametrize(
    "password", ["een tafel vol met brood", "x7!kPq29zL#w", "été à Liège 🚲🚲", "a" * 5 + "Kj3_9sLqP0w"]
)
def test_a_password_of_twelve_characters_that_nobody_guesses_is_good(password):
    people.check_password(password, ABOUT)


def test_a_password_at_its_limits(session):
    people.check_password("kq83-xv0_pl2")
    assert refusal("kq83-xv0_pl") == "password-short"
    assert refusal("kq83-xv0_pl2" * 84) == "password-long"


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Wachtwoord1234",
        "qwertyuiop123",
        "AzertyUiop12",
        "motdepasse2024!",
        "aaaaaaaaaaaaaa",
        "abababababab",
        "123412341234",
        "123456789012",
        "abcdefghijklmno",
        "CorrectHorseBatteryStaple",
    ],
)
def test_what_is_tried_first_is_refused(password):
    assert refusal(password) == "password-common"


@pytest.mark.parametrize("password", ["noorpeeters12", "Peeters-Noor-1", "noor@members.example", "coopbrussel99"])
def test_what_says_little_more_than_who_one_is_is_refused(password):
    assert refusal(password) == "password-about-you"


def test_a_password_proves_itself_and_nothing_else():
    known = Credentials(1, people.hash_password("een tafel vol met brood"))
    assert known.password_hash.startswith("$argon2id$")
    assert people.proves("een tafel vol met brood", known)
    assert not people.proves("een tafel vol met broo", known)
    assert not people.proves("", known)
    assert not people.proves("x" * 2000, known)


def test_the_same_letters_typed_on_another_keyboard_are_the_same_password():
    known = Credentials(1, people.hash_password("cafe\u0301 au marche\u0301"))
    assert people.proves("café au marché", known)


def test_nobodys_password_is_never_right():
    assert not people.proves("x" * 40 + "never", Credentials(None, None))
    assert not people.proves("een tafel vol met brood", Credentials(1, None))


def test_a_password_that_changed_meanwhile_opens_nothing(world, session):
    known = people.own_credentials(session, world.noor.id)
    people.set_password(session, known, "first", keep=None, now=NOW)
    proved = people.own_credentials(session, world.noor.id)
    people.set_password(session, proved, "second", keep=None, now=NOW)
    for call in (
        lambda: people.open_by_password(session, proved, device="", network=None, now=NOW),
        lambda: people.set_password(session, proved, "third", keep=None, now=NOW),
    ):
        with pytest.raises(Refused) as refused:
            call()
        assert refused.value.code == "password-wrong"


def test_L1_a_new_password_ends_every_other_session_and_link(world, session):
    mine = people.start_session(session, world.noor.id, "", now=NOW)
    other = people.start_session(session, world.noor.id, "", now=NOW)
    token = people.issue_token(session, world.noor.id, people.SIGN_IN, now=NOW, valid_for=people.SIGN_IN_LASTS)
    people.set_password(session, people.own_credentials(session, world.noor.id), "new", keep=mine, now=NOW)
    assert people.member_of_session(session, mine, now=NOW)
    assert people.member_of_session(session, other, now=NOW) is None
    assert not people.peek_sign_in(session, token, now=NOW)


def test_credentials_are_of_those_who_may_sign_in(world, session):
    noor = "noor@members.example"
    people.set_password(session, people.own_credentials(session, world.noor.id), "h", keep=None, now=NOW)
    assert people.credentials(session, f" {noor.upper()}").password_hash == "h"
    assert people.credentials(session, "nobody@members.example") == Credentials(None, None)
    people.suspend_member(session, world.noor.id, now=NOW)
    assert people.credentials(session, noor) == Credentials(None, None)
