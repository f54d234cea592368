"""Reading the police's open events as reports. Their coordinates are centres of municipalities, so they are left out.

Two shapes are read: that of the police's own API (`location`), and that of archives (`municipality_code`, `body`).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from deploy.errors import CannotGoOn
from deploy.intake_client import ToSend
from services.intake.domain.credentials import LASTING
from services.intake.imports.table import MAX_FILE_BYTES, BadCell, Reading, Unreadable, read_table
from shared.geodata import municipality_code
from shared.json_lines import BadJsonLines, read_json_lines

SOURCE: Final = "police_open_data"
_LONGEST_TEXT: Final = 10_000
_LONGEST_ID: Final = 40


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that can't be a report, and why."""

    line: int
    reason: str


def read_police_events(file: Path) -> Iterator[ToSend | LeftOut]:
    """From JSON Lines (plain or .gz), a JSON array, or CSV. Raises `CannotGoOn` when the file can't be read."""
    try:
        yield from events_as_reports(_rows(file))
    except (BadJsonLines, Unreadable) as error:
        raise CannotGoOn(
            f"{error}. Mend it and send the file again; what was accepted is not doubled.".replace("..", ".")
        ) from error


def events_as_reports(rows: Iterable[tuple[int, Any]]) -> Iterator[ToSend | LeftOut]:
    """Of events with the number each has where it stands."""
    for number, row in rows:
        yield _as_report(number, row) if isinstance(row, dict) else LeftOut(number, "no JSON object")


def _rows(file: Path) -> Iterator[tuple[int, Any]]:
    if file.suffix.lower() == ".csv":
        return _rows_of_csv(file)
    return _rows_of_array(file) if _is_array(file) else read_json_lines(file)


def _is_array(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")
    except OSError as error:
        raise BadJsonLines(f"{file} cannot be read ({error})") from error


def _rows_of_array(file: Path) -> Iterator[tuple[int, Any]]:
    if file.stat().st_size > MAX_FILE_BYTES:
        raise BadJsonLines(
            f"{file} is larger than {MAX_FILE_BYTES // 2**20} MB: give it as JSON Lines instead"
        )
    try:
        rows = json.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadJsonLines(f"{file} is not JSON ({error})") from error
    yield from enumerate(rows, 1)


def _rows_of_csv(file: Path) -> Iterator[tuple[int, Any]]:
    rows = read_table(file, Reading(), [])
    headings = [str(cell).strip() for cell in next(rows).cells]
    for row in rows:
        values = (None if isinstance(cell, BadCell) or cell == "" else cell for cell in row.cells)
        yield row.number, dict(zip(headings, values, strict=False))


def _as_report(number: int, row: Mapping[str, Any]) -> ToSend | LeftOut:
    municipality = _municipality(row)
    if municipality is None:
        return LeftOut(number, "no municipality, only a county")
    if str(row.get("type", "")).startswith("Sammanfattning"):
        return LeftOut(number, "a summary of several events in several places")
    parts = [part for part in (row.get("summary"), row.get("body")) if part and isinstance(part, str)]
    text = "\n".join(parts)[:_LONGEST_TEXT].strip()
    if not text:
        return LeftOut(number, "no text")
    event_id = _event_id(row)
    if event_id is None:
        return LeftOut(number, "no id, so sending it twice would double it")
    try:
        occurred_at = parse_police_time(row["datetime"])
    except (KeyError, TypeError, ValueError):
        return LeftOut(number, f"datetime is {str(row.get('datetime'))[:60]!r}")
    body = {
        "text": text,
        "municipality": municipality,
        "occurred_at": occurred_at.isoformat(),
        "external_id": f"polisen-{event_id}",
    }
    return ToSend(f"{LASTING}polisen-{event_id}", SOURCE, body)


def _event_id(row: Mapping[str, Any]) -> str | None:
    told = str(row.get("id") or "")
    fits = told.isascii() and told.isprintable() and " " not in told and len(told) <= _LONGEST_ID
    return told if told and fits else None


def _municipality(row: Mapping[str, Any]) -> str | None:
    """Its code. A county (`Västmanlands län`) is none."""
    code, location = row.get("municipality_code"), row.get("location")
    if code:
        return f"{code:04d}" if isinstance(code, int) else str(code)
    name = location.get("name") if isinstance(location, dict) else None
    return municipality_code(name) if isinstance(name, str) else None


def parse_police_time(text: str) -> datetime:
    """`2022-09-26 8:05:23 +02:00`: the hour is not zero-padded."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z")
