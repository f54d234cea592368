"""What is read from maps and registers before it becomes a gazetteer."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from services.enrichment.geocoder.streets import HouseNumber
from shared.events import Precision

Course = list[tuple[float, float]]
"""Latitudes and longitudes (WGS 84) in order."""

_HOUSE: Final = re.compile(r"(\d{1,4})\s?([A-Za-z]?)")
_RANGE: Final = re.compile(r"(\d{1,4})\s?[-–]\s?(\d{1,4})")
HIGHEST_NUMBER: Final = 9_999


class BadSource(ValueError):  # noqa: N818 - reads as a sentence where it is raised
    """A source that can't be used; says which and why."""


class Way(NamedTuple):
    """A piece of a street. `nodes`: what it shares with the streets it meets; `refs`: the numbers of the road."""

    name: str | None
    refs: tuple[str, ...]
    course: Course
    nodes: tuple[int, ...]


class Door(NamedTuple):
    """An address. `municipality`: its code where the source tells it."""

    street: str
    house: HouseNumber
    lat: float
    lon: float
    municipality: str | None = None


class Spotted(NamedTuple):
    """A named thing on the map, `names` the shown one first."""

    names: tuple[str, ...]
    lat: float
    lon: float
    uncertainty_m: float
    precision: Precision


@dataclass
class Sources:
    """Everything read, and how many rows were passed over, by reason."""

    ways: list[Way] = field(default_factory=list)
    doors: list[Door] = field(default_factory=list)
    spotted: list[Spotted] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


def house_numbers(written: str) -> Iterator[HouseNumber]:
    """The houses of "12", "12 B", "12;14" and "12-14" (both ends); nothing for what is none of these."""
    for part in re.split(r"[;,]", written):
        if ends := _RANGE.fullmatch(part.strip()):
            yield from (HouseNumber(int(each)) for each in ends.groups())
        elif house := _HOUSE.fullmatch(part.strip()):
            number, letter = house.groups()
            yield HouseNumber(int(number), ord(letter.upper()) - 64 if letter else 0)
