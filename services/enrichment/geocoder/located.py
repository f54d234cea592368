"""What the geocoder answers."""

from dataclasses import dataclass
from typing import Final

from shared.events import PlaceRole, Precision

MOST_CONSIDERED: Final = 5


@dataclass(frozen=True, slots=True)
class Considered:
    """A place that was weighed. `words`: as the report has them; `why`: a Swedish sentence.

    `lat`, `lon`, `uncertainty_m` are None for one whose position is not known (a road or a street no list has).
    """

    words: str
    name: str
    lat: float | None
    lon: float | None
    uncertainty_m: float | None
    precision: Precision
    municipality: str | None
    role: PlaceRole
    why: str


@dataclass(frozen=True, slots=True)
class Located:
    """WGS 84; `lat`, `lon`, `uncertainty_m` are None when nothing is known.

    At precision `municipality` the point is a spot inside it for a label and the uncertainty reaches its farthest corner.
    `considered`: the places weighed, the chosen one first, at most five. `outside`: the place lies outside the reporter's
    municipality. `contradicts_pin`: the words name a place far from the pin, which is believed. `reasons`: Swedish
    sentences for people.
    """

    lat: float | None
    lon: float | None
    uncertainty_m: float | None
    precision: Precision
    name: str | None
    municipality: str | None
    confidence: float
    reasons: tuple[str, ...]
    considered: tuple[Considered, ...] = ()
    outside: bool = False
    contradicts_pin: bool = False
