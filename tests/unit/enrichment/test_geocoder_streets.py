"""Houses, crossings and stretches of roads, once a gazetteer with streets is there. The map is made by hand."""

from pathlib import Path

import pytest

from services.enrichment.geocoder import Geocoder, Located
from services.enrichment.geocoder.building.build import Wanted, build
from shared.events import PlaceRole, Precision
from shared.geodata import municipalities
from shared.geodata.plane import distance_m

DATA = Path(__file__).parents[2] / "data"
NYGATAN_12, NYGATAN_12B = (59.51362, 15.9933), (59.51355, 15.9935)
STORGATAN_CORNER = (59.5138, 15.993)
RINGVAGEN_CROSSING = (59.5205, 15.978)


@pytest.fixture(scope="module")
def geocoder(tmp_path_factory) -> Geocoder:
    folder = tmp_path_factory.mktemp("gazetteer")
    build(
        Wanted(osm=[DATA / "koping.osm"], addresses=[DATA / "koping_addresses.csv"]), folder, lambda _: None
    )
    return Geocoder.load(folder)


@pytest.fixture(scope="module")
def without_streets() -> Geocoder:
    return Geocoder.load()


def in_koping(geocoder: Geocoder, text: str) -> Located:
    return geocoder.locate(text, municipality="1983")


def point(located: Located) -> tuple[float | None, float | None]:
    return located.lat, located.lon


@pytest.mark.parametrize(
    ("text", "name", "where"),
    [
        ("Inbrott på Nygatan 12", "Nygatan 12, Köping", NYGATAN_12),
        ("Inbrott på Nygatan 12 i natt", "Nygatan 12, Köping", NYGATAN_12),
        ("Inbrott på Nygatan 12 B", "Nygatan 12 B, Köping", NYGATAN_12B),
        ("nygatan 12b brinner", "Nygatan 12 B, Köping", NYGATAN_12B),
        ("nygtan 12 brinner", "Nygatan 12, Köping", NYGATAN_12),
        ("Nyg. 12, tre trappor", "Nygatan 12, Köping", NYGATAN_12),
        ("Nygatan nr 12", "Nygatan 12, Köping", NYGATAN_12),
        ("fight on Nygatan 12", "Nygatan 12, Köping", NYGATAN_12),
        ("Skolgatan 3 i Kolsva", "Skolgatan 3, Kolsva", (59.6002, 15.8339)),
        ("på Nygatan 12 i Arboga", "Nygatan 12, Arboga", (59.3938, 15.8393)),
        ("Norra Sörby 4", "Norra Sörby 4", (59.642, 15.79)),
        ("vid Västra Långgatan 9", "Västra Långgatan 9, Köping", (59.5159, 15.99165)),
    ],
)
def test_a_house_number_is_an_address(geocoder: Geocoder, text: str, name: str, where) -> None:
    located = in_koping(geocoder, text)

    assert (located.name, located.precision, point(located)) == (name, Precision.ADDRESS, where)
    assert (located.uncertainty_m or 0) <= 50


@pytest.mark.parametrize(
    "text",
    ["på Nygatan 3 killar slogs", "på Nygatan 22.30", "Nygatan. 12 personer slogs", "Nygatan, 12 bilar"],
)
def test_a_time_or_a_count_is_no_house_number(geocoder: Geocoder, text: str) -> None:
    assert (in_koping(geocoder, text).name, in_koping(geocoder, text).precision) == (
        "Nygatan, Köping",
        Precision.STREET,
    )


def test_a_number_that_no_list_has_is_never_made_up(geocoder: Geocoder) -> None:
    between, beyond, letter = (in_koping(geocoder, f"Nygatan {number}") for number in ("10", "99", "12 C"))

    assert (between.precision, beyond.precision) == (Precision.STREET, Precision.STREET)
    assert "Nummer 10 finns inte i adresslistan; punkten ligger mellan 8 och 12." in between.reasons
    assert (beyond.uncertainty_m or 0) > 100
    assert letter.name == "Nygatan 12, Köping"
    assert "12 C finns inte i adresslistan; punkten är nummer 12." in letter.reasons


def test_without_streets_a_house_number_is_known_to_its_town_and_that_is_told(
    without_streets: Geocoder,
) -> None:
    for text in ("på Nygatan 12 i Köping", "på Nygatan 12 B"):
        located = in_koping(without_streets, text)

        assert located.precision is Precision.LOCALITY
        assert (located.uncertainty_m or 0) >= 2_000
        assert "Gatans läge är inte känt; punkten är mitten av Köping." in located.reasons
    assert in_koping(without_streets, "på Hittepågatan 12").precision is Precision.MUNICIPALITY
    assert in_koping(without_streets, "på Hittepågatan 12 i Kolsva").name == "Kolsva"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("krock i korsningen Ringvägen/Nibblesbackevägen", RINGVAGEN_CROSSING),
        ("korsningen mellan Ringvägen och Nibblesbackevägen", RINGVAGEN_CROSSING),
        ("the crossing of Ringvägen and Nibblesbackevägen", RINGVAGEN_CROSSING),
        ("Ringvägen/Nibblesbackevägen", RINGVAGEN_CROSSING),
        ("Nibblesbackevägen korsar Ringvägen", RINGVAGEN_CROSSING),
        ("hörnet Nygatan och Storgatan", STORGATAN_CORNER),
        ("i hörnet av Storgatan och Nygatan", STORGATAN_CORNER),
        ("gathörnet Nygatan-Storgatan", STORGATAN_CORNER),
    ],
)
def test_a_crossing_is_where_the_streets_meet(geocoder: Geocoder, text: str, where) -> None:
    located = in_koping(geocoder, text)

    assert (point(located), located.precision) == (where, Precision.PLACE)
    assert (located.name or "").startswith("korsningen ")
    assert [place.role for place in located.considered] == [PlaceRole.CHOSEN]


