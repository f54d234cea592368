"""What an online geocoder may be asked, what its answers are worth, and that nobody is asked without consent."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enrichment.geocoder.askable import Phrase, askable
from services.enrichment.geocoder.online import Answer, Asked, Hit, placed
from services.enrichment.geocoder.streets import HouseNumber
from services.enrichment.settings import EnrichmentSettings
from shared.errors import CannotStart
from shared.events import Precision
from shared.settings import read_settings

KOPING = "1983"
STREET = Phrase("Granitvägen", None, "Granitvägen", is_street=True)
HOUSE = Phrase("Granitvägen", HouseNumber(12), "Granitvägen 12", is_street=True)
SCHOOL = Phrase("Månskolan", None, "Månskolan", is_street=False)


@pytest.mark.parametrize(
    ("text", "field", "sent"),
    [
        ("Det brinner på Granitvägen 12 B, skynda er Anna!", None, "Granitvägen 12 B"),
        ("Det brinner på Granitvägen", None, "Granitvägen"),
        ("Granitvägen: bilar som driftar", None, "Granitvägen"),
        ("Bråk utanför Månskolan", None, "Månskolan"),
        ("Inbrott på Norra Granitgatan 3", None, "Norra Granitgatan 3"),
        ("BRAND PÅ GRANITVÄGEN 12", None, "Granitvägen 12"),
        ("Fight going on at Granitvägen 4", None, "Granitvägen 4"),
        ("De är här igen", "granitvägen 7, 2 tr, hos Kalle Persson", "Granitvägen 7"),
        ("Se upp på Granitvägen kl 12", None, "Granitvägen"),
    ],
)
def test_the_place_alone_is_sent(text: str, field: str | None, sent: str) -> None:
    phrase = askable(text, field)
    assert phrase is not None
    assert Asked(phrase, KOPING).query == f"{sent}, Köping"


@pytest.mark.parametrize(
    "text",
    [
        "Anna Lindberg slår sin son varje kväll",
        "Jag bor på Granitvägen 12 och mår dåligt",
        "Min adress är Granitvägen 12",
        "Han som är hemma hos mamma på Granitvägen 12 säljer",
        "Det var inte på Granitvägen 12",
        "De åkte mot Granitvägen",
        "Mellan Granitvägen och Kiselgatan ligger en cykel",
        "Någon kastar sten på Granitvägen och sedan på Kiselgatan",
        "Det brinner i skolan, i parken och på gatan",
        "Brand på Förskolan",
        "hon heter Granitvägen",
        "Anna Granitvägen hotade mig",
        "Olycka på E18 vid väg 250",
        "Bråk på Sten-Stureskolan",
        "ring [telefonnummer]",
    ],
)
def test_nothing_is_sent_of_persons_homes_and_what_is_no_one_place(text: str) -> None:
    assert askable(text, None) is None


@given(
    before=st.text(max_size=60),
    after=st.text(max_size=60),
    preposition=st.sampled_from(["på", "vid", "utanför", "at"]),
    number=st.one_of(st.none(), st.integers(1, 9999)),
)
def test_whatever_stands_around_it_no_other_word_is_sent(
    before: str, after: str, preposition: str, number: int | None
) -> None:
    street = "Granitvägen" if number is None else f"Granitvägen {number}"
    phrase = askable(f"{before} {preposition} {street}. {after}", None)
    if phrase is not None and phrase.name == "Granitvägen":
        assert re.fullmatch(rf"Granitvägen( {number})?( [A-Z])?", str(phrase))


@given(st.text(max_size=200), st.one_of(st.none(), st.text(max_size=80)))
def test_only_names_with_the_ending_of_a_street_or_a_public_place_are_ever_sent(
    text: str, field: str | None
) -> None:
    phrase = askable(text, field)
    if phrase is not None:
        endings = "gatan|vägen|gränd|gränden|stigen|leden|allén|esplanaden|torget|skolan|gymnasiet|kyrkan|parken|badet"
        endings += "|badplatsen|hallen|stationen|rondellen|lasarettet"
        assert re.search(rf"({endings})$", phrase.name)


def hit(
    name: str = "Granitvägen",
    lat: float = 59.52,
    lon: float = 15.98,
    *,
    reach: float = 0.001,
    category: str = "highway",
    kind: str = "residential",
    **more: str,
) -> Hit:
    told = {"town": "Köping", "municipality": "Köpings kommun"} | more
    return Hit(
        lat=lat,
        lon=lon,
        south=lat - reach,
        north=lat + reach,
        west=lon - reach,
        east=lon + reach,
        category=category,
        kind=kind,
        name=name,
        **told,
    )


def house(number: str, lat: float = 59.52) -> Hit:
    return hit(
        "", lat, reach=0.00005, category="place", kind="house", road="Granitvägen", house_number=number
    )


def answer(*hits: Hit) -> Answer:
    return Answer(hits, "kartor.example", date(2026, 11, 23))


def test_a_house_is_an_address_and_the_source_and_its_day_are_told() -> None:
    location, why = placed(Asked(HOUSE, KOPING), answer(hit(), house("12")))
    assert location is not None
    assert (location.precision, location.uncertainty_m) == (Precision.ADDRESS, 30)
    assert location.name == "Granitvägen 12, Köping"
    assert why == "Granitvägen 12, Köping, enligt kartor.example (OpenStreetMap), hämtad 2026-11-23."


def test_a_street_is_as_uncertain_as_its_bounds_are_wide() -> None:
    location, _ = placed(Asked(STREET, KOPING), answer(hit(reach=0.005)))
    assert location is not None
    assert location.precision is Precision.STREET
    assert location.uncertainty_m is not None
    assert 600 < location.uncertainty_m < 700


def test_a_number_that_the_server_does_not_know_is_told() -> None:
    location, why = placed(Asked(HOUSE, KOPING), answer(hit()))
    assert location is not None
    assert (location.precision, location.name) == (Precision.STREET, "Granitvägen, Köping")
    assert why.endswith("Nummer 12 finns inte där; punkten är gatan.")


def test_a_public_place_is_found_by_its_own_name() -> None:
    location, _ = placed(Asked(SCHOOL, KOPING), answer(hit("Månskolan", category="amenity", kind="school")))
    assert location is not None
    assert location.precision is Precision.PLACE


@pytest.mark.parametrize(
    ("asked", "hits"),
    [
        (STREET, []),
        (STREET, [hit("Kiselvägen")]),
        (STREET, [hit(municipality="Västerås kommun")]),
        (STREET, [hit(lat=59.61, lon=16.54, municipality="")]),
        (STREET, [hit(lat=55.6, lon=13.0)]),
        (STREET, [hit("Granitvägen", category="boundary", kind="administrative")]),
        (STREET, [hit("Granitvägen", category="place", kind="village")]),
        (STREET, [hit("Granitvägen", category="amenity", kind="restaurant")]),
        (STREET, [hit(reach=0.1)]),
        (STREET, [hit(), hit(lat=59.60, lon=15.83, town="Kolsva")]),
        (STREET, [hit(), hit(lat=59.525, town="Kolsva")]),
        (HOUSE, [house("12"), house("12", lat=59.56)]),
        (HOUSE, [house("14")]),
        (SCHOOL, [hit("Månskolan", category="amenity", kind="school", reach=0.05)]),
    ],
)
def test_what_is_not_that_one_place_in_the_municipality_makes_no_dot(asked: Phrase, hits: list[Hit]) -> None:
    location, why = placed(Asked(asked, KOPING), answer(*hits))
    assert location is None
    assert "enligt kartor.example (OpenStreetMap), hämtad 2026-11-23" in why


def test_the_municipality_may_be_told_as_it_calls_itself() -> None:
    found = hit(lat=59.394, lon=15.839, town="Arboga", municipality="Arboga kommun")
    location, _ = placed(Asked(STREET, "1984"), answer(found))
    assert location is not None


SETTING = "ENRICHMENT_ONLINE_GEOCODER_"


@pytest.mark.parametrize(
    ("given_settings", "told"),
    [
        ({"URL": "https://kartor.example"}, "nobody has consented"),
        ({"URL": "https://kartor.example", "CONSENT": "  "}, "nobody has consented"),
        ({"CONSENT": "A. Chef, 2026-11-01"}, "none is set"),
        ({"URL": "http://kartor.example", "CONSENT": "A. Chef, 2026-11-01"}, "https"),
        ({"URL": "https://me:secret@kartor.example", "CONSENT": "A. Chef, 2026-11-01"}, "address alone"),
        (
            {"URL": "https://kartor.example", "CONSENT": "A. Chef, 2026-11-01", "BUDGET_S": "1"},
            "shorter than",
        ),
    ],
)
def test_consent_and_server_go_together_or_the_service_does_not_start(
    given_settings: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given_settings.items():
        monkeypatch.setenv(SETTING + name, value)
    with pytest.raises(CannotStart, match=told) as refused:
        read_settings(EnrichmentSettings)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["https://kartor.example/nominatim", "http://nominatim:8080", "http://127.0.0.1:8080"]
)
def test_a_server_with_consent_is_taken(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING + "URL", url)
    monkeypatch.setenv(SETTING + "CONSENT", "A. Chef, delegationsbeslut 12, 2026-11-01")
    assert str(read_settings(EnrichmentSettings).online_geocoder_url).startswith(url)


def test_without_settings_nobody_is_asked() -> None:
    assert EnrichmentSettings().online_geocoder_url is None
