"""How well two cards fit, and why."""

from datetime import UTC, datetime

from actors.matches.cards import Card
from actors.matches.reasons import Reason, restored, stored
from actors.matches.scoring import rarities, score

PLASTERER = "urn:knooppunt:trade:plasterer"
OURS = "https://partner.example/trades/thatcher"
BRUSSELS = {"region": "BE-BRU", "latitude": 50.8467, "longitude": 4.3525}
MECHELEN = {"region": "mechelen", "latitude": 51.0259, "longitude": 4.4776}
OSTEND = {"region": "oostende", "latitude": 51.2300, "longitude": 2.9200}
ARLON = {"region": "aarlen", "latitude": 49.6833, "longitude": 5.8167}


def card(purpose: str, **given: object) -> Card:
    return Card(purpose, **{"concepts": {PLASTERER: 1.0}, "languages": frozenset({"nl"})} | given)  # type: ignore[arg-type]


def fits(need: dict[str, object] | None = None, offer: dict[str, object] | None = None) -> float:
    return score(card("request", **need or {}), card("offer", **offer or {})).value


def at(month: int, day: int) -> datetime:
    return datetime(2027, month, day, 9, tzinfo=UTC)


def test_the_same_trade_nearby_at_the_same_time_is_told_with_its_reasons():
    need = card("request", **BRUSSELS, begins_at=at(5, 3), ends_at=at(5, 12), languages=frozenset({"nl", "fr"}))
    offer = card("offer", **MECHELEN, begins_at=at(5, 1), languages=frozenset({"fr"}), pay="discuss")
    found = score(need, offer)
    assert found.value > 0.9
    assert found.reasons == (
        Reason("same-trade", {"concept": PLASTERER}),
        Reason("near", {"km": 22}),
        Reason("free", {"begins": "2027-05-03", "ends": "2027-05-12"}),
        Reason("speaks", {"languages": ["fr"]}),
    )


def test_nobody_helps_in_april_who_is_free_from_may():
    assert fits({"ends_at": at(4, 30)}, {"begins_at": at(5, 1)}) == 0
    assert fits({"begins_at": at(5, 1)}, {"ends_at": at(4, 30)}) == 0
    assert fits({"begins_at": at(5, 1)}, {"ends_at": at(5, 1)}) > 0


def test_the_farther_the_less_and_the_other_end_of_the_country_not_at_all():
    near, far, gone = (fits({**BRUSSELS}, place) for place in (MECHELEN, OSTEND, ARLON))
    assert near > far > gone
    assert gone < 0.3
    assert fits({**OSTEND}, ARLON) == 0


def test_distance_does_not_matter_where_both_can_work_at_a_distance():
    assert fits({**OSTEND, "mode": "both"}, {**ARLON, "mode": "remote"}) > 0.9
    assert fits({**OSTEND, "mode": "onsite"}, {**OSTEND, "mode": "remote"}) < 0.45


def test_without_a_common_language_or_with_other_terms_it_scores_less():
    whole = fits()
    assert fits({"languages": frozenset({"fr"})}) < whole / 2
    assert fits({"pay": "volunteer"}, {"pay": "paid"}) < fits({"pay": "paid"}, {"pay": "paid"})
    assert fits({"pay": "volunteer"}, {"pay": "discuss"}) == whole


def test_words_alone_are_a_weak_signal_and_are_named():
    need = card("request", concepts={}, stems=frozenset({"lasagn", "ov"}), heads=frozenset({"lasagn"}))
    offer = card("offer", concepts={}, stems=frozenset({"lasagn"}), heads=frozenset({"lasagn"}))
    found = score(need, offer)
    assert 0 < found.value <= 0.5
    assert Reason("words", {"words": ["lasagn"]}) in found.reasons
    assert score(need, card("offer", concepts={})).value == 0


def test_a_concept_that_we_do_not_know_answers_itself():
    assert fits({"concepts": {OURS: 1.0}}, {"concepts": {OURS: 0.9}}) > 0.7
    assert fits({"concepts": {OURS: 1.0}}, {"concepts": {PLASTERER: 1.0}}) == 0


def test_a_word_that_all_use_tells_less_than_one_that_stands_once():
    told = rarities([frozenset({"huis", "leem"}), frozenset({"huis"}), frozenset({"huis"})])
    assert told["leem"] > told["huis"] > 0


def test_reasons_survive_being_kept():
    reasons = (Reason("near", {"km": 6}), Reason("remote"))
    assert restored(stored(reasons)) == reasons
