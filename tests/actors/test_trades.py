"""The vocabulary of trades: its data, and how its concepts lie to each other."""

import tomllib
from collections import Counter

import pytest

from actors.stemming import LANGUAGES, fold
from actors.trades import NAMESPACE, Scheme, scheme
from actors.trades.concepts import read_sector, read_tables, texts

FILES = texts()
CONCEPTS = scheme().concepts

WOOD = """
[wood]
nl = "houtwerk, hout"
fr = "bois"
en = "woodwork"
de = "Holzarbeit"

[carver]
related = ["turner"]
nl = "houtsnijder"
fr = "sculpteur sur bois"
en = "wood carver"
de = "Holzbildhauer"

[spoon-carver]
broader = "carver"
nl = "lepelsnijder, ~lepelaar"
fr = "tailleur de cuillers"
en = "spoon carver"
de = "Löffelschnitzer"

[turner]
nl = "houtdraaier"
fr = "tourneur sur bois"
en = "wood turner"
de = "Drechsler"
"""


def iri(slug):
    return NAMESPACE + slug


@pytest.mark.parametrize("name", sorted(FILES))
def test_each_file_is_toml_and_is_read_as_such(name):
    assert read_tables(FILES[name]) == tomllib.loads(FILES[name])


def test_a_slug_is_used_once_in_all_files():
    used = Counter(slug for text in FILES.values() for slug in read_tables(text))
    assert [slug for slug, times in used.items() if times > 1] == []
    assert len(CONCEPTS) == used.total()


def test_every_concept_says_itself_in_four_languages_and_says_nothing_else():
    allowed = {*LANGUAGES, "broader", "related"}
    tables = [(slug, said) for text in FILES.values() for slug, said in read_tables(text).items()]
    assert [slug for slug, said in tables if not set(said) <= allowed] == []
    assert [c.slug for c in CONCEPTS if not all(c.labels.get(language) for language in LANGUAGES)] == []


def test_what_is_broader_is_there_and_nothing_is_broader_than_itself():
    known = {concept.iri for concept in CONCEPTS}
    assert [c.slug for c in CONCEPTS if not set(c.broader) <= known] == []
    assert [c.slug for c in CONCEPTS if any(c.iri in scheme().broader_closure(up) for up in c.broader)] == []
    assert [c.slug for c in CONCEPTS if c.sector not in scheme().broader_closure(c.iri)] == []


def test_no_label_stands_twice_in_a_sector():
    labels = Counter((c.sector, language, fold(c.labels[language])) for c in CONCEPTS for language in LANGUAGES)
    assert [label for label, times in labels.items() if times > 1] == []


def test_no_word_is_said_twice_of_one_concept():
    for concept in CONCEPTS:
        for language in LANGUAGES:
            said = [concept.labels[language], *concept.synonyms[language]]
            assert [word for word, times in Counter(said).items() if times > 1] == [], concept.slug


def test_a_concept_without_anything_broader_lies_under_its_sector():
    wood = Scheme(read_sector(WOOD))
    assert [sector.slug for sector in wood.sectors] == ["wood"]
    assert wood.broader_closure(iri("spoon-carver")) == (iri("spoon-carver"), iri("carver"), iri("wood"))
    assert wood.narrower(iri("wood")) == (iri("carver"), iri("turner"))
    assert wood.narrower_closure(iri("carver")) == {iri("carver"), iri("spoon-carver")}
    assert wood.narrower_closure(iri("wood")) == {concept.iri for concept in wood.concepts}


def test_what_is_related_is_so_from_both_sides():
    wood = Scheme(read_sector(WOOD))
    assert wood.related(iri("turner")) == (iri("carver"),)
    assert wood.related(iri("carver")) == (iri("turner"),)


def test_labels_synonyms_and_ambiguous_words_are_told_apart():
    spoons = Scheme(read_sector(WOOD)).by_slug("spoon-carver")
    assert spoons is not None
    assert (spoons.label("nl-BE"), spoons.ambiguous["nl"], spoons.synonyms["nl"]) == (
        "lepelsnijder",
        ("lepelaar",),
        (),
    )
    assert spoons.label("pt") == "lepelsnijder"


def test_an_unknown_concept_is_alone():
    strange = "https://vocab.example/smith"
    assert scheme().get(strange) is None
    assert scheme().by_slug("no-such-trade") is None
    assert (scheme().broader_closure(strange), scheme().narrower_closure(strange)) == ((strange,), {strange})


@pytest.mark.parametrize("wrong", ['nl = "too soon"', "[wood]\nnl : hout", "[wood]\n[wood]", '[wood]\nnl = "no end'])
def test_a_line_of_another_shape_is_refused(wrong):
    with pytest.raises(ValueError, match=r"line [0-9]+: «"):
        read_tables(wrong)
