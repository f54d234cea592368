"""Weigh a pin on the map, the place field and the text against each other."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from services.enrichment.geocoder import sentences
from services.enrichment.geocoder.located import Considered, Located
from services.enrichment.geocoder.place import Place
from services.enrichment.geocoder.weighing import ordered, set_aside
from shared.events import PlaceRole, Precision
from shared.geodata import municipality_at, municipality_name
from shared.geodata.plane import distance_m

Pin = tuple[float, float, float | None]
"""Latitude, longitude (WGS 84) and accuracy in metres, None when not known."""

PIN_UNCERTAINTY_M: Final = 50.0
CONTRADICTION_M: Final = 3_000.0
NAMES_WITHIN_M: Final = 15_000.0
VAGUE: Final = frozenset({Precision.MUNICIPALITY, Precision.UNKNOWN})
_FINEST: Final = ((150.0, Precision.ADDRESS), (2_000.0, Precision.PLACE), (10_000.0, Precision.LOCALITY))


class Towns:
    """Localities by cells of half a degree, for the nearest one within 15 km."""

    def __init__(self, localities: Iterable[Place]) -> None:
        self._cells: dict[tuple[int, int], list[Place]] = {}
        for each in localities:
            self._cells.setdefault(self._cell(each.lat, each.lon), []).append(each)

    @staticmethod
    def _cell(lat: float, lon: float) -> tuple[int, int]:
        return int(lat * 2), int(lon * 2)

    def nearest(self, lat: float, lon: float) -> tuple[Place, float] | None:
        """With its distance in metres; None when there is none within 15 km."""
        row, column = self._cell(lat, lon)
        around = [
            (each, distance_m(lat, lon, each.lat, each.lon))
            for up in (-1, 0, 1)
            for right in (-1, 0, 1)
            for each in self._cells.get((row + up, column + right), [])
        ]
        within = [found for found in around if found[1] <= NAMES_WITHIN_M]
        return min(within, key=lambda found: found[1], default=None)


def pinned(pin: Pin, spoken: Located, towns: Towns) -> Located:
    """The pin, named after what the text says or the nearest locality; the text alone when the pin is not in Sweden."""
    lat, lon, accuracy_m = pin
    municipality = municipality_at(lat, lon)
    if municipality is None:
        return replace(spoken, reasons=(sentences.pin_abroad(), *spoken.reasons))
    uncertainty_m = max(accuracy_m or PIN_UNCERTAINTY_M, 10.0)
    away_m = _apart_m(spoken, lat, lon)
    agrees = away_m is not None and away_m <= (spoken.uncertainty_m or 0.0) + uncertainty_m
    nearest = towns.nearest(lat, lon)
    nearby = nearest[0].name if nearest else municipality_name(municipality)
    name = spoken.name if agrees else nearby
    is_near = not agrees and nearest is not None and nearest[1] > nearest[0].uncertainty_m
    reasons = [sentences.pinned(name, is_near=is_near)]
    contradicts = (
        away_m is not None and away_m > (spoken.uncertainty_m or 0.0) + uncertainty_m + CONTRADICTION_M
    )
    if contradicts and away_m is not None and spoken.name:
        reasons.append(sentences.contradicts_pin(spoken.name, away_m / 1000))
    precision = next((finest for limit, finest in _FINEST if uncertainty_m <= limit), Precision.MUNICIPALITY)
    own = Considered(
        sentences.PIN_WORDS, name or nearby, lat, lon, uncertainty_m, precision, municipality, PlaceRole.CHOSEN,
        reasons[0],
    )  # fmt: skip
    aside = set_aside(spoken.considered, reasons[-1] if contradicts else sentences.pin_decides())
    return Located(
        lat=lat,
        lon=lon,
        uncertainty_m=uncertainty_m,
        precision=precision,
        name=name,
        municipality=municipality,
        confidence=0.7 if contradicts else 0.97,
        reasons=(*reasons, *(spoken.reasons if agrees else ())),
        considered=ordered([own, *aside]),
        contradicts_pin=contradicts,
    )


def combined(field: Located, written: str, text: Located) -> Located:
    """The place field, made more precise by a text that agrees with it; the text alone when the field tells no place."""
    if field.precision in VAGUE:
        if field.name is not None and field.confidence > text.confidence:
            return field
        return replace(text, reasons=(*text.reasons, sentences.field_not_understood(written)))
    further = ordered([*field.considered, *set_aside(text.considered, sentences.field_decides())])
    away_m = None if field.lat is None or field.lon is None else _apart_m(text, field.lat, field.lon)
    if away_m is None:
        return replace(field, reasons=(sentences.from_field(), *field.reasons), considered=further)
    reach_m = (field.uncertainty_m or 0.0) + (text.uncertainty_m or 0.0)
    if away_m <= reach_m and (text.uncertainty_m or 0.0) < (field.uncertainty_m or 0.0):
        reason = sentences.closer_in_text(text.name or "")
        aside = set_aside(field.considered, reason)
        return replace(
            text,
            reasons=(sentences.from_field(), reason, *text.reasons),
            considered=ordered([*text.considered, *aside]),
        )
    flagged = (
        [sentences.contradicts_field(text.name or "", away_m / 1000)]
        if away_m > reach_m + CONTRADICTION_M
        else []
    )
    return replace(
        field,
        reasons=(sentences.from_field(), *field.reasons, *flagged),
        confidence=round(field.confidence * 0.8, 3) if flagged else field.confidence,
        considered=further,
    )


def _apart_m(spoken: Located, lat: float, lon: float) -> float | None:
    if spoken.precision in VAGUE or spoken.lat is None or spoken.lon is None:
        return None
    return distance_m(spoken.lat, spoken.lon, lat, lon)
