"""Which trades are suggested for what people write, in four languages, with words that mean two things."""

import pytest

from actors.trades import NAMESPACE, Scheme, suggest
from actors.trades.concepts import read_sector
from actors.trades.dictionary import Dictionary


def slugs(title, text="", language="nl", **more):
    return [found.iri.removeprefix(NAMESPACE) for found in suggest(title, text, language, **more)]


@pytest.mark.parametrize(
    ("language", "title", "leading"),
    [
        ("nl", "Stukadoor gezocht voor drie dagen", "plasterer"),
        ("nl", "Wie kan onze muren komen plakken?", "plasterer"),
        ("nl", "Trouwfotograaf voor september", "wedding-photographer"),
        ("nl", "Loodgieters voor een school in Aalst", "plumber"),
        ("nl", "Dirigente voor ons kamerorkest", "conductor"),
        ("nl", "Tolk Vlaamse Gebarentaal", "sign-language-interpreter"),
        ("fr", "Cherche plafonneuse pour trois jours", "plasterer"),
        ("fr", "Chef de chantier à mi-temps", "site-manager"),
        ("fr", "Cheffe de chœur pour une chorale de quartier", "choir-conductor"),
        ("fr", "Nous cherchons un chef d'orchestre", "conductor"),
        ("fr", "Conducteur de travaux expérimenté", "site-manager"),
        ("fr", "Traductrice jurée néerlandais-français", "sworn-translator"),
        ("en", "Plasterers wanted", "plasterer"),
        ("en", "Subtitles for a short documentary film", "subtitler"),
        ("en", "House painting in Ghent", "painter-decorator"),
        ("en", "Piano tuner needed before the concert", "piano-tuner"),
        ("de", "Hochzeitsfotografin gesucht", "wedding-photographer"),
        ("de", "Übersetzung einer Broschüre", "translator"),
        ("de", "Malerarbeiten im Treppenhaus", "painter-decorator"),
        ("de", "Chorleitung für Laienchor", "choir-conductor"),
    ],
)
def test_the_trade_that_is_meant_comes_first(language, title, leading):
    assert slugs(title, language=language)[:1] == [leading]


@pytest.mark.parametrize(
    ("language", "word", "trade"),
    [
        ("nl", "Badkamerrenovatie", "bathroom-fitter"),
        ("nl", "Doopfotograaf", "photographer"),
        ("nl", "Keuken renovatie", "kitchen-fitter"),
        ("de", "Taufefotograf", "photographer"),
        ("de", "Kellerelektriker", "electrician"),
    ],
)
def test_joined_words_are_taken_apart_and_parted_ones_joined(language, word, trade):
    assert slugs(word, language=language)[:1] == [trade]


@pytest.mark.parametrize(
    ("language", "word"), [("nl", "Verband leggen"), ("de", "Zwei Zimmer frei"), ("nl", "Aanbouw van vertrouwen")]
)
def test_a_word_that_only_ends_like_a_trade_is_none(language, word):
    assert slugs(word, language=language) == []


@pytest.mark.parametrize(
    ("language", "misspelt", "trade"),
    [
        ("nl", "Vertaaler", "translator"),
        ("nl", "Elektricein", "electrician"),
        ("fr", "plafoneur", "plasterer"),
        ("en", "photografer", "photographer"),
        ("de", "Dachdeker", "roofer"),
    ],
)
def test_a_misspelt_trade_is_found_and_weighs_less(language, misspelt, trade):
    found = suggest(misspelt, "", language)[0]
    assert found.iri == NAMESPACE + trade
    assert found.weight < 0.5


@pytest.mark.parametrize(
    ("language", "title", "text", "not_meant"),
    [
        ("en", "Plaster for a broken ankle", "and somebody to drive me to the hospital", "plasterer"),
        ("en", "Train conductor", "for the museum railway", "conductor"),
        ("fr", "Monteur de faux plafonds", "cloisons en gyproc", "video-editor"),
        ("nl", "Monteur voor onze cv-ketel", "", "video-editor"),
        ("nl", "Bank voor in de tuin", "", "carpenter"),
        ("fr", "Conducteur de bus pour une excursion", "", "site-manager"),
        ("fr", "Prise de son sur un tournage", "", "electrician"),
        ("nl", "Foto's voor onze webshop", "", "webshop-builder"),
    ],
)
def test_a_word_with_two_meanings_yields_to_what_stands_around_it(language, title, text, not_meant):
    found = {suggestion.iri: suggestion.weight for suggestion in suggest(title, text, language)}
    assert found.get(NAMESPACE + not_meant, 0.0) <= 0.3


