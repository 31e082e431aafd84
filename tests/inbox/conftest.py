"""The village for every test of the inbox."""

from collections.abc import Iterator

import pytest

from actors.database import Database
from tests.village import Village, make_village


@pytest.fixture
def village(db: Database) -> Iterator[Village]:
    built = make_village(db)
    yield built
    built.coop.fetcher.close()
