"""The 290 municipalities by SCB code: name, a point inside and how far the municipality reaches from it."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

FOLDER: Final = Path(__file__).parent
MUNICIPALITIES_GEOJSON: Final = FOLDER / "municipalities.geojson"
"""FeatureCollection of MultiPolygons in WGS 84; properties `code` and `name`."""
_ENDS_WITHOUT_S: Final = tuple("aeiouyåäösxz")
# Falun and Kalmar ended in a vowel once, and are still written so in names; Orust writes its own name without an s.
_OWN_FORMS: Final = MappingProxyType({"Falun": "Falu", "Kalmar": "Kalmar", "Orust": "Orust"})


@dataclass(frozen=True, slots=True)
class Municipality:
    """`lat`, `lon`: a point inside (WGS 84); `radius_m`: from there to the municipality's farthest corner."""

    code: str
    name: str
    lat: float
    lon: float
    radius_m: int


@cache
def municipalities() -> Mapping[str, Municipality]:
    """All municipalities by code."""
    with (FOLDER / "municipalities.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        found = [
            Municipality(row["code"], row["name"], float(row["lat"]), float(row["lon"]), int(row["radius_m"]))
            for row in rows
        ]
    return MappingProxyType({each.code: each for each in found})


def municipality_name(code: str) -> str:
    """Its name; a code that does not exist is its own name, so that a page can always be drawn."""
    known = municipalities().get(code)
    return known.name if known else code


def municipality_genitive(code: str) -> str:
    """As it stands before `kommun` in its own name: `Köpings`, `Arboga`, `Falu`.

    A place-name that ends in a vowel takes no s in a name that is made with it: Svenska skrivregler, on the genitive of names;
    Institutet för språk och folkminnen, Frågelådan.
    """
    return _genitive(municipality_name(code))


def _genitive(name: str) -> str:
    return _OWN_FORMS.get(name) or (name if name.endswith(_ENDS_WITHOUT_S) else f"{name}s")


def municipality_code(name: str) -> str | None:
    """The code for `Köping`, `köping`, `Köpings kommun`, or for a code itself; None when there is no such municipality."""
    wanted = name.strip().casefold()
    if wanted in municipalities():
        return wanted
    wanted = wanted.removesuffix(" kommun").removesuffix(" stad")
    by_name = _codes_by_name()
    return by_name.get(wanted) or by_name.get(wanted.removesuffix("s"))


@cache
def _codes_by_name() -> Mapping[str, str]:
    return MappingProxyType(
        {
            name.casefold(): each.code
            for each in municipalities().values()
            for name in (_genitive(each.name), each.name)
        }
    )
