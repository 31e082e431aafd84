"""The question before every connection: cheap, and never older than a second."""

import pytest

from actors import moderation
from actors.database import Database, utc_now
from web.blocks import Blocks

pytestmark = pytest.mark.anyio


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def test_a_block_holds_within_a_second_and_covers_what_is_below(db: Database):
    clock = Clock()
    blocks = Blocks(db, clock=clock)
    assert not await blocks.refuses("bad.example")
    await db.write(moderation.block, "bad.example", now=utc_now())
    clock.now += 1.0
    assert await blocks.refuses("bad.example")
    assert await blocks.refuses("x.bad.example")
    assert not await blocks.refuses("notbad.example")


async def test_within_a_second_the_table_is_not_asked_again(db: Database):
    clock = Clock()
    blocks = Blocks(db, clock=clock)
    await blocks.refuses("a.example")
    db.close()
    assert not await blocks.refuses("b.example")


async def test_an_unblocked_host_is_asked_for_again_within_a_second(db: Database):
    clock = Clock()
    blocks = Blocks(db, clock=clock)
    await db.write(moderation.block, "bad.example", now=utc_now())
    assert await blocks.refuses("bad.example")
    await db.write(moderation.unblock, "bad.example", now=utc_now())
    clock.now += 1.0
    assert not await blocks.refuses("bad.example")