def test_streets_that_do_not_meet_are_no_crossing(geocoder: Geocoder) -> None:
    located = in_koping(geocoder, "hörnet Nygatan och Ringvägen")

    assert located.name == "Nygatan, Köping"
    assert [place.name for place in located.considered] == ["Nygatan, Köping", "Ringvägen, Köping"]


def test_two_streets_of_a_name_are_told_apart_by_the_town_or_doubted(geocoder: Geocoder) -> None:
    told, doubted = in_koping(geocoder, "på Skolgatan i Kolsva"), in_koping(geocoder, "på Skolgatan")

    assert (told.name, told.confidence) == ("Skolgatan, Kolsva", 0.9)
    assert (doubted.name, doubted.confidence) == ("Skolgatan, Köping", 0.63)
    assert [(place.name, place.role) for place in doubted.considered[1:]] == [
        ("Skolgatan, Kolsva, Köping", PlaceRole.SET_ASIDE)
    ]


def test_two_shops_of_a_name_in_one_town_are_one_circle(geocoder: Geocoder) -> None:
    located = in_koping(geocoder, "bråk vid Circle K")

    assert located.precision is Precision.LOCALITY
    assert distance_m(located.lat or 0, located.lon or 0, 59.53, 15.995) < (located.uncertainty_m or 0)


@pytest.mark.parametrize(
    ("text", "name", "inside", "outside"),
    [
        ("bilbrand på E18 vid Köping", "E18 vid Köping", (59.53, 15.975), (59.5397, 16.139)),
        ("E 18 i höjd med Munktorp", "E18 vid Munktorp", (59.5397, 16.139), (59.475, 15.905)),
        (
            "längs E18 mellan Köping och Arboga",
            "E18 mellan Köping och Arboga",
            (59.475, 15.905),
            (59.548, 16.21),
        ),
        ("väg 250 norr om Kolsva", "väg 250 vid Kolsva", (59.625, 15.825), (59.56, 15.91)),
        ("rv 250 south of Kolsva", "väg 250 vid Kolsva", (59.58, 15.87), (59.66, 15.81)),
    ],
)
def test_a_road_is_known_by_the_place_it_is_said_to_be_at(
    geocoder: Geocoder, text: str, name: str, inside, outside
) -> None:
    located = in_koping(geocoder, text)
    assert located.lat is not None
    assert located.lon is not None

    assert located.name == name
    assert distance_m(located.lat, located.lon, *inside) <= (located.uncertainty_m or 0)
    assert distance_m(located.lat, located.lon, *outside) > (located.uncertainty_m or 0)


def test_a_road_alone_is_no_point(geocoder: Geocoder) -> None:
    located = in_koping(geocoder, "vilt på E18")

    assert located.precision is Precision.MUNICIPALITY
    assert located.uncertainty_m == municipalities()["1983"].radius_m
    assert any("var på vägen sägs inte" in reason for reason in located.reasons)


def test_a_crossing_of_roads_is_a_point(geocoder: Geocoder) -> None:
    located = in_koping(geocoder, "olycka i korsningen E18/väg 250")

    assert distance_m(located.lat or 0, located.lon or 0, 59.53, 15.9755) < 500


def test_between_two_streets_is_half_way_and_as_uncertain(geocoder: Geocoder) -> None:
    located = in_koping(geocoder, "mellan Nygatan och Torggatan")

    assert located.name == "mellan Nygatan och Torggatan"
    assert (located.uncertainty_m or 0) >= 100


def test_a_school_on_the_map_is_exact_and_a_street_denied_is_none(geocoder: Geocoder) -> None:
    school = in_koping(geocoder, "utanför Karlbergsskolan")
    denied = in_koping(geocoder, "inte på Nygatan utan på Torggatan")

    assert (school.precision, (school.uncertainty_m or 0) < 300) == (Precision.PLACE, True)
    assert denied.name == "Torggatan, Köping"
    assert "Texten säger att det inte var på Nygatan." in denied.reasons


def test_a_street_of_another_municipality_is_not_guessed(geocoder: Geocoder) -> None:
    assert geocoder.locate("på Ringvägen", municipality="1984").precision is Precision.MUNICIPALITY
    assert geocoder.locate("på Ringvägen").precision is Precision.UNKNOWN
