"""Every name the geocoder knows, indexed by the words it is written with."""

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final

from services.enrichment.geocoder.words import ordinary_words
from shared.events import Precision
from shared.geodata import Locality, localities, municipalities
from shared.geodata.localities import LOCALITIES_TSV

WORD: Final = re.compile(r"[^\W_]+")
PLACES: Final = Path(__file__).parent / "places"
_FOLD: Final = str.maketrans("åäöéüæøàèáø", "aaoeuaoaeao")
_SPELL_OUT: Final = str.maketrans({"å": "aa", "ä": "ae", "ö": "oe", "é": "e"})
_SHORTEST_FOLDED: Final = 5
_VILLAGE_RADIUS_M: Final = 1_500


class Scope(StrEnum):
    """When a listed name stands for its place."""

    ANYWHERE = "anywhere"
    MUNICIPALITY = "municipality"  # only when the report is known to be about that municipality
    GENERIC = "generic"  # the same, and every town has one: another town named beside it takes it away


@dataclass(frozen=True, slots=True)
class Place:
    """A thing with a name and a position. `within`: the town it lies in, for places inside a town."""

    name: str
    lat: float
    lon: float
    uncertainty_m: float
    precision: Precision
    municipality: str
    population: int = 0
    scope: Scope = Scope.ANYWHERE
    within: str | None = None

    @property
    def is_seat(self) -> bool:
        """A town that gave its municipality the name: people use it for both."""
        return self.precision is Precision.LOCALITY and self.name == municipalities()[self.municipality].name


@dataclass(frozen=True)
class Gazetteer:
    """`names`: written name (case-folded, words joined by one space) → places.

    `folded`: the same without å, ä and ö → name; `longest`: first word → words in the longest name that begins with it.
    """

    names: Mapping[str, tuple[Place, ...]]
    folded: Mapping[str, str]
    longest: Mapping[str, int]
    version: str


def fold(word: str) -> str:
    """As somebody without å, ä and ö on the keyboard writes it."""
    return word.translate(_FOLD)


def load(places: Path = PLACES) -> Gazetteer:
    """The localities and municipalities of Sweden and every place list in `places` (a file `<municipality>.csv` each)."""
    files = sorted(places.glob("*.csv"))
    listed = {path.stem: list(_listed(path)) for path in files}
    names: dict[str, list[Place]] = {}
    for written, place in [*_from_lists(listed), *_from_localities(listed), *_from_municipalities()]:
        for form in _forms(written):
            known = names.setdefault(form, [])
            if not any(each is place for each in known):
                known.append(place)
    folded = {
        other: form
        for form in names
        for other in (fold(form), form.translate(_SPELL_OUT))
        if other != form
        and len(other) >= _SHORTEST_FOLDED
        and other not in names
        and other not in ordinary_words()
    }
    return Gazetteer(
        names=MappingProxyType({form: tuple(found) for form, found in names.items()}),
        folded=MappingProxyType(folded),
        longest=MappingProxyType(_longest([*names, *folded])),
        version=_version([*files, LOCALITIES_TSV]),
    )


def _listed(path: Path) -> Iterator[tuple[str, Place]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = _place(row, path.stem)
            by_itself = replace(place, scope=Scope.ANYWHERE)
            for written in (row["name"], *filter(None, row["aliases"].split("|"))):
                town, _, rest = written.casefold().partition(" ")
                names_its_town = row["kind"] != "village" and row["within"].casefold() in written.casefold()
                yield written, by_itself if names_its_town else place
                if rest and town == row["within"].casefold():
                    yield f"{_genitive(town)} {rest}", by_itself


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


def _from_lists(listed: Mapping[str, list[tuple[str, Place]]]) -> Iterator[tuple[str, Place]]:
    for rows in listed.values():
        yield from rows


def _from_localities(listed: Mapping[str, list[tuple[str, Place]]]) -> Iterator[tuple[str, Place]]:
    own = {(place.municipality, written.casefold()) for rows in listed.values() for written, place in rows}
    for locality in localities():
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
    return round(300 + 14.5 * locality.population**0.5, -2) if locality.population else _VILLAGE_RADIUS_M


def _from_municipalities() -> Iterator[tuple[str, Place]]:
    towns = {(each.name, each.municipality) for each in localities()}
    for each in municipalities().values():
        place = Place(
            each.name, each.lat, each.lon, each.radius_m, Precision.MUNICIPALITY, each.code, population=10_000
        )
        yield f"{_genitive(each.name)} kommun", place
        if (each.name, each.code) not in towns:
            yield each.name, place


def _forms(written: str) -> tuple[str, str]:
    """The name and its genitive, as the words between spaces and hyphens."""
    name = " ".join(WORD.findall(written.casefold()))
    return name, _genitive(name)


def _genitive(name: str) -> str:
    return name if name.endswith(("s", "x", "z")) else f"{name}s"


def _longest(names: Iterable[str]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for name in names:
        words = name.split(" ")
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
    return longest


def _version(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
