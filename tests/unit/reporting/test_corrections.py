import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.corrections import (
    ChosenPlace,
    location_of,
    sign_of,
    without_personal_details,
)
from services.reporting.session import NO_NAME
from shared.events import Precision
from shared.geodata import localities


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("Asta Påhittad", "AP"),
        ("asta maria von Exempel", "AMVE"),
        ("Åsa", "Å"),
        ("TJ2", "TJ2"),
        ("TiB", "T"),
        ("", "staff"),
        ("  ", "staff"),
        (NO_NAME, "staff"),
        ("…", "staff"),
    ],
)
def test_who_corrects_is_published_as_a_sign(name, sign):
    assert sign_of(name, NO_NAME) == sign


@given(st.text(max_size=80))
def test_a_sign_is_never_longer_than_initials(name):
    assert 1 <= len(sign_of(name, NO_NAME)) <= 5


def test_a_point_picked_on_the_map_says_what_it_is_near_and_how_near_it_was_picked():
    place = location_of(ChosenPlace(lat=59.601, lon=15.83, uncertainty_m=250), localities())
    assert (place.name, place.municipality) == ("nära Kolsva", "1983")
    assert (place.uncertainty_m, place.precision, place.confidence) == (250, Precision.PLACE, 1.0)


def test_a_place_that_was_considered_keeps_its_name_and_precision():
    chosen = ChosenPlace(lat=59.6, lon=15.84, name="Kolsva", uncertainty_m=900, precision=Precision.LOCALITY)
    place = location_of(chosen, localities())
    assert (place.name, place.precision, place.uncertainty_m) == ("Kolsva", Precision.LOCALITY, 900)


def test_a_rough_point_is_no_exact_place():
    assert location_of(ChosenPlace(lat=59.5, lon=15.9, uncertainty_m=4_000), ()).precision == "locality"


@pytest.mark.parametrize(
    ("lat", "lon", "name", "municipality"),
    [
        (68.0, 18.5, "utpekad på kartan, Kiruna", "2584"),
        (0.0, 0.0, "utpekad på kartan", None),
    ],
)
def test_far_from_every_locality_a_point_says_that_it_was_picked(lat, lon, name, municipality):
    place = location_of(ChosenPlace(lat=lat, lon=lon), localities())
    assert (place.name, place.municipality) == (name, municipality)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Ring 070-174 06 35 ", "Ring [telefonnummer]"),
        ("Polisen bekräftade.", "Polisen bekräftade."),
        ("   ", None),
        (None, None),
    ],
)
def test_a_note_is_kept_without_numbers_of_people(written, kept):
    assert without_personal_details(written) == kept


def test_a_note_that_grows_by_its_marks_is_still_short_enough():
    assert len(without_personal_details("ABC123 " * 71) or "") <= 500
