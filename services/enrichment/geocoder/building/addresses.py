"""Read a table of addresses as municipalities and Lantmäteriet export them: CSV with a head, in WGS 84 or SWEREF 99 TM."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from pyproj import Transformer

from services.enrichment.geocoder.building.sources import BadSource, Door, Sources, house_numbers
from shared.geodata import municipality_code

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "street": ("street", "adressområde", "adressomrade", "gata", "gatunamn", "gatuadress", "vag", "väg"),
    "number": (
        "number",
        "housenumber",
        "adressplats",
        "adressplatsnummer",
        "nummer",
        "husnummer",
        "gatunummer",
    ),
    "letter": ("letter", "bokstav", "bokstavstillägg", "bokstavstillagg", "littera"),
    "municipality": ("municipality", "kommunkod", "kommun", "kommunnamn"),
    "lat": ("lat", "latitude", "latitud"),
    "lon": ("lon", "lng", "longitude", "longitud"),
    "north": ("n", "north", "nkoordinat", "sweref99tm_n", "sweref99_n", "northing"),
    "east": ("e", "east", "ekoordinat", "sweref99tm_e", "sweref99_e", "easting"),
}
"""What each column may be called, in any case."""

_BATCH: Final = 50_000
_SWEDEN: Final = (55.0, 69.2, 10.5, 24.5)
_SAMPLE: Final = 4_096


def read(path: Path, into: Sources) -> None:
    """Raises `BadSource`: no such columns, or not a text file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            columns = _columns(path, head)
            rows = csv.reader(file, delimiter=_delimiter(head))
            while batch := list(islice(rows, _BATCH)):
                into.doors.extend(_doors(batch, columns, into))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadSource(f"{path} is no table of addresses that can be read ({error}).") from error


def _delimiter(head: str) -> str:
    return max(";\t,", key=head.count)


def _columns(path: Path, head: str) -> dict[str, int]:
    given = [name.strip().casefold() for name in next(csv.reader([head], delimiter=_delimiter(head)), [])]
    found = {
        column: given.index(name)
        for column, names in COLUMNS.items()
        for name in [next((each for each in names if each in given), None)]
        if name is not None
    }
    has_place = {"lat", "lon"} <= found.keys() or {"north", "east"} <= found.keys()
    if not ({"street", "number"} <= found.keys() and has_place):
        wanted = "street, number and lat, lon (WGS 84) or n, e (SWEREF 99 TM)"
        raise BadSource(f"{path} needs the columns {wanted}; it has {', '.join(given) or 'none'}.")
    return found


def _doors(rows: list[list[str]], columns: Mapping[str, int], into: Sources) -> Iterator[Door]:
    points = _points(rows, columns)
    for row, point in zip(rows, points, strict=True):
        written = _cell(row, columns, "street")
        street = written.title() if written.isupper() else written
        number = f"{_cell(row, columns, 'number')} {_cell(row, columns, 'letter')}".strip()
        houses = list(house_numbers(number))
        named = _cell(row, columns, "municipality")
        municipality = municipality_code(named) if named else None
        if fault := _fault(street, houses, point, is_lost=bool(named) and municipality is None):
            into.skipped[f"addresses: {fault}"] += 1
        elif point:
            yield from (Door(street, house, *point, municipality) for house in houses)


def _fault(street: str, houses: Sequence[object], point: object, *, is_lost: bool) -> str | None:
    if not street:
        return "no street"
    if not houses:
        return "house number that is none"
    if point is None:
        return "position that is none, or outside Sweden"
    return "no such municipality" if is_lost else None


def _points(rows: list[list[str]], columns: Mapping[str, int]) -> list[tuple[float, float] | None]:
    is_geographic = "lat" in columns
    first, second = ("lat", "lon") if is_geographic else ("north", "east")
    pairs = [(_number(_cell(row, columns, first)), _number(_cell(row, columns, second))) for row in rows]
    if not is_geographic:
        to_degrees = Transformer.from_crs("EPSG:3006", "EPSG:4326")
        lats, lons = to_degrees.transform([north for north, _ in pairs], [east for _, east in pairs])
        pairs = [(round(lat, 6), round(lon, 6)) for lat, lon in zip(lats, lons, strict=True)]
    south, north, west, east = _SWEDEN
    return [(lat, lon) if south <= lat <= north and west <= lon <= east else None for lat, lon in pairs]


def _number(written: str) -> float:
    """NaN for what is no number."""
    try:
        return float(written.replace(",", "."))
    except ValueError:
        return float("nan")


def _cell(row: list[str], columns: Mapping[str, int], column: str) -> str:
    at = columns.get(column)
    return row[at].strip() if at is not None and at < len(row) else ""
