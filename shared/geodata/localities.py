"""Populated places and postal places of Sweden."""

import csv
from dataclasses import dataclass
from functools import cache
from typing import Final

from shared.geodata.municipalities import FOLDER

LOCALITIES_TSV: Final = FOLDER / "localities.tsv"


@dataclass(frozen=True, slots=True)
class Locality:
    """`alternates`: further names; `population` 0 when unknown; `municipality`: SCB code; `lat`, `lon`: WGS 84, its middle."""

    name: str
    alternates: tuple[str, ...]
    lat: float
    lon: float
    municipality: str
    population: int


@cache
def localities() -> tuple[Locality, ...]:
    """All localities, the most populous first."""
    with LOCALITIES_TSV.open(encoding="utf-8", newline="") as file:
        return tuple(_locality(row) for row in csv.DictReader(file, delimiter="\t"))


def _locality(row: dict[str, str]) -> Locality:
    return Locality(
        name=row["name"],
        alternates=tuple(filter(None, row["alternates"].split("|"))),
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        municipality=row["municipality"],
        population=int(row["population"]),
    )
