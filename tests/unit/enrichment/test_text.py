import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.enrichment.text.assessment import PHRASEBOOK, Assessment, assess
from services.enrichment.text.language import detect_language
from services.enrichment.text.lowering import LOWERING
from services.enrichment.text.phrases import Plain
from services.enrichment.text.raising import RAISING
from shared.categories import CategoryCode, load_categories

_PHRASES = (
    "brinner", "kniv", "barn", "falskt larm", "igen", "blod", "ingen skadad", "jag har hört att", "på facebook",
    "ringklocka", "sprider sig", "dement", "just nu", "förra året", "someone told me", "unconscious", "30 ungdomar",
    "Hökartorget", "och", "ÅÄÖ", "🔥", "...", "12:30",
)  # fmt: skip
texts = st.one_of(
    st.lists(st.sampled_from(_PHRASES), max_size=8).map(" ".join),
    st.text(alphabet="abcdefghijklmnopqrstuvwxyzåäöABCÅÄÖ 0123456789.,!?\n🔥", max_size=200),
)
categories = st.sampled_from(CategoryCode)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Det brinner i en container bakom affären", "sv"),
        ("nån e inne i mitt förråd", "sv"),
        ("STÖLD PÅ TORGET", "sv"),
        ("There is smoke coming from the roof", "en"),
        ("my bike was stolen", "en"),
        ("knivman vid resecentrum", "sv"),
        ("", "und"),
        ("12:30 !!", "und"),
        ("🔥🔥🔥", "und"),
    ],
)
def test_swedish_and_english_are_told_apart(text: str, language: str):
    assert detect_language(text) == language


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_a_language_or_none(text: str):
    assert detect_language(text) in {"sv", "en", "und"}


@settings(deadline=None)
@given(texts, categories)
def test_severity_stays_between_minor_and_critical(text: str, category: CategoryCode):
    assert 1 <= assess(text, category).severity <= 4


@settings(deadline=None)
@given(texts, categories)
def test_capitals_change_nothing(text: str, category: CategoryCode):
    assert assess(text.upper(), category) == assess(text.lower(), category) == assess(text, category)


@settings(deadline=None)
@given(texts, categories)
def test_line_breaks_and_repeated_spaces_change_nothing(text: str, category: CategoryCode):
    assert assess("\n\n".join(text.split()), category) == assess(" ".join(text.split()), category)


@settings(deadline=None)
@given(texts, categories)
def test_every_step_from_the_default_has_a_reason(text: str, category: CategoryCode):
    found = assess(text, category)
    default = load_categories()[category].severity
    if found.severity > default:
        assert any(reason.startswith("+") for reason in found.severity_reasons)
    if found.severity < default:
        assert any(reason.startswith("−") for reason in found.severity_reasons)


@pytest.mark.parametrize("category", CategoryCode)
def test_a_text_without_signs_keeps_the_default_of_its_category(category: CategoryCode):
    assert assess("Något har hänt vid torget", category).severity == load_categories()[category].severity


@pytest.mark.parametrize(
    ("text", "category", "severity"),
    [
        ("En papperskorg brinner", CategoryCode.FIRE, 3),
        ("Det brinner i en lägenhet, barn är kvar inne", CategoryCode.FIRE, 4),
        ("Gräset brinner och det sprider sig mot husen", CategoryCode.FIRE, 4),
        ("Falskt larm, det var grannen som grillade", CategoryCode.FIRE, 1),
        ("Branden är redan släckt", CategoryCode.FIRE, 1),
        ("Någon stal ringklockan från min cykel", CategoryCode.THEFT, 1),
        ("Someone stole the bell from my bike", CategoryCode.THEFT, 1),
        ("Min cykel är stulen", CategoryCode.THEFT, 2),
        ("Två män slåss", CategoryCode.VIOLENCE, 3),
        ("De slåss med kniv", CategoryCode.VIOLENCE, 4),
        ("De slåss men det finns ingen kniv", CategoryCode.VIOLENCE, 3),
        ("En man hotade en flicka", CategoryCode.THREAT, 3),
        ("Han hotar mig varje dag", CategoryCode.THREAT, 3),
        ("Gammal dam i nattlinne ute i kylan", CategoryCode.VULNERABLE_ADULT, 3),
        ("She says she wants to die", CategoryCode.VULNERABLE_ADULT, 4),
        ("Krock, ingen är skadad", CategoryCode.TRAFFIC, 1),
        ("Krock, föraren är skadad", CategoryCode.TRAFFIC, 3),
        ("40 ungdomar, hetsig stämning", CategoryCode.YOUTH_GATHERING, 3),
        ("Lampan är trasig", CategoryCode.UNSAFE_PLACE, 1),
    ],
)
def test_words_raise_and_lower_severity(text: str, category: CategoryCode, severity: int):
    assert assess(text, category).severity == severity


def test_the_reason_names_the_default_and_the_words_found():
    found = assess("De slåss med kniv", CategoryCode.VIOLENCE)
    assert found.severity_reasons == ("Våld: grundnivå 3", '+ vapen ("kniv")')


