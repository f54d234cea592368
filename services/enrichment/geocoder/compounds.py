"""The town in a word that is joined with its name: "köpingstorget", "Kolsvaskolan", "arbogabor". Pure."""

from collections.abc import Mapping
from typing import Final

from services.enrichment.geocoder import words
from services.enrichment.geocoder.place import Place, Scope
from shared.events import Precision

DWELLERS: Final = ("bor", "borna")
DWELLER: Final = ("bo", "bon")
"""Many of a town speak of the town; one of them may be anywhere."""

_STANDS_THERE: Final = (
    "torg", "torget", "skola", "skolan", "skolor", "kyrka", "kyrkan", "hamnen", "station", "stationen", "centrum", "badet",
    "trakten", "bygden", "området", "rondellen", "macken",
)  # fmt: skip
_ENDINGS: Final = (*_STANDS_THERE, *DWELLERS, *DWELLER)
_SHORTEST: Final = 5
_TOWN_POPULATION: Final = 3_000


def town_in(word: str, names: Mapping[str, tuple[Place, ...]], home: str | None) -> tuple[Place, ...]:
    """One of the reporter's municipality, or a larger one; no place when the word holds none.

    Not the roads that lead to a town and are named after it: "Arbogavägen" is elsewhere.
    """
    if not word.endswith(_ENDINGS):
        return ()
    for ending in _ENDINGS:
        if not word.endswith(ending):
            continue
        stem = word.removesuffix(ending)
        for name in (stem, stem.removesuffix("s")):
            if len(name) < _SHORTEST or words.is_short_or_ordinary(name):
                continue
            towns = tuple(place for place in names.get(name, ()) if _is_meant(place, home))
            if towns:
                return towns
    return ()


def _is_meant(place: Place, home: str | None) -> bool:
    is_town = place.precision is Precision.LOCALITY and place.within is None and place.scope is Scope.ANYWHERE
    return is_town and (place.municipality == home or place.population >= _TOWN_POPULATION)
