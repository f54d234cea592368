"""A built gazetteer on disk: names as text, positions as numbers, and a manifest that tells what it was made of.

The same content gives the same bytes; nothing in it is ever executed.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.enrichment.geocoder.builtin import from_municipalities
from services.enrichment.geocoder.gazetteer import Entry, Gazetteer, index
from services.enrichment.geocoder.place import Place, Scope
from services.enrichment.geocoder.streets import ADDRESS, CROSSING, POINT, Streets
from shared.events import Precision

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
NAMES: Final = "names.tsv"
TABLES: Final = {"points": POINT, "addresses": ADDRESS, "crossings": CROSSING}
_COLUMNS: Final = (
    "written", "name", "lat", "lon", "uncertainty_m", "precision", "municipality", "population", "scope", "within",
    "street", "is_road",
)  # fmt: skip


class BadGazetteer(ValueError):  # noqa: N818 - reads as a sentence where it is raised
    """The folder is no gazetteer, or not the one that was built; says what to do."""


def write(folder: Path, entries: Iterable[Entry], streets: Streets, told: Mapping[str, Any]) -> str:
    """Returns the version. `told`: what else the manifest says (sources, counts, skipped rows)."""
    contents = {NAMES: _names(entries)}
    for name, dtype in TABLES.items():
        contents[f"{name}.npy"] = _table(getattr(streets, name).astype(dtype))
    files = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    version = _version(files)
    manifest = {"format": FORMAT, "version": version, "files": files, **told}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)  # a folder half written is none
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / MANIFEST).write_text(
        json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )
    return version


def load(folder: Path) -> Gazetteer:
    """Raises `BadGazetteer`."""
    manifest = _manifest(folder)
    contents = {}
    for name in (NAMES, *(f"{table}.npy" for table in TABLES)):
        contents[name] = _content(folder / name, manifest["files"].get(name))
    tables = {name: _rows(contents[f"{name}.npy"], dtype, name) for name, dtype in TABLES.items()}
    try:
        entries = list(_entries(contents[NAMES].decode("utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise BadGazetteer(f"{folder / NAMES} can't be read ({error}); build the gazetteer again.") from error
    return index([*entries, *from_municipalities()], manifest["version"], Streets(**tables))


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    again = "build it with `vardkase gazetteer build`"
    try:
        manifest = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise BadGazetteer(f"{folder} is no gazetteer, it has no {MANIFEST}; {again}.") from error
    except (OSError, ValueError) as error:
        raise BadGazetteer(f"{path} can't be read ({error}); {again}.") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BadGazetteer(f"{path} is of another format than {FORMAT}; {again} again.")
    files = manifest.get("files")
    if not isinstance(files, dict) or manifest.get("version") != _version(files):
        raise BadGazetteer(f"{path} has been changed by hand; {again} again.")
    return manifest


def _content(path: Path, wanted: str | None) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadGazetteer(f"{path} can't be read ({error}); build the gazetteer again.") from error
    if hashlib.sha256(content).hexdigest() != wanted:
        raise BadGazetteer(f"{path} is not the file that was built; build the gazetteer again.")
    return content


def _version(files: Mapping[str, str]) -> str:
    told = "".join(f"{name} {digest}\n" for name, digest in sorted(files.items()))
    return hashlib.sha256(f"{FORMAT}\n{told}".encode()).hexdigest()[:12]


def _names(entries: Iterable[Entry]) -> bytes:
    by_place: dict[Place, list[str]] = {}
    for written, place in entries:
        by_place.setdefault(place, []).append(written)
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
    writer.writerow(_COLUMNS)
    for place, forms in by_place.items():
        writer.writerow(
            (
                "|".join(dict.fromkeys(map(_clean, forms))),
                _clean(place.name),
                place.lat,
                place.lon,
                place.uncertainty_m,
                place.precision.value,
                place.municipality,
                place.population,
                place.scope.value,
                _clean(place.within or ""),
                "" if place.street is None else place.street,
                int(place.is_road),
            )
        )
    return out.getvalue().encode()


def _clean(name: str) -> str:
    return " ".join(name.replace("|", " ").split())


def _entries(text: str) -> Iterator[Entry]:
    rows = csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    for row in rows:
        place = Place(
            name=row["name"],
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            uncertainty_m=float(row["uncertainty_m"]),
            precision=Precision(row["precision"]),
            municipality=row["municipality"],
            population=int(row["population"]),
            scope=Scope(row["scope"]),
            within=row["within"] or None,
            street=int(row["street"]) if row["street"] else None,
            is_road=row["is_road"] == "1",
        )
        yield from ((written, place) for written in row["written"].split("|"))


def _table(rows: NDArray[np.void]) -> bytes:
    out = io.BytesIO()
    np.save(out, rows, allow_pickle=False)
    return out.getvalue()


def _rows(content: bytes, dtype: np.dtype[np.void], name: str) -> NDArray[np.void]:
    try:
        rows = np.load(io.BytesIO(content), allow_pickle=False)
    except ValueError as error:
        raise BadGazetteer(f"{name}.npy can't be read ({error}); build the gazetteer again.") from error
    if rows.dtype != dtype:
        raise BadGazetteer(f"{name}.npy holds other columns than expected; build the gazetteer again.")
    return np.asarray(rows)
