"""Measure the geocoder on sentences with known places: `vardkase eval geocode FILE.jsonl[.gz]`.

Rows: `{"text", "municipality", "lat", "lon"}`; `municipality` is the reporter's, by name or code, or null; `lat` and `lon`
are null for a text that names no place. The last line printed is one JSON object:

- `n`: rows; `located`: rows answered finer than municipality. A municipality-level answer is not a location and has no distance.
- `median_km`: over the located rows that have a true place; null when there are none.
- `within_1km`, `within_5km`, `beyond_25km`: COUNTS of rows (never shares) whose answer lies so far from the true place.

Located rows without a true place are shown in the table as false points.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from services.enrichment.geocoder.folder import BadGazetteer
from services.enrichment.geocoder.geocoder import Geocoder
from services.enrichment.geocoder.located import Located
from shared.events import Precision
from shared.geodata.plane import distance_m
from shared.json_lines import BadJsonLines, read_json_lines

_NOT_LOCATED: Final = frozenset({Precision.MUNICIPALITY, Precision.UNKNOWN})
_SHOWN: Final = 10
_SHAPE: Final = 'give {"text", "municipality", "lat", "lon"}, the place as numbers or null'


@dataclass(frozen=True, slots=True)
class Answer:
    """`away_km` is None when the answer is no point or the row has no true place."""

    row: dict[str, Any]
    located: Located
    away_km: float | None

    @property
    def is_located(self) -> bool:
        return self.located.precision not in _NOT_LOCATED

    @property
    def is_false_point(self) -> bool:
        return self.is_located and self.row.get("lat") is None


def main(path: Path, console: Console, gazetteer: Path | None = None) -> None:
    """Print a table, the worst answers, and the JSON line. A file that can't be measured ends the command."""
    try:
        asked = list(rows(path))
        geocoder = Geocoder.load(gazetteer)
    except (BadJsonLines, BadGazetteer) as error:
        raise SystemExit(f"Cannot evaluate: {error}") from error
    started = perf_counter()
    answers = [answer(row, geocoder) for row in asked]
    rate = len(answers) / max(perf_counter() - started, 1e-9)
    console.print(_table(answers, rate))
    for worst in _worst(answers):
        shown = f"{worst.row['text'][:90]!r}: {worst.located.name} ({worst.located.precision}), " + (
            "false point" if worst.away_km is None else f"{worst.away_km:.1f} km off"
        )
        console.print(shown, markup=False, highlight=False)
    console.out(json.dumps(figures(answers)), highlight=False)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Raises `BadJsonLines`, also for a row that says nothing the geocoder could be asked."""
    for number, row in read_json_lines(path):
        if fault := _fault(row):
            raise BadJsonLines(f"{path}, line {number}: {fault}; {_SHAPE}")
        yield row


def _fault(row: dict[str, Any]) -> str | None:
    if not isinstance(row.get("text"), str) or not row["text"].strip():
        return "no text"
    if not isinstance(row.get("municipality"), str | None):
        return "the municipality is neither text nor null"
    place = (row.get("lat"), row.get("lon"))
    if place != (None, None) and not all(map(_is_degrees, place, (90, 180))):
        return "lat and lon are no place"
    return None


def _is_degrees(value: object, most: int) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -most <= value <= most


def answer(row: dict[str, Any], geocoder: Geocoder) -> Answer:
    located = geocoder.locate(row["text"], municipality=row.get("municipality"))
    true, here = (row.get("lat"), row.get("lon")), (located.lat, located.lon)
    is_measured = located.precision not in _NOT_LOCATED and None not in {*true, *here}
    away_km = distance_m(*map(float, (*here, *true))) / 1000 if is_measured else None  # type: ignore[arg-type]
    return Answer(row, located, away_km)


def figures(answers: list[Answer]) -> dict[str, int | float | None]:
    """See the module's docstring."""
    away = [each.away_km for each in answers if each.away_km is not None]
    return {
        "n": len(answers),
        "located": sum(each.is_located for each in answers),
        "median_km": round(median(away), 3) if away else None,
        "within_1km": sum(km <= 1 for km in away),
        "within_5km": sum(km <= 5 for km in away),
        "beyond_25km": sum(km > 25 for km in away),
    }


def _table(answers: list[Answer], rate: float) -> Table:
    found = figures(answers)
    with_place = sum(each.row.get("lat") is not None for each in answers)
    table = Table("Measure", "Rows", "Of rows with a place")
    for name in ("within_1km", "within_5km", "beyond_25km"):
        table.add_row(name, str(found[name]), f"{(found[name] or 0) / max(with_place, 1):.1%}")
    table.add_row("located", str(found["located"]), "")
    table.add_row("false points", str(sum(each.is_false_point for each in answers)), "")
    table.add_row("rows", str(found["n"]), str(with_place))
    table.add_row("median, km", str(found["median_km"]), "")
    table.add_row("texts a second", f"{rate:,.0f}", "")
    return table


def _worst(answers: list[Answer]) -> list[Answer]:
    wrong = [each for each in answers if each.is_false_point or (each.away_km or 0.0) > 5]
    return sorted(wrong, key=lambda each: -(each.away_km or 0.0))[:_SHOWN]
