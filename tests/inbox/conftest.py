"""The village for every test of the inbox."""

from collections.abc import AsyncIterator

import pytest

from actors.database import Database
from tests.village import Village, make_village


@pytest.fixture
async def village(db: Database) -> AsyncIterator[Village]:
    built = make_village(db)
    yield built
    await built.coop.close()
