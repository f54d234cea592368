"""Names, points and polygons of municipalities and localities agree with each other."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import geodata
from shared.geodata.plane import distance_m, to_plane

SWEDISH_LAT = st.floats(55.5, 69.0)
SWEDISH_LON = st.floats(11.0, 24.0)


def test_every_municipality_has_a_name_a_point_inside_and_a_reach() -> None:
    found = geodata.municipalities()

    assert len(found) == 290
    for code, municipality in found.items():
        assert geodata.municipality_at(municipality.lat, municipality.lon) == code
        assert 1_000 < municipality.radius_m < 250_000


@pytest.mark.parametrize("written", ["Köping", "köping", "Köpings kommun", " KÖPING ", "1983"])
def test_a_municipality_is_found_by_the_ways_its_name_is_written(written: str) -> None:
    assert geodata.municipality_code(written) == "1983"


def test_a_name_that_ends_in_s_is_not_cut() -> None:
    assert geodata.municipality_name(geodata.municipality_code("Västerås kommun") or "") == "Västerås"


OWN_NAMES = """
    Ale, Alingsås, Arboga, Arjeplogs, Arvika, Bergs, Bjuvs, Borås, Båstads, Dals-Eds, Ekerö, Enköpings, Eskilstuna, Fagersta,
    Falu, Gagnefs, Gislaveds, Grums, Gävle, Göteborgs, Habo, Hallstahammars, Helsingborgs, Hjo, Håbo, Härjedalens, Höörs,
    Jönköpings, Kalix, Kalmar, Karlskrona, Kils, Kiruna, Kungsörs, Kungälvs, Köpings, Lilla Edets, Lindesbergs, Linköpings,
    Ljungby, Luleå, Lunds, Malmö, Malung-Sälens, Marks, Mora, Nacka, Norbergs, Norrköpings, Nybro, Orust, Ovanåkers, Piteå,
    Sala, Salems, Skinnskattebergs, Stockholms, Strängnäs, Sundsvalls, Surahammars, Säters, Tierps, Tjörns, Torsby, Täby, Umeå,
    Upplands-Bro, Upplands Väsby, Uppsala, Vaxholms, Västerviks, Västerås, Växjö, Ystads, Åmåls, Åre, Öckerö, Örebro,
    Örnsköldsviks, Östersunds, Östra Göinge, Överkalix, Övertorneå
"""


@pytest.mark.parametrize("own_name", [" ".join(name.split()) for name in OWN_NAMES.split(",")])
def test_a_municipality_is_called_what_it_calls_itself(own_name: str) -> None:
    code = geodata.municipality_code(f"{own_name} kommun")
    assert code is not None
    assert geodata.municipality_genitive(code) == own_name


def test_every_municipality_is_found_by_its_name_and_by_its_own_name() -> None:
    for code, each in geodata.municipalities().items():
        assert geodata.municipality_code(each.name) == code
        assert geodata.municipality_code(f"{geodata.municipality_genitive(code)} kommun") == code


def test_an_unknown_code_is_its_own_name_and_an_unknown_name_has_no_code() -> None:
    assert geodata.municipality_name("9999") == "9999"
    assert geodata.municipality_code("Ankeborg") is None


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        pytest.param(59.514, 15.993, "1983", id="Köping"),
        pytest.param(59.6, 15.833, "1983", id="Kolsva"),
        pytest.param(59.394, 15.839, "1984", id="Arboga"),
        pytest.param(55.676, 12.568, None, id="Copenhagen"),
        pytest.param(59.913, 10.752, None, id="Oslo"),
        pytest.param(60.097, 19.935, None, id="Mariehamn"),
        pytest.param(0.0, 0.0, None, id="Null Island"),
        pytest.param(float("nan"), 15.0, None, id="no number"),
    ],
)
def test_a_point_lies_in_its_municipality_or_outside_sweden(lat: float, lon: float, code: str | None) -> None:
    assert geodata.municipality_at(lat, lon) == code
    assert geodata.in_sweden(lat, lon) is (code is not None)


def test_localities_lie_where_their_municipality_is() -> None:
    found = geodata.localities()
    far = [
        each
        for each in found
        if distance_m(each.lat, each.lon, *_point(each.municipality))
        > geodata.municipalities()[each.municipality].radius_m + 15_000
    ]

    assert len(found) > 1_900
    assert far == []


def _point(code: str) -> tuple[float, float]:
    municipality = geodata.municipalities()[code]
    return municipality.lat, municipality.lon


@given(SWEDISH_LAT, SWEDISH_LON, st.floats(-0.2, 0.2), st.floats(-0.2, 0.2))
def test_the_flat_map_keeps_short_distances(lat: float, lon: float, north: float, east: float) -> None:
    true = distance_m(lat, lon, lat + north, lon + east)
    (here_x, here_y), (there_x, there_y) = to_plane(lat, lon), to_plane(lat + north, lon + east)
    flat = ((here_x - there_x) ** 2 + (here_y - there_y) ** 2) ** 0.5

    assert flat == pytest.approx(true, rel=0.01, abs=0.5)


def test_names_are_served_without_loading_polygons() -> None:
    asked = (
        "import sys; from shared.geodata import municipality_name, localities; "
        "municipality_name('1983'); localities(); sys.exit('shapely' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
