"""The courses, house numbers and crossings of streets: what is asked of them once a text has named one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from services.enrichment.geocoder.place import Place
from shared.geodata.plane import distance_m

DEGREE: Final = 1_000_000
"""Positions are kept as millionths of a degree."""

POINT: Final = np.dtype([("street", "<u4"), ("lat", "<i4"), ("lon", "<i4")])
ADDRESS: Final = np.dtype(
    [("street", "<u4"), ("number", "<u2"), ("letter", "u1"), ("lat", "<i4"), ("lon", "<i4")]
)
CROSSING: Final = np.dtype([("one", "<u4"), ("other", "<u4"), ("lat", "<i4"), ("lon", "<i4")])
"""`one` < `other`. All three are sorted by their fields, in order."""

DOOR_M: Final = 30.0
_CORNER_M: Final = 40.0
_MEETS_WITHIN_M: Final = 60.0
_METRES_A_DEGREE: Final = 111_195.0


class HouseNumber(NamedTuple):
    """`letter`: 1 for A; 0 when there is none."""

    number: int
    letter: int = 0

    def __str__(self) -> str:
        return f"{self.number} {chr(64 + self.letter)}" if self.letter else str(self.number)


class Spot(NamedTuple):
    """WGS 84, and how far off it may be."""

    lat: float
    lon: float
    uncertainty_m: float


@dataclass(frozen=True)
class Streets:
    points: NDArray[np.void]
    addresses: NDArray[np.void]
    crossings: NDArray[np.void]

    @classmethod
    def none(cls) -> Self:
        return cls(np.empty(0, POINT), np.empty(0, ADDRESS), np.empty(0, CROSSING))

    def door(self, street: int, house: HouseNumber) -> tuple[HouseNumber, Spot] | None:
        """The house, or the one of the same number when the letter is not known; None when no list has it."""
        rows = self._addresses_of(street)
        rows = rows[rows["number"] == house.number]
        if not len(rows):
            return None
        exact = rows[rows["letter"] == house.letter]
        if len(exact):
            return house, _middle(exact, DOOR_M)
        return HouseNumber(house.number), _middle(rows, DOOR_M)

    def neighbours(self, street: int, house: HouseNumber) -> tuple[HouseNumber, HouseNumber, Spot] | None:
        """The numbers below and above on the same side, with the spot between them; None when it is past the last."""
        rows = self._addresses_of(street)
        rows = rows[rows["number"] % 2 == house.number % 2]
        below, above = rows[rows["number"] < house.number], rows[rows["number"] > house.number]
        if not (len(below) and len(above)):
            return None
        low, high = below[-1:], above[:1]
        spot = _middle(np.concatenate([low, high]), DOOR_M)
        return HouseNumber(int(low["number"][0])), HouseNumber(int(high["number"][0])), spot

    def crossing(self, one: int, other: int) -> Spot | None:
        """Where two streets meet: at a shared node, or where one passes within 60 m of the other."""
        first, second = sorted((one, other))
        rows = _of(self.crossings, self._starts[2], first)
        rows = rows[rows["other"] == second]
        return _middle(rows, _CORNER_M) if len(rows) else self._closest(first, second)

    def _closest(self, one: int, other: int) -> Spot | None:
        here, there = self._course(one), self._course(other)
        if not (len(here) and len(there)):
            return None
        apart = _apart_m(here[:, None, :], there[None, :, :])
        at = divmod(int(apart.argmin()), len(there))
        if apart[at] > _MEETS_WITHIN_M:
            return None
        lat, lon = (here[at[0]] + there[at[1]]) / 2
        return Spot(round(float(lat), 6), round(float(lon), 6), _MEETS_WITHIN_M + _CORNER_M)

    def stretch(
        self, pieces: Sequence[int], place: Place, reach_m: float, bearing: float | None = None
    ) -> Spot | None:
        """The part of a street within reach of a place, on the given side of it (degrees from north)."""
        course = self._courses(pieces)
        centre = np.array([place.lat, place.lon])
        near = course[_apart_m(course, centre) <= reach_m]
        if bearing is not None:
            near = near[_is_towards(near, centre, bearing)]
        return _span(near)

    def between(self, pieces: Sequence[int], one: Place, other: Place) -> Spot | None:
        """The part of a street that lies between two places: a detour by it is at most a seventh longer than the way."""
        course = self._courses(pieces)
        ends = [np.array([each.lat, each.lon]) for each in (one, other)]
        detour_m = _apart_m(course, ends[0]) + _apart_m(course, ends[1])
        slack_m = one.uncertainty_m + other.uncertainty_m
        apart_m = distance_m(one.lat, one.lon, other.lat, other.lon)
        return _span(course[detour_m <= 1.15 * apart_m + slack_m])

    def nearest(self, pieces: Sequence[int], place: Place) -> tuple[Spot, float] | None:
        """The point of a street nearest to a place, and how far it is."""
        course = self._courses(pieces)
        if not len(course):
            return None
        away = _apart_m(course, np.array([place.lat, place.lon]))
        lat, lon = course[int(away.argmin())]
        return Spot(float(lat), float(lon), DOOR_M), float(away.min())

    def _courses(self, pieces: Sequence[int]) -> NDArray[np.float64]:
        return np.concatenate([self._course(each) for each in pieces])

    def _course(self, street: int) -> NDArray[np.float64]:
        """The points it runs through, or those of its houses."""
        rows = _of(self.points, self._starts[0], street)
        return _degrees(rows if len(rows) else self._addresses_of(street))

    def _addresses_of(self, street: int) -> NDArray[np.void]:
        return _of(self.addresses, self._starts[1], street)

    @cached_property
    def _starts(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
        """Where each street's rows begin in the three tables."""
        columns = self.points["street"], self.addresses["street"], self.crossings["one"]
        count = 1 + max((int(column[-1]) for column in columns if len(column)), default=-1)
        points, addresses, crossings = (np.searchsorted(column, np.arange(count + 1)) for column in columns)
        return points, addresses, crossings


