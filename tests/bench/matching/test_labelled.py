"""The labelled set has the shape that its figures need."""

from collections import Counter

from tests.bench.matching.labelled import labelled


def test_every_label_names_an_offer_and_every_need_says_what_is_relevant():
    items = labelled()
    assert len(items.offers) + len(items.needs) >= 200
    assert set(items.relevant) == set(items.needs)
    assert {name for names in items.relevant.values() for name in names} <= set(items.offers)


def test_at_least_half_of_the_pairs_cross_a_language():
    pairs = labelled().pairs
    assert len(pairs) >= 120
    assert sum(need.draft.language != offer.draft.language for need, offer in pairs) * 2 >= len(pairs)


def test_every_language_stands_on_both_sides():
    items = labelled()
    for side in (items.offers, items.needs):
        spread = Counter(item.draft.language for item in side.values())
        assert set(spread) == {"nl", "fr", "en", "de"}
        assert min(spread.values()) >= 10


def test_some_needs_have_no_answer_and_some_have_more_than_one():
    relevant = labelled().relevant
    assert sum(not names for names in relevant.values()) >= 8
    assert sum(len(names) > 1 for names in relevant.values()) >= 15
