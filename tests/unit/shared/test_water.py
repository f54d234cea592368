"""The water that maps are drawn on."""

import pytest
from shapely import MultiPolygon, Point
from shapely.geometry import shape

from shared.geodata.water import water_within

AROUND_KOPING = (15.5, 59.3, 16.6, 59.7)
WET = {"Galten, Mälaren": (16.2, 59.46), "the bay outside Köping": (16.08, 59.4762)}
DRY = {"Köping": (15.993, 59.514), "Kolsva": (15.84, 59.6), "Västerås": (16.545, 59.61)}


def within(*box: float) -> MultiPolygon:
    found = shape({"type": "MultiPolygon", "coordinates": water_within(*box)})
    assert isinstance(found, MultiPolygon)
    return found


@pytest.mark.parametrize("place", WET.values(), ids=WET)
def test_lakes_are_water(place: tuple[float, float]) -> None:
    assert within(*AROUND_KOPING).contains(Point(place))


@pytest.mark.parametrize("place", DRY.values(), ids=DRY)
def test_towns_are_land(place: tuple[float, float]) -> None:
    assert not within(*AROUND_KOPING).contains(Point(place))


def test_the_sea_is_water_and_its_islands_are_land() -> None:
    gotland = within(17.5, 56.5, 20.0, 58.5)
    assert gotland.contains(Point(19.2, 57.9))
    assert not gotland.contains(Point(18.5, 57.4))


def test_nothing_reaches_beyond_what_was_asked_for() -> None:
    west, south, east, north = within(*AROUND_KOPING).bounds
    assert AROUND_KOPING[0] <= west < east <= AROUND_KOPING[2]
    assert AROUND_KOPING[1] <= south < north <= AROUND_KOPING[3]


def test_where_there_is_none_there_is_none() -> None:
    assert water_within(15.6, 59.6, 15.62, 59.62) == []
