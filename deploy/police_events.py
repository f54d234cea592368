"""Reading the police's open events as reports. Their coordinates are centres of municipalities, so they are left out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from deploy.errors import CannotGoOn
from deploy.intake_client import ToSend
from shared.json_lines import BadJsonLines, read_json_lines

SOURCE: Final = "police_open_data"
_LONGEST_TEXT: Final = 10_000


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that can't be a report, and why."""

    line: int
    reason: str


def read_police_events(file: Path) -> Iterator[ToSend | LeftOut]:
    """Raises `CannotGoOn` when the file can't be read or a line is not a JSON object."""
    try:
        for number, row in read_json_lines(file):
            yield _as_report(number, row)
    except BadJsonLines as error:
        raise CannotGoOn(
            f"{error}. Mend it and send the file again; what was accepted is not doubled."
        ) from error


def _as_report(number: int, row: dict[str, Any]) -> ToSend | LeftOut:
    if not row.get("municipality_code"):
        return LeftOut(number, "no municipality, only a county")
    if str(row.get("type", "")).startswith("Sammanfattning"):
        return LeftOut(number, "a summary of several events in several places")
    parts = [part for part in (row.get("summary"), row.get("body")) if part and isinstance(part, str)]
    text = "\n".join(parts)[:_LONGEST_TEXT].strip()
    if not text:
        return LeftOut(number, "no text")
    if not row.get("id"):
        return LeftOut(number, "no id, so sending it twice would double it")
    try:
        occurred_at = parse_police_time(row["datetime"])
    except (KeyError, TypeError, ValueError):
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
