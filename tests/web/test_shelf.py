"""The shelf: one question for a crowd, and nothing older than it promises."""

import asyncio

import pytest

from web.shelf import Shelf

pytestmark = pytest.mark.anyio


class Kitchen:
    """Makes a dish, and counts how often."""

    def __init__(self) -> None:
        self.made = 0
        self.open = asyncio.Event()

    async def make(self) -> int:
        await self.open.wait()
        self.made += 1
        return self.made


async def test_a_crowd_that_asks_at_once_costs_one_question():
    shelf, kitchen = Shelf(), Kitchen()
    crowd = [asyncio.ensure_future(shelf.get("front page nl", kitchen.make)) for _ in range(5)]
    kitchen.open.set()
    assert await asyncio.gather(*crowd) == [1] * 5


async def test_each_key_has_its_own():
    shelf, kitchen = Shelf(), Kitchen()
    kitchen.open.set()
    assert await shelf.get("front page nl", kitchen.make) == 1
    assert await shelf.get("front page fr", kitchen.make) == 2


async def test_what_is_too_old_is_made_anew():
    shelf, kitchen = Shelf(keep_s=0.0), Kitchen()
    kitchen.open.set()
    assert [await shelf.get("front page nl", kitchen.make) for _ in range(2)] == [1, 2]


async def test_a_failure_is_told_to_who_waited_and_not_kept():
    shelf, kitchen = Shelf(), Kitchen()
    kitchen.open.set()

    async def burn() -> int:
        raise OSError("burnt")

    with pytest.raises(OSError, match="burnt"):
        await shelf.get("front page nl", burn)
    assert await shelf.get("front page nl", kitchen.make) == 1


async def test_the_oldest_goes_when_there_are_too_many():
    shelf, kitchen = Shelf(most=2), Kitchen()
    kitchen.open.set()
    for key in "abc":
        await shelf.get(key, kitchen.make)
    assert await shelf.get("a", kitchen.make) == 4
