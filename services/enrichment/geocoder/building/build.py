"""Build a gazetteer folder from its sources, telling each step."""

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from services.enrichment.geocoder import builtin, folder
from services.enrichment.geocoder.building import addresses, merge
from services.enrichment.geocoder.building.assemble import MunicipalityAt, TownsOf, streets
from services.enrichment.geocoder.building.sources import BadSource, Sources
from services.enrichment.geocoder.gazetteer import Entry
from services.enrichment.geocoder.place import Place
from services.enrichment.geocoder.streets import Streets
from shared.events import Precision
from shared.geodata import MUNICIPALITIES_GEOJSON, Locality, localities, municipalities
from shared.geodata.polygons import load_polygons

OSM_ENDINGS: Final = (".osm", ".osm.pbf", ".pbf", ".osm.bz2", ".osm.gz")


@dataclass(frozen=True)
class Wanted:
    """Where a gazetteer comes from; what is None or empty comes from the product itself, or not at all.

    `municipalities`: keep streets, addresses and places of these alone; empty keeps all.
    """

    osm: Sequence[Path] = ()
    addresses: Sequence[Path] = ()
    places: Sequence[Path] = field(default_factory=lambda: sorted(builtin.PLACES.glob("*.csv")))
    geonames: tuple[Path, Path] | None = None
    polygons: Path | None = None
    municipalities: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Built:
    version: str
    counts: Mapping[str, int]
    skipped: Mapping[str, int]


def build(wanted: Wanted, into: Path, report: Callable[[str], None]) -> Built:
    """Raises `BadSource`; `into` is then left as it was."""
    report("Municipalities and localities")
    at = _municipality_at(wanted)
    towns = _localities(wanted)
    listed = [entry for path in wanted.places for entry in _listed(path)]
    sources = _read(wanted, report)
    report(f"Streets of {len(sources.ways):,} ways and {len(sources.doors):,} addresses")
    known = merge.Merged([*listed, *builtin.from_localities(towns, listed)])
    merge.villages(sources.spotted, known, at, sources.skipped)
    towns_of = TownsOf(_towns(known.entries))
    named_streets, tables = streets(sources.ways, sources.doors, at, towns_of, sources.skipped)
    named_streets = merge.with_addresses(known, named_streets, tables)
    report(f"{len(sources.spotted):,} named places")
    entries = _merged(listed, known, named_streets, sources, at, towns_of)
    counts = _counts(entries, tables)
    skipped = dict(sorted(sources.skipped.items()))
    report("Writing")
    told = {"counts": counts, "skipped": skipped, "sources": list(_told(wanted))}
    return Built(folder.write(into, entries, tables, told), counts, skipped)


def _municipality_at(wanted: Wanted) -> MunicipalityAt:
    try:
        polygons = load_polygons(wanted.polygons) if wanted.polygons else load_polygons()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadSource(f"{wanted.polygons} holds no municipalities that can be read ({error!r}).") from error
    unknown = sorted({*polygons.codes, *wanted.municipalities} - municipalities().keys())
    if unknown:
        raise BadSource(f"There is no municipality {', '.join(unknown)}.")

    def at(lat: float, lon: float) -> str | None:
        code = polygons.at(lat, lon)
        return code if not wanted.municipalities or code in wanted.municipalities else None

    return at


def _localities(wanted: Wanted) -> Sequence[Locality]:
    if wanted.geonames is None:
        return localities()
    from shared.geodata.build import localities_of

    try:
        return localities_of(*wanted.geonames, wanted.polygons or MUNICIPALITIES_GEOJSON)
    except (OSError, ValueError, IndexError, KeyError) as error:
        raise BadSource(f"GeoNames' files can't be read ({error}).") from error


def _listed(path: Path) -> list[Entry]:
    if path.stem not in municipalities():
        raise BadSource(f"{path}: a place list is named by its municipality's code, as in 1983.csv.")
    try:
        entries = list(builtin.from_list(path, path.stem))
    except (OSError, ValueError, KeyError, AttributeError, csv.Error) as error:
        raise BadSource(f"{path} is no place list that can be read ({error!r}).") from error
    for _, place in entries:
        if not (54 < place.lat < 70 and 10 < place.lon < 25 and place.uncertainty_m > 0):
            raise BadSource(f"{path}: {place.name} has no position in Sweden, or no uncertainty.")
    return entries


def _read(wanted: Wanted, report: Callable[[str], None]) -> Sources:
    sources = Sources()
    for path in wanted.osm:
        from services.enrichment.geocoder.building import osm

        if not path.name.endswith(OSM_ENDINGS):
            raise BadSource(f"{path} is none of {', '.join(OSM_ENDINGS)}.")
        report(f"Reading {path.name}")
        osm.read(path, sources)
    for path in wanted.addresses:
        report(f"Reading {path.name}")
        addresses.read(path, sources)
    if wanted.municipalities:
        kept = {None, *wanted.municipalities}
        sources.doors = [door for door in sources.doors if door.municipality in kept]
    return sources


def _towns(entries: Iterable[Entry]) -> list[Place]:
    places = dict.fromkeys(place for _, place in entries)
    return [each for each in places if each.precision is Precision.LOCALITY and each.within is None]


def _merged(
    listed: Sequence[Entry],
    known: merge.Merged,
    named_streets: Sequence[Entry],
    sources: Sources,
    at: MunicipalityAt,
    towns: TownsOf,
) -> list[Entry]:
    drawn = merge.Merged(named_streets)
    found = merge.Merged(merge.spots(sources.spotted, at, towns, sources.skipped))
    own, used = merge.surveyed(listed, found, drawn)
    sources.skipped["places: the municipality's own list names them"] += len(used)
    sources.skipped["places: named as a street there, or a town"] += 0
    entries = [*own, *known.entries[len(listed) :]]
    for written, place in found.entries:
        if place in used:
            continue
        if drawn.named(written, place.municipality) or known.named(written, place.municipality):
            sources.skipped["places: named as a street there, or a town"] += 1
        else:
            entries.append((written, place))
    sources.skipped += Counter()  # drops what was never passed over
    return [*entries, *named_streets]


def _counts(entries: Sequence[Entry], tables: Streets) -> dict[str, int]:
    places = list(dict.fromkeys(place for _, place in entries))
    numbered = [each for each in places if each.street is not None]
    return {
        "names": len(entries),
        "localities": len(_towns(entries)),
        "places": sum(each.precision is Precision.PLACE for each in places),
        "streets": sum(each.precision is Precision.STREET and not each.is_road for each in numbered),
        "road_pieces": sum(each.is_road for each in numbered),
        "addresses": len(tables.addresses),
        "crossings": len(tables.crossings),
    }


def _told(wanted: Wanted) -> Iterable[dict[str, Any]]:
    """The files it was made of, by name and hash: never where they lay."""
    for kind, paths in (
        ("osm", wanted.osm),
        ("addresses", wanted.addresses),
        ("places", wanted.places),
        ("geonames", wanted.geonames or ()),
        ("polygons", (wanted.polygons,) if wanted.polygons else ()),
    ):
        for path in paths:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            yield {"kind": kind, "name": path.name, "sha256": digest}
