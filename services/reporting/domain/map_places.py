"""Which incidents happened at one place, and what happens there."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.reporting.domain.edition import MapPlace
from services.reporting.domain.incident import Incident, has_point
from shared.categories import load_categories
from shared.geodata.plane import to_plane

SAME_PLACE_M: Final = 250.0
UNNAMED: Final = "Plats utan namn"
Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """`spot`: east and north in metres; incidents worst first."""

    spot: Spot
    incidents: tuple[Incident, ...]

    @property
    def severity(self) -> int:
        return max(each.severity for each in self.incidents)

    @property
    def uncertainty_m(self) -> float:
        return max(each.location.uncertainty_m or 0.0 for each in self.incidents)


def spot_of(incident: Incident) -> Spot | None:
    location = incident.location
    if not has_point(location) or location.lat is None or location.lon is None:
        return None
    return to_plane(location.lat, location.lon)


def places_of(incidents: Sequence[Incident]) -> list[Place]:
    """Those with most incidents first. Each incident joins the first place within reach, or makes one."""
    found: list[tuple[Spot, list[Incident]]] = []
    for incident in sorted(incidents, key=lambda each: (-each.severity, each.first_occurred_at)):
        spot = spot_of(incident)
        if spot is None:
            continue
        near = (place for place in found if apart(place[0], spot) <= SAME_PLACE_M)
        place = next(near, None)
        if place is None:
            found.append((spot, [incident]))
        else:
            place[1].append(incident)
    places = [Place(spot, tuple(there)) for spot, there in found]
    return sorted(places, key=lambda place: (-len(place.incidents), -place.severity, place.spot))


def apart(one: Spot, other: Spot) -> float:
    """Distance between two spots, in their own unit."""
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)


def map_place(number: int, place: Place) -> MapPlace:
    names = Counter(each.location.name for each in place.incidents if each.location.name)
    return MapPlace(
        number=number,
        name=names.most_common(1)[0][0] if names else UNNAMED,
        severity=place.severity,
        count=len(place.incidents),
        kinds=kinds(place.incidents),
        incident_ids=tuple(each.incident_id for each in place.incidents),
    )


def kinds(incidents: Sequence[Incident], shown: int = 3) -> str:
    """`brand 3, stöld 2, trafik 1 m.fl.`: the most frequent categories with their counts."""
    counted = Counter(each.category for each in incidents)
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    labels = [f"{load_categories()[code].sv.lower()} {count}" for code, count in ranked[:shown]]
    return ", ".join(labels) + (" m.fl." if len(ranked) > shown else "")


def numbers(values: Sequence[int]) -> str:
    """`1, 3–5`: numbers in as few signs as possible."""
    runs: list[list[int]] = []
    for value in sorted(values):
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return ", ".join(_run(run) for run in runs)


def _run(run: Sequence[int]) -> str:
    if len(run) == 1:
        return str(run[0])
    return f"{run[0]}{', ' if len(run) == 2 else '–'}{run[-1]}"
