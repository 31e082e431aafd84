"""Words are compared without accents and endings, each in its language."""

import pytest

from actors.stemming import fold, stem, stems, stems_in_any, words


@pytest.mark.parametrize(
    ("said", "folded"),
    [("Plâtrier", "platrier"), ("Straße", "strasse"), ("ŒUVRE", "oeuvre"), ("Coördinatie", "coordinatie")],
)
def test_accents_and_capitals_make_no_difference(said, folded):
    assert fold(said) == folded


def test_words_are_found_between_all_signs():
    assert words("L’atelier d'Anaïs: C++/C# — 3 jours!") == ["atelier", "anais", "c++", "c#", "3", "jours"]
    assert words("") == []


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("nl", "stukadoors", "stukadoor"),
        ("nl", "vertalingen", "vertaling"),
        ("fr", "électriciens", "electricien"),
        ("fr", "traductrices", "traductrice"),
        ("en", "plasterers", "plasterer"),
        ("de", "Übersetzungen", "ubersetzung"),
    ],
)
def test_several_and_one_have_the_same_stem(language, one, other):
    assert stems(one, language) == stems(other, language)


def test_a_variant_of_a_language_has_its_rules_and_a_strange_one_has_none():
    assert stems("stukadoors", "nl-BE") == stems("stukadoors", "nl")
    assert stems("Plasterers", "pt") == stems("plasterers", None) == ["plasterers"]


def test_a_searched_word_is_found_in_whichever_language_the_text_is():
    for language, written in (
        ("nl", "vertalingen"),
        ("fr", "traductions"),
        ("en", "translations"),
        ("de", "Lektorate"),
    ):
        assert stems(written, language)[0] in stems_in_any(words(written)[0])
    assert len(set(stems_in_any("3"))) == 1


def test_what_is_no_word_is_cut_and_left_alone():
    assert len(words("a" * 500)[0]) == 64
    assert stem("h264", "en") == "h264"
