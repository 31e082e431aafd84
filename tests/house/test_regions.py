"""The documents and the pages call a region by the same name, though each has its own table."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from actors.wire.regions import NAMES, region_name
from actors.wire.words import LANGUAGES, words_for
from tests.words import CATALOGUES
from web.i18n import Reader
from web.wording import Wording


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("region", [*NAMES, "BE", "LU", "XX", "XX-NOW"])
def test_a_region_has_one_name_in_each_language(language, region):
    reader = Reader(CATALOGUES[language], ZoneInfo("UTC"), datetime(2026, 1, 1, tzinfo=UTC))
    assert region_name(region, words_for(language)) == Wording(reader).region(region)
