"""Delivery end to end, from the log to the other servers, over real rows."""

from __future__ import annotations

from tests.outbox.conftest import Office


def test_one_publication_goes_once_to_each_server_that_follows(office: Office) -> None:
    # Given three followers on two servers
    office.follow("ana", "one.example")
    office.follow("bob", "one.example")
    office.follow("cas", "two.example")

    # When the group says something
    said = office.publish("hello")
    office.deliver()

    # Then each server got it once, at its shared inbox
    assert office.others.ids("one.example") == said
    assert office.others.ids("two.example") == said
    assert office.others.got["one.example"][0].inbox == "https://one.example/inbox"
