"""Recent reports near a point, as anybody may see them: what kind, roughly where, roughly when. Never anybody's words.

Only what can be seen in a street and points at nobody is shown, and where a report lies is blurred before it is compared: whoever
moves the pin about learns in which square of half a kilometre something was reported, and no more.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.intake.domain.open311.privacy import OPENABLE
from shared.categories import CategoryCode
from shared.geodata.localities import Locality, localities
from shared.geodata.plane import distance_m
from shared.identity import derived_id

SHOWABLE: Final = OPENABLE
MOST_SHOWN: Final = 3
NEAR_M: Final = 900
LONGEST: Final = timedelta(days=14)
_LASTS: Final = {
    CategoryCode.FIRE: timedelta(hours=12),
    CategoryCode.TRAFFIC: timedelta(hours=12),
    CategoryCode.ANIMAL: timedelta(hours=24),
}
_WORDS: Final = re.compile(r"\w+")
# Within a square nothing is known of where.
_ABOUT_THERE_M: Final = 400.0
_SQUARE_LAT: Final = 0.005
_SQUARE_LON: Final = 0.01
_FARTHEST_LOCALITY_M: Final = 12_000
COARSEST_M: Final = 1500.0
"""How unsure a place may be that was made out from words."""
REACH_LAT: Final = 0.02
REACH_LON: Final = 0.04
"""Half the sides of the box in which the database looks, in degrees; wider than `NEAR_M` and a square in all of Sweden."""


@dataclass(frozen=True, slots=True)
class Nearby:
    """A report as the database has it."""

    report_id: UUID
    category: CategoryCode
    lat: float
    lon: float
    occurred_at: datetime


class Towards(StrEnum):
    NORTH = "north"
    EAST = "east"
    SOUTH = "south"
    WEST = "west"


@dataclass(frozen=True, slots=True)
class Looks:
    """`hour`: when it began, by the hour. `away_m`: from the pin, in hundreds of metres, `towards` that quarter of the sky; both
    None when it is about there.
    """

    category: CategoryCode
    locality: str | None
    hour: datetime
    away_m: int | None
    towards: Towards | None


@dataclass(frozen=True, slots=True)
class Similar:
    """Reports that nobody could tell apart, as anybody may see them. `members`: which they are by their marks, the newest first."""

    looks: Looks
    members: Mapping[str, UUID]

    @property
    def mark(self) -> str:
        """Names it on the form and tells nothing. Another one when a newer report comes in, so who chose may come with any of them."""
        return next(iter(self.members))


def similar_among(
    found: Iterable[Nearby],
    category: CategoryCode | None,
    lat: float,
    lon: float,
    municipality: str,
    now: datetime,
) -> list[Similar]:
    """The newest first, no two that look the same. Without a category any kind that may be shown."""
    near = [
        each
        for each in found
        if each.category in SHOWABLE
        and category in {None, each.category}
        and now - each.occurred_at <= _LASTS.get(each.category, LONGEST)
        and distance_m(lat, lon, *_blurred(each.lat, each.lon)) <= NEAR_M
    ]
    near.sort(key=lambda each: each.occurred_at, reverse=True)
    alike: dict[Looks, dict[str, UUID]] = {}
    for each in near:
        members = alike.setdefault(_looks(each, lat, lon, municipality), {})
        members[mark_of(each.report_id)] = each.report_id
    return [Similar(looks, members) for looks, members in alike.items()]


def report_marked(similar: Iterable[Similar], mark: str) -> UUID | None:
    """The report that somebody chose, though newer ones look the same by now."""
    return next((each.members[mark] for each in similar if mark in each.members), None)


def shown_of(similar: Iterable[Similar], chosen: str) -> list[Similar]:
    """At most `MOST_SHOWN`; what was chosen before, by its mark, stands first, however many have come since."""
    return sorted(similar, key=lambda each: chosen not in each.members)[:MOST_SHOWN]


def named_point(place_text: str, municipality: str) -> tuple[float, float] | None:
    """The middle of the town or village of this municipality that is named in it; of several, the smallest."""
    words = " ".join(_WORDS.findall(place_text.casefold()))
    own = [each for each in localities() if each.municipality == municipality]
    named = [each for each in own if f" {each.name.casefold()} " in f" {words} "]
    found = min(named, key=lambda each: each.population, default=None)
    return None if found is None else (found.lat, found.lon)


def mark_of(report_id: UUID) -> str:
    """A report's own id tells the millisecond it came; this one can't be read back."""
    return derived_id("similar", report_id).hex


def _looks(each: Nearby, lat: float, lon: float, municipality: str) -> Looks:
    there = _blurred(each.lat, each.lon)
    away = distance_m(lat, lon, *there)
    return Looks(
        category=each.category,
        locality=_locality(*there, municipality),
        hour=each.occurred_at.replace(minute=0, second=0, microsecond=0),
        away_m=None if away < _ABOUT_THERE_M else round(away / 100) * 100,
        towards=None if away < _ABOUT_THERE_M else _towards(lat, lon, *there),
    )


def _towards(lat: float, lon: float, other_lat: float, other_lon: float) -> Towards:
    """The nearest of the four quarters."""
    north = other_lat - lat
    east = (other_lon - lon) * math.cos(math.radians(lat))
    if abs(north) >= abs(east):
        return Towards.NORTH if north > 0 else Towards.SOUTH
    return Towards.EAST if east > 0 else Towards.WEST


def _blurred(lat: float, lon: float) -> tuple[float, float]:
    """The middle of its square."""
    return (
        (lat // _SQUARE_LAT + 0.5) * _SQUARE_LAT,
        (lon // _SQUARE_LON + 0.5) * _SQUARE_LON,
    )


def _locality(lat: float, lon: float, municipality: str) -> str | None:
    """The nearest populated place of the municipality."""

    def away(locality: Locality) -> float:
        return distance_m(lat, lon, locality.lat, locality.lon)

    own = [each for each in localities() if each.municipality == municipality]
    nearest = min(own, key=away, default=None)
    return None if nearest is None or away(nearest) > _FARTHEST_LOCALITY_M else nearest.name
