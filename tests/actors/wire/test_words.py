"""The sentences on the wire are complete in four languages."""

import string
from dataclasses import fields

import pytest

from actors.wire.words import LANGUAGES, WORDS, Words, words_for


def shape(value):
    """What a table entry must have alike in every language: its keys, its length, its blanks."""
    if isinstance(value, str):
        return sorted(name for _, name, _, _ in string.Formatter().parse(value) if name)
    if isinstance(value, tuple):
        return tuple(shape(one) for one in value)
    return {key: shape(one) for key, one in value.items()}


def texts(value):
    if isinstance(value, str):
        return [value]
    return [text for one in (value if isinstance(value, tuple) else value.values()) for text in texts(one)]


def test_the_four_languages_are_there():
    assert tuple(WORDS) == LANGUAGES == ("nl", "fr", "en", "de")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("field", [field.name for field in fields(Words)])
def test_an_entry_has_the_same_blanks_in_every_language(language, field):
    assert shape(getattr(WORDS[language], field)) == shape(getattr(WORDS["en"], field))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("field", [field.name for field in fields(Words) if field.name != "oclock"])
def test_no_entry_is_empty(language, field):
    assert all(text.strip() for text in texts(getattr(WORDS[language], field)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_kind_is_one_hashtag(language):
    assert all(tag.isalpha() for tag in WORDS[language].kind_tag.values())


@pytest.mark.parametrize(("asked", "given"), [("nl-BE", "nl"), ("FR", "fr"), ("pt", "en"), (None, "en"), ("", "en")])
def test_a_language_gets_the_nearest_words(asked, given):
    assert words_for(asked) is WORDS[given]
