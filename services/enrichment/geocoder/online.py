"""What an online geocoder's answer is worth: a place of the name that was asked for, in the municipality, or nothing. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from services.enrichment.geocoder.askable import Phrase
from services.enrichment.geocoder.choose import WIDEST_STREET_M
from services.enrichment.geocoder.place import fold, key
from services.enrichment.geocoder.streets import DOOR_M
from shared.events import Location, Precision
from shared.geodata import municipalities, municipality_at, municipality_code, municipality_name
from shared.geodata.plane import distance_m

MOST_HITS: Final = 10
_SURE: Final = {Precision.ADDRESS: 0.85, Precision.STREET: 0.8, Precision.PLACE: 0.75}
_WIDEST_M: Final = {
    Precision.ADDRESS: 150.0,
    Precision.STREET: float(WIDEST_STREET_M),
    Precision.PLACE: 2_000.0,
}
_NARROWEST_M: Final = {Precision.ADDRESS: DOOR_M, Precision.STREET: 50.0, Precision.PLACE: 50.0}
_AREAS: Final = frozenset({"boundary", "place"})
_SPOTS: Final = frozenset({"house", "square"})
_BORDER_M: Final = 3_000.0

Name = Annotated[str, Field(max_length=200)]


class Hit(BaseModel):
    """One place that the server found. `south` … `east`: how far it reaches; WGS 84."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    south: Annotated[float, Field(ge=-90, le=90)]
    north: Annotated[float, Field(ge=-90, le=90)]
    west: Annotated[float, Field(ge=-180, le=180)]
    east: Annotated[float, Field(ge=-180, le=180)]
    category: Name
    kind: Name
    name: Name
    road: Name = ""
    house_number: Name = ""
    town: Name = ""
    municipality: Name = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked about one report, and where. `municipality`: the code of the one that it must lie in."""

    phrase: Phrase
    municipality: str

    @property
    def query(self) -> str:
        """Every word that is sent."""
        return f"{self.phrase}, {municipality_name(self.municipality)}"

    @property
    def around(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """South-west and north-east of the part of the map that is searched first."""
        area = municipalities()[self.municipality]
        height = area.radius_m / 111_195
        width = height * 2
        return (area.lat - height, area.lon - width), (area.lat + height, area.lon + width)


@dataclass(frozen=True, slots=True)
class Answer:
    """`by`: the server, as people are told; `on`: the day it was asked."""

    hits: tuple[Hit, ...]
    by: str
    on: date

    @property
    def source(self) -> str:
        return f"enligt {self.by} (OpenStreetMap), hämtad {self.on.isoformat()}"


def placed(asked: Asked, answer: Answer) -> tuple[Location | None, str]:
    """The place, and what people are told; None when the answer says no more than was known."""
    named = [(hit, precision) for hit in answer.hits if (precision := _precision(hit, asked.phrase))]
    here = [(hit, precision) for hit, precision in named if _lies_in(hit, asked.municipality)]
    town = municipality_name(asked.municipality)
    if not here:
        where = f"bara utanför {town}" if named else f"inte i {town}"
        return None, f"{asked.phrase} finns {where}, {answer.source}."
    precision = min((each for _, each in here), key=lambda each: _NARROWEST_M[each])
    hits = [hit for hit, its in here if its is precision]
    reach_m = max(_reach_m(hits), _NARROWEST_M[precision])
    if reach_m > _WIDEST_M[precision] or len({hit.town for hit in hits if hit.town}) > 1:
        return None, f"{asked.phrase} kan vara flera platser i {town}, {answer.source}."
    location = Location(
        lat=round(hits[0].lat, 6),
        lon=round(hits[0].lon, 6),
        uncertainty_m=float(round(reach_m)),
        precision=precision,
        name=_name(asked.phrase, precision, hits[0].town or town),
        municipality=asked.municipality,
        confidence=_SURE[precision],
    )
    missing = (
        f" Nummer {asked.phrase.number} finns inte där; punkten är gatan."
        if asked.phrase.number and precision is Precision.STREET
        else ""
    )
    return location, f"{location.name}, {answer.source}.{missing}"


def _precision(hit: Hit, phrase: Phrase) -> Precision | None:
    """None for another place than the one asked for, or for one as wide as a town."""
    if phrase.number and _same(hit.house_number, str(phrase.number)) and _same(hit.road, phrase.name):
        return Precision.ADDRESS
    if not _same(hit.name, phrase.name) or hit.house_number:
        return None
    if hit.category in _AREAS and hit.kind not in _SPOTS:
        return None
    is_street = hit.category == "highway"
    if is_street != phrase.is_street and phrase.is_street:
        return None
    return Precision.STREET if is_street else Precision.PLACE


def _same(one: str, other: str) -> bool:
    return bool(one) and fold(key(one)).replace(" ", "") == fold(key(other)).replace(" ", "")


def _lies_in(hit: Hit, municipality: str) -> bool:
    """By its position, and by what the server says where that is told; the outlines we have are coarse."""
    area = municipalities()[municipality]
    if hit.municipality:
        is_told = municipality_code(hit.municipality) == municipality
        return is_told and distance_m(hit.lat, hit.lon, area.lat, area.lon) <= area.radius_m + _BORDER_M
    return municipality_at(hit.lat, hit.lon) == municipality


def _reach_m(hits: Sequence[Hit]) -> float:
    """From the first to the farthest corner of all."""
    first = hits[0]
    return max(
        distance_m(first.lat, first.lon, lat, lon)
        for hit in hits
        for lat in (hit.south, hit.north)
        for lon in (hit.west, hit.east)
    )


def _name(phrase: Phrase, precision: Precision, town: str) -> str:
    written = str(phrase) if precision is Precision.ADDRESS else phrase.name
    return f"{written}, {town}"