def _of(rows: NDArray[np.void], starts: NDArray[np.intp], street: int) -> NDArray[np.void]:
    return rows[starts[street] : starts[street + 1]] if street + 1 < len(starts) else rows[:0]


def _degrees(rows: NDArray[np.void]) -> NDArray[np.float64]:
    return np.stack([rows["lat"], rows["lon"]], axis=1) / DEGREE


def _apart_m(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Flat distances: right within a few per mille over the width of a county."""
    difference = one - other
    across = difference[..., 1] * np.cos(np.radians(other[..., 0]))
    return np.asarray(np.hypot(difference[..., 0], across) * _METRES_A_DEGREE, dtype=np.float64)


def _is_towards(
    course: NDArray[np.float64], centre: NDArray[np.float64], bearing: float
) -> NDArray[np.bool_]:
    """Within 60 degrees to either side of the bearing."""
    away = course - centre
    angle = np.degrees(np.arctan2(away[:, 1] * np.cos(np.radians(centre[0])), away[:, 0]))
    return np.asarray(np.abs((angle - bearing + 180) % 360 - 180) <= 60, dtype=np.bool_)


def _middle(rows: NDArray[np.void], least_m: float) -> Spot:
    spot = _span(_degrees(rows))
    assert spot is not None
    lat, lon = _degrees(rows).mean(axis=0)
    return Spot(round(float(lat), 6), round(float(lon), 6), max(least_m, spot.uncertainty_m))


def _span(course: NDArray[np.float64]) -> Spot | None:
    """The point nearest the middle of all, reaching to the farthest of them; None when there are none."""
    if not len(course):
        return None
    middle = (course.min(axis=0) + course.max(axis=0)) / 2
    centre = course[int(_apart_m(course, middle).argmin())]
    reach_m = float(_apart_m(course, centre).max())
    return Spot(float(centre[0]), float(centre[1]), float(round(max(reach_m + DOOR_M, 50.0))))
