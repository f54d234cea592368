"""How near two places are, when neither is known exactly."""

from dataclasses import dataclass
from typing import Final

from shared.events import Location, Precision
from shared.geodata.plane import distance_m

_VAGUE: Final = frozenset({Precision.MUNICIPALITY, Precision.UNKNOWN})
_FINE: Final = frozenset({Precision.ADDRESS, Precision.STREET, Precision.PLACE})
_HALF_SHARP_M: Final = 4_000.0
_SAME_PLACE: Final = 0.95
_SAME_LOCALITY: Final = 0.7
_INSIDE: Final = 0.55
_UNKNOWN: Final = 0.45
_SAME_SPOT_M: Final = 100.0
_CLEARLY_APART_M: Final = 1_000.0


@dataclass(frozen=True, slots=True)
class Nearness:
    """`weight` 0-1; `is_known` False when one of the two is only known to its municipality; `words` in Swedish."""

    weight: float
    is_known: bool
    words: str


def is_vague(location: Location) -> bool:
    return location.precision in _VAGUE or location.lat is None or location.lon is None


def nearness(one: Location, other: Location, reach_m: float) -> Nearness | None:
    """None when they are too far apart. `reach_m`: how far the thing itself extends."""
    if is_vague(one) or is_vague(other):
        return Nearness(_UNKNOWN, is_known=False, words="platsen är inte närmare känd")
    away_m, limit_m = _away_m(one, other), _limit_m(one, other, reach_m)
    if away_m > limit_m:
        return None
    if away_m <= _SAME_SPOT_M and one.name and other.name and one.name.casefold() == other.name.casefold():
        weight = _SAME_PLACE if {one.precision, other.precision} <= _FINE else _SAME_LOCALITY
        return Nearness(weight, is_known=True, words=f"samma plats ({one.name})")
    sharp = _HALF_SHARP_M / (_HALF_SHARP_M + limit_m)
    weight = (1 - (away_m / limit_m) ** 2) * sharp
    if away_m <= max(_uncertainty_m(one), _uncertainty_m(other)):  # one lies inside what the other may mean
        weight = max(weight, _INSIDE)
    return Nearness(weight, is_known=True, words=f"{_metres(away_m)} bort")


def are_clearly_apart(one: Location, other: Location) -> bool:
    """Both are known well, and even at their most uncertain they are not the same place."""
    if one.precision not in _FINE or other.precision not in _FINE or is_vague(one) or is_vague(other):
        return False
    return _away_m(one, other) > _limit_m(one, other, _CLEARLY_APART_M)


def _away_m(one: Location, other: Location) -> float:
    here, there = _point(one), _point(other)
    return distance_m(*here, *there)


def _point(location: Location) -> tuple[float, float]:
    if location.lat is None or location.lon is None:
        raise ValueError("a vague location has no point to measure from")
    return location.lat, location.lon


def _limit_m(one: Location, other: Location, reach_m: float) -> float:
    return reach_m + _uncertainty_m(one) + _uncertainty_m(other)


def _uncertainty_m(location: Location) -> float:
    return location.uncertainty_m or 0.0


def _metres(away_m: float) -> str:
    if away_m < 1_000:
        return f"{max(round(away_m, -1), 10):.0f} m"
    return f"{away_m / 1000:.1f} km".replace(".", ",")
