"""A person's correction: what it says, how it stands, and whose sign it bears."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from services.reporting.domain.published import Published
from shared.events import Location, Metres, Precision
from shared.geodata import Locality, municipality_at, municipality_name
from shared.geodata.plane import distance_m
from shared.redaction import redact

STAFF: Final = "staff"
PICKED_WITHIN_M: Final = 100.0
NEAR_M: Final = 10_000.0
PICKED: Final = "utpekad på kartan"
NOTE_LENGTH: Final = 500
_SIGN_LETTERS: Final = 4
_ALREADY_A_SIGN: Final = re.compile(r"[A-ZÅÄÖ0-9]{2,4}")


class CorrectionState(StrEnum):
    """Pending until enrichment has answered."""

    PENDING = "pending"
    APPLIED = "applied"
    UNDONE = "undone"


class ChosenPlace(Published):
    """A point that a person chose. `precision` is that of a place considered; a point picked on the map has none."""

    lat: float
    lon: float
    name: str | None = None
    uncertainty_m: Metres | None = None
    precision: Precision | None = None


def sign_of(name: str, no_name: str) -> str:
    """Initials of who signed in: enough for colleagues, and no name. `no_name`: what stands there when none was given."""
    written = name.strip()
    if written in ("", no_name):
        return STAFF
    if _ALREADY_A_SIGN.fullmatch(written):
        return written
    return "".join(part[0] for part in re.findall(r"\w+", written))[:_SIGN_LETTERS].upper() or STAFF


def location_of(place: ChosenPlace, localities: Iterable[Locality]) -> Location:
    """A place that a person chose is certain, as near as they say."""
    within = place.uncertainty_m or PICKED_WITHIN_M
    municipality = municipality_at(place.lat, place.lon)
    return Location(
        lat=place.lat,
        lon=place.lon,
        uncertainty_m=within,
        precision=place.precision or (Precision.PLACE if within <= 1_000 else Precision.LOCALITY),
        name=without_personal_details(place.name) or _near(place, localities) or _picked_in(municipality),
        municipality=municipality,
        confidence=1.0,
    )


def without_personal_details(words: str | None) -> str | None:
    """What is published keeps no numbers or addresses of people, whoever wrote them."""
    text = redact(words.strip()).text[:NOTE_LENGTH] if words else ""
    return text or None


def _near(place: ChosenPlace, localities: Iterable[Locality]) -> str | None:
    by_distance = ((distance_m(place.lat, place.lon, each.lat, each.lon), each.name) for each in localities)
    distance, name = min(by_distance, default=(NEAR_M, ""))
    return f"nära {name}" if distance < NEAR_M else None


def _picked_in(municipality: str | None) -> str:
    return PICKED if municipality is None else f"{PICKED}, {municipality_name(municipality)}"
