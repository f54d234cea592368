"""Reading the police's open events as reports. Their coordinates are centres of municipalities, so they are left out."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from deploy.errors import CannotGoOn
from deploy.intake_client import ToSend

SOURCE: Final = "police_open_data"
_LONGEST_TEXT: Final = 10_000


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that can't be a report, and why."""

    line: int
    reason: str


def read_police_events(file: Path) -> Iterator[ToSend | LeftOut]:
    """Raises `CannotGoOn` when the file can't be read or a line is not JSON."""
    opened = gzip.open if file.suffix == ".gz" else open
    try:
        with opened(file, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _as_report(number, _row(file, number, line))
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise CannotGoOn(f"{file} cannot be read ({error}): give a JSON Lines file, plain or .gz.") from error


def _row(file: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise CannotGoOn(
            f"{file}, line {number}: not JSON ({error}). Mend the line and send the file again."
        ) from error
    if not isinstance(row, dict):
        raise CannotGoOn(
            f"{file}, line {number}: a JSON object was expected. Mend the line and send the file again."
        )
    return row


def _as_report(number: int, row: dict[str, Any]) -> ToSend | LeftOut:
    if not row.get("municipality_code"):
        return LeftOut(number, "no municipality, only a county")
    if str(row.get("type", "")).startswith("Sammanfattning"):
        return LeftOut(number, "a summary of several events in several places")
    text = "\n".join(part for part in (row.get("summary"), row.get("body")) if part)[:_LONGEST_TEXT].strip()
    if not text:
        return LeftOut(number, "no text")
    try:
        occurred_at = parse_police_time(row["datetime"])
    except (KeyError, ValueError):
        return LeftOut(number, f"datetime is {row.get('datetime')!r}")
    body = {
        "text": text,
        "municipality": row["municipality_code"],
        "occurred_at": occurred_at.isoformat(),
        "external_id": f"polisen-{row['id']}",
    }
    return ToSend(f"polisen-{row['id']}", SOURCE, body)


def parse_police_time(text: str) -> datetime:
    """`2022-09-26 8:05:23 +02:00`: the hour is not zero-padded."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z")
