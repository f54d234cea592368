"""Positions: WGS 84 in degrees, or SWEREF 99 TM in metres."""

import re
from functools import cache
from typing import Any, Final

from services.intake.domain.sweden import may_be_in_sweden
from services.intake.imports.faults import BadValue
from services.intake.imports.table import Cell

_NORTH_M: Final = (6_100_000, 7_750_000)
_EAST_M: Final = (200_000, 950_000)
_NUMBER: Final = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,20})?")
_DIGITS: Final = 7  # a centimetre, so that the same place read from metres twice is the same number


def read_number(cell: Cell) -> float:
    """With a decimal point or comma, with or without spaces between thousands. Raises `BadValue`."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = re.sub(r"[\s°]", "", str(cell)).replace(",", ".").replace("\u2212", "-")
    if _NUMBER.fullmatch(text) is None:
        raise BadValue("it is no number", "write it with digits, such as 59,5996")
    return float(text)


def read_pair(cell: Cell) -> tuple[float, float]:
    """`59.5996, 15.8397` or `59,5996; 15,8397`. Raises `BadValue`."""
    text = str(cell).strip().strip("()")
    parts = re.split(r"\s*[;/]\s*|,\s+|\s+", text)
    if len(parts) == 1:
        parts = text.split(",")
    if len(parts) != 2:
        raise BadValue("it is no pair of numbers", "write latitude and longitude as 59.5996, 15.8397")
    return in_sweden(read_number(parts[0]), read_number(parts[1]))


def in_sweden(lat: float, lon: float) -> tuple[float, float]:
    """A position far away is a slip of the hand. Raises `BadValue`."""
    if may_be_in_sweden(lat, lon):
        return round(lat, _DIGITS), round(lon, _DIGITS)
    if may_be_in_sweden(lon, lat):
        raise BadValue(
            "latitude and longitude have changed places", "put the one that begins with 5 or 6 in latitude"
        )
    if _within(lat, _NORTH_M) and _within(lon, _EAST_M):
        raise BadValue(
            "these are metres of SWEREF 99 TM", "call the columns SWEREF 99 TM N and SWEREF 99 TM E"
        )
    raise BadValue("the position is not in Sweden", "correct it, or leave it empty")


def from_sweref(north: float, east: float) -> tuple[float, float]:
    """Latitude and longitude. Raises `BadValue`."""
    if _within(east, _NORTH_M) and _within(north, _EAST_M):
        raise BadValue("north and east have changed places", "put the one with seven digits in N")
    if not (_within(north, _NORTH_M) and _within(east, _EAST_M)):
        raise BadValue(
            "this is not in Sweden by SWEREF 99 TM",
            "N has seven digits and E six; other systems are not read",
        )
    lon, lat = _to_degrees().transform(east, north)
    return round(float(lat), _DIGITS), round(float(lon), _DIGITS)


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


@cache
def _to_degrees() -> Any:
    from pyproj import Transformer

    return Transformer.from_crs(3006, 4326, always_xy=True)