WORKSHOP = """
[stage]
nl = "podium, voorstelling"
fr = "scène"
en = "stage"
de = "Bühne"

[painter-of-sets]
nl = "decorschilder, ~schilder, decor, doek spannen"
fr = "peintre de décors"
en = "scene painter"
de = "Bühnenmaler"
"""
HOUSES = """
[houses]
nl = "woningen"
fr = "maisons"
en = "houses"
de = "Häuser"

[house-painter]
nl = "huisschilder, ~schilder, gevelverf"
fr = "peintre en bâtiment"
en = "house painter"
de = "Anstreicher"
"""


def test_an_ambiguous_word_counts_beside_a_word_of_its_sector_and_feebly_alone():
    both = Dictionary(Scheme([*read_sector(WORKSHOP), *read_sector(HOUSES)]))
    stage, house = NAMESPACE + "painter-of-sets", NAMESPACE + "house-painter"

    beside = {found.iri: found.weight for found in both.suggest("Schilder", "voor ons decor", "nl")}
    among = {found.iri: found.weight for found in both.suggest("Schilder", "we spannen straks", "nl")}
    alone = {found.iri: found.weight for found in both.suggest("Schilder", "in Gent", "nl")}

    assert beside[stage] > 0.6
    assert house not in beside
    assert beside[stage] > among[stage] > alone[stage]
    assert house not in among
    assert alone[stage] == alone[house] < 0.3


def test_the_longest_phrase_wins_and_its_words_do_not_count_again():
    assert slugs("Photographe pour notre mariage", language="fr") == ["wedding-photographer"]
    assert slugs("Koor dirigeren") == ["choir-conductor"]


def test_a_phrase_may_have_a_few_words_between_but_no_full_stop():
    assert slugs("De muren van onze oude keuken plakken")[:1] == ["plasterer"]
    assert "site-manager" not in slugs("Cherche chef. Chantier à visiter", language="fr")


def test_what_the_work_is_for_comes_after_the_work():
    assert slugs("Vertaler voor een documentaire") == ["translator", "documentary-maker"]
    assert slugs("Voor een documentaire zoeken wij een vertaler") != []


def test_the_title_weighs_more_than_the_text():
    assert slugs("Elektricien", "wij hebben al een loodgieter") == ["electrician", "plumber"]
    assert slugs("Loodgieter", "wij hebben al een elektricien") == ["plumber", "electrician"]


def test_more_words_for_a_trade_make_it_surer_and_the_same_word_again_does_not():
    once = suggest("Elektricien", "", "nl")[0].weight
    assert suggest("Elektricien", "stopcontacten en schakelaars", "nl")[0].weight > once
    assert suggest("Elektricien elektricien elektricien", "", "nl")[0].weight == once


def test_what_is_broader_than_another_find_comes_after_it():
    assert slugs("Trouwfotograaf, ervaren fotograaf")[:2] == ["wedding-photographer", "photographer"]


@pytest.mark.parametrize("language", [None, "", "pt", "en", "de"])
def test_a_text_in_another_language_than_it_says_is_understood(language):
    assert slugs("Wij zoeken een stukadoor", "voor onze badkamer", language)[:1] == ["plasterer"]


def test_it_tells_which_words_say_so():
    found = suggest("Plâtrier à Liège", "Plâtrage et enduits", "fr-BE")[0]
    assert found.words == ("Plâtrier", "Plâtrage", "enduits")
    assert 0 < found.weight <= 1


def test_nothing_is_suggested_for_nothing_and_no_more_than_asked():
    assert suggest("", "", "nl") == []
    assert suggest("Wie laat mijn hond uit?", "", "nl") == []
    many = "stukadoor, loodgieter, elektricien, fotograaf, vertaler, dirigent, timmerman"
    assert len(suggest(many, "", "nl")) == 5
    assert len(suggest(many, "", "nl", most=2)) == 2
    assert suggest(many, "", "nl") == suggest(many, "", "nl")


def test_hostile_text_is_read_like_any_other():
    assert slugs("<script>stukadoor</script> " + "x" * 5000 + "\0\u202e")[:1] == ["plasterer"]
    assert slugs("l’" * 3000 + "stukadoor") == []
