"""Floors under how often an emergency is seen, and how often one is seen where there is none; and the rules one by one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.emergency import Score, number_before, scored, sets
from services.intake.domain.emergency import Danger, Number, emergency_words, number_to_ring, speaks_of_danger


def of(name: str) -> Score:
    return scored(sets()[name], number_to_ring)


def test_the_texts_are_many_in_both_languages_and_for_each_answer() -> None:
    rows = [row for name in ("development", "held_out") for row in sets()[name]]
    assert sum(row.language == "sv" for row in rows) >= 200
    assert sum(row.language == "en" for row in rows) >= 80
    assert {row.number for row in rows} == {*Number, None}
    assert len({row.text for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("name", "missed", "false"),
    [
        ("development", 0, 0),
        ("held_out", 1, 2),
        ("third", 1, 3),
        ("third_blind", 3, 5),
        ("seen", 5, 15),
        ("unseen", 5, 3),
        ("ordinary", 0, 17),
    ],
)
def test_no_more_emergencies_are_missed_and_no_more_alarms_are_false(
    name: str, missed: int, false: int
) -> None:
    score = of(name)
    assert score.wanted - score.right <= missed
    assert score.named - score.right <= false


def test_far_more_is_seen_than_by_the_words_of_before() -> None:
    for name in ("held_out", "unseen"):
        before = scored(sets()[name], number_before)
        assert of(name).right >= 3 * before.right


@pytest.mark.parametrize(
    "text",
    [
        "Igår bråkade de, nu slår han henne med kniv",
        "Det brinner i huset där de bodde förra året",
        "Slagsmål igen, förra gången var det ungdomar",
        "It is burning in the last building",
        "Jag larmade i somras. Det är slagsmål utanför krogen.",
        "Ingen olycka, men han har kniv",
        "Ett barn föll från bryggan i vattnet",
        "Hunden och min son är borta",
        "Min son är borta med vår hund",
        "Han har kniv och en plastpåse",
        "Jag hör i telefonen att hon dör",
        "Det ligger en riktig bomb på skolan",
    ],
)
def test_what_is_told_of_earlier_days_hides_nothing_that_goes_on(text: str) -> None:
    assert number_to_ring(text) is Number.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "I går kl. 23 slagsmål vid torget",
        "Slagsmål i lördags",
        "Ingen brand",
        "Det brann inte",
        "Risk för brand",
        "Det brinner inte längre",
        "Pojken som var borta är hittad",
        "Gatubelysningen brinner hela dagen",
        "akut behov av soptömning",
    ],
)
def test_what_is_over_denied_feared_or_another_thing_names_nobody(text: str) -> None:
    assert number_to_ring(text) is None


@pytest.mark.parametrize(
    "text", ["HAN HAR EN KNIV", "han har en knniv", "HÄN HÄR EN KNÍV", "han\nhar - en kniv"]
)
def test_hurry_accents_and_signs_change_nothing(text: str) -> None:
    assert number_to_ring(text) is Number.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "Sätt upp en livboj innan någon drunknar",
        "Put up a fence before someone drowns in the pond",
        "Det brinner i knutarna för skolan",
        "Appen kraschade",
    ],
)
def test_a_saying_and_what_is_feared_in_so_many_words_name_nobody(text: str) -> None:
    assert number_to_ring(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Skynda innan någon dör, det brinner i trappan",
        "Alla skriver om det, och nu brinner det här också",
        "jag är rädd att han slår ihjäl mig",
        "Vad gör jag när han inte andas",
        "Elden sprids i trapphuset",
        "Branden sprids via taket",
        "Röken sprids i huset",
        "Branden sprids på vinden",
        "Det brinner på biografen",
        "Brand på teatern",
        "En man har blivit skjuten på bio",
        "I tv-rummet brinner det",
        "Det brinner i TV",
        "En olycka på övningen, en soldat är skjuten",
        "Alla säger att det brinner och jag ser röken",
        "Det har hänt en olycka, hon är medvetslös, jag läste på internet att man ska ringa",
        "we are waiting for the ambulance he is not breathing",
        "waiting for help my son is drowning",
        "Someone might be drowning in the lake",
        "There might be someone drowning",
        "It could be a gas leak",
        "Vi väntar tills någon kommer han andas inte",
        "Vad gör man om någon inte andas",
        "Hjälp det är risk att han dör han andas inte",
        "risk för explosion tankbil läcker gasol",
        "En jägare har träffats av skott",
        "På festen sprängdes en bomb",
        "Under matchen exploderade en bomb",
        "Muren rasade över ett barn",
        "staketet har rasat över en kvinna",
        "Pojken med hunden försvann i skogen",
        "Han ligger på bänken under vattnet",
        "they smoke coming out of windows",
        "Slagsmål på nyårsafton med knivar",
        "Det är ett slagsmål på valborg i parken",
        "Knivskuren man i midsommarfirandet",
    ],
)
def test_fear_and_hearsay_hide_nothing_that_goes_on(text: str) -> None:
    assert number_to_ring(text) is Number.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "min man inte vakna",
        "han inte svara",
        "hon ej andas",
        "he not breathing",
        "she dont breathe",
        "lillebror e borta",
    ],
)
def test_another_order_of_words_and_a_first_year_of_a_language_are_understood(text: str) -> None:
    assert number_to_ring(text) is Number.EMERGENCY


@given(st.text(), st.sampled_from([None, *Danger]))
def test_any_text_has_an_answer(text: str, danger: Danger | None) -> None:
    assert number_to_ring(text, danger) in {*Number, None}


def test_whatever_names_112_speaks_of_danger_and_what_is_over_does_too() -> None:
    rows = [row for name in ("development", "held_out") for row in sets()[name]]
    assert all(speaks_of_danger(row.text) for row in rows if number_to_ring(row.text) is Number.EMERGENCY)
    assert speaks_of_danger("Slagsmål i lördags")
    assert not speaks_of_danger("Klotter på muren bakom stationen i Köping, röd färg.")


def test_the_expressions_are_understood_by_every_browser_and_stay_small() -> None:
    words = emergency_words().as_json()
    milder = words.pop("milder")
    expressions = [*words.values(), *milder.values()]
    assert not any("(?<" in each or re.search(r"\\[^ ]", each) for each in expressions)
    assert sum(map(len, expressions)) < 100_000


def test_a_long_text_takes_no_long_time_to_read() -> None:
    """Steps grow with the length: each word is looked at once by each expression, and no gap lies within a gap without end."""
    nested = re.compile(r"[*+]\)[*+]|\{\d+,\}")
    words = emergency_words()
    for each in (words.aside, words.going_on, words.event):
        assert not nested.search(each)
