"""A link that is marked is believed by whoever has the secret, for its purpose, and no other is."""

import pytest

from actors.people import Vault
from tests.world import SECRET


def test_what_was_marked_is_read_again():
    vault = Vault(SECRET)
    assert vault.unmarked("renew", vault.marked("renew", "12.2027")) == "12.2027"


@pytest.mark.parametrize("link", ["", ".", "12.2027", "12.2027.", "12.2027.é", "12.2028.{mark}"])
def test_what_was_not_marked_is_not_believed(link):
    vault = Vault(SECRET)
    assert vault.unmarked("renew", link.format(mark=vault.mark("renew", "12.2027"))) is None


def test_a_mark_holds_for_its_purpose_and_its_secret_alone():
    link = Vault(SECRET).marked("renew", "12.2027")
    assert Vault(SECRET).unmarked("unsubscribe", link) is None
    assert Vault(bytes(32)).unmarked("renew", link) is None
