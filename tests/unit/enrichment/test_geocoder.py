"""Where a report happened, read from the words of people in Köping."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enrichment.geocoder import Geocoder, Located, builtin
from shared.events import Location, PlaceRole, Precision
from shared.geodata import municipalities
from shared.geodata.plane import distance_m

VAGUE = {Precision.MUNICIPALITY, Precision.UNKNOWN}


@pytest.fixture(scope="module")
def geocoder() -> Geocoder:
    return Geocoder.load()


def located_in_koping(geocoder: Geocoder, text: str) -> Located:
    return geocoder.locate(text, municipality="1983")


@pytest.mark.parametrize(
    ("text", "name", "precision"),
    [
        ("brinner i kolsva", "Kolsva", Precision.LOCALITY),
        ("DET BRINNER I KOLSVA", "Kolsva", Precision.LOCALITY),
        ("Kolsvas centrum är fullt av mopeder", "Kolsva centrum", Precision.PLACE),
        ("Bråk vid Köpings resecentrum", "Resecentrum, Köping", Precision.PLACE),
        ("otryggt vid inre hamnen", "Inre hamnen, Köping", Precision.PLACE),
        ("brand vid inre hamen i köpping", "Inre hamnen, Köping", Precision.PLACE),
        ("Kålsva brinner", "Kolsva", Precision.LOCALITY),
        ("Rån i Koping", "Köping", Precision.LOCALITY),
        ("Biljakt på Nygatan", "Nygatan, Köping", Precision.LOCALITY),
        ("a fire at the inner harbour", "Inre hamnen, Köping", Precision.PLACE),
        ("De bråkar på köpingstorget", "Köping", Precision.LOCALITY),
        ("arbogaborna är rädda", "Köping", Precision.MUNICIPALITY),
        ("kolsvaborna är rädda", "Kolsva", Precision.LOCALITY),
        ("min kompis i Kolsva blev rånad i Köping", "Köping", Precision.LOCALITY),
        ("min moster i Kolsva fick en ruta krossad", "Kolsva", Precision.LOCALITY),
        ("Polisen i Köping borde komma", "Köping", Precision.LOCALITY),
        ("Sylta, nere vid sjön, brinner en bil", "Sylta", Precision.LOCALITY),
        ("bussen från Kolsva blev stenad när den kom in till Köping", "Köping", Precision.LOCALITY),
        ("olycka mellan Västerås och Köping, i Munktorp", "Munktorp", Precision.LOCALITY),
        ("Brand i Bro", "Bro", Precision.LOCALITY),
        ("Älg på vägen strax norr om Munktorp", "Munktorp", Precision.LOCALITY),
        ("Köpings kommun svarar inte", "Köping", Precision.MUNICIPALITY),
    ],
)
def test_a_place_is_found_as_people_write_it(
    geocoder: Geocoder, text: str, name: str, precision: Precision
) -> None:
    located = located_in_koping(geocoder, text)

    assert (located.name, located.precision, located.municipality) == (name, precision, "1983")
    assert located.reasons
    assert not located.outside


@pytest.mark.parametrize("called", ["Arboga kommun", "Arbogas kommun"])
def test_a_municipality_is_told_from_its_town_by_what_it_is_called(geocoder: Geocoder, called: str) -> None:
    located = located_in_koping(geocoder, f"{called} svarar inte")
    assert (located.municipality, located.precision) == ("1984", Precision.MUNICIPALITY)


@pytest.mark.parametrize(
    "text",
    [
        "Någon bränner soptunnor",
        "Vad ska man vara rädd för",
        "Vi bor granne",
        "Anders Lund och Karin Berg hotade mig",
        "Min son Arvid Köping blir mobbad",
        "Somebody named Sandviken follows me",
        "Min pojkvän Robin Hallsta slog mig",
        "min moster i Sundsvall fick ett hotbrev",
        "Han, Kalle från Skinnskatteberg, lurade mig",
        "Han heter Köping och hotade mig",
        "Bro, sluta skicka sånt där",
        "En kolsvabo blev arg på mig",
        "Killen är från Stockholm",
        "De åkte mot Örebro",
        "Branden var inte i Kolsva",
        "Min bror fördes till sjukhuset",
        "Han jobbar på Västerås tidning",
        "",
    ],
)
def test_a_report_that_names_no_place_is_only_known_to_its_municipality(
    geocoder: Geocoder, text: str
) -> None:
    located = located_in_koping(geocoder, text)
    koping = municipalities()["1983"]

    assert located.precision is Precision.MUNICIPALITY
    assert (located.lat, located.lon, located.uncertainty_m) == (koping.lat, koping.lon, koping.radius_m)
    assert located.confidence < 0.5
    assert geocoder.locate(text).lat is None
    assert geocoder.locate(text).precision is Precision.UNKNOWN


def test_a_place_denied_is_not_the_place(geocoder: Geocoder) -> None:
    located = located_in_koping(geocoder, "Det var inte i Köping utan i Arboga")

    assert (located.name, located.municipality, located.outside) == ("Arboga", "1984", True)
    assert "Texten säger att det inte var i Köping." in located.reasons
    assert "Platsen ligger i Arboga, utanför Köping." in located.reasons


def test_not_only_is_no_denial(geocoder: Geocoder) -> None:
    assert located_in_koping(geocoder, "Det brinner inte bara i Kolsva").name == "Kolsva"


def test_between_two_places_is_half_way_and_as_uncertain(geocoder: Geocoder) -> None:
    located = located_in_koping(geocoder, "Olycka mellan Köping och Kolsva")
    koping, kolsva = located_in_koping(geocoder, "i Köping"), located_in_koping(geocoder, "i Kolsva")
    assert None not in {located.lat, koping.lat, kolsva.lat}
    apart = distance_m(koping.lat, koping.lon, kolsva.lat, kolsva.lon)

    assert located.uncertainty_m == pytest.approx(apart / 2, rel=0.01)
    assert distance_m(located.lat, located.lon, koping.lat, koping.lon) == pytest.approx(apart / 2, rel=0.01)


def test_the_town_named_with_a_street_decides_which_street(geocoder: Geocoder) -> None:
    assert located_in_koping(geocoder, "Inbrott på Nygatan i Arboga").name == "Nygatan, Arboga"
    assert located_in_koping(geocoder, "Fylla på torget i Kolsva").name in {"Kolsva", "Kolsva centrum"}
    assert located_in_koping(geocoder, "Fylla vid stationen i Kungsör").municipality == "1960"
    assert located_in_koping(geocoder, "Rån på biblioteket i Sala").name == "Sala"


def test_a_street_no_list_has_is_told_but_not_placed(geocoder: Geocoder) -> None:
    located = located_in_koping(geocoder, "Stöld på Påhittsgatan 12, nära E18")

    assert located.precision is Precision.MUNICIPALITY
    assert [(place.name, place.lat) for place in located.considered] == [
        ("E18", None),
        ("Påhittsgatan", None),
    ]
    assert "Påhittsgatan nämns, men läget finns inte i ortlistan." in located.reasons


def test_the_most_specific_place_is_taken_and_the_others_are_told(geocoder: Geocoder) -> None:
    located = located_in_koping(geocoder, "Jag bor i Munktorp men det brann vid Malmaskolan i Kolsva")

    assert located.name == "Malmaskolan, Kolsva"
    assert [(place.words, place.name, place.role) for place in located.considered] == [
        ("Malmaskolan", "Malmaskolan, Kolsva, Köping", PlaceRole.CHOSEN),
        ("Kolsva", "Kolsva, Köping", PlaceRole.ALSO_NAMED),
        ("Munktorp", "Munktorp, Köping", PlaceRole.SET_ASIDE),
    ]
    assert located.considered[2].why == "Texten nämner platsen som hemort."


def test_an_ambiguous_name_is_the_reporters_own(geocoder: Geocoder) -> None:
    assert geocoder.locate("Inbrott i Skillinge", municipality="Kungsör").municipality == "1960"
    assert geocoder.locate("Inbrott i Skillinge", municipality="1291").municipality == "1291"


def test_an_ambiguous_name_with_nothing_to_decide_by_is_no_point(geocoder: Geocoder) -> None:
    located = geocoder.locate("Inbrott i Trönninge")

    assert located.lat is None
    assert [place.role for place in located.considered] == [PlaceRole.SET_ASIDE] * 2
    assert "2 platser som heter Trönninge" in located.reasons[0]


def test_a_word_that_is_also_a_place_counts_only_as_a_name_after_a_preposition(geocoder: Geocoder) -> None:
    assert geocoder.locate("Rån i Lund").name == "Lund"
    assert geocoder.locate("Lund rånades").lat is None
    assert geocoder.locate("det stod i lund och mark").lat is None
    assert geocoder.locate("Inget hände", place_text="lund").name == "Lund"


def test_a_hamlet_far_away_with_a_known_name_is_not_believed(geocoder: Geocoder) -> None:
    assert located_in_koping(geocoder, "Bråk på Erikslund").precision is Precision.MUNICIPALITY


def test_a_pin_beats_the_text_and_their_contradiction_is_told(geocoder: Geocoder) -> None:
    located = geocoder.locate("Det brinner i Kolsva", point=(59.514, 15.9926, 20.0), municipality="Köping")

    assert (located.lat, located.lon, located.uncertainty_m) == (59.514, 15.9926, 20.0)
    assert (located.precision, located.municipality) == (Precision.ADDRESS, "1983")
    assert any("Kolsva" in reason and "13 km" in reason for reason in located.reasons)
    assert located.contradicts_pin
    assert [(place.name, place.role) for place in located.considered] == [
        ("Köping", PlaceRole.CHOSEN),
        ("Kolsva, Köping", PlaceRole.SET_ASIDE),
    ]


def test_a_pin_is_named_after_the_place_the_text_agrees_on(geocoder: Geocoder) -> None:
    located = geocoder.locate("Bråk i inre hamnen", point=(59.509, 15.999, None), municipality="1983")

    assert located.name == "Inre hamnen, Köping"
    assert located.confidence > 0.9
    assert not located.contradicts_pin


@pytest.mark.parametrize("pin", [(0.0, 0.0, None), (59.9, 10.7, 5.0), (float("nan"), 15.0, None)])
def test_a_pin_outside_sweden_is_told_and_not_used(geocoder: Geocoder, pin) -> None:
    located = geocoder.locate("Det brinner i Kolsva", point=pin, municipality="1983")

    assert located.name == "Kolsva"
    assert located.reasons[0] == "Den markerade punkten ligger utanför Sverige och används inte."


def test_a_pin_where_the_text_names_nothing_is_named_after_the_nearest_town(geocoder: Geocoder) -> None:
    near = geocoder.locate("Brand", point=(59.59, 15.79, 10.0), municipality="1983")
    wild = geocoder.locate("Brand", point=(67.9, 18.6, 10.0))

    assert (near.name, near.reasons[0]) == ("Kolsva", "Platsen är markerad på kartan, nära Kolsva.")
    assert wild.name == municipalities()[wild.municipality].name


def test_of_two_towns_the_reporters_own_comes_first(geocoder: Geocoder) -> None:
    located = located_in_koping(geocoder, "Bilen hittades i Västerås men stals i Köping")

    assert located.name == "Köping"
    assert [place.name for place in located.considered] == ["Köping", "Västerås"]


def test_a_rough_pin_says_how_rough_it_is(geocoder: Geocoder) -> None:
    located = geocoder.locate("Brand", point=(59.514, 15.9926, 4000.0), municipality="1983")

    assert (located.precision, located.uncertainty_m) == (Precision.LOCALITY, 4000.0)


def test_the_place_field_beats_the_text(geocoder: Geocoder) -> None:
    located = geocoder.locate("Hörde om branden i Arboga", place_text="kolsva", municipality="1983")

    assert located.name == "Kolsva"
    assert any("platsfältet gäller" in reason and "km från platsen" in reason for reason in located.reasons)


def test_a_text_makes_the_place_field_more_precise(geocoder: Geocoder) -> None:
    located = geocoder.locate("Bråk vid inre hamnen", place_text="Köping", municipality="1983")

    assert located.name == "Inre hamnen, Köping"


def test_a_place_field_nobody_knows_leaves_the_text(geocoder: Geocoder) -> None:
    located = geocoder.locate("Det brinner i Kolsva", place_text="hos mormor", municipality="1983")

    assert located.name == "Kolsva"
    assert any("hos mormor" in reason for reason in located.reasons)


def test_the_version_follows_the_place_lists(geocoder: Geocoder, tmp_path) -> None:
    assert geocoder.gazetteer_version == Geocoder.load().gazetteer_version
    assert Geocoder.of(builtin.load(tmp_path)).gazetteer_version != geocoder.gazetteer_version


def test_another_municipality_gets_its_own_list(tmp_path) -> None:
    (tmp_path / "1984.csv").write_text(
        "name,aliases,kind,scope,within,lat,lon,uncertainty_m\n"
        "Lundborgska skolan,lundborgska,place,municipality,Arboga,59.395,15.84,300\n",
        encoding="utf-8",
    )
    located = Geocoder.of(builtin.load(tmp_path)).locate("Brand på lundborgska skolan", municipality="1984")

    assert (located.name, located.uncertainty_m) == ("Lundborgska skolan, Arboga", 300)


def test_many_are_located_as_one_by_one(geocoder: Geocoder) -> None:
    texts = ["brand i kolsva", "inget", "inre hamnen"]
    asked = [{"text": text, "municipality": "1983"} for text in texts]

    assert list(geocoder.locate_many(asked)) == [located_in_koping(geocoder, text) for text in texts]


STORY = (
    "i på vid mot från inte utan mellan och Köping köping Kolsva kolsva inre hamnen Arboga Lund Bro brinner E18 "
    "torget centrum Ringvägen bor kommer utanför . , hamen"
)
WORDS = st.sampled_from(STORY.split())


@given(
    st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=14).map(" ".join)),
    st.sampled_from([None, "1983", "1984", "0180"]),
    st.one_of(st.none(), st.text(max_size=12), WORDS),
)
def test_every_answer_is_whole_and_honest(text: str, home: str | None, field: str | None) -> None:
    located = HYPOTHESIS_GEOCODER.locate(text, place_text=field, municipality=home)

    assert 0.0 <= located.confidence <= 1.0
    assert len(located.considered) <= 5
    assert [place.role for place in located.considered[1:]].count(PlaceRole.CHOSEN) == 0
    assert located.reasons
    assert (located.lat is None) == (located.lon is None) == (located.precision is Precision.UNKNOWN)
    if home:
        assert located.municipality is not None
    if located.precision is Precision.MUNICIPALITY:
        assert located.uncertainty_m == municipalities()[located.municipality].radius_m
        assert located.confidence <= 0.6
    assert located.outside == bool(home and located.municipality not in {None, home})
    Location(
        lat=located.lat, lon=located.lon, uncertainty_m=located.uncertainty_m, precision=located.precision,
        name=located.name, municipality=located.municipality, confidence=located.confidence,
    )  # fmt: skip


HYPOTHESIS_GEOCODER = Geocoder.load()
