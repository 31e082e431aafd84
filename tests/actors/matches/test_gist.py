"""What single words of a text point to."""

from actors.matches.gist import gist
from actors.trades import scheme


def said_once(language):
    """A concept, and a word that stands among the words of that concept alone in `language`."""
    holding = {}
    for concept in scheme().concepts:
        for said in concept.synonyms.get(language, ()):
            if said.isalpha() and len(said) > 8 and said.isascii():
                holding.setdefault(said.lower(), set()).add(concept.iri)
    return next((word, iris.pop()) for word, iris in sorted(holding.items()) if len(iris) == 1)


def test_a_rare_word_points_to_the_trade_among_whose_words_it_stands():
    for language in ("nl", "fr", "en", "de"):
        word, iri = said_once(language)
        assert iri in gist(word, "", language)


def test_a_word_in_the_title_says_more_than_one_in_the_text():
    word, iri = said_once("fr")
    assert gist(word, "", "fr")[iri] > gist("", word, "fr").get(iri, 0.0)


def test_filler_an_unknown_language_and_nothing_point_to_nothing():
    assert gist("we look for somebody who", "and that is all", "en") == {}
    assert gist("plombier", "", "pl") == {}
    assert gist("", "", "nl") == {}
