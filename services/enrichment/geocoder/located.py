"""What the geocoder answers."""

from dataclasses import dataclass

from shared.events import Precision


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place the text names; `lat` and `lon` are None for one whose position is not known (a road, an unlisted street)."""

    name: str
    lat: float | None
    lon: float | None
    municipality: str | None


@dataclass(frozen=True, slots=True)
class Located:
    """WGS 84; `lat`, `lon`, `uncertainty_m` are None when nothing is known.

    At precision `municipality` the point is a spot inside it for a label and the uncertainty reaches its farthest corner.
    `candidates`: other places the same words could mean. `places`: each further place the text names.
    `outside`: the place lies outside the reporter's municipality. `reasons`: Swedish sentences for people.
    """

    lat: float | None
    lon: float | None
    uncertainty_m: float | None
    precision: Precision
    name: str | None
    municipality: str | None
    confidence: float
    reasons: tuple[str, ...]
    candidates: tuple[NamedPlace, ...] = ()
    outside: bool = False
    places: tuple[NamedPlace, ...] = ()
