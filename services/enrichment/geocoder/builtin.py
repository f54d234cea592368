"""The gazetteer that comes with the product: Sweden's localities and municipalities, and municipalities' own place lists."""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from services.enrichment.geocoder.gazetteer import Entry, Gazetteer, index
from services.enrichment.geocoder.place import Place, Scope, genitive
from shared.events import Precision
from shared.geodata import Locality, localities, municipalities, municipality_genitive
from shared.geodata.localities import LOCALITIES_TSV

PLACES: Final = Path(__file__).parent / "places"
VILLAGE_RADIUS_M: Final = 1_500


def load(places: Path = PLACES) -> Gazetteer:
    """With every place list in `places` (a file `<municipality>.csv` each)."""
    files = sorted(places.glob("*.csv"))
    listed = [entry for path in files for entry in from_list(path, path.stem)]
    entries = [*listed, *from_localities(localities(), listed), *from_municipalities()]
    return index(entries, _version([*files, LOCALITIES_TSV]))


def from_list(path: Path, municipality: str) -> Iterator[Entry]:
    """The rows of a municipality's own place list. Raises KeyError or ValueError for a row that is none."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = _place(row, municipality)
            by_itself = replace(place, scope=Scope.ANYWHERE)
            for written in (row["name"], *filter(None, row["aliases"].split("|"))):
                town, _, rest = written.casefold().partition(" ")
                names_its_town = row["kind"] != "village" and row["within"].casefold() in written.casefold()
                yield written, by_itself if names_its_town else place
                if rest and town == row["within"].casefold():
                    yield f"{genitive(town)} {rest}", by_itself


def _place(row: Mapping[str, str], municipality: str) -> Place:
    is_village = row["kind"] == "village"
    return Place(
        name=row["name"] if is_village or row["within"] in row["name"] else f"{row['name']}, {row['within']}",
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        uncertainty_m=float(row["uncertainty_m"]),
        # a street without a position of its own is known to lie in its town, no closer
        precision=Precision.PLACE if row["kind"] in {"place", "area"} else Precision.LOCALITY,
        municipality=municipality,
        scope=Scope(row["scope"]),
        within=None if is_village else row["within"],
    )


def from_localities(towns: Iterable[Locality], listed: Iterable[Entry]) -> Iterator[Entry]:
    """All but those that the municipality's own list has."""
    own = {(place.municipality, written.casefold()) for written, place in listed}
    for locality in towns:
        if (locality.municipality, locality.name.casefold()) in own:
            continue
        place = Place(
            name=locality.name,
            lat=locality.lat,
            lon=locality.lon,
            uncertainty_m=_radius_m(locality),
            precision=Precision.LOCALITY,
            municipality=locality.municipality,
            population=locality.population,
        )
        yield from ((written, place) for written in (locality.name, *locality.alternates))


def _radius_m(locality: Locality) -> float:
    """A town's reach grows with the root of its population (Köping, 18,000: 2 km; Stockholm, 1.5 million: 18 km)."""
    return round(300 + 14.5 * locality.population**0.5, -2) if locality.population else VILLAGE_RADIUS_M


def from_municipalities() -> Iterator[Entry]:
    towns = {(each.name, each.municipality) for each in localities()}
    for each in municipalities().values():
        place = Place(
            each.name, each.lat, each.lon, each.radius_m, Precision.MUNICIPALITY, each.code, population=10_000
        )
        yield f"{municipality_genitive(each.code)} kommun", place
        yield f"{genitive(each.name)} kommun", place  # "Arbogas kommun", which it is not called
        if (each.name, each.code) not in towns:
            yield each.name, place


def _version(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