@pytest.mark.parametrize(
    ("text", "ongoing"),
    [
        ("Det brinner just nu", True),
        ("The car is still burning", True),
        ("Cykeln stals i tisdags", False),
        ("Inbrottet skedde i natt", False),
    ],
)
def test_what_goes_on_is_told_from_what_is_over(text: str, ongoing: bool):
    assert (assess(text, CategoryCode.FIRE).ongoing is not None) is ongoing


@pytest.mark.parametrize(
    ("text", "category", "ongoing"),
    [
        ("En man hotade personalen i tisdags. Nu står han utanför och skriker", CategoryCode.THREAT, True),
        ("En man hotade personalen i tisdags", CategoryCode.THREAT, False),
        ("De kastar sten på bussen", CategoryCode.VANDALISM, True),
        ("De kastar sten på bussarna varje kväll", CategoryCode.VANDALISM, False),
        ("De har kastat sten på bussen", CategoryCode.VANDALISM, False),
        ("Om de kastar sten igen ringer vi er", CategoryCode.VANDALISM, False),
        ("I saw somebody kicking a dog", CategoryCode.ANIMAL, False),
        ("Somebody is kicking a dog", CategoryCode.ANIMAL, True),
        ("The car was on fire", CategoryCode.FIRE, False),
        ("Slagsmål på perrongen!", CategoryCode.VIOLENCE, True),
        ("Slagsmål på perrongen, de greps", CategoryCode.VIOLENCE, False),
        ("Min pappa gick ut i morse och har inte kommit tillbaka", CategoryCode.MISSING_PERSON, True),
        ("Pappa är hittad", CategoryCode.MISSING_PERSON, False),
        ("Vägen är avstängd efter krocken", CategoryCode.TRAFFIC, True),
        ("Vägen är nu åter öppen", CategoryCode.TRAFFIC, False),
        ("Polis skickas dit för kontroll", CategoryCode.TRAFFIC, False),
        ("Folk säger att det går omkring en mördare nu", CategoryCode.RUMOUR, False),
    ],
)
def test_present_past_usual_and_supposed_are_told_apart(text: str, category: CategoryCode, ongoing: bool):
    assert (assess(text, category).ongoing is not None) is ongoing


@pytest.mark.parametrize(
    "path", sorted(Path("tests/data").glob("assessment*.jsonl")), ids=lambda path: path.stem
)
def test_trying_phrases_at_their_first_words_finds_what_trying_them_everywhere_finds(path: Path):
    for line in path.read_text(encoding="utf-8").splitlines():
        words = Plain.of(json.loads(line)["text"]).folded
        starts = PHRASEBOOK.starts_in(words)
        for name, phrases in PHRASEBOOK.phrases.items():
            found = [match.span() for match in phrases.found_in(words, starts.get(name, ()))]
            assert found == [match.span() for match in phrases.pattern.finditer(words)], name


@pytest.mark.parametrize(
    ("text", "involves_minor"),
    [
        ("en pojke på cykel", True),
        ("en 13-åring", True),
        ("min dotter", True),
        ("a 12 year old", True),
        ("en man i 30-årsåldern", False),
        ("en 43-åring", False),
        ("grannen", False),
    ],
)
def test_children_are_noticed(text: str, involves_minor: bool):
    assert (assess(text, CategoryCode.OTHER).involves_minor is not None) is involves_minor


@pytest.mark.parametrize(
    "text",
    [
        "Jag har hört att det ska brinna igen",
        "Någon skrev att skolan är stängd",
        "Det sägs att de är från Västerås",
        "läste på Facebook om ett inbrott",
        "På facebook står det att nån blivit rånad",
        "My coworker says there was a fire",
        "Kompisens mamma sa att polisen hittat ett lik",
        "Det ryktas om en bomb",
        "Rumour has it the school will close",
        "Someone told me there was a fight",
        "Grannen sa att någon gått runt och känt på dörrar",
        "STÄMMER DET att någon blivit skjuten?",
    ],
)
def test_second_hand_words_are_hearsay(text: str):
    reason = assess(text, CategoryCode.OTHER).hearsay
    assert reason is not None
    assert '"' in reason


@pytest.mark.parametrize(
    "text",
    [
        "Det brinner i containern",
        "Jag hörde en smäll och skrik",
        "Vi har hört flera skott",
        "I heard gunshots outside",
        "I see smoke from the roof",
        "Någon har stulit min cykel",
        "Jag blev hotad på snapchat",
        "Någon har använt mitt kontokort på nätet",
        "They said they would burn our house down",
    ],
)
def test_what_one_saw_or_heard_oneself_is_no_hearsay(text: str):
    assert not assess(text, CategoryCode.OTHER).hearsay


def test_a_report_about_a_rumour_is_hearsay_however_it_is_worded():
    found = assess("Falska uppgifter om branden", CategoryCode.RUMOUR)
    assert found.hearsay == "rapporten handlar om ett rykte"


def test_an_assessment_is_a_plain_value():
    assert assess("Cykeln är stulen", CategoryCode.THEFT) == Assessment(CategoryCode.THEFT, severity=2)


def test_signs_have_names_of_their_own():
    names = [sign.means for sign in (*RAISING, *LOWERING)]
    assert len(names) == len(set(names))
