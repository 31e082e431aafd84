"""Towns below the regions: what lies in what, what people type, how far apart."""

import pytest

from actors.regions import CHOICES
from actors.towns import TOWNS, broader, distance_km, inside, name_of, recognise
from actors.wire.words import LANGUAGES


def test_every_town_lies_in_something_known_and_where_belgium_and_its_neighbours_are():
    known = set(TOWNS) | set(CHOICES)
    assert [town.code for town in TOWNS.values() if town.part_of not in known] == []
    assert [town.code for town in TOWNS.values() if broader(town.code)[-1] != "EU"] == []
    for town in TOWNS.values():
        north, east = ((49.4, 51.6), (2.5, 6.5)) if "BE" in broader(town.code) else ((48, 53), (2, 14))
        assert north[0] < town.latitude < north[1], town.code
        assert east[0] < town.longitude < east[1], town.code


def test_every_town_has_a_name_in_four_languages_and_no_two_have_one_code():
    assert [
        town.code for town in TOWNS.values() if set(town.names) != set(LANGUAGES) or not all(town.names.values())
    ] == []
    assert len(TOWNS) > 130


def test_brussels_has_its_nineteen_communes():
    assert len([town for town in TOWNS.values() if town.part_of == "BE-BRU"]) == 19


def test_a_quarter_lies_in_its_commune_its_region_its_country_and_europe():
    assert broader("matonge") == ("matonge", "elsene", "BE-BRU", "BE", "EU")
    assert broader("gent") == ("gent", "BE-VOV", "BE-VLG", "BE", "EU")
    assert broader("FR") == ("FR", "EU")
    assert broader("EU") == ("EU",)


def test_a_region_holds_its_towns_and_their_quarters():
    assert {"BE-BRU", "elsene", "matonge"} <= inside("BE-BRU")
    assert "gent" not in inside("BE-BRU")
    assert {"BE-VOV", "gent", "gentbrugge"} <= inside("BE-VLG")
    assert {"gent", "luik", "rijsel", "BE", "FR"} <= inside("EU")
    assert inside("elsene") == {"elsene", "matonge", "flagey"}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Gent", "gent"),
        ("Gand", "gent"),
        ("à GHENT!", "gent"),
        ("9000 Gent", "gent"),
        ("Molenbeek", "molenbeek"),
        ("Rue Haute 12, 1080 Molenbeek-Saint-Jean, Bruxelles", "molenbeek"),
        ("Saint-Gilles", "sint-gillis"),
        ("Brüssel", "BE-BRU"),
        ("Lüttich", "luik"),
        ("Liege", "luik"),
        ("De Hal, Gent", "gent"),
        ("Sint-Pieters-Woluwe", "sint-pieters-woluwe"),
        ("Matongé (Ixelles)", "matonge"),
        ("Antwerpen-Berchem", "berchem"),
        ("La Louvière", "la-louviere"),
        ("Hainaut", "BE-WHT"),
        ("België", "BE"),
        ("bij mij, 3500", "BE-VLI"),
        ("B-1348", "BE-WBR"),
        ("in de tuin", None),
        ("", None),
    ],
)
def test_what_people_type_is_recognised(typed, code):
    spot = recognise(typed)
    assert (spot.code if spot else None) == code


def test_a_town_comes_with_its_degrees_and_its_region_and_a_region_without():
    gent, hainaut = recognise("Gand"), recognise("Hainaut")
    assert gent is not None
    assert hainaut is not None
    assert (gent.latitude, gent.longitude, gent.region) == (51.0543, 3.7174, "BE-VOV")
    assert (hainaut.latitude, hainaut.longitude, hainaut.region) == (None, None, "BE-WHT")


def test_towns_are_as_far_apart_as_on_a_map():
    def between(one: str, other: str) -> float:
        a, b = TOWNS[one], TOWNS[other]
        return distance_km(a.latitude, a.longitude, b.latitude, b.longitude)

    assert between("brussel", "antwerpen") == pytest.approx(41.5, abs=1)
    assert between("gent", "luik") == pytest.approx(139, abs=2)
    assert between("gent", "gent") == 0


def test_a_town_is_called_by_its_name_in_the_readers_language():
    assert [name_of("gent", language) for language in LANGUAGES] == ["Gent", "Gand", "Ghent", "Gent"]
    assert name_of("BE", "nl") is None
